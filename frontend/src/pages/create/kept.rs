//! What this tab keeps of a draft: the fields after the page was left, and a commit whose end nobody has seen.

use serde::{Deserialize, Serialize};
use shared::api::CreateFabric;

use crate::browser;

const DRAFT: &str = "hedgerow-draft";
const SENT: &str = "hedgerow-sent";

/// For how long what became of a commit can be asked for by sending it once more, in milliseconds; the Worker keeps the
/// answer for longer than that.
const ASKED_FOR_MS: i64 = 10 * 60 * 1000;

/// The fragment of the address. Where it is empty, the draft that this tab was left with takes its place.
pub fn fragment() -> (String, bool) {
    let fragment = browser::fragment();
    if fragment.len() > 1 {
        return (fragment, false);
    }
    match browser::tab_kept(DRAFT) {
        Some(draft) => {
            browser::replace_fragment(&draft);
            (draft, true)
        }
        None => (fragment, false),
    }
}

/// Keeps a draft for when the page is left, or forgets it.
pub fn keep(fragment: Option<&str>) {
    browser::tab_keep(DRAFT, fragment);
}

/// Tells whether a commit was sent whose end nobody has seen.
pub fn is_open() -> bool {
    browser::tab_kept(SENT).is_some()
}

/// Forgets the commit that was sent.
pub fn ended() {
    browser::tab_keep(SENT, None);
}

/// A commit that was sent.
#[derive(Serialize, Deserialize)]
pub struct Sent {
    /// Who approved it.
    pub login: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What was sent.
    pub body: CreateFabric,
}

impl Sent {
    /// The one that this tab keeps, while its end can be asked for.
    pub fn kept() -> Option<Self> {
        let sent: Self = serde_json::from_str(&browser::tab_kept(SENT)?).ok()?;
        (browser::now_ms() - sent.at_ms < ASKED_FOR_MS).then_some(sent)
    }

    /// Keeps it until its end is known.
    pub fn keep(&self) {
        if let Ok(text) = serde_json::to_string(self) {
            browser::tab_keep(SENT, Some(&text));
        }
    }
}
