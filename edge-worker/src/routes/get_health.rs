//! `GET /api/health`

use http::StatusCode;
use shared::api::{Configuration, Health};
use shared::fabric::LAYOUT_VERSION;

use crate::config::Config;
use crate::response::{Response, json};

/// Says that the Worker runs, which version it is, and whether its secrets can be used.
pub(crate) fn get_health(config: &Config) -> Response {
    let health = Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        layout_version: LAYOUT_VERSION,
        configuration: Some(match config {
            config if config.session_keys.is_empty() => Configuration::NobodyCanSignIn,
            config if !config.unused_secrets.is_empty() => Configuration::SecretNotUsed,
            _ => Configuration::Ok,
        }),
    };
    json(StatusCode::OK, &health)
}
