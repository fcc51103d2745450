//! What the command palette offers, whichever page offers it.

use leptos::prelude::Callback;

/// A page to go to, or something to do.
#[derive(Clone, Debug)]
pub struct Command {
    /// What it does, as a person would ask for it.
    pub title: String,
    /// The keys that do the same.
    pub keys: &'static str,
    pub run: Callback<()>,
}

/// What a command does cannot be compared; two of one title are never offered at once.
impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        (&self.title, self.keys) == (&other.title, other.keys)
    }
}

impl Command {
    /// A command without keys.
    pub fn new(title: impl Into<String>, run: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            title: title.into(),
            keys: "",
            run: Callback::new(move |()| run()),
        }
    }

    /// The same with keys.
    pub fn with_keys(self, keys: &'static str) -> Self {
        Self { keys, ..self }
    }
}
