//! The GitHub client: the only place that knows GitHub's addresses and JSON. It knows neither Hedgerow's types on the
//! wire nor its HTTP answers (`crate::wire`, `crate::api_error`).

pub(crate) mod app;
mod blob;
mod branch_rules;
mod branches;
mod check_runs;
mod client;
mod commit;
mod commit_statuses;
mod directory_ids;
mod error;
mod error_from_answer;
mod etag_cache;
mod exchange;
mod find_commit;
mod graphql;
mod ids_at_both;
mod lacking;
mod last_commits;
pub(crate) mod listings;
pub(crate) mod oauth;
mod proposed_merge;
mod pulls;
mod repositories;
mod repository;
mod repository_access;
mod repository_of;
mod rule_violation;
mod snapshot;
mod target;
mod token_rights;
mod tree;
mod viewer;
pub(crate) mod visibility;
pub(crate) mod webhook;

pub(crate) use blob::Blob;
pub(crate) use branch_rules::BranchRules;
pub(crate) use branches::Branches;
pub(crate) use check_runs::{CheckRun, Conclusion, NewCheckRun};
pub(crate) use client::Github;
pub(crate) use commit::{Author, CommitFailure, CommitMessage, NewCommit, SeenCommit, Start};
pub(crate) use commit_statuses::{NewStatus, SeenStatus, StatusState};
pub(crate) use directory_ids::{AskedBranch, Budget, SeenBranch};
pub(crate) use error::GithubError;
pub(crate) use find_commit::Found;
pub(crate) use proposed_merge::{Merge, ProposedMerge};
pub(crate) use pulls::{NewPull, Pull, PullState};
pub(crate) use repositories::MemberRepository;
pub(crate) use repository::Repository;
pub(crate) use repository_of::repository_of;
pub(crate) use rule_violation::RuleSubject;
pub(crate) use snapshot::{Approved, BaseBranch, BranchSnapshot, PROPOSALS};
pub(crate) use target::Target;
pub(crate) use viewer::Viewer;

/// How Hedgerow calls itself; GitHub refuses requests without a name.
pub(crate) const USER_AGENT_NAME: &str = concat!("hedgerow/", env!("CARGO_PKG_VERSION"));
