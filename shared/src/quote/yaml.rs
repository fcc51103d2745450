//! YAML.
//!
//! Source: YAML 1.2.2, 5.3, 7.3.1 and 7.3.3, and YAML 1.1 with its types (`yes`, `1:30`, `0o7`), since Kubernetes,
//! Argo CD and Flux read with a parser of that version.

use super::invisible::is_unreadable;
use super::toml;

/// Writes a string on one line, as the value of a key in block style: `gitops/managed`, or `"a #b"` where plain text
/// would be read as something else.
///
/// Every text with a slash that both versions read as that very string stays plain; of those without, the ones of more
/// than five characters that begin with a letter. The escapes between quotes are those of TOML.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        toml::string(text)
    }
}

fn is_plain(text: &str) -> bool {
    let mut characters = text.chars();
    let (Some(first), second) = (characters.next(), characters.next()) else {
        return false;
    };
    let begins_something = matches!(
        (first, second),
        (
            ',' | '['
                | ']'
                | '{'
                | '}'
                | '#'
                | '&'
                | '*'
                | '!'
                | '|'
                | '>'
                | '\''
                | '"'
                | '%'
                | '@'
                | '`'
                | '?'
                | ':'
                | ' ',
            _
        ) | ('-', Some(' '))
    );
    // No number, date or word has a slash, and of those that begin with a letter the longest is `false`.
    let mut is_string = first.is_ascii_alphabetic() && text.len() > 5;
    let mut before = first;
    for character in text.chars() {
        let ends_early = matches!((before, character), (' ', '#') | (':', ' '));
        if ends_early || is_unreadable(character) {
            return false;
        }
        is_string |= character == '/';
        before = character;
    }
    is_string && !begins_something && !matches!(before, ':' | ' ')
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn what_reads_as_itself_stays_plain() {
        for plain in [
            "managed",
            "gitops/hedgehog/fabric-1/managed",
            "./gitops/it's {{x}}/managed",
            "größe/a  b",
            "-x/=/~",
            "1/2",
            "a#b/&c",
        ] {
            assert_eq!(scalar(plain), plain);
        }
        for (text, expected) in [
            ("gitops/a #1/managed", r#""gitops/a #1/managed""#),
            ("{{x}}/managed", r#""{{x}}/managed""#),
            ("- a/managed", r#""- a/managed""#),
            ("'a'/\\\"", r#""'a'/\\\"""#),
            ("No", r#""No""#),
            ("1.10", r#""1.10""#),
            ("a/\n\0\u{e0001}", r#""a/\U0000000A\U00000000\U000E0001""#),
            ("", r#""""#),
        ] {
            assert_eq!(scalar(text), expected);
        }
    }
}
