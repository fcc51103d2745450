//! YAML.
//!
//! Source: YAML 1.2.2, 5.3, 7.3.1 and 7.3.3, and YAML 1.1 with its types (`yes`, `1:30`, `0o7`), since Kubernetes,
//! Argo CD and Flux read with a parser of that version.

use super::invisible::is_unreadable;

/// Words that are no strings for one of the two versions, in small letters.
const NOT_STRINGS: [&str; 10] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan",
];

/// Writes a string on one line, as the value of a key in block style: `gitops/managed`, or `"a #b"` where plain text
/// would be read as something else.
///
/// Every text with a slash that both versions read as that very string stays plain; of those without, the ones that
/// begin with a letter.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            unseen if is_unreadable(unseen) => match u32::from(unseen) {
                code @ ..=0xffff => quoted.push_str(&format!("\\u{code:04X}")),
                code => quoted.push_str(&format!("\\U{code:08X}")),
            },
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

fn is_plain(text: &str) -> bool {
    // No number, date or word of YAML has a slash, and none of its numbers and dates begins with a letter.
    let is_string = text.contains('/')
        || text.starts_with(|first: char| first.is_ascii_alphabetic())
            && !NOT_STRINGS.contains(&text.to_ascii_lowercase().as_str());
    let begins_something =
        text.starts_with("- ") || text.starts_with(|first| ",[]{}#&*!|>'\"%@`?: ".contains(first));
    let ends_early = text.contains(" #")
        || text.contains(": ")
        || text.ends_with([':', ' '])
        || text.contains(is_unreadable);
    is_string && !begins_something && !ends_early
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
            ("a/\n\0\u{e0001}", r#""a/\u000A\u0000\U000E0001""#),
            ("", r#""""#),
        ] {
            assert_eq!(scalar(text), expected);
        }
    }
}
