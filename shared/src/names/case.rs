//! Names that differ only in case: macOS and Windows take them for the same.

/// Tells whether two names are different ones, and the same on systems that do not tell case apart.
pub fn differ_only_in_case(one: &str, other: &str) -> bool {
    one != other && same_in_any_case(one, other)
}

/// Tells whether two names are the same on systems that do not tell case apart. Long lists compare every name with every
/// other, and most have only ASCII letters.
pub(crate) fn same_in_any_case(one: &str, other: &str) -> bool {
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => letters(one).eq(letters(other)),
    }
}

/// A name as systems compare it that do not tell case apart.
pub(crate) fn folded(name: &str) -> String {
    letters(name).collect()
}

/// The letters of a name without their case: every letter where the feature `unicode-case` is on, which the Worker decides by.
/// The page leaves it out and compares ASCII letters: the tables of all others would be a large part of what it loads first.
fn letters(name: &str) -> impl Iterator<Item = char> {
    #[cfg(feature = "unicode-case")]
    return name.chars().flat_map(unicode::fold);
    #[cfg(not(feature = "unicode-case"))]
    return name.chars().map(|letter| letter.to_ascii_lowercase());
}

#[cfg(feature = "unicode-case")]
mod unicode {
    /// Unicode's full case folding, as near as lower, upper and lower case one after the other come to it: `ẞ` and `ß` are
    /// `ss`, and the two small sigmas are one. Only the dotless `ı`, whose upper case is that of `i`, is left as it is.
    pub(super) fn fold(letter: char) -> impl Iterator<Item = char> {
        let (own, other) = match letter {
            'ı' => (Some(letter), None),
            _ => (None, Some(letter.to_lowercase())),
        };
        let other = other.into_iter().flatten();
        let other = other.flat_map(char::to_uppercase);
        own.into_iter().chain(other.flat_map(char::to_lowercase))
    }
}

#[cfg(all(test, feature = "unicode-case"))]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_where_no_letter_differs_but_in_case() {
        for (one, other, expected) in [
            ("f1", "F1", true),
            ("f1", "f1", false),
            ("f1", "f2", false),
            ("größe", "GRÖSSE", true),
            ("größe", "GRÖẞE", true),
            ("ΟΔΟΣ", "οδος", true),
            ("οδος", "οδοσ", true),
            ("жук", "ЖУК", true),
            ("ısı", "isi", false),
            ("é", "e", false),
        ] {
            assert_eq!(differ_only_in_case(one, other), expected, "{one} {other}");
        }
    }
}
