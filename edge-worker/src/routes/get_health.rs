//! `GET /api/health`

use http::StatusCode;
use shared::api::Health;
use shared::fabric::LAYOUT_VERSION;

use crate::response::{Response, json};

/// Says that the Worker runs, and which version it is.
pub(crate) fn get_health() -> Response {
    let health = Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        layout_version: LAYOUT_VERSION,
    };
    json(StatusCode::OK, &health)
}
