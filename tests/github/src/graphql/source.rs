//! Where a GraphQL answer comes from: a repository, and who looks at it.

use std::sync::Arc;

use async_graphql::{Context, ID};
use git2::{ObjectType, Oid};

use super::failure::Failure;
use super::scalars::Uri;
use crate::git::Repo;
use crate::github::GitHub;
use crate::state::{Access, NodeId, ObjectKind, Permission, Reach};
use crate::web::Viewer;

#[derive(Clone)]
pub(super) struct Source {
    pub repo: Arc<Repo>,
    pub reach: Reach,
    pub url: String,
}

impl Source {
    /// Finds the repository if the caller may see it.
    pub fn find(ctx: &Context<'_>, full_name: &str) -> Result<Self, Failure> {
        Self::find_by(ctx, |repo| repo.settings.is_named(full_name))
            .ok_or_else(|| Failure::no_repository(full_name))
    }

    /// Finds it by a former name too.
    pub fn follow(ctx: &Context<'_>, full_name: &str) -> Result<Self, Failure> {
        Self::find(ctx, full_name).or_else(|failure| {
            let github = ctx.data_unchecked::<Arc<GitHub>>();
            let renamed = github.renamed(full_name).map(|repo| repo.settings.id);
            let found = renamed.and_then(|id| Self::find_by_id(ctx, id));
            found.ok_or(failure)
        })
    }

    pub fn find_by_id(ctx: &Context<'_>, id: u64) -> Option<Self> {
        Self::find_by(ctx, |repo| repo.settings.id == id)
    }

    fn find_by(ctx: &Context<'_>, is_wanted: impl Fn(&Repo) -> bool) -> Option<Self> {
        let mut seen = Self::all(ctx).into_iter();
        seen.find(|source| is_wanted(&source.repo))
    }

    /// Returns every repository that the caller may see.
    pub fn all(ctx: &Context<'_>) -> Vec<Self> {
        let github = ctx.data_unchecked::<Arc<GitHub>>();
        let seen = github.visible(ctx.data_unchecked::<Viewer>());
        seen.into_iter()
            .map(|(repo, reach)| Source {
                repo: Arc::new(repo),
                reach,
                url: github.url.clone(),
            })
            .collect()
    }

    /// Returns the caller's role; an App has none.
    pub fn permission(&self) -> Option<Permission> {
        (!self.reach.is_app).then_some(self.reach.role)
    }

    /// Refuses what is not public while single sign-on is missing, and what the token was not given.
    pub fn readable(&self) -> Result<(), Failure> {
        if self.repo.settings.private && self.reach.sso.is_some() {
            return Err(Failure::needs_sso());
        }
        self.may_read("contents")
    }

    /// Refuses what the token was not given; what is public may be seen by all.
    pub fn may_read(&self, permission: &str) -> Result<(), Failure> {
        match self.reach.may(permission, Access::Read) {
            true => Ok(()),
            false => Err(Failure::forbidden(self.reach.token)),
        }
    }

    /// Returns the address of a page below the repository's.
    pub fn page(&self, path: &str) -> Uri {
        Uri(format!("{}{}", self.url, self.resource(path).0))
    }

    /// Returns the same without the host.
    pub fn resource(&self, path: &str) -> Uri {
        Uri(format!("/{}{path}", self.repo.settings.full_name()))
    }

    pub fn object_id(&self, kind: ObjectType, oid: Oid) -> ID {
        let kind = match kind {
            ObjectType::Blob => ObjectKind::Blob,
            ObjectType::Tree => ObjectKind::Tree,
            ObjectType::Tag => ObjectKind::Tag,
            _ => ObjectKind::Commit,
        };
        let id = NodeId::Object(kind, self.repo.settings.id, oid.to_string());
        ID(id.encode())
    }
}
