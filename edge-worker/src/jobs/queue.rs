//! What can be put into the queue of jobs.

use serde::{Deserialize, Serialize};

use crate::github::webhook::Delivery;
use crate::host::{Host, NotQueued};

/// A job: one JSON of at most 2 KB, without a token and without content of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Job {
    /// GitHub said that something happened.
    Delivery(Box<Delivery>),
}

/// The most jobs that a queue takes at once.
const AT_ONCE: usize = 100;

/// Puts jobs into the queue, to be worked in so many seconds at the earliest.
///
/// # Errors
/// [`NotQueued`] where none of the last hundred was taken, which is in the log.
pub(crate) async fn enqueue(host: &impl Host, jobs: &[Job], delay_s: u32) -> Result<(), NotQueued> {
    for jobs in jobs.chunks(AT_ONCE) {
        let texts: Result<Vec<String>, _> = jobs.iter().map(serde_json::to_string).collect();
        let texts = texts.map_err(|error| NotQueued(error.to_string()))?;
        host.enqueue(&texts, delay_s).await.inspect_err(|error| {
            let line = serde_json::json!({ "event": "jobs_not_queued", "jobs": jobs.len(), "error": error.to_string() });
            host.log(&line.to_string());
        })?;
    }
    Ok(())
}
