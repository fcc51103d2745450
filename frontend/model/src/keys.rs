//! What the keys of the whole page do.

use super::routes;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Opens the command palette.
    Palette,
    Sheet,
    /// Moves to the page's search field.
    Search,
    /// Goes to a page.
    Go(&'static str),
    /// Waits for the second key of `g …`.
    Wait,
}

/// A key with what is held, and where it was pressed.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// The key, as browsers name it.
    pub key: &'a str,
    /// Whether Ctrl or ⌘ is held.
    pub command: bool,
    /// Whether a text is being typed.
    pub typing: bool,
    /// Whether keys without Ctrl or ⌘ do something; a person can turn that off.
    pub single: bool,
    /// Whether `g` came just before.
    pub after_g: bool,
}

/// What a key asks for, if anything.
pub fn ask(press: Press) -> Option<Ask> {
    if press.command {
        return (press.key.eq_ignore_ascii_case("k")).then_some(Ask::Palette);
    }
    if press.typing || !press.single {
        return None;
    }
    match (press.after_g, press.key) {
        (true, "c") => Some(Ask::Go(routes::CREATE)),
        (true, "f") => Some(Ask::Go(routes::FABRICS)),
        (true, "i") => Some(Ask::Go(routes::IMPORT)),
        (true, "s") => Some(Ask::Go(routes::SETTINGS)),
        (false, "g") => Some(Ask::Wait),
        (_, "?") => Some(Ask::Sheet),
        (_, "/") => Some(Ask::Search),
        _ => None,
    }
}

/// The sheet: where, and which keys do what.
pub const SHEET: [(&str, &[(&str, &str)]); 4] = [
    (
        "Everywhere",
        &[
            ("Ctrl K", "Find a page or an action"),
            ("?", "Show these keys"),
            ("/", "Go to the search field"),
            ("g c", "Create a fabric"),
            ("g f", "Fabrics"),
            ("g i", "Import a list"),
            ("g s", "Settings"),
            ("Esc", "Close what is open"),
        ],
    ),
    (
        "Tree",
        &[
            ("↑ ↓", "Move"),
            ("→ ←", "Expand, collapse, or go to the parent"),
            ("Home End", "First, last"),
            ("a–z", "Jump to a name"),
            ("Enter", "Show the file"),
        ],
    ),
    (
        "List of fabrics",
        &[
            ("↑ ↓", "Move"),
            ("PgUp PgDn", "Move by a page"),
            ("Space", "Select or deselect"),
            ("Shift ↑ ↓", "Extend the selection"),
            ("Ctrl A", "Select all that are shown"),
            ("Enter", "Open the fabric"),
            ("Esc", "Deselect all"),
        ],
    ),
    (
        "Forms",
        &[
            ("Enter", "Commit, once nothing is missing"),
            ("↓", "Show what can be chosen"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Press = Press {
        key: "",
        command: false,
        typing: false,
        single: true,
        after_g: false,
    };

    #[test]
    fn keys_ask_for_pages_and_help() {
        for (press, expected) in [
            (
                Press {
                    key: "k",
                    command: true,
                    typing: true,
                    ..PLAIN
                },
                Some(Ask::Palette),
            ),
            (Press { key: "?", ..PLAIN }, Some(Ask::Sheet)),
            (Press { key: "g", ..PLAIN }, Some(Ask::Wait)),
            (
                Press {
                    key: "f",
                    after_g: true,
                    ..PLAIN
                },
                Some(Ask::Go("/fabrics")),
            ),
            (Press { key: "f", ..PLAIN }, None),
            (
                Press {
                    key: "?",
                    typing: true,
                    ..PLAIN
                },
                None,
            ),
            (
                Press {
                    key: "?",
                    single: false,
                    ..PLAIN
                },
                None,
            ),
            (
                Press {
                    key: "a",
                    command: true,
                    ..PLAIN
                },
                None,
            ),
        ] {
            assert_eq!(ask(press), expected, "{press:?}");
        }
    }
}
