//! Rate counters: how much of the hour's allowance a caller has used. Nothing is refused yet; faults do that.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const WINDOW_S: i64 = 3600;

/// What GitHub counts separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    Core,
    Graphql,
}

/// What a caller has used and has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub limit: u32,
    pub used: u32,
    /// Seconds since 1970.
    pub reset: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Meter {
    readings: Mutex<HashMap<(Option<String>, Resource), Reading>>,
}

impl Resource {
    pub fn name(self) -> &'static str {
        match self {
            Resource::Core => "core",
            Resource::Graphql => "graphql",
        }
    }
}

impl Reading {
    pub fn remaining(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

impl Meter {
    /// Counts `points` and returns where the caller stands now.
    pub fn charge(&self, account: Option<String>, resource: Resource, points: u32) -> Reading {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let limit = if account.is_some() { 5000 } else { 60 };
        let fresh = Reading {
            limit,
            used: 0,
            reset: now + WINDOW_S,
        };
        let mut readings = self.readings();
        let key = (account, resource);
        let reading = readings.entry(key).or_insert(fresh);
        if reading.reset <= now {
            *reading = fresh;
        }
        reading.used += points;
        *reading
    }

    pub fn reset(&self) {
        self.readings().clear();
    }

    fn readings(&self) -> MutexGuard<'_, HashMap<(Option<String>, Resource), Reading>> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes seconds since 1970 as GitHub writes moments: `2026-01-01T00:00:00Z`.
pub(crate) fn timestamp(seconds: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let text = moment.and_then(|moment| moment.format(&Rfc3339).ok());
    text.unwrap_or_default()
}
