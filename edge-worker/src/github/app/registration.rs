//! What GitHub says of the App as it is registered: an App of before was registered with less than is asked for by now, and only
//! people can change that.

use std::collections::BTreeMap;

use http::Method;
use serde::Deserialize;

use super::manifest::{EVENTS, PERMISSIONS};
use super::{call, proof};
use crate::github::GithubError;
use crate::github::client::Repeat;
use crate::host::Host;

#[derive(Deserialize)]
struct Registered {
    /// Older servers do not say it.
    client_id: Option<String>,
    permissions: BTreeMap<String, String>,
    events: Vec<String>,
    #[serde(default)]
    slug: String,
    owner: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    login: String,
    #[serde(rename = "type")]
    kind: String,
}

/// What an App lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lacks {
    /// Where its owner changes that, below GitHub's web address.
    pub settings: Vec<String>,
    /// Each with the access that is needed.
    pub permissions: Vec<(&'static str, &'static str)>,
    pub events: Vec<&'static str>,
}

/// What the App lacks of what its manifest asks for by now; none where there is no App that proves itself.
pub(crate) async fn lacks(host: &impl Host) -> Result<Option<Lacks>, GithubError> {
    let Some((app, proof)) = proof(host).await? else {
        return Ok(None);
    };
    let registered: Option<Registered> = call(
        host,
        Method::GET,
        "/app",
        Some(&proof),
        None,
        Repeat::Freely,
        |found: &Registered| {
            let of = found.client_id.as_ref();
            of.is_none_or(|of| *of == app.client_id)
        },
    )
    .await?;
    Ok(registered.map(|registered| lacking(&registered)))
}

/// The page of an App's permissions and events; nothing where it is not known whose it is.
fn settings(registered: &Registered) -> Vec<String> {
    let Some(owner) = &registered.owner else {
        return Vec::new();
    };
    let of_owner = match owner.kind.as_str() {
        "Organization" => vec!["organizations", owner.login.as_str()],
        _ => Vec::new(),
    };
    let page = ["settings", "apps", registered.slug.as_str(), "permissions"];
    of_owner
        .into_iter()
        .chain(page)
        .map(str::to_owned)
        .collect()
}

fn lacking(registered: &Registered) -> Lacks {
    let has = |name: &str, needed: &str| {
        let access = registered.permissions.get(name).map(String::as_str);
        access == Some(needed) || matches!(access, Some("write" | "admin"))
    };
    let permissions = PERMISSIONS.into_iter();
    let events = EVENTS.into_iter();
    Lacks {
        settings: settings(registered),
        permissions: permissions
            .filter(|(name, needed)| !has(name, needed))
            .collect(),
        events: events
            .filter(|event| !registered.events.iter().any(|known| known == event))
            .collect(),
    }
}
