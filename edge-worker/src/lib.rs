//! Hedgerow's Worker: the API, the commit protocol and the fabric records.
//!
//! **Invariant.** Everything outside `cloudflare` knows neither workerd nor JavaScript: the router, the objects and
//! the GitHub client speak `http` types and a small [`host::Host`], so tests run the same code natively.

mod access;
mod admission;
mod api_error;
mod badge;
mod conditional;
pub mod config;
mod deliveries;
mod digest;
mod draft;
mod github;
mod heard;
mod heartbeat;
pub mod host;
mod html;
mod idempotency;
pub mod jobs;
pub mod objects;
mod observed_host;
mod operation;
mod operator;
mod pull_request_check;
mod recent;
mod repository_id;
mod request;
mod request_log;
mod response;
mod route_table;
mod router;
mod routes;
mod secret;
mod security_headers;
mod server_page;
mod session;
#[doc(hidden)]
pub mod test_support;
mod timestamp;
mod wire;

#[cfg(target_arch = "wasm32")]
mod cloudflare;

pub use operation::{Accepted, Writer};
pub use route_table::{ROUTES, Route};
pub use router::handle;
pub use secret::Secret;
