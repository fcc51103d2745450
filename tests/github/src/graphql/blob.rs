//! Files' contents.

use async_graphql::{ID, Object, Result};
use git2::{ObjectType, Oid};

use super::object::abbreviated;
use super::repository::Repository;
use super::scalars::{GitObjectId, Uri};
use super::source::Source;

/// GitHub cuts longer texts off and says so.
const TEXT_LIMIT: usize = 512 * 1024;

pub(super) struct Blob {
    pub source: Source,
    pub oid: Oid,
}

impl Blob {
    fn content(&self) -> Result<Vec<u8>, git2::Error> {
        let repo = self.source.repo.open()?;
        Ok(repo.find_blob(self.oid)?.content().to_vec())
    }
}

#[Object]
impl Blob {
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
        self.source.object_id(ObjectType::Blob, self.oid)
    }

    pub(super) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.oid)
    }

    pub(super) async fn repository(&self) -> Repository {
        Repository(self.source.clone())
    }

    pub(super) async fn byte_size(&self) -> Result<i32> {
        Ok(self.content()?.len() as i32)
    }

    pub(super) async fn is_binary(&self) -> Result<Option<bool>> {
        Ok(Some(is_binary(&self.content()?)))
    }

    pub(super) async fn is_truncated(&self) -> Result<bool> {
        Ok(self.content()?.len() > TEXT_LIMIT)
    }

    pub(super) async fn text(&self) -> Result<Option<String>> {
        let mut content = self.content()?;
        if is_binary(&content) {
            return Ok(None);
        }
        content.truncate(TEXT_LIMIT);
        Ok(Some(String::from_utf8_lossy(&content).into_owned()))
    }
}

/// Tells binary from text as git does: by a NUL near the start.
fn is_binary(content: &[u8]) -> bool {
    content.iter().take(8000).any(|byte| *byte == 0)
}
