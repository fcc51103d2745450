//! `SESSION`: a session's sealed token; in an object of the person, whatever the session, the answers to writes that may be
//! repeated, and which drafts they have.

mod drafts;
mod keys;
mod of_person;
mod watched;

use serde::{Deserialize, Serialize};
use shared::api::{RepositoryChoice, SignInMethod, User};
use shared::names::FabricId;
use shared::problem::Explanation;

use super::{Class, Message, ObjectError, Row, Sql, Value};

pub(super) use watched::{end_again, ended, ends_session, to_end};

/// A session ends this long after it was opened, as its cookie does.
const SESSION_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// A renewal that says nothing for this long may be tried by another; longer than GitHub may take.
const RENEWAL_MS: u64 = 15_000;
/// Answers are kept this long.
const KEPT_FOR_MS: u64 = 24 * 60 * 60 * 1000;

/// How long GitHub's list of repositories is good for.
const REPOSITORIES_MS: u64 = 5 * 60 * 1000;
/// The same for one that lacks some, so that it is whole soon after GitHub lets the person see them.
const PARTIAL_MS: u64 = 60 * 1000;

/// What a session object can be asked.
#[derive(Serialize, Deserialize)]
pub(crate) enum SessionMessage {
    /// Keeps sealed tokens.
    Open { held: Held, now_ms: u64 },
    /// Gives the sealed tokens back.
    Get { now_ms: u64 },
    /// The tokens of this generation are about to end: may the asker renew them?
    BeginRenewal { generation: u64, now_ms: u64 },
    /// They were renewed.
    Renewed {
        generation: u64,
        sealed: String,
        expires_ms: Option<u64>,
    },
    /// They could not be renewed; another may try.
    NotRenewed { generation: u64 },
    /// A sign-in of an older version begins; `state` is the digest of what GitHub has to send back. Nothing is kept of it, since a
    /// request of somebody who is not signed in leaves nothing: they begin again.
    BeginLogin {
        sealed: String,
        state: String,
        now_ms: u64,
    },
    /// GitHub sent the person back: gives what was remembered, once.
    TakeLogin { state: String, now_ms: u64 },
    /// Keeps a sealed token of an installation.
    KeepInstallation { sealed: String, until_ms: u64 },
    /// Gives it back while it is good.
    Installation { now_ms: u64 },
    /// Gives the repositories that the person can see, if they were asked for a short time ago.
    Repositories { now_ms: u64 },
    /// Keeps the repositories that GitHub listed.
    KeepRepositories {
        repositories: RepositoryList,
        now_ms: u64,
    },
    /// The session ends, and with it its sockets, at the fabrics that are given back. From versions before [`Self::End`].
    Close,
    /// The session ends, and with it its sockets, which are called by this digest: its object asks their fabrics until they did.
    End { sockets: String, now_ms: u64 },
    /// A person opens a session of this name. Gives those that are too many then, the oldest first.
    KeepName { session: String, now_ms: u64 },
    /// Asks for the names of all sessions that a person has.
    Names { now_ms: u64 },
    /// The person's session of this name has ended.
    ForgetName { session: String },
    /// A socket of this session was opened at a fabric, and ends by then.
    Watches {
        fabric: FabricId,
        until_ms: u64,
        now_ms: u64,
    },
    /// A write begins under an idempotency key; `fingerprint` tells requests apart.
    Begin {
        key: String,
        fingerprint: String,
        now_ms: u64,
        /// Who carries it out, and what it would be called; none from versions that give a key no ids.
        #[serde(default)]
        attempt: Option<Attempt>,
        /// Only asks what is known of the key: it begins elsewhere.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        looks: bool,
    },
    /// An attempt goes on: it is over at `until_ms` if nothing is heard of it until then.
    Renew {
        key: String,
        attempt: String,
        until_ms: u64,
    },
    /// The write was answered.
    Answered {
        key: String,
        status: u16,
        body: String,
    },
    /// The person is about to have a draft, of the few that everybody may have.
    KeepDraft {
        fabric: FabricId,
        /// Those that are no draft any more.
        gone: Vec<FabricId>,
        now_ms: u64,
    },
    /// The write was not carried out, so that the key may be used again.
    Abandon {
        key: String,
        /// Whose it is now; any, where none is given.
        #[serde(default)]
        attempt: Option<String>,
        /// Something may be left of it: a repeat goes on at once, and under the same ids.
        #[serde(default)]
        keeps_ids: bool,
    },
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SessionReply {
    Done,
    Session(Held),
    /// What was remembered of a sign-in, sealed.
    Login(String),
    /// An installation's token, sealed.
    Installation(String),
    /// There is no such session.
    Nobody,
    /// The fabrics at which it has sockets: those that end with it, or as many as it may have.
    Watched(Vec<FabricId>),
    /// The names of a person's sessions: of all, or of those that end, since there are too many.
    Names(Vec<String>),
    /// The repositories that GitHub listed.
    Repositories(RepositoryList),
    /// The key is new: carry the write out.
    New,
    /// The same write is under way.
    UnderWay,
    /// The same write was answered with this.
    Answered {
        status: u16,
        body: String,
    },
    /// The key was used for another request.
    OtherRequest,
    /// There are as many drafts as there may be: these, as far as is known here.
    Drafts(Vec<FabricId>),
    /// The same write was begun by somebody who is no more: go on with it.
    Resume {
        fabric: FabricId,
        operation: String,
    },
}

/// One try to carry a write out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// Tells tries apart.
    pub id: String,
    /// What a new fabric is called, unless the key has an id already.
    pub fabric: FabricId,
    /// The same for the operation.
    pub operation: String,
}

/// The repositories in which a person has a role, as GitHub listed them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum RepositoryList {
    /// All of them.
    Whole(Vec<ListedRepository>),
    /// What GitHub showed, and why the rest is left out.
    Partial {
        repositories: Vec<ListedRepository>,
        left_out: Vec<Explanation>,
    },
}

/// A repository in which a person has a role, as GitHub listed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListedRepository {
    /// What the person can choose.
    #[serde(flatten)]
    pub choice: RepositoryChoice,
    /// GitHub's number; none in a list from before numbers were kept.
    #[serde(default)]
    pub number: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// The tokens, sealed.
    pub sealed: String,
    pub user: User,
    pub method: SignInMethod,
    /// When the access token ends; none if it does not.
    pub expires_ms: Option<u64>,
    /// Grows with every renewal.
    pub generation: u64,
}

impl Message for SessionMessage {
    type Reply = SessionReply;
    const CLASS: Class = Class::Session;
}

pub(super) fn handle(sql: &impl Sql, message: SessionMessage) -> Result<SessionReply, ObjectError> {
    match message {
        SessionMessage::Open { held, now_ms } => {
            sql.run(
                "INSERT OR REPLACE INTO signed_in (one, held, generation, opened_ms) VALUES (1, ?, ?, ?)",
                &[
                    serde_json::to_string(&held)?.into(),
                    held.generation.into(),
                    now_ms.into(),
                ],
            )?;
            Ok(SessionReply::Done)
        }
        SessionMessage::Get { now_ms } => session(sql, now_ms),
        SessionMessage::BeginRenewal { generation, now_ms } => {
            begin_renewal(sql, generation, now_ms)
        }
        SessionMessage::Renewed {
            generation,
            sealed,
            expires_ms,
        } => renewed(sql, generation, sealed, expires_ms),
        SessionMessage::NotRenewed { generation } => {
            sql.run(
                "UPDATE signed_in SET renewing_until_ms = 0 WHERE generation = ?",
                &[generation.into()],
            )?;
            Ok(SessionReply::Done)
        }
        SessionMessage::BeginLogin { .. } => Ok(SessionReply::Done),
        SessionMessage::TakeLogin { state, now_ms } => {
            let rows = sql.run(
                "DELETE FROM short WHERE kind = 'login' AND state = ? AND until_ms > ? RETURNING sealed",
                &[state.into(), now_ms.into()],
            )?;
            Ok(first_text(&rows).map_or(SessionReply::Nobody, SessionReply::Login))
        }
        SessionMessage::KeepInstallation { sealed, until_ms } => {
            keep_installation(sql, sealed, until_ms)
        }
        SessionMessage::Installation { now_ms } => {
            let rows = sql.run(
                "SELECT sealed FROM short WHERE kind = 'installation' AND until_ms > ?",
                &[now_ms.into()],
            )?;
            Ok(first_text(&rows).map_or(SessionReply::Nobody, SessionReply::Installation))
        }
        SessionMessage::Repositories { now_ms } => {
            let oldest = now_ms.saturating_sub(REPOSITORIES_MS);
            let rows = sql.run(
                "SELECT list FROM repositories WHERE listed_ms > ?",
                &[oldest.into()],
            )?;
            Ok(match first_text(&rows) {
                Some(list) => SessionReply::Repositories(serde_json::from_str(&list)?),
                None => SessionReply::Nobody,
            })
        }
        SessionMessage::KeepRepositories {
            repositories,
            now_ms,
        } => {
            // Who signed out meanwhile leaves nothing.
            if held(sql)?.is_none() {
                return Ok(SessionReply::Nobody);
            }
            let list = serde_json::to_string(&repositories)?;
            // It ends as soon as a whole one that is so much older.
            let listed_ms = match repositories {
                RepositoryList::Whole(_) => now_ms,
                RepositoryList::Partial { .. } => {
                    (now_ms + PARTIAL_MS).saturating_sub(REPOSITORIES_MS)
                }
            };
            sql.run(
                "INSERT OR REPLACE INTO repositories (one, listed_ms, list) VALUES (1, ?, ?)",
                &[listed_ms.into(), list.into()],
            )?;
            Ok(SessionReply::Done)
        }
        SessionMessage::Close => {
            forget(sql)?;
            watched::give_back(sql)
        }
        SessionMessage::End { sockets, now_ms } => {
            forget(sql)?;
            watched::end(sql, &sockets, now_ms)?;
            Ok(SessionReply::Done)
        }
        SessionMessage::KeepName { session, now_ms } => of_person::keep(sql, &session, now_ms),
        SessionMessage::Names { now_ms } => of_person::names(sql, now_ms),
        SessionMessage::ForgetName { session } => of_person::forget(sql, &session),
        SessionMessage::Watches {
            fabric,
            until_ms,
            now_ms,
        } => match session(sql, now_ms)? {
            SessionReply::Session(_) => watched::keep(sql, &fabric, until_ms, now_ms),
            nobody => Ok(nobody),
        },
        SessionMessage::Begin {
            key,
            fingerprint,
            now_ms,
            attempt,
            looks,
        } => match looks {
            true => keys::look(sql, (&key, &fingerprint), attempt.as_ref(), now_ms),
            false => keys::begin(sql, (&key, &fingerprint), attempt.as_ref(), now_ms),
        },
        SessionMessage::Renew {
            key,
            attempt,
            until_ms,
        } => keys::renew(sql, &key, &attempt, until_ms),
        SessionMessage::Answered { key, status, body } => {
            sql.run(
                "UPDATE answers SET status = ?, body = ? WHERE key = ? AND status IS NULL",
                &[u64::from(status).into(), body.into(), key.into()],
            )?;
            Ok(SessionReply::Done)
        }
        SessionMessage::Abandon {
            key,
            attempt,
            keeps_ids,
        } => keys::abandon(sql, key, attempt, keeps_ids),
        SessionMessage::KeepDraft {
            fabric,
            gone,
            now_ms,
        } => drafts::keep(sql, &fabric, &gone, now_ms),
    }
}

/// Forgets the session.
fn forget(sql: &impl Sql) -> Result<(), ObjectError> {
    for table in ["signed_in", "repositories", "answers"] {
        sql.run(&format!("DELETE FROM {table}"), &[])?;
    }
    Ok(())
}

fn session(sql: &impl Sql, now_ms: u64) -> Result<SessionReply, ObjectError> {
    let oldest = now_ms.saturating_sub(SESSION_MS);
    let rows = sql.run(
        "SELECT held FROM signed_in WHERE opened_ms >= ?",
        &[oldest.into()],
    )?;
    Ok(match first_text(&rows) {
        Some(held) => SessionReply::Session(serde_json::from_str(&held)?),
        None => SessionReply::Nobody,
    })
}

/// What is kept, until when, and for how long.
const ENDS: [(&str, &str, u64); 4] = [
    ("signed_in", "opened_ms", SESSION_MS),
    ("short", "until_ms", 0),
    ("repositories", "listed_ms", REPOSITORIES_MS),
    ("answers", "begun_ms", KEPT_FOR_MS),
];

/// Deletes what has ended: sessions, sign-ins, tokens, lists and answers. Gives in how many milliseconds there is more to
/// delete; nothing where nothing is left.
///
/// # Errors
/// [`ObjectError`] where the database refuses.
pub fn sweep(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    for (table, column, kept_ms) in ENDS {
        sql.run(
            &format!("DELETE FROM {table} WHERE {column} + {kept_ms} <= ?"),
            &[now_ms.into()],
        )?;
    }
    next_alarm(sql, now_ms)
}

/// In how many milliseconds something ends.
pub(super) fn next_alarm(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    let ends = ENDS.map(|(table, column, kept_ms)| {
        format!("SELECT MIN({column}) + {kept_ms} AS until FROM {table}")
    });
    let ends = ends.join(" UNION ALL ");
    let rows = sql.run(&format!("SELECT MIN(until) FROM ({ends})"), &[])?;
    let end = rows.first().and_then(|row| row.first()?.number());
    Ok(end.map(|end| end.saturating_sub(now_ms)))
}

fn held(sql: &impl Sql) -> Result<Option<Held>, ObjectError> {
    let rows = sql.run("SELECT held FROM signed_in", &[])?;
    let text = first_text(&rows);
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// One request renews; the others wait for it.
fn begin_renewal(
    sql: &impl Sql,
    generation: u64,
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    let until_ms = now_ms + RENEWAL_MS;
    let won = sql.run(
        "UPDATE signed_in SET renewing_until_ms = ? WHERE generation = ? AND renewing_until_ms <= ? RETURNING one",
        &[until_ms.into(), generation.into(), now_ms.into()],
    )?;
    if !won.is_empty() {
        return Ok(SessionReply::New);
    }
    Ok(match held(sql)? {
        Some(held) if held.generation == generation => SessionReply::UnderWay,
        Some(held) => SessionReply::Session(held),
        None => SessionReply::Nobody,
    })
}

fn renewed(
    sql: &impl Sql,
    generation: u64,
    sealed: String,
    expires_ms: Option<u64>,
) -> Result<SessionReply, ObjectError> {
    let Some(held) = held(sql)? else {
        return Ok(SessionReply::Nobody);
    };
    if held.generation == generation {
        let held = Held {
            sealed,
            expires_ms,
            generation: generation + 1,
            ..held
        };
        sql.run(
            "UPDATE signed_in SET held = ?, generation = ?, renewing_until_ms = 0",
            &[serde_json::to_string(&held)?.into(), held.generation.into()],
        )?;
    }
    Ok(SessionReply::Done)
}

fn keep_installation(
    sql: &impl Sql,
    sealed: String,
    until_ms: u64,
) -> Result<SessionReply, ObjectError> {
    sql.run(
        "INSERT OR REPLACE INTO short (kind, sealed, state, until_ms) VALUES ('installation', ?, NULL, ?)",
        &[sealed.into(), until_ms.into()],
    )?;
    Ok(SessionReply::Done)
}

fn first_text(rows: &[Row]) -> Option<String> {
    let value = rows.first().and_then(|row| row.first());
    value.and_then(Value::text).map(String::from)
}
