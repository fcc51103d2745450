//! What people ask for, carried out: the approval is checked, the intent kept, the commit made and its truth recorded.

mod approve;
mod begin;
mod claim;
mod full_scan;
mod idempotent;
mod pull_request;
mod report;
mod repository_claims;
mod root_write;
pub(crate) mod share;
mod stale_read;
mod task;
mod write;
mod write_and_record;
mod write_error;
mod write_lock;
mod write_outcome;

pub(crate) use approve::{Agreed, approved_plan, may_begin};
pub(crate) use begin::{begin, visibility};
pub(crate) use claim::{claim, claim_holder, claim_if_free, could_claim};
pub(crate) use full_scan::list_contents;
pub(crate) use idempotent::once;
pub(crate) use pull_request::{notice_pull_request, write_target};
pub(crate) use report::{report_after_write, report_of_branch};
pub(crate) use repository_claims::ask_about_claims;
pub(crate) use root_write::{RootOutcome, RootWrite, approved_root, confirm_unless_draft};
pub(crate) use stale_read::read_at_least;
pub(crate) use task::Task;
pub(crate) use write_and_record::{Stopped, write_and_record};
pub(crate) use write_error::WriteError;
