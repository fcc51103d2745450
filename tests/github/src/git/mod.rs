//! Bare repositories on disk: objects through libgit2, references through git's own lock files.

pub(crate) mod commit;
pub(crate) mod edit;
pub(crate) mod expression;
mod file;
pub(crate) mod incoming;
pub(crate) mod path;
pub(crate) mod reference;
mod repo;

pub use file::{File, Files};
pub(crate) use repo::git;
pub use repo::{Push, Repo, RepoError};
