//! A stand-in that GitHub's own description watches.

use std::ops::Deref;

use github_standin::{Standin, StandinOptions};

/// The stand-in of a test. At its end, every REST exchange must have been one that GitHub's description allows:
/// whatever the Worker asked, and whatever was answered that no fault made up.
pub struct Checked(Standin);

impl Checked {
    /// Starts with the usual seeds. What the Worker asks in GraphQL is written down for `tests/oracles`.
    pub fn start() -> Self {
        let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/graphql-documents");
        let options = StandinOptions {
            documents: Some(target.into()),
            ..StandinOptions::checked()
        };
        Self(Standin::start(options).unwrap())
    }
}

impl Deref for Checked {
    type Target = Standin;

    fn deref(&self) -> &Standin {
        &self.0
    }
}

impl Drop for Checked {
    fn drop(&mut self) {
        let violations = self.0.violations();
        let texts: Vec<_> = violations.iter().map(ToString::to_string).collect();
        if !std::thread::panicking() {
            assert!(texts.is_empty(), "not what GitHub describes: {texts:#?}");
        }
    }
}
