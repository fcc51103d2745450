//! Ordered maps, filled entry by entry.

use std::collections::BTreeMap;

/// Collects entries into a map; of entries with equal keys the last counts, as with `collect`.
///
/// `collect` sorts first, for which every type of map takes some 4 KB of the page that a browser has to load.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}
