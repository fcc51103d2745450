//! Whoever carries something out says every few seconds that it still does, so that nobody waits long for the dead.

use std::pin::pin;
use std::task::Poll;

use crate::host::Host;

/// Carries `work` out, and says at every beat until its end that it is under way.
pub(crate) async fn with_heartbeat<T>(
    host: &impl Host,
    say: impl AsyncFn(),
    work: impl Future<Output = T>,
) -> T {
    let beats = async {
        loop {
            host.beat().await;
            say().await;
        }
    };
    let (mut work, mut beats) = (pin!(work), pin!(beats));
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(value),
        Poll::Pending => beats.as_mut().poll(context),
    })
    .await
}
