//! `GET /api/health`

use http::StatusCode;
use serde_json::Value;
use shared::api::{Configuration, FailedJob, Health, JobsHealth};
use shared::fabric::LAYOUT_VERSION;

use crate::config::Config;
use crate::deliveries::AppNote;
use crate::host::Host;
use crate::objects::index::Operator;
use crate::operator::{known_to_operator, require_operator_key};
use crate::request::Request;
use crate::response::{Response, json};
use crate::timestamp::rfc3339;

/// Says that the Worker runs, which version it is, whether its secrets can be used, and how it fares with what is done without a
/// request: where the storage does not say, nothing.
pub(crate) async fn get_health(host: &impl Host, request: &Request) -> Response {
    let config = host.config();
    let known = known_to_operator(host).await;
    let is_operator = require_operator_key(config, request).is_ok();
    let health = Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        layout_version: LAYOUT_VERSION,
        configuration: Some(configuration(config)),
        jobs: Some(jobs(host, known.as_ref(), is_operator)),
        app: known.as_ref().and_then(AppNote::of).map(|note| note.health),
    };
    json(StatusCode::OK, &health)
}

fn configuration(config: &Config) -> Configuration {
    match config {
        config if config.session_keys.is_empty() => Configuration::NobodyCanSignIn,
        config if !config.unused_secrets.is_empty() => Configuration::SecretNotUsed,
        _ => Configuration::Ok,
    }
}

fn jobs(host: &impl Host, known: Option<&Operator>, is_operator: bool) -> JobsHealth {
    let failed = known.map(|known| known.failed.as_slice());
    let last = failed.and_then(|failed| failed.first());
    let all = failed.filter(|_| is_operator);
    JobsHealth {
        queue: host.has_queue(),
        failed: failed.map(<[_]>::len),
        last_failed_at: last.map(|(at_ms, _)| rfc3339(*at_ms)),
        failed_jobs: all.map(|all| all.iter().map(failed_job).collect()),
    }
}

fn failed_job((at_ms, about): &(u64, String)) -> FailedJob {
    let about: Value = serde_json::from_str(about).unwrap_or_default();
    let text = |name: &str| about[name].as_str().map(str::to_owned);
    FailedJob {
        at: rfc3339(*at_ms),
        job: text("job").unwrap_or_default(),
        delivery: text("delivery"),
        github_event: text("github_event"),
        repository_number: about["repository_number"].as_u64(),
    }
}
