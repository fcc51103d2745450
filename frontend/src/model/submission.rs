//! Which `Idempotency-Key` a write carries: the same for a repeat of the same body, a new one for another body.

use shared::git::blob_id;

/// Where the tab keeps a write's key while its outcome is open. It is named after the route and the body, so writes
/// that are under way at once do not mix, and another body never gets the key.
pub fn slot(route: &str, body: &str) -> String {
    let what = blob_id(format!("{route}\n{body}").as_bytes());
    format!("hedgerow-open-{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_belongs_to_one_body() {
        assert_eq!(slot("/a", "b"), slot("/a", "b"));
        assert_ne!(slot("/a", "b"), slot("/a", "c"));
        assert_ne!(slot("/a", "b"), slot("/c", "b"));
        assert!(!slot("/a", "secret").contains("secret"));
    }
}
