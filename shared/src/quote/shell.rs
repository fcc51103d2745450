//! Commands for a shell.
//!
//! Source: POSIX.1-2017, Shell Command Language, 2.2.2: between single quotes every character stands for itself.

use super::invisible::is_unreadable;

/// Makes a command of its words, quoting those that need it: `git clone 'it'\''s'`.
///
/// The shell gives the program exactly these words. What is invisible in a command, and what a terminal would act on
/// when it is pasted, is written as `"$(printf '\342\200\256')"`, so that a reader sees that something is there; a
/// line's end stays one. No program can be given NUL: `�` stands in its place.
pub fn command(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "/:._-".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let mut text = String::from("'");
    for character in word.chars() {
        match character {
            '\'' => text.push_str(r"'\''"),
            '\0' => text.push('\u{fffd}'),
            '\n' => text.push('\n'),
            unseen if is_unreadable(unseen) => {
                text.push_str("'\"$(printf '");
                for byte in unseen.encode_utf8(&mut [0; 4]).bytes() {
                    text.push('\\');
                    text.extend([6, 3, 0].map(|shift| char::from(b'0' + (byte >> shift & 7))));
                }
                text.push_str("')\"'");
            }
            plain => text.push(plain),
        }
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn words_are_quoted_where_they_need_it() {
        for (word, expected) in [
            ("abc:a/b-c", "abc:a/b-c"),
            ("it's here", r"'it'\''s here'"),
            ("$(x)", "'$(x)'"),
            ("", "''"),
            ("a\nb\0", "'a\nb\u{fffd}'"),
            ("a\u{202e}b", r#"'a'"$(printf '\342\200\256')"'b'"#),
        ] {
            assert_eq!(command(&["git", word]), format!("git {expected}"));
        }
    }
}
