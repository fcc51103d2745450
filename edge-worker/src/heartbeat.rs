//! Whoever carries something out says every few seconds that it still does, so that nobody waits long for the dead.

use std::future::poll_fn;
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
        host.beat().await;
        loop {
            // One that is not heard is followed by another, in time.
            until(host.beat(), say()).await;
        }
    };
    until(work, beats).await
}

/// Carries `work` out, and `meanwhile` as far as it comes.
async fn until<T, U>(work: impl Future<Output = T>, meanwhile: impl Future<Output = U>) -> T {
    let (mut work, mut meanwhile) = (pin!(work), pin!(meanwhile));
    let mut is_over = false;
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Pending if is_over => Poll::Pending,
        Poll::Pending => {
            is_over = meanwhile.as_mut().poll(context).is_ready();
            Poll::Pending
        }
        ready => ready,
    })
    .await
}
