//! Messages for people, with names as code: ``there is no branch `main` ``. They are words of Markdown without any other
//! markup, so that a name with a backtick is still one name.

use std::fmt;

use super::code_span::{closing, fenced, run, stripped};
use super::invisible::legible;

/// A name in a message.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a, T: ?Sized>(pub &'a T);

impl<T: AsRef<str> + ?Sized> fmt::Display for Name<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&fenced(self.0.as_ref()))
    }
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Plain words.
    Words(String),
    /// A name.
    Name(String),
}

/// Splits a message into its words and its names, none of them empty; the names are those that [`Name`] was given.
pub fn parts(message: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut words, mut at) = (0, 0);
    while let Some(found) = message[at..].find('`') {
        let start = at + found;
        let length = run(&message[start..]);
        at = start + length;
        if let Some(inside) = closing(&message[at..], length) {
            push(&mut parts, Part::Words, &message[words..start]);
            push(&mut parts, Part::Name, stripped(&message[at..at + inside]));
            at += inside + length;
            words = at;
        }
    }
    push(&mut parts, Part::Words, &message[words..]);
    parts
}

/// Splits a message into words and names, as a whole sentence: messages come in lower case and without a full stop. What
/// misleads or hides in it is replaced as [`legible`] says.
pub fn sentence(message: &str) -> Vec<Part> {
    let message = legible(message.trim());
    let stop = if message.is_empty() || message.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    parts(&capitalised(&format!("{message}{stop}")))
}

/// A message with a capital in front. A name in front keeps its spelling: it begins with a backtick. Our words are
/// English: the tables of every script's capitals would be kilobytes of the page's first load.
pub fn capitalised(message: &str) -> String {
    let mut words = message.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn push(parts: &mut Vec<Part>, part: fn(String) -> Part, text: &str) {
    if !text.is_empty() {
        parts.push(part(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_backticks_are_written_as_ever() {
        for name in ["main", "a b", " a", "it's", "a\nb", "[x](y)", ""] {
            assert_eq!(Name(name).to_string(), format!("`{name}`"));
        }
    }

    #[test]
    fn what_is_written_as_a_name_is_read_as_one() {
        let words = |text: &str| Part::Words(text.to_owned());
        let name = |text: &str| Part::Name(text.to_owned());
        for text in [
            "main", "a`b", "`a", "a`", "`", "``", "a``b`c", " a ", " ", "a\nb", "` `",
        ] {
            let message = format!("there is no {} in {}.", Name(text), Name("x"));
            let expected = [
                words("there is no "),
                name(text),
                words(" in "),
                name("x"),
                words("."),
            ];
            assert_eq!(parts(&message), expected, "{message}");
        }
        assert_eq!(parts("`a` b"), [name("a"), words(" b")]);
        assert_eq!(parts("a ` b"), [words("a ` b")]);
        assert_eq!(parts("a `` b ` c"), [words("a `` b ` c")]);
        assert_eq!(parts(""), []);
    }
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
