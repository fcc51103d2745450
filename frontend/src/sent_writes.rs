//! The writes that this tab sent and has no answer to. Each is kept below its id from before it is sent, so that a repeat,
//! also after a reload, carries the same key and cannot write twice. (A row of an imported list keeps its write itself.)

use crate::browser;
use crate::storage::{self, Key};
use model::sent_write::{SentWrite, write_id};

/// Keeps a write that is about to be sent, and has its page repeat it by itself where `by` names who sent it.
pub fn keep(route: String, body: String, by: String) -> SentWrite {
    let before = find(&write_id(&route, &body));
    let sent = SentWrite {
        route,
        body,
        key: before.map_or_else(browser::random_key, |before| before.key),
        by,
        at_ms: browser::now_ms(),
    };
    let text = serde_json::to_string(&sent).ok();
    storage::write(Key::SentWrite(&sent.id()), text.as_deref());
    sent
}

/// The write of an id, where it has no answer.
pub fn find(id: &str) -> Option<SentWrite> {
    let text = storage::read(Key::SentWrite(id))?;
    Some(SentWrite::read(&text))
}

/// Forgets a write that was answered.
pub fn forget(sent: &SentWrite) {
    storage::write(Key::SentWrite(&sent.id()), None);
}
