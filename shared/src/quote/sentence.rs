//! Messages for people, with names as code: ``there is no branch `main` ``. They are words of Markdown without any other
//! markup, so that a name with a backtick is still one name.

use std::fmt;

use super::code_span::{closing, fenced, run, stripped};

/// A name in a message.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a>(pub &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&fenced(self.0))
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
    let (mut words, mut rest) = (String::new(), message);
    while let Some(start) = rest.find('`') {
        let (before, from) = rest.split_at(start);
        words.push_str(before);
        let length = run(from);
        let (fence, inside) = from.split_at(length);
        rest = match closing(inside, length) {
            Some(end) => {
                push(&mut parts, Part::Words(std::mem::take(&mut words)));
                push(&mut parts, Part::Name(stripped(&inside[..end]).to_owned()));
                &inside[end + length..]
            }
            None => {
                words.push_str(fence);
                inside
            }
        };
    }
    words.push_str(rest);
    push(&mut parts, Part::Words(words));
    parts
}

fn push(parts: &mut Vec<Part>, part: Part) {
    let (Part::Words(text) | Part::Name(text)) = &part;
    if !text.is_empty() {
        parts.push(part);
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
}
