//! The fabric that a person is describing, and how the URL's fragment carries it.

use shared::fabric::{FabricInput, FabricSpec, LayoutOptions};
use shared::quote::url;

use super::address::pairs;

/// The fields of the form, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub repository: String,
    pub branch: String,
    pub directory: String,
    /// Whether the layout has the folders of every kind.
    pub all_kinds: bool,
}

impl Default for Draft {
    fn default() -> Self {
        let name = "fabric-1".to_owned();
        Self {
            directory: directory_of(&name),
            name,
            repository: String::new(),
            branch: "main".to_owned(),
            all_kinds: false,
        }
    }
}

impl Draft {
    /// Reads a fragment, with or without its `#`; what it does not mention has its default.
    pub fn from_fragment(fragment: &str) -> Self {
        let mut draft = Self::default();
        let mut directory = None;
        for (key, value) in pairs(fragment.trim_start_matches('#')) {
            match key.as_str() {
                "name" => draft.name = value,
                "repository" => draft.repository = value,
                "branch" => draft.branch = value,
                "directory" => directory = Some(value),
                "all_kinds" => draft.all_kinds = value == "1",
                _ => {}
            }
        }
        draft.directory = directory.unwrap_or_else(|| directory_of(&draft.name));
        draft
    }

    /// The fragment that reads back as this draft, without its `#`.
    pub fn to_fragment(&self) -> String {
        let mut fragment = format!(
            "name={}&repository={}&branch={}&directory={}",
            url::path(&self.name),
            url::path(&self.repository),
            url::path(&self.branch),
            url::path(&self.directory)
        );
        if self.all_kinds {
            fragment.push_str("&all_kinds=1");
        }
        fragment
    }

    /// Takes a new name; a directory that still follows the name goes with it.
    pub fn rename(&mut self, name: String) {
        if self.directory == directory_of(&self.name) {
            self.directory = directory_of(&name);
        }
        self.name = name;
    }

    /// A fabric with the same tree, if name and directory are fine: the layout names neither repository nor branch.
    pub fn drawable(&self) -> Option<FabricSpec> {
        let input = FabricInput {
            git_repository: "owner/repository".to_owned(),
            branch: "main".to_owned(),
            ..self.to_input()
        };
        FabricSpec::parse(&input).ok()
    }

    /// The draft as `shared` reads it.
    pub fn to_input(&self) -> FabricInput {
        FabricInput {
            name: self.name.clone(),
            git_repository: self.repository.clone(),
            branch: self.branch.clone(),
            gitops_directory: self.directory.clone(),
            layout: LayoutOptions {
                all_kinds: self.all_kinds,
                ..LayoutOptions::default()
            },
        }
    }
}

/// The directory that a fabric has unless a person names another.
pub fn directory_of(name: &str) -> String {
    format!("gitops/hedgehog/{name}")
}

/// Takes what people paste for a repository, a web or clone address, as `owner/name`.
pub fn normalise_repository(text: &str) -> String {
    let text = text.trim();
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => match text.split_once(':') {
            Some((host, path)) if host.starts_with("git@") => path,
            _ => {
                return text
                    .trim_end_matches('/')
                    .trim_end_matches(".git")
                    .to_owned();
            }
        },
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let name = parts.iter().take(2).copied().collect::<Vec<_>>().join("/");
    name.strip_suffix(".git").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_survives_its_fragment() {
        let draft = Draft {
            name: "a&b=ü %#".into(),
            repository: "acme/network".into(),
            branch: "feature/x".into(),
            directory: "/".into(),
            all_kinds: true,
        };
        assert_eq!(
            Draft::from_fragment(&format!("#{}", draft.to_fragment())),
            draft
        );
        assert_eq!(Draft::from_fragment(""), Draft::default());
        assert_eq!(Draft::from_fragment("#name=%zz").name, "%zz");
    }

    #[test]
    fn the_directory_follows_the_name_until_it_is_edited() {
        let mut draft = Draft::default();
        draft.rename("dc2".into());
        assert_eq!(draft.directory, "gitops/hedgehog/dc2");
        draft.directory = "elsewhere".into();
        draft.rename("dc3".into());
        assert_eq!(draft.directory, "elsewhere");
        assert_eq!(
            Draft::from_fragment("#name=x").directory,
            "gitops/hedgehog/x"
        );
    }

    #[test]
    fn the_tree_does_not_depend_on_the_repository() {
        let draft = Draft {
            repository: "acme/network".into(),
            branch: "x".into(),
            ..Draft::default()
        };
        let spec = FabricSpec::parse(&draft.to_input()).expect("every field is well formed");
        let drawn = Draft::default()
            .drawable()
            .expect("name and directory are fine");
        assert_eq!(
            shared::layout::layout(&spec),
            shared::layout::layout(&drawn)
        );
    }

    #[test]
    fn pasted_addresses_become_names() {
        for text in [
            "acme/network",
            " acme/network/ ",
            "acme/network.git",
            "https://github.com/acme/network",
            "https://github.com/acme/network.git",
            "https://github.com/acme/network/tree/main/gitops?x#y",
            "git@github.com:acme/network.git",
            "ssh://git@github.com/acme/network.git",
        ] {
            assert_eq!(normalise_repository(text), "acme/network", "{text}");
        }
    }
}
