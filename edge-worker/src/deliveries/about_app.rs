//! What GitHub says of the App, once an hour: what it lacks, and which deliveries did not arrive, so that they are delivered again. GitHub
//! tries none again by itself, and forgets it after three days.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::api::AppHealth;

use crate::github::GithubError;
use crate::github::app::{Attempt, Lacks, failed_deliveries, lacks, redeliver};
use crate::host::{Host, ObjectUnavailable};
use crate::jobs::queue::{Delivery, Job, What, Work, Worked, enqueue};
use crate::objects::ask;
use crate::objects::index::{self, IndexMessage, IndexReply, Operator, OperatorMessage};
use crate::timestamp::{from_rfc3339, rfc3339};

/// The name of the note that says what was found.
const NOTE: &str = "app";
/// The clock ticks more often than GitHub has to be asked.
const ASKED_AGAIN_AFTER_MS: u64 = 55 * 60 * 1000;
/// How many pages of failed attempts are read at once, a hundred each.
const PAGES: usize = 5;
/// How many are delivered again at once, so that one invocation does not ask too often.
const AT_ONCE: usize = 30;
/// How often that is gone on with before the next hour.
const ROUNDS: u32 = 20;
/// What was longer than Hedgerow takes would be so again.
const TOO_LONG: u16 = 413;

/// What was found out.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct AppNote {
    pub health: AppHealth,
    /// Where its owner changes what it lacks, below GitHub's web address.
    pub settings: Vec<String>,
}

impl AppNote {
    /// What was found out last, if anything was.
    pub(crate) fn of(operator: &Operator) -> Option<Self> {
        serde_json::from_str(operator.notes.get(NOTE)?).ok()
    }
}

/// Asks GitHub about the App, if that was not done within the hour, and has delivered again what did not arrive.
pub(crate) async fn ask_about_app(host: &impl Host, round: u32) -> Worked {
    let app = host.config().app.as_ref();
    if app.is_none_or(|app| app.private_key.is_none()) {
        return Worked::Done;
    }
    match ask_and_redeliver(host, round).await {
        Ok(()) => Worked::Done,
        Err(error) => {
            let line = json!({ "event": "app_not_asked", "error": error.to_string() });
            host.log(&line.to_string());
            Worked::Again { after_s: 120 }
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum NotAsked {
    #[error("{0}")]
    Github(#[from] GithubError),
    #[error("{0}")]
    Storage(#[from] ObjectUnavailable),
    #[error("what was left for later was not queued")]
    NotQueued,
}

async fn ask_and_redeliver(host: &impl Host, round: u32) -> Result<(), NotAsked> {
    let before = noted(host).await?;
    let is_recent = |note: &AppNote| {
        let asked_ms = from_rfc3339(&note.health.checked_at).unwrap_or_default();
        host.now_ms() < asked_ms + ASKED_AGAIN_AFTER_MS
    };
    if round == 0 && before.as_ref().is_some_and(is_recent) {
        return Ok(());
    }
    let lacks = match lacks(host).await {
        Ok(lacks) => lacks.unwrap_or_default(),
        Err(GithubError::AppKey(error)) => {
            let line = json!({ "event": "app_key_refused", "error": error });
            host.log(&line.to_string());
            let mut refused = before.unwrap_or_default();
            refused.health.checked_at = rfc3339(host.now_ms());
            refused.health.key_is_taken = false;
            return note(host, &refused).await;
        }
        Err(error) => return Err(error.into()),
    };
    let failed = undelivered(host).await?;
    let health = AppHealth {
        checked_at: rfc3339(host.now_ms()),
        key_is_taken: true,
        missing_permissions: permissions(&lacks),
        missing_events: lacks
            .events
            .iter()
            .map(|event| (*event).to_owned())
            .collect(),
        undelivered: failed.len(),
    };
    let is_all = deliver_again(host, &failed).await?;
    let settings = lacks.settings;
    note(host, &AppNote { health, settings }).await?;
    if !is_all && round < ROUNDS {
        let next = Job::AskAboutApp { round: round + 1 };
        return enqueue(host, &[next], 5)
            .await
            .map_err(|_| NotAsked::NotQueued);
    }
    Ok(())
}

fn permissions(lacks: &Lacks) -> Vec<String> {
    let permissions = lacks.permissions.iter();
    permissions
        .map(|(name, access)| format!("{name}={access}"))
        .collect()
}

/// The last attempt of each delivery of which none arrived, the oldest first.
async fn undelivered(host: &impl Host) -> Result<Vec<Attempt>, NotAsked> {
    let mut last: BTreeMap<String, Attempt> = BTreeMap::new();
    let mut arrived = BTreeSet::new();
    let mut cursor = None;
    for _ in 0..PAGES {
        let Some(page) = failed_deliveries(host, cursor.as_deref()).await? else {
            break;
        };
        for attempt in page.list {
            if (200..300).contains(&attempt.status_code) {
                arrived.insert(attempt.guid);
                continue;
            }
            let known = last.get(&attempt.guid);
            if known.is_none_or(|known| known.at_ms < attempt.at_ms) {
                last.insert(attempt.guid.clone(), attempt);
            }
        }
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    let mut failed: Vec<_> = last
        .into_values()
        .filter(|attempt| !arrived.contains(&attempt.guid))
        .collect();
    failed.sort_by_key(|attempt| attempt.at_ms);
    Ok(failed)
}

/// Has delivered again what was not within the hour, as much as may be at once; tells whether that was all.
async fn deliver_again(host: &impl Host, failed: &[Attempt]) -> Result<bool, NotAsked> {
    if failed.is_empty() {
        return Ok(true);
    }
    let redeliver_message = OperatorMessage::Redeliver {
        // GitHub says the second.
        failed: failed
            .iter()
            .map(|attempt| (attempt.guid.clone(), attempt.at_ms + 999))
            .collect(),
        now_ms: host.now_ms(),
    };
    let due = match tell(host, redeliver_message).await? {
        IndexReply::Redeliver(guids) => guids,
        _ => Vec::new(),
    };
    let due: BTreeSet<String> = due.into_iter().collect();
    let due = failed.iter().filter(|attempt| due.contains(&attempt.guid));
    let due: Vec<&Attempt> = due.collect();
    let mut guids = Vec::new();
    let mut looks = Vec::new();
    let mut failure = None;
    for attempt in due.iter().take(AT_ONCE) {
        if attempt.status_code == TOO_LONG {
            looks.extend(look(host, attempt));
        } else if let Err(error) = redeliver(host, attempt.id).await {
            failure = Some(error);
            break;
        }
        guids.push(attempt.guid.clone());
    }
    if !guids.is_empty() {
        let line = json!({ "event": "delivered_again", "deliveries": guids.len(), "left": due.len() - guids.len() });
        host.log(&line.to_string());
    }
    enqueue(host, &looks, 0)
        .await
        .map_err(|_| NotAsked::NotQueued)?;
    let now_ms = host.now_ms();
    tell(host, OperatorMessage::Redelivered { guids, now_ms }).await?;
    match failure {
        Some(error) => Err(error.into()),
        None => Ok(due.len() <= AT_ONCE),
    }
}

/// What a delivery that is never taken may have been about: all fabrics of its repository.
fn look(host: &impl Host, attempt: &Attempt) -> Option<Job> {
    attempt.repository?;
    Some(Job::Delivery(Box::new(Delivery {
        guid: attempt.guid.clone(),
        event: attempt.event.clone(),
        repository: attempt.repository,
        told_ms: host.now_ms(),
        is_by_hand: false,
        work: Work::Repository {
            branch: None,
            what: What::Look { head: None },
        },
    })))
}

async fn tell(host: &impl Host, message: OperatorMessage) -> Result<IndexReply, NotAsked> {
    Ok(ask(host, index::NAME, &IndexMessage::Operator(message)).await?)
}

async fn noted(host: &impl Host) -> Result<Option<AppNote>, NotAsked> {
    Ok(match tell(host, OperatorMessage::Get).await? {
        IndexReply::Operator(operator) => AppNote::of(&operator),
        _ => None,
    })
}

async fn note(host: &impl Host, found: &AppNote) -> Result<(), NotAsked> {
    let note = OperatorMessage::Note {
        name: NOTE.to_owned(),
        text: serde_json::to_string(found).unwrap_or_default(),
    };
    tell(host, note).await.map(drop)
}
