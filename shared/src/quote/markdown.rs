//! Markdown, as CommonMark and GitHub read it.
//!
//! Source: CommonMark 0.31, 2.4 (backslash escapes), 6.1 (code spans), 6.3 (links).

use super::code_span::fenced;
use super::invisible::shown;

/// Makes text data inside a line, such as the words of a link or of a picture.
///
/// `�` stands in place of what misleads ([`legible`](super::invisible::legible)), a space in place of a line's end or a
/// tab. GitHub reads `@team` and `#1` in any words: where a name may hold these, [`code`] is for it.
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        let character = in_a_line(character);
        if "\\`*_{}[]()<>#+!|~&$\"'".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Makes text code, in which nothing is markup: ``` ``a`b`` ```.
///
/// `�` and spaces stand as in [`text`]. There is no code without a character: an empty text gives two backticks.
pub fn code(text: &str) -> String {
    let line: String = text.chars().map(in_a_line).collect();
    fenced(&line)
}

/// Writes an address where a link or a picture leads to. What could end it is percent-encoded.
pub fn destination(address: &str) -> String {
    let mut written = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            '&' => written.push_str("&amp;"),
            plain if plain.is_ascii_alphanumeric() || "-._~:/?#@!$+,;=%[]".contains(plain) => {
                written.push(plain);
            }
            other => written.push_str(&super::url::component(other.encode_utf8(&mut [0; 4]))),
        }
    }
    written
}

fn in_a_line(character: char) -> char {
    match shown(character) {
        '\n' | '\t' => ' ',
        shown => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markup() {
        assert_eq!(text("a](x) *b*\n"), r"a\]\(x\) \*b\* ");
        assert_eq!(text("fabric-1.east"), "fabric-1.east");
        for (text, expected) in [
            ("gitops/raw", "`gitops/raw`"),
            ("a`b", "``a`b``"),
            ("a``b", "`a``b`"),
            ("`a", "`` `a ``"),
            (" a ", "`  a  `"),
            ("  ", "`  `"),
            ("a\n# b", "`a # b`"),
            ("[x](y)@team<img>", "`[x](y)@team<img>`"),
        ] {
            assert_eq!(code(text), expected);
        }
    }

    #[test]
    fn an_address_cannot_end_before_its_end() {
        for (address, expected) in [
            ("https://h.example/f/abc", "https://h.example/f/abc"),
            ("http://[::1]:8787/f", "http://[::1]:8787/f"),
            (
                "https://h/a b)<\\*?a=1&b=2",
                "https://h/a%20b%29%3C%5C%2A?a=1&amp;b=2",
            ),
        ] {
            assert_eq!(destination(address), expected);
        }
    }
}
