//! Which requests a fault delays, for clients that give up on them.

use std::collections::BTreeSet;

use tokio::sync::watch;

/// The requests that are delayed. A test waits for one of them instead of for a deadline: it comes however slow the machine
/// is, and never for a request that is answered.
#[derive(Clone, Default)]
pub struct Delays(watch::Sender<BTreeSet<String>>);

impl Delays {
    /// By its value a client recognises its request.
    pub const HEADER: &str = "x-standin-exchange";

    /// Waits until a fault delays the request with this value.
    pub async fn begin(&self, exchange: &str) {
        let mut delayed = self.0.subscribe();
        // The sender lives as long as this.
        let _ = delayed.wait_for(|delayed| delayed.contains(exchange)).await;
    }

    pub(crate) fn began(&self, exchange: &str) {
        self.0.send_modify(|delayed| {
            delayed.insert(exchange.to_owned());
        });
    }
}
