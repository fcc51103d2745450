//! TOML.
//!
//! Source: TOML 1.0, String.

use super::invisible::is_unreadable;

/// Writes a basic string, with its quotes. Invisible characters are written by number.
pub fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            unseen if is_unreadable(unseen) => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(unseen)));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    #[test]
    fn strings_end_where_they_end() {
        assert_eq!(super::string("hedgerow"), r#""hedgerow""#);
        assert_eq!(super::string("a\"\nb = 1\\"), r#""a\"\U0000000Ab = 1\\""#);
    }
}
