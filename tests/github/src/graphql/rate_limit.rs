//! The caller's GraphQL allowance.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};

use super::scalars::DateTime;
use crate::github::GitHub;
use crate::web::{Resource, Viewer};

#[derive(SimpleObject)]
pub(super) struct RateLimit {
    cost: i32,
    limit: i32,
    node_count: i32,
    remaining: i32,
    reset_at: DateTime,
    used: i32,
}

impl RateLimit {
    pub fn read(ctx: &Context<'_>) -> Self {
        let github = ctx.data_unchecked::<Arc<GitHub>>();
        let account = ctx.data_unchecked::<Viewer>().account();
        let usage = github.meter.charge(account, Resource::Graphql, 0);
        // This request is charged when it is answered, and shown as charged already.
        RateLimit {
            cost: 1,
            limit: usage.limit as i32,
            node_count: 0,
            remaining: usage.remaining().saturating_sub(1) as i32,
            reset_at: DateTime(usage.reset),
            used: usage.used as i32 + 1,
        }
    }
}
