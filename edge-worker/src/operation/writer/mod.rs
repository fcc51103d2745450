//! One writer a repository: the writes of all people to it, one commit at a time, carried out by the `REPOSITORY` object itself.
//!
//! A request gives its write away and waits. The object keeps it ([`crate::objects::repository::write_queue`]) and works what it has
//! kept off by its alarm, so that a caller that goes away changes nothing, and an object that is no more goes on where it was.
//! A person's token is in memory alone, as long as their write waits.
//!
//! **Invariant.** Nobody waits for the dead: there is no lock, only what this object itself has under way.

mod carry_out;
mod group;
mod group_message;
mod item;
mod left_behind;
mod memory;
mod message;
mod share;
mod submit;
mod turn;
mod work;

pub(super) use item::{Change, DirectoryChange, Seen};
pub use memory::{Accepted, Writer};
pub(super) use message::Over;
pub(super) use submit::{Submission, await_earlier};
