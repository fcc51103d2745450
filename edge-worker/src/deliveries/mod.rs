//! What follows from what GitHub says of its own accord.
//!
//! **Invariant.** A delivery is a hint: which fabrics to look at. What is recorded is what GitHub answers when it is asked; only that
//! a repository is no longer for everybody counts at once.

mod about_app;
mod accept;
mod by_hand;
mod claims;
mod once;
mod work;

pub(crate) use about_app::{AppNote, ask_about_app};
pub(crate) use accept::{Hook, jobs_of};
pub(crate) use by_hand::{EVENTS, is_of_repository, webhook_of};
pub(crate) use claims::claims_of;
pub(crate) use work::work;
