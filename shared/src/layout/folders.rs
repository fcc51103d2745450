//! The directories of the layout.

use crate::fabric::LayoutOptions;
use crate::kinds::KINDS;

/// One of the three directories that divide a fabric's directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// What Argo CD or Flux applies.
    Managed,
    /// What waits to be sorted.
    Raw,
    /// What is kept but never applied.
    Unmanaged,
}

impl Root {
    /// The three, in git's order.
    pub const ALL: [Self; 3] = [Self::Managed, Self::Raw, Self::Unmanaged];

    /// The directory's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Raw => "raw",
            Self::Unmanaged => "unmanaged",
        }
    }
}

impl std::fmt::Display for Root {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

const PLAIN: [&str; 5] = [
    "raw/errors",
    "raw/pending",
    "raw/processed",
    "unmanaged/external-configs",
    "unmanaged/manual-overrides",
];

/// The folders that hold no file of the layout but a keep file, as `root/name`, in byte order.
pub fn folders(options: LayoutOptions) -> Vec<String> {
    let kinds = KINDS
        .iter()
        .filter(|kind| kind.standard || options.all_kinds);
    let mut folders: Vec<String> = kinds
        .map(|kind| format!("managed/{}", kind.folder))
        .collect();
    folders.extend(PLAIN.map(String::from));
    folders.sort_unstable();
    folders
}

/// Tells whether a path below the fabric's directory is a directory of any layout of version 1.
pub fn is_layout_directory(path: &str) -> bool {
    let any = LayoutOptions {
        all_kinds: true,
        ..LayoutOptions::default()
    };
    Root::ALL.iter().any(|root| root.name() == path)
        || path == "managed/metadata"
        || folders(any).iter().any(|folder| folder == path)
}
