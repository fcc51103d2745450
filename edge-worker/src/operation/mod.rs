//! What people ask for, carried out: the approval is checked, the intent kept, the commit made and its truth recorded.

mod access;
mod approve;
mod begin;
mod carry_out;
mod claim;
mod ending;
mod idempotent;
mod late;
pub(crate) mod look;
mod proposal;
mod reservation;
mod root_write;
pub(crate) mod share;
mod turn;
mod write;

pub(crate) use access::{Fabric, Readable, load, may, public_copy, pushed_by, readable};
pub(crate) use approve::{Agreed, approved_plan, may_begin};
pub(crate) use begin::{begin, visibility};
pub(crate) use carry_out::{Stopped, Task, carry_out};
pub(crate) use claim::{claim, claim_if_free, claimed, could_claim};
pub(crate) use idempotent::once;
pub(crate) use late::read_no_older;
pub(crate) use proposal::{notice_pull_request, target};
pub(crate) use reservation::ask_about_claims;
pub(crate) use root_write::{RootEnding, RootWrite, approved_root, confirm};
pub(crate) use turn::jittered;
