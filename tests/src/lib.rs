//! What the flow tests stand on: the Worker's router on a native host, with real SQLite, against the stand-in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on should stop"
)]

mod checked;
mod clone;
mod host;
mod objects;
mod world;

pub use checked::Checked;
pub use clone::Clone;
pub use host::NativeHost;
pub use objects::Database;
pub use world::{Answer, Person, World};
