//! What people ask for, carried out: the approval is checked, the intent kept, the commit made and its truth recorded.
//!
//! Each of `create`, `initialise`, `repair`, `relocate` (with `follow_branch`), `remove`, `validate` and `make_plan` is what one route asks for;
//! the other files are what they have in common.

mod approve;
mod begin;
mod claim;
mod create;
mod deleted;
mod draft;
mod follow_branch;
mod forget;
mod full_scan;
mod ids;
mod initialise;
mod lost_rows;
mod make_plan;
mod member_repositories;
mod near_branches;
mod pull_request;
mod relocate;
mod remove;
mod repair;
mod report;
mod repository_claims;
mod restore;
mod resume;
mod root_write;
mod settle;
pub(crate) mod share;
mod stale_read;
mod task;
mod validate;
mod visibility;
mod write;
mod write_and_record;
mod write_error;
mod write_outcome;
mod writer;

pub(crate) use approve::require_possible_branch;
pub(crate) use claim::claim_holder;
pub(crate) use create::create;
pub(crate) use forget::forget_record;
pub(crate) use ids::Ids;
pub(crate) use initialise::initialise;
pub(crate) use lost_rows::find_rows;
pub(crate) use make_plan::make_plan;
pub(crate) use member_repositories::{MemberRepositories, member_repositories};
pub(crate) use near_branches::{near_branches, with_near_branches};
pub(crate) use relocate::relocate;
pub(crate) use remove::remove;
pub(crate) use repair::repair;
pub(crate) use restore::{IfForgotten, LineOutcome, restore};
pub(crate) use validate::validate;
pub(crate) use write_error::WriteError;
pub use writer::{Accepted, Writer};
