//! HTML, and XML such as SVG.
//!
//! Source: HTML Living Standard, 13.1.2 and 13.1.4; XML 1.0, 2.2 to 2.4 and 3.3.3.

use super::invisible::shown;

/// Makes text data in HTML and XML: in content and in attributes, which have to stand between quotes.
///
/// Line ends and tabs are written as numbers, since XML makes spaces of them in attributes. `�` stands in place of what
/// misleads ([`legible`](super::invisible::legible)) and of U+FFFE and U+FFFF, which XML cannot hold.
pub fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match shown(character) {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            shown => escaped.push(shown),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::markup;

    #[test]
    fn nothing_that_is_typed_becomes_markup() {
        for (text, expected) in [
            (
                "<img src=x onerror=alert(1)>",
                "&lt;img src=x onerror=alert(1)&gt;",
            ),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
            ("]]>", "]]&gt;"),
            ("a\u{202e}b\u{0}c", "a\u{fffd}b\u{fffd}c"),
            ("a\nb", "a&#10;b"),
            ("größe ✓", "größe ✓"),
        ] {
            assert_eq!(markup(text), expected);
        }
    }
}
