//! Registering a GitHub App: the manifest that GitHub is sent, and what it says of the App that it made of it.

use std::collections::BTreeMap;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::call;
use crate::github::GithubError;
use crate::github::client::Repeat;
use crate::host::Host;

/// What the App may do where it is installed.
pub(super) const PERMISSIONS: [(&str, &str); 6] = [
    ("checks", "write"),
    ("contents", "write"),
    ("deployments", "read"),
    ("metadata", "read"),
    ("pull_requests", "write"),
    ("statuses", "write"),
];

/// What GitHub tells the App. Installations and revoked sign-ins it tells every App, and takes no App that asks for them.
pub(super) const EVENTS: [&str; 7] = [
    "check_run",
    "check_suite",
    "deployment_status",
    "pull_request",
    "push",
    "repository",
    "status",
];

/// What GitHub says about an App that was registered just now.
#[derive(Deserialize)]
pub(crate) struct RegisteredApp {
    pub id: u64,
    pub slug: String,
    pub client_id: String,
    pub client_secret: String,
    pub webhook_secret: Option<String>,
    pub pem: String,
    pub html_url: String,
}

impl RegisteredApp {
    /// Whether its secrets are text that can be pasted into a terminal: nothing in them ends the paste or is acted on.
    fn has_plain_secrets(&self) -> bool {
        let is_plain = |secret: &str| {
            let mut bytes = secret.bytes();
            bytes.all(|byte| matches!(byte, b' '..=b'~' | b'\n'))
        };
        let webhook_secret = self.webhook_secret.as_deref();
        is_plain(&self.client_secret) && is_plain(&self.pem) && webhook_secret.is_none_or(is_plain)
    }
}

/// The manifest of an App for the Hedgerow at `origin`, as JSON.
pub(crate) fn manifest(origin: &str) -> String {
    // GitHub refuses hooks that it cannot reach.
    let is_reachable = origin.starts_with("https://");
    let mut manifest = json!({
        "name": "Hedgerow",
        "url": origin,
        "redirect_url": format!("{origin}/setup/callback"),
        "callback_urls": [format!("{origin}/api/auth/callback")],
        // Who installs the App comes back to the page that led there.
        "setup_url": format!("{origin}/api/auth/callback"),
        "setup_on_update": true,
        "public": false,
        "request_oauth_on_install": false,
        "default_permissions": BTreeMap::from(PERMISSIONS),
    });
    if is_reachable {
        let hook = format!("{origin}/api/webhooks/github");
        manifest["hook_attributes"] = json!({ "url": hook, "active": true });
        manifest["default_events"] = json!(EVENTS);
    }
    manifest.to_string()
}

/// Registers the App whose manifest GitHub took, and gives what GitHub says about it; none if the code is not known.
pub(crate) async fn convert_manifest(
    host: &impl Host,
    code: &str,
) -> Result<Option<RegisteredApp>, GithubError> {
    call(
        host,
        Method::POST,
        &format!("/app-manifests/{code}/conversions"),
        None,
        None,
        // A code is good for one answer.
        Repeat::Never,
        |made: &RegisteredApp| !made.client_id.is_empty() && made.has_plain_secrets(),
    )
    .await
}
