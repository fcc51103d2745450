//! What this browser keeps for the page. Every key is in `model::storage_key`; what stands below it is never secret.

use leptos::prelude::window;
use model::storage_key::IMPORT_ROW;
pub use model::storage_key::Key;
use web_sys::Storage;

/// Preferences stay across visits; everything else across reloads of one tab.
fn storage(key: Key) -> Option<Storage> {
    match key {
        Key::Preference(_) => window().local_storage().ok()?,
        _ => tab(),
    }
}

/// What is kept below a key.
pub fn read(key: Key) -> Option<String> {
    storage(key)?.get_item(&key.name()).ok()?
}

/// Keeps a value, or forgets it, and tells whether it could; a browser that stores nothing is not an error.
pub fn write(key: Key, value: Option<&str>) -> bool {
    storage(key).is_some_and(|storage| {
        let name = key.name();
        let written = match value {
            Some(value) => storage.set_item(&name, value),
            None => storage.remove_item(&name),
        };
        written.is_ok()
    })
}

/// The keys of the rows of which this tab keeps something.
pub fn import_rows() -> Vec<String> {
    let Some(tab) = tab() else { return Vec::new() };
    (0..tab.length().unwrap_or_default())
        .filter_map(|index| tab.key(index).ok()?)
        .filter_map(|name| Some(name.strip_prefix(IMPORT_ROW)?.to_owned()))
        .collect()
}

fn tab() -> Option<Storage> {
    window().session_storage().ok()?
}
