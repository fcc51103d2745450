//! One delivery: signed over its raw bytes, sent once, and written down with what came back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::Value;
use time::OffsetDateTime;

use super::{Delivery, Hook, Target};
use crate::github::GitHub;

/// GitHub waits no longer for a 2xx.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells whether an address is one of this machine; the stand-in sends nothing anywhere else.
pub(crate) fn is_loopback(url: &str) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri
        .as_ref()
        .filter(|uri| uri.scheme_str() == Some("http"))
        .and_then(Uri::host);
    host.is_some_and(|host| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let address = host.parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

/// Sends an event to a hook that wants it.
pub(crate) fn send(github: &Arc<GitHub>, hook: &Hook, event: &str, payload: Value) {
    let wants = hook
        .events
        .iter()
        .any(|wanted| wanted == "*" || wanted == event);
    if hook.active && (wants || event == "ping") {
        start(github, hook, event, payload, guid(), false);
    }
}

/// Sends a delivery again, under the same GUID; tells whether it is known.
pub(crate) fn redeliver(github: &Arc<GitHub>, id: u64) -> bool {
    let (delivery, hook) = {
        let inner = github.hooks.lock();
        let delivery = inner
            .deliveries
            .iter()
            .find(|known| known.id == id)
            .cloned();
        let hook = delivery.as_ref().and_then(|delivery| {
            inner
                .hooks
                .iter()
                .find(|hook| hook.id == delivery.hook)
                .cloned()
        });
        (delivery, hook)
    };
    let (Some(delivery), Some(hook)) = (delivery, hook) else {
        return false;
    };
    start(
        github,
        &hook,
        &delivery.event,
        delivery.payload,
        delivery.guid,
        true,
    );
    true
}

fn start(
    github: &Arc<GitHub>,
    hook: &Hook,
    event: &str,
    payload: Value,
    guid: String,
    redelivery: bool,
) {
    let Some(runtime) = github.hooks.runtime.get() else {
        return;
    };
    let (github, hook, event) = (github.clone(), hook.clone(), event.to_owned());
    runtime.spawn(async move {
        let began = Instant::now();
        let body = Bytes::from(payload.to_string());
        let sent = post(&hook, &event, &guid, body);
        let status_code = tokio::time::timeout(PATIENCE, sent).await.ok().flatten();
        let mut inner = github.hooks.lock();
        let id = inner.next_id();
        inner.deliveries.push(Delivery {
            id,
            guid,
            hook: hook.id,
            event,
            payload,
            redelivery,
            delivered_at_s: OffsetDateTime::now_utc().unix_timestamp(),
            duration_s: began.elapsed().as_secs_f64(),
            status_code: status_code.unwrap_or(0),
        });
    });
}

/// Posts the payload and returns the status, if anybody answered.
async fn post(hook: &Hook, event: &str, guid: &str, body: Bytes) -> Option<u16> {
    let target = match hook.target {
        Target::Repository(_) => "repository",
        Target::App(_) => "integration",
    };
    let mut request = Request::post(&hook.config.url)
        .header("content-type", "application/json")
        .header("user-agent", "GitHub-Hookshot/standin")
        .header("x-github-event", event)
        .header("x-github-delivery", guid)
        .header("x-github-hook-id", hook.id)
        .header("x-github-hook-installation-target-type", target);
    if let Some(secret) = &hook.config.secret {
        request = request.header("x-hub-signature-256", signature(secret, &body));
    }
    let request = request.body(Full::new(body)).ok()?;
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request).await.ok()?;
    let status = answer.status().as_u16();
    answer.into_body().collect().await.ok()?;
    Some(status)
}

/// Returns `sha256=` and the HMAC of the raw bytes.
fn signature(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, body);
    let hex: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256={hex}")
}

fn guid() -> String {
    let mut bytes = [0; 16];
    // The system's randomness is there from its start on.
    let filled = SystemRandom::new().fill(&mut bytes);
    debug_assert!(filled.is_ok());
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From GitHub's documentation on validating deliveries.
    #[test]
    fn deliveries_are_signed_as_github_documents_it() {
        let signed = signature("It's a Secret to Everybody", b"Hello, World!");
        let known = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert_eq!(signed, format!("sha256={known}"));
    }

    #[test]
    fn nothing_is_sent_to_other_machines() {
        for url in [
            "http://localhost:1/x",
            "http://127.0.0.1:1",
            "http://[::1]:1/",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "http://example.com",
            "http://10.0.0.1",
            "https://localhost",
            "ftp://localhost",
            "x",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
