//! Which `Idempotency-Key` a write carries: the same for a repeat of the same body, a new one for another body.

use shared::git::blob_id;

/// The id of a write, below which the tab keeps its key while the outcome is not known. It is made of the route and the
/// body, so writes that are under way at once do not mix, and another body never gets the key.
pub fn write_id(route: &str, body: &str) -> String {
    blob_id(format!("{route}\n{body}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_belongs_to_one_body() {
        assert_eq!(write_id("/a", "b"), write_id("/a", "b"));
        assert_ne!(write_id("/a", "b"), write_id("/a", "c"));
        assert_ne!(write_id("/a", "b"), write_id("/c", "b"));
        assert!(!write_id("/a", "secret").contains("secret"));
    }
}
