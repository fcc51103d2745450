//! What a tree entry is.

/// A tree entry's mode, kept exactly as the repository has it, since the tree's id depends on it.
///
/// Old repositories hold modes that git no longer writes (`100664`); they are kept as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mode(u32);

/// What a mode says an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A file that is not executable.
    File,
    /// An executable file.
    Executable,
    /// A symbolic link.
    Symlink,
    /// A directory.
    Directory,
    /// A commit of another repository.
    Submodule,
}

impl Mode {
    /// `100644`, the only mode that Hedgerow writes.
    pub const FILE: Self = Self(0o100_644);
    /// `40000`, a directory.
    pub const DIRECTORY: Self = Self(0o40_000);

    /// Takes a mode as a number, as GitHub's `TreeEntry.mode` gives it (decimal `33188` is octal `100644`).
    pub fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The mode as a number.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// What the mode says the entry is, as git reads it (`S_ISDIR`, `S_ISLNK`, `S_ISGITLINK`, else a file).
    pub fn kind(self) -> EntryKind {
        match self.0 & 0o170_000 {
            0o040_000 => EntryKind::Directory,
            0o120_000 => EntryKind::Symlink,
            0o160_000 => EntryKind::Submodule,
            _ if self.0 & 0o100 != 0 => EntryKind::Executable,
            _ => EntryKind::File,
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:o}", self.0)
    }
}

impl std::fmt::Display for EntryKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::File => "file",
            Self::Executable => "executable file",
            Self::Symlink => "symbolic link",
            Self::Directory => "directory",
            Self::Submodule => "submodule",
        })
    }
}
