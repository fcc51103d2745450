//! The Worker's and the crate's messages as sentences: they come in lower case, without a full stop, with names in backticks.

use shared::quote::invisible::legible;
use shared::quote::sentence::{Part, parts};

/// Splits a message into words and names, with a capital in front and a full stop at the end.
pub fn sentence(message: &str) -> Vec<Part> {
    let message = legible(message.trim());
    let stop = if message.is_empty() || message.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    parts(&capitalised(&format!("{message}{stop}")))
}

/// The same with a capital in front. A name in front keeps its spelling: it begins with a backtick. Our words are English:
/// the tables of every script's capitals would be kilobytes of the first load.
pub fn capitalised(message: &str) -> String {
    let mut words = message.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_sentences_with_names_set_off() {
        let words = |text: &str| Part::Words(text.to_owned());
        let name = |text: &str| Part::Name(text.to_owned());
        for (message, expected) in [
            ("wait, then try again", vec![words("Wait, then try again.")]),
            ("`a/b` is a file", vec![name("a/b"), words(" is a file.")]),
            (
                "there is no branch `main`",
                vec![words("There is no branch "), name("main"), words(".")],
            ),
            ("Done.", vec![words("Done.")]),
            ("", vec![]),
        ] {
            assert_eq!(sentence(message), expected);
        }
    }
}
