//! Whatever git stores: blobs, trees, commits and tags.

use async_graphql::{ID, Interface};
use git2::{Object, ObjectType};

use super::blob::Blob;
use super::commit::Commit;
use super::repository::Repository;
use super::scalars::{GitObjectId, Uri};
use super::source::Source;
use super::tag::Tag;
use super::tree::Tree;

#[allow(
    clippy::duplicated_attributes,
    reason = "two fields of the same type look like a repetition"
)]
#[derive(Interface)]
#[graphql(
    field(name = "abbreviated_oid", ty = "String"),
    field(name = "commit_resource_path", ty = "Uri"),
    field(name = "commit_url", ty = "Uri"),
    field(name = "id", ty = "ID"),
    field(name = "oid", ty = "GitObjectId"),
    field(name = "repository", ty = "Repository")
)]
pub(super) enum GitObject {
    Blob(Blob),
    Commit(Commit),
    Tag(Tag),
    Tree(Tree),
}

impl GitObject {
    /// Wraps an object that was found at `path`, or anywhere if that is empty.
    pub fn new(source: &Source, object: &Object<'_>, path: &str) -> Option<Self> {
        let source = source.clone();
        let oid = object.id();
        Some(match object.kind()? {
            ObjectType::Blob => GitObject::Blob(Blob { source, oid }),
            ObjectType::Commit => GitObject::Commit(Commit { source, oid }),
            ObjectType::Tag => GitObject::Tag(Tag { source, oid }),
            ObjectType::Tree => GitObject::Tree(Tree {
                source,
                oid,
                path: path.to_owned(),
            }),
            _ => return None,
        })
    }
}

/// Shortens an id as GitHub shows it.
pub(super) fn abbreviated(oid: git2::Oid) -> String {
    oid.to_string()[..7].to_owned()
}
