//! Repositories.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};

use super::connection::{Connection, Page};
use super::failure::{Failure, null_if_failed};
use super::object::GitObject;
use super::pull_request::{Filter, PullRequest, PullRequestConnection, PullRequestState};
use super::reference::Ref;
use super::scalars::{GitObjectId, Uri};
use super::source::Source;
use super::user::RepositoryOwner;
use crate::git::expression;
use crate::github::GitHub;
use crate::state::{NodeId, Permission};
use crate::web::Viewer;

pub(super) struct Repository(pub Source);

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum RepositoryPermission {
    Admin,
    Maintain,
    Read,
    Triage,
    Write,
}

#[allow(clippy::too_many_arguments, reason = "GitHub's schema has them")]
#[Object]
impl Repository {
    pub(super) async fn id(&self, ctx: &Context<'_>) -> ID {
        let viewer = ctx.data_unchecked::<Viewer>();
        let settings = &self.0.repo.settings;
        let id = NodeId::of_repository(settings.id, settings.node_ids, viewer.asks_for_next_ids);
        ID(id)
    }

    pub(super) async fn database_id(&self) -> Option<i32> {
        Some(self.0.repo.settings.id as i32)
    }

    pub(super) async fn name(&self) -> String {
        self.0.repo.settings.name.clone()
    }

    pub(super) async fn name_with_owner(&self) -> String {
        self.0.repo.settings.full_name()
    }

    pub(super) async fn owner(&self, ctx: &Context<'_>) -> Result<RepositoryOwner> {
        let github = ctx.data_unchecked::<Arc<GitHub>>();
        let owner = github.user(&self.0.repo.settings.owner);
        let owner = owner.ok_or("the owner is gone")?;
        Ok(RepositoryOwner::new(owner, &self.0.url))
    }

    pub(super) async fn url(&self) -> Uri {
        self.0.page("")
    }

    pub(super) async fn resource_path(&self) -> Uri {
        self.0.resource("")
    }

    pub(super) async fn is_private(&self) -> bool {
        self.0.repo.settings.private
    }

    pub(super) async fn is_archived(&self) -> bool {
        self.0.repo.settings.archived
    }

    pub(super) async fn is_empty(&self) -> Result<bool> {
        Ok(self.0.repo.is_empty()?)
    }

    pub(super) async fn viewer_permission(&self) -> Option<RepositoryPermission> {
        self.0.permission().map(|permission| match permission {
            Permission::Admin => RepositoryPermission::Admin,
            Permission::Maintain => RepositoryPermission::Maintain,
            Permission::Write => RepositoryPermission::Write,
            Permission::Triage => RepositoryPermission::Triage,
            Permission::Read => RepositoryPermission::Read,
        })
    }

    pub(super) async fn default_branch_ref(&self, ctx: &Context<'_>) -> Result<Option<Ref>> {
        if null_if_failed(ctx, self.0.readable()).is_none() {
            return Ok(None);
        }
        let name = format!("refs/heads/{}", self.0.repo.settings.default_branch);
        Ok(Ref::find(&self.0, &name)?)
    }

    #[graphql(name = "ref")]
    pub(super) async fn reference(
        &self,
        ctx: &Context<'_>,
        qualified_name: String,
    ) -> Result<Option<Ref>> {
        if null_if_failed(ctx, self.0.readable()).is_none() {
            return Ok(None);
        }
        Ok(Ref::find(&self.0, &qualified_name)?)
    }

    pub(super) async fn refs(
        &self,
        ctx: &Context<'_>,
        ref_prefix: String,
        query: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Option<Connection<Ref>> {
        let page = Page {
            first,
            after,
            last,
            before,
        };
        let all = self.0.readable();
        let mut all = all.and_then(|()| Ok(Ref::all(&self.0, &ref_prefix)?));
        if let (Some(query), Ok(all)) = (&query, &mut all) {
            // GitHub finds what contains the query, whatever the case.
            let query = query.to_lowercase();
            all.retain(|found: &Ref| {
                found.full_name().to_lowercase()[ref_prefix.len()..].contains(&query)
            });
        }
        let connection = all.and_then(|all| page.of("refs", all));
        null_if_failed(ctx, connection)
    }

    pub(super) async fn pull_request(&self, ctx: &Context<'_>, number: i32) -> Option<PullRequest> {
        let all = PullRequest::all(ctx, &self.0, &Filter::default());
        let found = all.and_then(|all| {
            let found = all.into_iter().find(|pull| pull.is_number(number));
            let message =
                format!("Could not resolve to a PullRequest with the number of {number}.");
            found.ok_or_else(|| Failure::new("NOT_FOUND", message))
        });
        null_if_failed(ctx, found)
    }

    pub(super) async fn pull_requests(
        &self,
        ctx: &Context<'_>,
        head_ref_name: Option<String>,
        base_ref_name: Option<String>,
        states: Option<Vec<PullRequestState>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<PullRequestConnection> {
        let page = Page {
            first,
            after,
            last,
            before,
        };
        let filter = Filter {
            head: head_ref_name,
            base: base_ref_name,
            states,
        };
        let all = PullRequest::all(ctx, &self.0, &filter)?;
        Ok(page.of("pullRequests", all)?.into())
    }

    /// Whatever does not resolve is null.
    pub(super) async fn object(
        &self,
        ctx: &Context<'_>,
        expression: Option<String>,
        oid: Option<GitObjectId>,
    ) -> Result<Option<GitObject>> {
        if null_if_failed(ctx, self.0.readable()).is_none() {
            return Ok(None);
        }
        let repo = self.0.repo.open()?;
        let object = match (&expression, oid) {
            (_, Some(oid)) => repo.find_object(oid.0, None).ok(),
            (Some(expression), None) => expression::resolve(&repo, expression),
            (None, None) => None,
        };
        let path = expression.as_deref().and_then(|text| text.split_once(':'));
        let path = path.map_or("", |(_, path)| path.trim_end_matches('/'));
        Ok(object.and_then(|object| GitObject::new(&self.0, &object, path)))
    }
}
