//! How a person wants the page: theme, density, single-key shortcuts. Kept in this browser.

use leptos::prelude::*;

use crate::browser;
use crate::storage::{self, Key};

/// The choices and where they are kept.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// `system`, `light` or `dark`.
    pub theme: Preference,
    /// `comfortable` or `compact`.
    pub density: Preference,
    /// `on` or `off`.
    pub single_keys: Preference,
}

/// One choice among a few.
#[derive(Clone, Copy)]
pub struct Preference {
    pub value: RwSignal<&'static str>,
    kind: &'static Kind,
}

/// A choice: its name, where it is kept, how the style sheet is told, and what there is to choose (the usual first).
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name on the page.
    pub name: &'static str,
    key: &'static str,
    attribute: &'static str,
    /// The values with their words.
    pub options: &'static [(&'static str, &'static str)],
}

const THEME: Kind = Kind {
    name: "Theme",
    key: "theme",
    attribute: "data-theme",
    options: &[("system", "System"), ("light", "Light"), ("dark", "Dark")],
};
const DENSITY: Kind = Kind {
    name: "Density",
    key: "density",
    attribute: "data-density",
    options: &[("comfortable", "Comfortable"), ("compact", "Compact")],
};
const SINGLE_KEYS: Kind = Kind {
    name: "Single-key shortcuts",
    key: "single-keys",
    attribute: "data-single-keys",
    options: &[("on", "On"), ("off", "Off")],
};

/// Applies what this browser keeps, before anything is drawn.
pub fn apply_stored() {
    for kind in [&THEME, &DENSITY, &SINGLE_KEYS] {
        kind.apply(kind.stored());
    }
}

impl Preferences {
    /// What this browser keeps.
    pub fn stored() -> Self {
        let of = |kind: &'static Kind| Preference {
            value: RwSignal::new(kind.stored()),
            kind,
        };
        Self {
            theme: of(&THEME),
            density: of(&DENSITY),
            single_keys: of(&SINGLE_KEYS),
        }
    }

    pub fn all(self) -> [Preference; 3] {
        [self.theme, self.density, self.single_keys]
    }
}

impl Preference {
    /// What kind of choice it is.
    pub fn kind(self) -> &'static Kind {
        self.kind
    }

    /// Chooses, and keeps it.
    pub fn choose(self, value: &'static str) {
        let is_usual = self.kind.options[0].0 == value;
        storage::write(Key::Preference(self.kind.key), (!is_usual).then_some(value));
        self.kind.apply(value);
        self.value.set(value);
    }
}

impl Kind {
    fn stored(&self) -> &'static str {
        let stored = storage::read(Key::Preference(self.key));
        let known = self
            .options
            .iter()
            .find(|(value, _)| Some(*value) == stored.as_deref());
        known.unwrap_or(&self.options[0]).0
    }

    fn apply(&self, value: &str) {
        let is_usual = self.options[0].0 == value;
        browser::set_root_attribute(self.attribute, (!is_usual).then_some(value));
    }
}
