//! What GitHub says of its own accord: how it proves that it said so, and what is read of it.
//!
//! **Invariant.** Nothing of a delivery is read before its signature was compared, and none of it is believed: it says what to ask
//! GitHub about.

mod payload;
mod signature;

pub(crate) use payload::{AppNamed, Event, Push, Told, read};
pub(crate) use signature::is_signed;
