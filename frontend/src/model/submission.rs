//! Which `Idempotency-Key` a write carries: the same for a repeat of the same body, a new one for another body.

/// A write whose answer is not known, as kept in the tab's storage: the key, a line break, the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The key.
    pub key: String,
    /// What was sent: the route and the JSON.
    pub body: String,
}

impl Submission {
    /// The submission of `body`, which repeats the `stored` one if that is the same.
    pub fn of(stored: Option<&str>, body: &str, fresh_key: impl FnOnce() -> String) -> Self {
        let before = stored.and_then(|text| text.split_once('\n'));
        let key = match before {
            Some((key, before)) if before == body => key.to_owned(),
            _ => fresh_key(),
        };
        Self {
            key,
            body: body.to_owned(),
        }
    }

    /// What to keep until the answer is known.
    pub fn stored(&self) -> String {
        format!("{}\n{}", self.key, self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_changes_with_the_body_only() {
        let first = Submission::of(None, "a\nb", || "1".into());
        assert_eq!(first.key, "1");
        let stored = first.stored();
        assert_eq!(
            Submission::of(Some(&stored), "a\nb", || "2".into()).key,
            "1"
        );
        assert_eq!(Submission::of(Some(&stored), "c", || "2".into()).key, "2");
    }
}
