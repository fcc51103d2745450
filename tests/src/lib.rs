//! What the flow tests stand on: the Worker's router on a native host, with real SQLite, against the stand-in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod checked;
mod clone;
mod crowd;
mod deliveries;
mod host;
pub mod hostile;
mod objects;
pub mod openapi;
mod pusher;
mod sockets;
pub mod trace;
mod world;

pub use checked::Checked;
pub use clone::Clone;
pub use crowd::{Crowd, fabric_of};
pub use deliveries::{Delivered, Hook, WEBHOOK_SECRET, signature};
pub use host::{KvMood, NativeHost, SharedHost};
pub use objects::Database;
pub use pusher::Pusher;
pub use sockets::Socket;
pub use world::{Answer, Person, World, fields_of};

/// Runs futures at once on this thread.
pub async fn join_all<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = futures
        .into_iter()
        .map(|future| (Box::pin(future), None))
        .collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut pending {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if pending.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    pending.into_iter().filter_map(|(_, done)| done).collect()
}
