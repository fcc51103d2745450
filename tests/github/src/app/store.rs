//! Apps, and what is under way with them: codes, refresh tokens, manifests. It is gone when the stand-in ends.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::state::Access;

/// A registered App.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub id: u64,
    pub slug: String,
    pub name: String,
    pub owner: String,
    pub url: String,
    pub client_id: String,
    pub client_secret: String,
    /// Where people may come back to; any address of this machine where none is given.
    pub callbacks: Vec<String>,
    pub permissions: BTreeMap<String, Access>,
    pub events: Vec<String>,
}

/// A person said yes; the App may take a token for it, once.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub client_id: String,
    pub login: String,
    pub redirect_uri: String,
    /// The S256 challenge, where the App sent one.
    pub challenge: Option<String>,
    pub until_s: i64,
}

/// What gets the next pair of tokens.
#[derive(Clone, Debug)]
pub(super) struct Refresh {
    pub client_id: String,
    pub login: String,
    /// The access token that ends with it.
    pub access: String,
}

/// Everything about Apps.
#[derive(Debug)]
pub(crate) struct Apps(Mutex<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub apps: Vec<App>,
    pub codes: HashMap<String, Code>,
    pub refresh: HashMap<String, Refresh>,
    /// Apps that somebody wants to register, by the code that registers them.
    pub manifests: HashMap<String, App>,
    /// Every secret that was given out, also those that are no longer valid, and those that Apps proved codes with.
    pub issued: Vec<String>,
}

impl Default for Apps {
    fn default() -> Self {
        Self(Mutex::new(Inner {
            apps: vec![super::seeded()],
            codes: HashMap::new(),
            refresh: HashMap::new(),
            manifests: HashMap::new(),
            issued: Vec::new(),
        }))
    }
}

impl Apps {
    /// Changes an App, if it is known.
    pub fn change(&self, id: u64, change: impl FnOnce(&mut App)) {
        let mut inner = self.lock();
        if let Some(app) = inner.apps.iter_mut().find(|app| app.id == id) {
            change(app);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every secret that was given out for an App, and the App's own; of its private key one line.
    pub fn secrets(&self) -> Vec<String> {
        let inner = self.lock();
        let key_line = super::PRIVATE_KEY.lines().nth(1).unwrap_or_default();
        let own = inner.apps.iter().map(|app| app.client_secret.clone());
        own.chain(inner.issued.iter().cloned())
            .chain([key_line.to_owned()])
            .collect()
    }

    /// The App with this number.
    pub fn by_id(&self, id: u64) -> Option<App> {
        let inner = self.lock();
        inner.apps.iter().find(|app| app.id == id).cloned()
    }

    /// Tells whether a text holds one of these.
    pub fn leaks(&self, text: &str) -> bool {
        self.secrets()
            .iter()
            .any(|secret| text.contains(secret.as_str()))
    }

    /// Forgets everything but the App from the start.
    pub fn reset(&self) {
        let Apps(fresh) = Apps::default();
        *self.lock() = fresh.into_inner().unwrap_or_else(PoisonError::into_inner);
    }
}

impl Inner {
    pub fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }
}

impl App {
    /// Tells whether people may be sent back there.
    pub fn takes(&self, redirect_uri: &str) -> bool {
        if !self.callbacks.is_empty() {
            return self.callbacks.iter().any(|known| known == redirect_uri);
        }
        ["http://localhost:", "http://127.0.0.1:"]
            .iter()
            .any(|start| redirect_uri.starts_with(start))
    }
}

/// Something nobody can guess: 160 random bits in hexadecimal.
pub(super) fn random(prefix: &str) -> String {
    use ring::rand::{SecureRandom, SystemRandom};
    let mut bytes = [0; 20];
    // The system's randomness is there from its start on.
    let filled = SystemRandom::new().fill(&mut bytes);
    debug_assert!(filled.is_ok());
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}{hex}")
}

/// Seconds since 1970.
pub(super) fn now_s() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}
