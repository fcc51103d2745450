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
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if is_plain || (keeps_slashes && byte == b'/') {
            encoded.push(char::from(byte));
        } else {
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            encoded.extend(['%', DIGITS[high], DIGITS[low]]);
        }
    }
    encoded
}

/// Tells whether a link may lead to an address: only `https` and `http`, so that none runs a script or opens a program.
pub fn is_web(address: &str) -> bool {
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
