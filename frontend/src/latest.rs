//! Of several questions only the last one's answer counts.

use leptos::prelude::*;

/// Tells the last question from those before it; also after its page has gone, where no question is the last one.
#[derive(Clone, Copy)]
pub struct Latest(RwSignal<u32>);

impl Latest {
    /// Nothing was asked yet.
    pub fn new() -> Self {
        Self(RwSignal::new(0))
    }

    /// The number of a new question; the answers to those before it no longer count.
    pub fn next(self) -> u32 {
        self.0.try_update_untracked(|last| *last += 1);
        self.0.try_get_untracked().unwrap_or_default()
    }

    /// Tells whether a question is still the last one.
    pub fn is_current(self, number: u32) -> bool {
        self.0.try_get_untracked() == Some(number)
    }

    /// Has those who [`follow`](Self::follow) it ask again.
    pub fn ask_again(self) {
        self.0.try_update(|last| *last += 1);
    }

    /// The number of the last question, for an effect that asks again when [`ask_again`](Self::ask_again) is called.
    pub fn follow(self) -> u32 {
        self.0.get()
    }
}
