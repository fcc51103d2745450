//! Parts of an address, and which addresses may be linked to.
//!
//! Source: RFC 3986, 2.1 to 2.3: what is not unreserved is written as `%` and two digits for each byte of UTF-8. Every
//! string can be written so but two: a whole segment `.` or `..` means a step in every spelling, `%2E` too.

/// Writes one part of an address, such as a segment of its path or a value of its query.
pub fn component(text: &str) -> String {
    encoded(text, false)
}

/// Writes a path, or a value that shows well with its slashes; these stay.
pub fn path(text: &str) -> String {
    encoded(text, true)
}

fn encoded(text: &str, keeps_slashes: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    push(&mut encoded, text, keeps_slashes);
    encoded
}

fn push(encoded: &mut String, text: &str, keeps_slashes: bool) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if is_plain || (keeps_slashes && byte == b'/') {
            encoded.push(char::from(byte));
        } else {
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            encoded.extend(['%', DIGITS[high], DIGITS[low]]);
        }
    }
}

/// The address of what lies below another: `below("https://h", &["a/b", "tree", "main"])`. What is between the slashes of each part
/// is one segment. None if one is a step, which would lead to another place however it is written, or if the base is none of the web.
pub fn below(base: &str, parts: &[&str]) -> Option<String> {
    let mut address = base.strip_suffix('/').unwrap_or(base).to_owned();
    if !is_web(&address) {
        return None;
    }
    for part in parts {
        for segment in part.split('/') {
            match segment {
                "" => continue,
                "." | ".." => return None,
                _ => address.push('/'),
            }
            push(&mut address, segment, false);
        }
    }
    Some(address)
}

/// An address that a record holds, if it is one of the site at `base`; other sites have nothing that a record speaks of.
pub fn of_site<'a>(base: &str, address: &'a str) -> Option<&'a str> {
    let base = base.strip_suffix('/').unwrap_or(base);
    let (start, rest) = address.as_bytes().split_at_checked(base.len())?;
    let is_there =
        is_web(base) && start.eq_ignore_ascii_case(base.as_bytes()) && rest.first() == Some(&b'/');
    is_there.then_some(address)
}

/// Tells whether an address is of the web, `https` or `http`: others run scripts or open programs.
fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_encoded() {
        assert_eq!(path("release/1.0"), "release/1.0");
        assert_eq!(path("release/é #1?%"), "release/%C3%A9%20%231%3F%25");
        assert_eq!(component("https://h/f?a=b"), "https%3A%2F%2Fh%2Ff%3Fa%3Db");
    }

    #[test]
    fn what_lies_below_is_encoded_and_takes_no_step() {
        let github = "https://github.com/";
        let place = |parts: &[&str]| below(github, parts);
        let encoded = "https://github.com/a/b/tree/x%23/%252e%252e/c%3F";
        assert_eq!(
            place(&["a/b", "tree", "x#", "/%2e%2e/c?"]).as_deref(),
            Some(encoded)
        );
        assert_eq!(
            place(&["a/b", "", "..."]).as_deref(),
            Some("https://github.com/a/b/...")
        );
        for step in [".", "..", "../x", "x/./y", "x/.."] {
            assert_eq!(place(&["a/b", step]), None, "{step}");
        }
        assert_eq!(below("javascript:alert(1)", &["a"]), None);
    }

    #[test]
    fn a_record_s_address_is_of_the_site_that_it_speaks_of() {
        for (address, expected) in [
            ("https://github.com/a/b", true),
            ("https://GitHub.com/a/b", true),
            ("https://github.com", false),
            ("https://github.com.evil.example/a", false),
            ("https://github.com@evil.example/a", false),
            ("http://github.com/a", false),
            ("javascript:alert(1)", false),
            ("é", false),
        ] {
            let found = of_site("https://github.com/", address);
            assert_eq!(found.is_some(), expected, "{address:?}");
        }
        assert!(of_site("http://localhost:8788", "http://localhost:8788/a").is_some());
        assert_eq!(of_site("", "/a"), None);
    }

    #[test]
    fn only_the_web_is_linked_to() {
        for (address, expected) in [
            ("https://github.com/a", true),
            ("http://localhost:8788/a", true),
            ("javascript:alert(1)", false),
            (" https://h", false),
            ("//h", false),
            ("data:text/html,x", false),
            ("", false),
        ] {
            assert_eq!(is_web(address), expected, "{address:?}");
        }
    }
}
