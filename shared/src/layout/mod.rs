//! The files that a fabric's directory must hold: a pure function of the fabric.
//!
//! **Invariant.** Version 1 is frozen: the golden ids in `plan::tests` never change. A byte that must change makes
//! version 2, and version 1 still renders. A directory is named by the rules of Markdown and of YAML
//! ([`crate::quote`]), which leave every name as it is that could be read as it is: other bytes than version 1 has
//! always had come only of names that broke out of their place, such as one with a backtick or ` #`.

mod directory_info;
mod folders;
mod readme;

use std::collections::BTreeMap;

pub use folders::{Root, folders, is_layout_directory};

use crate::fabric::FabricSpec;

/// The file that keeps an otherwise empty directory in git.
pub const KEEP_FILE: &str = ".gitkeep";
/// The product's own file, below the fabric's directory.
pub const DIRECTORY_INFO: &str = "managed/metadata/directory-info.json";

/// A rendered layout: path below the fabric's directory → file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The files in byte order of their paths. A keep file stands in every folder that holds no other file of the
    /// layout; whether it is needed depends on what the folder holds already.
    pub files: BTreeMap<String, LayoutFile>,
}

/// One file of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutFile {
    /// What the file is for.
    pub role: Role,
    /// The content.
    pub content: Vec<u8>,
}

/// What a layout's file is for; it decides who may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text for people, who may edit it.
    Readme,
    /// Keeps an empty directory; needed only while the directory holds nothing else.
    Keep,
    /// The product's own description of the directory.
    Info,
}

/// Renders the layout of a fabric.
pub fn layout(spec: &FabricSpec) -> Layout {
    let mut files = BTreeMap::new();
    for root in Root::ALL {
        let content = readme::readme(root, spec).into_bytes();
        files.insert(
            format!("{root}/README.md"),
            LayoutFile {
                role: Role::Readme,
                content,
            },
        );
    }
    for folder in folders(spec.layout) {
        let path = format!("{folder}/{KEEP_FILE}");
        files.insert(
            path,
            LayoutFile {
                role: Role::Keep,
                content: Vec::new(),
            },
        );
    }
    let content = directory_info::directory_info(spec).into_bytes();
    files.insert(
        DIRECTORY_INFO.to_owned(),
        LayoutFile {
            role: Role::Info,
            content,
        },
    );
    Layout { files }
}

impl Layout {
    /// The directories that hold the files, below the fabric's directory, parents first.
    pub fn directories(&self) -> Vec<&str> {
        let mut directories: Vec<&str> = self
            .files
            .keys()
            .flat_map(|path| path.match_indices('/').map(|(slash, _)| &path[..slash]))
            .collect();
        directories.sort_unstable();
        directories.dedup();
        directories
    }
}

#[cfg(test)]
mod tests;
