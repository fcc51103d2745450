//! Git's objects, as far as Hedgerow needs them: ids of blobs and trees, computed without git.
//!
//! Source: the object format of git (`Documentation/gitformat-pack`, `git hash-object`, `git mktree`); SHA-1
//! repositories only, which is what GitHub hosts.

mod blob;
mod commit_facts;
mod mode;
mod object_id;
mod tree;

pub use blob::blob_id;
pub use commit_facts::CommitFacts;
pub use mode::{EntryKind, Mode};
pub use object_id::{ObjectId, ObjectIdError};
pub use tree::{Entry, Tree, TreeError};

use sha1::{Digest, Sha1};

/// The id of an object of `kind` (`blob`, `tree`) with this content.
fn object_id(kind: &str, content: &[u8]) -> ObjectId {
    let digest = Sha1::new()
        .chain_update(kind)
        .chain_update(format!(" {}\0", content.len()))
        .chain_update(content)
        .finalize();
    ObjectId::from_bytes(digest.into())
}

#[cfg(test)]
mod tests;
