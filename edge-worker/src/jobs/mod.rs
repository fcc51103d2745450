//! Work without a request: jobs from the queue, and what each tick of the clock puts into it.
//!
//! **Invariant.** A job may come twice, late, or in another order than it was queued in: what it does is right whenever it is done,
//! and done again it changes nothing.

pub(crate) mod queue;
mod tick;
mod work;

pub use queue::Worked;
pub use tick::tick;
pub use work::{bury, work};

/// How often a job is tried again before it counts as failed for good; `max_retries` of the queue.
pub const MOST_RETRIES: u32 = 30;
