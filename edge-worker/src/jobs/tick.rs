//! What each tick of the clock begins (`[triggers]` of wrangler.toml).

use super::queue::{Job, enqueue};
use crate::host::Host;

/// What each tick puts into the queue. Each is worked by itself, so that none keeps another from being done, and none uses up what
/// another may ask.
fn duties() -> Vec<Job> {
    vec![Job::AskAboutApp { round: 0 }, Job::Schedule]
}

/// Puts what is due into the queue. What could not be put there is in the log, and comes again with the next tick.
pub async fn tick(host: &impl Host) {
    let _ = enqueue(host, &duties(), 0).await;
}
