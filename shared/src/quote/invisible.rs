//! Characters that show nothing, and by that can make a text read as another.

/// Tells whether a character shows nothing: control characters, and the format characters zero-width, bidirectional
/// marks, the byte order mark, tags, fillers and variation selectors.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Tells whether a character shows nothing or is none: U+FFFE and U+FFFF stand for no character in any text.
pub(super) fn is_unreadable(character: char) -> bool {
    is_invisible(character) || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// Text as a person can read it: characters that reorder or hide what follows show as `�`, so that a name cannot make a
/// page read as something else. Line ends and tabs stay.
pub fn legible(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// A character, or `�` in place of one that misleads.
pub(super) fn shown(character: char) -> char {
    let misleads = match character {
        '\n' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{200b}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    };
    if misleads { '\u{fffd}' } else { character }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_misleads_shows_and_what_writing_needs_stays() {
        let text = "a<\u{202e}b\u{0}\n\u{200b}\u{2028}\u{85} क्\u{200d}ष ✔\u{fe0f}";
        let shown = "a<\u{fffd}b\u{fffd}\n\u{fffd}\u{fffd}\u{fffd} क्\u{200d}ष ✔\u{fe0f}";
        assert_eq!(super::legible(text), shown);
    }
}
