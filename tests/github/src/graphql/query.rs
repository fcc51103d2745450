//! The root of every query.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object};

use super::failure::{Failure, null_if_failed};
use super::rate_limit::RateLimit;
use super::reference::Ref;
use super::repository::Repository;
use super::source::Source;
use super::user::User;
use crate::github::GitHub;
use crate::state::NodeId;
use crate::web::Viewer;

pub(super) struct Query;

/// Whatever has an id of its own; what clients look up is served.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub(super) enum Node {
    Ref(Ref),
    Repository(Repository),
}

#[Object]
impl Query {
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<User> {
        let viewer = ctx.data_unchecked::<Viewer>();
        let github = ctx.data_unchecked::<Arc<GitHub>>();
        let account = viewer.user().map_err(|error| error.to_string())?.clone();
        Ok(User::new(account, github))
    }

    async fn repository(
        &self,
        ctx: &Context<'_>,
        owner: String,
        name: String,
        #[graphql(name = "followRenames", default_with = "Some(true)")] follow_renames: Option<
            bool,
        >,
    ) -> Option<Repository> {
        let full_name = format!("{owner}/{name}");
        let found = match follow_renames {
            Some(false) => Source::find(ctx, &full_name),
            _ => Source::follow(ctx, &full_name),
        };
        null_if_failed(ctx, found).map(Repository)
    }

    async fn node(&self, ctx: &Context<'_>, id: ID) -> Option<Node> {
        let node = find(ctx, &id);
        let message = format!(
            "Could not resolve to a node with the global id of '{}'",
            id.0
        );
        let failure = Failure::new("NOT_FOUND", message);
        null_if_failed(ctx, node.ok_or(failure))
    }

    async fn rate_limit(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "dryRun", default_with = "Some(false)")] _dry_run: Option<bool>,
    ) -> Option<RateLimit> {
        Some(RateLimit::read(ctx))
    }
}

fn find(ctx: &Context<'_>, id: &ID) -> Option<Node> {
    match NodeId::decode(id)? {
        NodeId::Repository(id) => Some(Node::Repository(Repository(Source::find_by_id(ctx, id)?))),
        NodeId::Ref(id, name) => {
            let source = Source::find_by_id(ctx, id)?;
            Some(Node::Ref(Ref::find(&source, &name).ok()??))
        }
        _ => None,
    }
}
