//! Which writes share one commit: those of one person, and those of several where GitHub would treat all of them, and the App, alike.

use super::item::Item;
use super::memory::{Token, Writer};
use super::turn::Turn;
use crate::Secret;
use crate::github::app::installation_token;
use crate::host::Host;
use crate::objects::repository::write_queue::QueuedWrite;

/// The most writes in one commit: each costs two messages to its fabric, and one run of the object may ask at most
/// [`crate::host::MOST_ASKED`] times, GitHub included.
pub(super) const MOST: usize = 20;
/// After how many tries that found the branch moved on the next ones are of half as many writes: the less is sent, the sooner GitHub
/// has it.
const TRIES_A_SIZE: u32 = 3;
/// What GitHub said of what a person may do counts as asked just now for so long.
pub(super) const PERMISSION_MS: u64 = 60_000;

/// The writes whose turn it is.
pub(super) enum Batch {
    Alone(Box<Turn>),
    /// They share a commit, which is made with this token.
    Together(Vec<Turn>, Token),
    /// The first one is of another version.
    Unreadable,
}

/// Tells whether somebody else's commit may carry a write.
pub(super) fn is_anybodys(item: &Item, now_ms: u64) -> bool {
    item.is_for_all && item.can_share() && now_ms.saturating_sub(item.started_ms) <= PERMISSION_MS
}

/// Chooses from the writes that wait, of which the first can be carried out.
pub(super) async fn batch(writer: &Writer, host: &impl Host, kept: &[QueuedWrite]) -> Batch {
    let mut turns = kept.iter().filter_map(|write| turn(writer, write));
    let first = match (kept.first(), turns.next()) {
        (Some(write), Some(first)) if first.item.operation == write.operation => first,
        _ => return Batch::Unreadable,
    };
    let can_share =
        |turn: &Turn| turn.item.can_share() && !must_be_alone(writer, &turn.item.operation);
    let most = most_together(writer.tries(&first.item.operation));
    if !can_share(&first) || most < 2 {
        return Batch::Alone(Box::new(first));
    }
    let others =
        turns.filter(|turn| can_share(turn) && turn.item.spec.branch == first.item.spec.branch);
    let others: Vec<Turn> = others.collect();
    let person = first.item.person.id;
    let now_ms = host.now_ms();
    let is_of_all = |turn: &Turn| is_anybodys(&turn.item, now_ms);
    let has_app = matches!(first.token, Token::App(_));
    let is_mixed = has_app
        || others
            .iter()
            .any(|turn| turn.item.person.id != person && is_of_all(turn));
    let app = match is_mixed && is_of_all(&first) {
        true => app_token(host, &first).await,
        false => None,
    };
    let may_join = |turn: &Turn| match (&app, &turn.token) {
        (Some(_), _) => is_of_all(turn),
        (None, Token::Person(_)) => !has_app && turn.item.person.id == person,
        (None, Token::App(_)) => false,
    };
    let mut together = vec![first];
    for turn in others {
        let is_other = |known: &Turn| known.item.fabric != turn.item.fabric;
        if together.len() < most && may_join(&turn) && together.iter().all(is_other) {
            together.push(turn);
        }
    }
    if together.len() == 1 {
        return match together.pop() {
            Some(only) => Batch::Alone(Box::new(only)),
            None => Batch::Unreadable,
        };
    }
    let mut people = together.iter().map(|turn| turn.item.person.id);
    let is_of_one = people.all(|id| id == person);
    let token = match app {
        // Whoever is alone in it is its author.
        Some(app) if has_app || !is_of_one => Token::App(app),
        _ => together[0].token.clone(),
    };
    Batch::Together(together, token)
}

/// How many writes share the next try.
fn most_together(tries: u32) -> usize {
    MOST.checked_shr(tries / TRIES_A_SIZE).unwrap_or(0)
}

fn turn(writer: &Writer, write: &QueuedWrite) -> Option<Turn> {
    let waiting = writer.waiting.borrow();
    let known = waiting.get(&write.operation)?;
    let item: Item = serde_json::from_str(&write.item).ok()?;
    Some(Turn {
        item: Item {
            has_begun: known.has_begun,
            ..item
        },
        token: known.token.clone(),
        seen: known.seen.clone(),
    })
}

/// What an object that is no more left is looked for first, and what failed together is tried alone.
fn must_be_alone(writer: &Writer, operation: &str) -> bool {
    let waiting = writer.waiting.borrow();
    let known = waiting.get(operation);
    known.is_none_or(|waiting| waiting.is_left || waiting.is_alone)
}

/// The App's token for the repository, if it is installed there.
async fn app_token(host: &impl Host, turn: &Turn) -> Option<Secret> {
    if let Token::App(token) = &turn.token {
        return Some(token.clone());
    }
    let wanted = [("contents", "write")];
    installation_token(host, &turn.item.name, &wanted)
        .await
        .ok()
        .flatten()
}
