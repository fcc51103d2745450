//! Annotated tags.

use async_graphql::{ID, Object, Result};
use git2::{ObjectType, Oid};

use super::object::{GitObject, abbreviated};
use super::repository::Repository;
use super::scalars::{GitObjectId, Uri};
use super::source::Source;

pub(super) struct Tag {
    pub source: Source,
    pub oid: Oid,
}

#[Object]
impl Tag {
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
        self.source.object_id(ObjectType::Tag, self.oid)
    }

    pub(super) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.oid)
    }

    pub(super) async fn repository(&self) -> Repository {
        Repository(self.source.clone())
    }

    pub(super) async fn name(&self) -> Result<String> {
        let repo = self.source.repo.open()?;
        let tag = repo.find_tag(self.oid)?;
        Ok(String::from_utf8_lossy(tag.name_bytes()).into_owned())
    }

    pub(super) async fn target(&self) -> Result<GitObject> {
        let repo = self.source.repo.open()?;
        let target = repo.find_tag(self.oid)?.target()?;
        let target = GitObject::new(&self.source, &target, "");
        Ok(target.ok_or("the tag points nowhere")?)
    }
}
