//! Directories, in git's order.

use async_graphql::{ID, Object, Result};
use git2::{ObjectType, Oid};

use super::object::{GitObject, abbreviated};
use super::repository::Repository;
use super::scalars::{Base64String, GitObjectId, Uri};
use super::source::Source;

pub(super) struct Tree {
    pub source: Source,
    pub oid: Oid,
    /// Where it lies; empty for a root, and for a tree that was asked for by its id.
    pub path: String,
}

pub(super) struct TreeEntry {
    source: Source,
    directory: String,
    name: Vec<u8>,
    mode: i32,
    kind: ObjectType,
    oid: Oid,
}

#[Object]
impl Tree {
    pub(super) async fn abbreviated_oid(&self) -> String {
        abbreviated(self.oid)
    }

    pub(super) async fn commit_resource_path(&self) -> Uri {
        self.source.resource(&format!("/commit/{}", self.oid))
    }

    pub(super) async fn commit_url(&self) -> Uri {
        self.source.page(&format!("/commit/{}", self.oid))
    }

    pub(super) async fn id(&self) -> ID {
        self.source.object_id(ObjectType::Tree, self.oid)
    }

    pub(super) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.oid)
    }

    pub(super) async fn repository(&self) -> Repository {
        Repository(self.source.clone())
    }

    pub(super) async fn entries(&self) -> Result<Option<Vec<TreeEntry>>> {
        let repo = self.source.repo.open()?;
        let tree = repo.find_tree(self.oid)?;
        let entries = tree.iter().map(|entry| TreeEntry {
            source: self.source.clone(),
            directory: self.path.clone(),
            name: entry.name_bytes().to_vec(),
            mode: entry.filemode_raw(),
            kind: entry.kind().unwrap_or(ObjectType::Commit),
            oid: entry.id(),
        });
        Ok(Some(entries.collect()))
    }
}

impl TreeEntry {
    fn full_path(&self) -> Vec<u8> {
        let mut path = self.directory.clone().into_bytes();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend(&self.name);
        path
    }
}

#[Object]
impl TreeEntry {
    /// A decimal number: 33188 for `100644`, 16384 for `40000`.
    pub(super) async fn mode(&self) -> i32 {
        self.mode
    }

    pub(super) async fn name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    pub(super) async fn name_raw(&self) -> Base64String {
        Base64String(self.name.clone())
    }

    /// Null for a submodule, whose commit is elsewhere.
    pub(super) async fn object(&self) -> Result<Option<GitObject>> {
        let repo = self.source.repo.open()?;
        let object = repo.find_object(self.oid, Some(self.kind)).ok();
        let path = String::from_utf8_lossy(&self.full_path()).into_owned();
        Ok(object.and_then(|object| GitObject::new(&self.source, &object, &path)))
    }

    pub(super) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.oid)
    }

    pub(super) async fn path(&self) -> Option<String> {
        Some(String::from_utf8_lossy(&self.full_path()).into_owned())
    }

    pub(super) async fn path_raw(&self) -> Option<Base64String> {
        Some(Base64String(self.full_path()))
    }

    pub(super) async fn repository(&self) -> Repository {
        Repository(self.source.clone())
    }

    /// The bytes of a file, and 0 for anything else.
    pub(super) async fn size(&self) -> Result<i32> {
        let repo = self.source.repo.open()?;
        Ok(match self.kind {
            ObjectType::Blob => repo.find_blob(self.oid)?.size() as i32,
            _ => 0,
        })
    }

    #[graphql(name = "type")]
    pub(super) async fn kind(&self) -> String {
        self.kind.str().to_owned()
    }
}
