//! Pull requests.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use git2::Oid;

use super::commit::Commit;
use super::connection::{Connection, PageInfo};
use super::failure::Failure;
use super::reference::Ref;
use super::repository::Repository;
use super::scalars::{DateTime, GitObjectId, Uri};
use super::source::Source;
use crate::github::GitHub;
use crate::rest::Pulls;
use crate::state::{self, NodeId, PullState};

#[derive(Clone)]
pub(super) struct PullRequest {
    source: Source,
    pull: state::PullRequest,
    head: Oid,
    base: Oid,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum PullRequestState {
    Closed,
    Merged,
    Open,
}

/// Whether a pull request could be merged; GitHub finds that out some time after it was asked first.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum MergeableState {
    Conflicting,
    Mergeable,
    Unknown,
}

/// A page of pull requests, which some clients read by its edges.
#[derive(SimpleObject)]
pub(super) struct PullRequestConnection {
    edges: Option<Vec<Option<PullRequestEdge>>>,
    nodes: Option<Vec<Option<PullRequest>>>,
    page_info: PageInfo,
    total_count: i32,
}

#[derive(SimpleObject)]
struct PullRequestEdge {
    cursor: String,
    node: Option<PullRequest>,
}

impl From<Connection<PullRequest>> for PullRequestConnection {
    fn from(connection: Connection<PullRequest>) -> Self {
        let nodes = connection.nodes;
        let first = connection.page_info.start_cursor.as_ref();
        let first: usize = first.and_then(|cursor| cursor.parse().ok()).unwrap_or(1);
        let edge = |(place, node): (usize, &Option<PullRequest>)| {
            Some(PullRequestEdge {
                cursor: (first + place).to_string(),
                node: node.clone(),
            })
        };
        let edges = nodes
            .as_ref()
            .map(|nodes| nodes.iter().enumerate().map(edge).collect());
        PullRequestConnection {
            edges,
            nodes,
            page_info: connection.page_info,
            total_count: connection.total_count,
        }
    }
}

/// Which pull requests are wanted; all where nothing is given.
#[derive(Default)]
pub(super) struct Filter {
    pub head: Option<String>,
    pub base: Option<String>,
    pub states: Option<Vec<PullRequestState>>,
}

impl PullRequest {
    /// Returns a repository's pull requests, oldest first.
    pub fn all(ctx: &Context<'_>, source: &Source, wanted: &Filter) -> Result<Vec<Self>, Failure> {
        source.readable()?;
        source.may_read("pull_requests")?;
        let github = ctx.data_unchecked::<Arc<GitHub>>();
        let failed = |error: crate::git::RepoError| Failure::new("INTERNAL", error.to_string());
        let mut pulls = Pulls::all(github, &source.repo).map_err(failed)?;
        pulls.retain(|pull| {
            let is =
                |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|it| it == name);
            let states = wanted.states.as_ref();
            is(&wanted.head, &pull.head)
                && is(&wanted.base, &pull.base)
                && states.is_none_or(|states| states.contains(&pull.state.into()))
        });
        let one = |pull: state::PullRequest| {
            Ok(PullRequest {
                source: source.clone(),
                head: Oid::from_str(&pull.head_oid)?,
                base: Oid::from_str(&pull.base_oid)?,
                pull,
            })
        };
        pulls.into_iter().map(one).collect()
    }

    pub fn is_number(&self, number: i32) -> bool {
        u64::try_from(number) == Ok(self.pull.number)
    }

    fn is_merged(&self) -> bool {
        self.pull.state == PullState::Merged
    }
}

impl From<PullState> for PullRequestState {
    fn from(state: PullState) -> Self {
        match state {
            PullState::Open => PullRequestState::Open,
            PullState::Closed => PullRequestState::Closed,
            PullState::Merged => PullRequestState::Merged,
        }
    }
}

#[Object]
impl PullRequest {
    pub(super) async fn id(&self) -> ID {
        ID(NodeId::Pull(self.source.repo.settings.id, self.pull.number).encode())
    }

    pub(super) async fn number(&self) -> i32 {
        self.pull.number as i32
    }

    pub(super) async fn url(&self) -> Uri {
        self.source.page(&format!("/pull/{}", self.pull.number))
    }

    pub(super) async fn title(&self) -> String {
        self.pull.title.clone()
    }

    pub(super) async fn body(&self) -> String {
        self.pull.body.clone().unwrap_or_default()
    }

    pub(super) async fn state(&self) -> PullRequestState {
        self.pull.state.into()
    }

    pub(super) async fn head_ref_name(&self) -> String {
        self.pull.head.clone()
    }

    pub(super) async fn base_ref(&self) -> Result<Option<Ref>, Failure> {
        Ok(Ref::find(
            &self.source,
            &format!("refs/heads/{}", self.pull.base),
        )?)
    }

    pub(super) async fn base_ref_name(&self) -> String {
        self.pull.base.clone()
    }

    pub(super) async fn head_ref_oid(&self) -> GitObjectId {
        GitObjectId(self.head)
    }

    pub(super) async fn base_ref_oid(&self) -> GitObjectId {
        GitObjectId(self.base)
    }

    pub(super) async fn merged(&self) -> bool {
        self.is_merged()
    }

    pub(super) async fn closed(&self) -> bool {
        self.pull.state != PullState::Open
    }

    pub(super) async fn is_draft(&self) -> bool {
        self.pull.draft
    }

    pub(super) async fn created_at(&self) -> DateTime {
        DateTime(self.pull.created_at_s)
    }

    pub(super) async fn closed_at(&self) -> Option<DateTime> {
        self.pull.closed_at_s.map(DateTime)
    }

    pub(super) async fn merged_at(&self) -> Option<DateTime> {
        self.pull
            .closed_at_s
            .filter(|_| self.is_merged())
            .map(DateTime)
    }

    pub(super) async fn is_cross_repository(&self) -> bool {
        self.pull.head_repository.is_some()
    }

    pub(super) async fn head_repository(&self, ctx: &Context<'_>) -> Option<Repository> {
        match self.pull.head_repository {
            Some(fork) => Source::find_by_id(ctx, fork).map(Repository),
            None => Some(Repository(self.source.clone())),
        }
    }

    pub(super) async fn mergeable(&self) -> MergeableState {
        match (self.pull.state, self.pull.test_merge.is_some()) {
            (PullState::Open, _) if self.source.repo.settings.merges_later => {
                MergeableState::Unknown
            }
            (PullState::Open, true) => MergeableState::Mergeable,
            (PullState::Open, false) => MergeableState::Conflicting,
            _ => MergeableState::Unknown,
        }
    }

    pub(super) async fn potential_merge_commit(&self) -> Option<Commit> {
        let oid = Oid::from_str(self.pull.test_merge.as_deref()?).ok()?;
        let source = self.source.clone();
        Some(Commit { source, oid })
    }

    pub(super) async fn merge_commit(&self) -> Option<Commit> {
        let oid = Oid::from_str(self.pull.merge_oid.as_deref()?).ok()?;
        let source = self.source.clone();
        Some(Commit { source, oid })
    }
}
