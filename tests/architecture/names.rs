//! What a file names: the paths of its `use` lines and of its code, macros included, and its texts.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// The names in a file, without those of its tests.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Paths as they are written: `crate::a::B`, `super::C`, `serde::Deserialize`. A glob ends in `*`.
    pub paths: Vec<Vec<String>>,
    /// What `pub use` hands on: the name it is known by here, and the path.
    pub handed_on: Vec<(String, Vec<String>)>,
    /// Words in texts and in the names of fields.
    pub words: Vec<String>,
    /// Modules that the file declares, without those for tests.
    pub modules: Vec<String>,
}

impl Names {
    pub fn of(file: &syn::File) -> Self {
        let mut names = Self::default();
        names.visit_file(file);
        names
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &[String], is_handed_on: bool) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&path.tree, &with(&path.ident), is_handed_on),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, before, is_handed_on);
                }
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.used(before.to_vec(), before.last().cloned(), is_handed_on);
            }
            syn::UseTree::Name(name) => {
                self.used(
                    with(&name.ident),
                    Some(name.ident.to_string()),
                    is_handed_on,
                );
            }
            syn::UseTree::Rename(name) => {
                self.used(
                    with(&name.ident),
                    Some(name.rename.to_string()),
                    is_handed_on,
                );
            }
            syn::UseTree::Glob(_) => {
                self.used(
                    [before, &["*".to_owned()]].concat(),
                    Some("*".to_owned()),
                    is_handed_on,
                );
            }
        }
    }

    fn used(&mut self, path: Vec<String>, name: Option<String>, is_handed_on: bool) {
        match name.filter(|_| is_handed_on) {
            Some(name) => self.handed_on.push((name, path)),
            None => self.paths.push(path),
        }
    }

    /// Paths in what a macro is given, which is not parsed: `a :: b :: c`.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.ended(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
                other => {
                    self.ended(&mut path);
                    colons = 0;
                    match other {
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Literal(text) => self.text(&text.to_string()),
                        TokenTree::Ident(_) | TokenTree::Punct(_) => {}
                    }
                }
            }
        }
        self.ended(&mut path);
    }

    fn ended(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.paths.push(std::mem::take(path));
        }
        path.clear();
    }

    fn text(&mut self, text: &str) {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        self.words
            .extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }
}

/// Whether it is compiled for tests alone.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_test = attribute.path().is_ident("test");
        let is_cfg = attribute.path().is_ident("cfg");
        is_test
            || (is_cfg
                && attribute
                    .parse_args::<syn::Path>()
                    .is_ok_and(|path| path.is_ident("test")))
    })
}

impl<'a> Visit<'a> for Names {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            let is_handed_on = !matches!(item.vis, syn::Visibility::Inherited);
            self.use_tree(&item.tree, &[], is_handed_on);
        }
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if is_for_tests(&item.attrs) {
            return;
        }
        if item.content.is_none() {
            self.modules.push(item.ident.to_string());
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        if signature.asyncness.is_some() {
            self.paths.push(vec!["async".to_owned()]);
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'a syn::ExprAsync) {
        self.paths.push(vec!["async".to_owned()]);
        visit::visit_expr_async(self, block);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if call.method.to_string().starts_with("fetch_with") {
            self.paths.push(vec!["fetch".to_owned()]);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if path.segments.len() > 1 {
            let segments = path.segments.iter();
            self.paths
                .push(segments.map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_field(&mut self, field: &'a syn::Field) {
        self.words
            .extend(field.ident.iter().map(ToString::to_string));
        visit::visit_field(self, field);
    }

    fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
        self.text(&text.value());
    }

    fn visit_macro(&mut self, used: &'a syn::Macro) {
        self.tokens(used.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if attribute.path().is_ident("serde")
            && let syn::Meta::List(list) = &attribute.meta
        {
            self.tokens(list.tokens.clone());
        }
    }
}
