//! A crate's files, the modules they make up, and where a path leads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::names::Names;

/// One crate: its modules by path, with the file of each.
#[derive(Clone, Debug)]
pub struct Program {
    /// The folder it lies in.
    pub name: &'static str,
    /// Module path (`""`, `a`, `a::b`) → module.
    modules: BTreeMap<String, Module>,
}

#[derive(Clone, Debug)]
struct Module {
    /// Below `src`.
    file: String,
    names: Names,
}

impl Program {
    /// Reads a crate from its root file on, without what is compiled for tests alone.
    pub fn read(root: &Path, name: &str) -> Self {
        let name = crate::PROGRAMS
            .into_iter()
            .find(|known| *known == name)
            .unwrap();
        let source = root.join(name).join("src");
        let mut program = Self {
            name,
            modules: BTreeMap::new(),
        };
        let top = ["lib.rs", "main.rs"]
            .into_iter()
            .find(|top| source.join(top).exists());
        program.add(&source, Path::new(top.unwrap()), "", Path::new(""));
        assert!(
            program.modules.len() > 20,
            "{name} has {} files",
            program.modules.len()
        );
        program
    }

    fn add(&mut self, source: &Path, file: &Path, module: &str, folder: &Path) {
        let text = std::fs::read_to_string(source.join(file)).unwrap();
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let names = Names::of(&parsed);
        for child in &names.modules {
            let beside: PathBuf = folder.join(format!("{child}.rs"));
            let within = folder.join(child).join("mod.rs");
            let file = if source.join(&beside).exists() {
                beside
            } else {
                within
            };
            let path = joined(module, child);
            self.add(source, &file, &path, &folder.join(child));
        }
        let file = file.display().to_string();
        self.modules
            .insert(module.to_owned(), Module { file, names });
    }

    /// Adds a line to a file, to see what follows from it.
    pub fn add_line(&mut self, file: &str, line: &str) {
        let names = Names::of(&syn::parse_str(line).unwrap());
        let mut modules = self.modules.values_mut();
        let module = modules
            .find(|module| module.file == file)
            .unwrap_or_else(|| panic!("no {file}"));
        module.names.paths.extend(names.paths);
        module.names.words.extend(names.words);
    }

    /// Every file with its module and its names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str, &Names)> {
        self.modules
            .iter()
            .map(|(path, module)| (module.file.as_str(), path.as_str(), &module.names))
    }

    /// The file that defines what a path in `module` names; none if it leads out of the crate.
    pub fn file_of(&self, module: &str, path: &[String]) -> Option<&str> {
        let (at, rest) = self.anchored(module, path)?;
        Some(self.modules.get(&self.defining(at, rest, 0))?.file.as_str())
    }

    /// The module that a path begins from, and the rest of the path.
    fn anchored<'a>(&self, module: &str, path: &'a [String]) -> Option<(String, &'a [String])> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((String::new(), rest)),
            "self" => Some((module.to_owned(), rest)),
            "super" => {
                let mut at = parent(module).to_owned();
                let mut rest = rest;
                while let Some((next, after)) = rest.split_first()
                    && next == "super"
                {
                    at = parent(&at).to_owned();
                    rest = after;
                }
                Some((at, rest))
            }
            child => {
                let is_module = self.modules.contains_key(&joined(module, child));
                is_module.then(|| (module.to_owned(), path))
            }
        }
    }

    /// Follows modules, then re-exports of the name.
    fn defining(&self, mut at: String, mut rest: &[String], depth: usize) -> String {
        while let Some((next, after)) = rest.split_first() {
            let child = joined(&at, next);
            if !self.modules.contains_key(&child) {
                break;
            }
            at = child;
            rest = after;
        }
        let Some((name, _)) = rest.split_first() else {
            return at;
        };
        let handed_on = &self.modules[&at].names.handed_on;
        let by_name = handed_on.iter().find(|(known, _)| known == name);
        match by_name.and_then(|(_, path)| self.anchored(&at, path)) {
            Some((module, path)) if depth < 9 => self.defining(module, path, depth + 1),
            _ => at,
        }
    }
}

fn joined(module: &str, child: &str) -> String {
    if module.is_empty() {
        child.to_owned()
    } else {
        format!("{module}::{child}")
    }
}

fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}
