//! Text of people and repositories as data in markup.

/// Text as a person can read it: characters that reorder or hide what follows show as `�`, so that a name cannot make a
/// page read as something else.
pub fn legible(text: &str) -> String {
    text.chars()
        .map(|character| {
            if misleads(character) {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect()
}

fn misleads(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
        || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// Makes text data in HTML and XML, in content and in quoted attributes. What would
/// mislead is taken out, as by [`legible`].
pub fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character if misleads(character) => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}

/// Makes text data in a line of Markdown: a name in `[…](…)` or `![…](…)`.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in markup(text).chars() {
        if "\\`*_{}[]()#+!|~".contains(character) {
            escaped.push('\\');
        }
        escaped.push(if character == '\n' { ' ' } else { character });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("größe ✓", "größe ✓"),
        ] {
            assert_eq!(markup(text), expected);
        }
        assert_eq!(legible("a<\u{202e}b\u{0}\n"), "a<\u{fffd}b\u{fffd}\n");
        assert_eq!(markdown("a](x) *b*\n"), "a\\]\\(x\\) \\*b\\* ");
    }
}
