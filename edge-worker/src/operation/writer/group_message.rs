//! What a commit says that carries several writes: a line and a trailer for each, and whose they are.

use std::collections::BTreeMap;

use shared::git::ObjectId;
use shared::record::OperationKind;

use super::item::Item;
use crate::config::Config;
use crate::github::CommitMessage;
use crate::operation::write::headline;

/// The message of a commit of these writes, each with the head from before it. One that the App makes names everybody whose write it
/// carries.
pub(super) fn group_message(
    config: &Config,
    items: Vec<(&Item, ObjectId)>,
    is_apps: bool,
) -> CommitMessage {
    let is_repair = |(item, _): &(&Item, ObjectId)| item.kind == OperationKind::Repair;
    let repairs = items.iter().filter(|item| is_repair(item)).count();
    let verb = match repairs {
        0 => "Initialise",
        all if all == items.len() => "Repair",
        _ => "Initialise and repair",
    };
    let people: BTreeMap<u64, String> = items
        .iter()
        .map(|(item, _)| (item.person.id, co_author(config, item)))
        .collect();
    CommitMessage {
        headline: format!("{verb} GitOps directories of {} fabrics", items.len()),
        lines: items
            .iter()
            .map(|(item, before)| format!("- {}", headline(&item.spec, item.kind, *before)))
            .collect(),
        co_authors: match is_apps {
            true => people.into_values().collect(),
            false => Vec::new(),
        },
        operations: items
            .iter()
            .map(|(item, _)| item.operation.clone())
            .collect(),
    }
}

/// A person as GitHub knows them by their address that receives nothing, whatever they call themselves.
fn co_author(config: &Config, item: &Item) -> String {
    let (id, login) = (item.person.id, &item.person.login);
    let host = config
        .github_url
        .split_once("://")
        .map_or("github.com", |(_, host)| host);
    format!("{login} <{id}+{login}@users.noreply.{host}>")
}
