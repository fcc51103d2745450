//! Rate limits: what a caller has used, has left, and is refused.
//!
//! The primary limit is 5,000 requests an hour, 60 without a token; a 304 is free. The secondary limit is 80
//! content-creating requests a minute and 500 an hour. Both can be set smaller for a caller.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const WINDOW_S: i64 = 3600;
const MINUTE_S: i64 = 60;

/// What GitHub counts separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    Core,
    Graphql,
}

/// What a caller has used and has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    pub limit: u32,
    pub used: u32,
    /// Seconds since 1970.
    pub reset: i64,
}

/// How much a caller may do; what is not given is as on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// REST requests until the reset.
    pub core: u32,
    /// GraphQL points until the reset.
    pub graphql: u32,
    /// Content-creating requests a minute.
    pub content_per_minute: usize,
    /// Content-creating requests an hour.
    pub content_per_hour: usize,
    /// How far away the next reset is, in seconds.
    pub reset_in_s: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            core: 5000,
            graphql: 5000,
            content_per_minute: 80,
            content_per_hour: 500,
            reset_in_s: WINDOW_S,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Meter {
    usage_of: Mutex<HashMap<(Option<String>, Resource), Usage>>,
    limits: Mutex<HashMap<String, Limits>>,
    /// When a caller created content, in seconds since 1970, within the last hour.
    created: Mutex<HashMap<Option<String>, VecDeque<i64>>>,
}

impl Resource {
    pub fn name(self) -> &'static str {
        match self {
            Resource::Core => "core",
            Resource::Graphql => "graphql",
        }
    }
}

impl Usage {
    pub fn remaining(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

impl Meter {
    /// Counts `points` and returns where the caller stands now.
    pub fn charge(&self, account: Option<String>, resource: Resource, points: u32) -> Usage {
        let now = now_s();
        let limits = self.limits_of(account.as_deref());
        let limit = match (resource, account.is_some()) {
            (_, false) => 60,
            (Resource::Core, true) => limits.core,
            (Resource::Graphql, true) => limits.graphql,
        };
        let fresh = Usage {
            limit,
            used: 0,
            reset: now + limits.reset_in_s,
        };
        let mut usage_of = locked(&self.usage_of);
        let usage = usage_of.entry((account, resource)).or_insert(fresh);
        if usage.reset <= now {
            *usage = fresh;
        }
        // What is refused is not counted.
        usage.used = (usage.used + points).min(limit);
        *usage
    }

    /// Counts a content-creating request, or returns after how many seconds the next one is taken.
    pub fn create(&self, account: Option<String>) -> Result<(), i64> {
        let now = now_s();
        let limits = self.limits_of(account.as_deref());
        let mut all = locked(&self.created);
        let created = all.entry(account).or_default();
        while created.front().is_some_and(|at| *at <= now - WINDOW_S) {
            created.pop_front();
        }
        for (most, window) in [
            (limits.content_per_minute, MINUTE_S),
            (limits.content_per_hour, WINDOW_S),
        ] {
            let within = created.iter().filter(|at| **at > now - window);
            if within.clone().count() >= most {
                let first = within.min().copied().unwrap_or(now);
                return Err((first + window - now).max(1));
            }
        }
        created.push_back(now);
        Ok(())
    }

    /// Sets a caller's limits, and starts counting again.
    pub fn limit(&self, account: &str, limits: Limits) {
        let key = Some(account.to_owned());
        locked(&self.usage_of).retain(|(known, _), _| *known != key);
        locked(&self.created).remove(&key);
        locked(&self.limits).insert(account.to_owned(), limits);
    }

    pub fn reset(&self) {
        locked(&self.usage_of).clear();
        locked(&self.created).clear();
        locked(&self.limits).clear();
    }

    fn limits_of(&self, account: Option<&str>) -> Limits {
        let limits = locked(&self.limits);
        let known = account.and_then(|account| limits.get(account));
        known.cloned().unwrap_or_default()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now_s() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

/// Writes seconds since 1970 as GitHub writes moments: `2026-01-01T00:00:00Z`.
pub(crate) fn timestamp(seconds: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let text = moment.and_then(|moment| moment.format(&Rfc3339).ok());
    text.unwrap_or_default()
}
