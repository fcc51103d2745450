//! Webhooks: what happened is found by comparing with what was known, put into a payload, signed, and sent to an
//! address of this machine. Nothing is tried again by itself, as on GitHub; deliveries are kept and can be redelivered.

mod deliver;
mod installed;
mod payload;
mod watch;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::runtime::Handle;

use crate::app::APP_ID;
use crate::github::GitHub;
use crate::state::{Installation, PullRequest};
use crate::web::timestamp;
pub(crate) use deliver::{is_loopback, redeliver, send};
pub(crate) use payload::ping;
pub(crate) use watch::look;

/// Somebody who wants to be told.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub id: u64,
    pub target: Target,
    pub config: HookConfig,
    /// Event names; `*` for all.
    pub events: Vec<String>,
    pub active: bool,
    pub created_at_s: i64,
}

/// What a hook belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A repository by its number.
    Repository(u64),
    /// An App by its number: it is told about everything where it is installed.
    App(u64),
}

/// Where deliveries go, and what signs them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookConfig {
    /// An address of this machine.
    pub url: String,
    /// The key of `X-Hub-Signature-256`; without it nothing is signed.
    #[serde(default)]
    pub secret: Option<String>,
}

/// A delivery, as it was sent and answered.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub id: u64,
    /// The same for every delivery of one event.
    pub guid: String,
    pub hook: u64,
    pub event: String,
    pub payload: Value,
    pub redelivery: bool,
    pub delivered_at_s: i64,
    pub duration_s: f64,
    /// What came back; 0 where nothing did.
    pub status_code: u16,
}

/// Hooks and deliveries, and what was known when they were last looked at. They are gone when the stand-in ends.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    inner: Mutex<Inner>,
    /// Where deliveries are sent from.
    pub runtime: OnceLock<Handle>,
    /// One looks at a time.
    looking: Mutex<()>,
}

#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub hooks: Vec<Hook>,
    pub deliveries: Vec<Delivery>,
    known: HashMap<u64, Known>,
    /// The App's installations as they were, with the repositories that each covered; none before they were looked at.
    installed: Option<BTreeMap<u64, Installed>>,
    last_id: u64,
}

/// An installation as it was, and the repositories that it covered.
pub(super) type Installed = (Installation, BTreeSet<u64>);

/// A repository as it was.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    references: BTreeMap<String, String>,
    pulls: Vec<PullRequest>,
    is_private: bool,
    is_archived: bool,
    name: String,
}

/// Gives the App that is there from the start a hook, in the place of an earlier one.
pub(crate) fn hook_app(github: &Arc<GitHub>, config: HookConfig) -> bool {
    if !is_loopback(&config.url) {
        return false;
    }
    let hook = {
        let mut inner = github.hooks.lock();
        inner
            .hooks
            .retain(|hook| hook.target != Target::App(APP_ID));
        let hook = Hook {
            id: inner.next_id(),
            target: Target::App(APP_ID),
            config,
            events: vec!["*".to_owned()],
            active: true,
            created_at_s: OffsetDateTime::now_utc().unix_timestamp(),
        };
        inner.hooks.push(hook.clone());
        hook
    };
    // What is there now is not news.
    look(github, None);
    let (url, created_at) = (
        format!("{}/app/hook", github.url),
        timestamp(hook.created_at_s),
    );
    let mut config = json!({"url": hook.config.url, "content_type": "json", "insecure_ssl": "0"});
    if hook.config.secret.is_some() {
        config["secret"] = json!("********");
    }
    let shown = json!({
        "type": "App", "id": hook.id, "name": "web", "active": true, "events": ["*"], "app_id": APP_ID, "config": config,
        "created_at": created_at, "updated_at": created_at, "url": url,
        "ping_url": format!("{url}/pings"), "deliveries_url": format!("{url}/deliveries"),
    });
    send(github, &hook, "ping", ping(github, &hook, shown, None));
    true
}

/// Sends the App an event.
pub(crate) fn emit(github: &Arc<GitHub>, event: &str, payload: Value) {
    let hooks = github.hooks.lock().hooks.clone();
    for hook in hooks
        .iter()
        .filter(|hook| hook.target == Target::App(APP_ID))
    {
        send(github, hook, event, payload.clone());
    }
}

impl Hooks {
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn reset(&self) {
        let mut inner = self.lock();
        let last_id = inner.last_id;
        *inner = Inner {
            last_id,
            ..Inner::default()
        };
    }
}

impl Inner {
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}
