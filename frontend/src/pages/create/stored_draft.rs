//! The draft that this tab was left with.

use crate::browser;
use crate::storage::{self, Key};

/// The fragment of the address. Where it is empty, the draft that this tab was left with takes its place.
pub fn fragment() -> (String, bool) {
    let fragment = browser::fragment();
    if fragment.len() > 1 {
        return (fragment, false);
    }
    match storage::read(Key::Draft) {
        Some(draft) => {
            browser::replace_fragment(&draft);
            (draft, true)
        }
        None => (fragment, false),
    }
}

/// Keeps a draft for when the page is left, or forgets it.
pub fn store(fragment: Option<&str>) {
    storage::write(Key::Draft, fragment);
}
