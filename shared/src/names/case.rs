//! Names that differ only in case: macOS and Windows take them for the same.

/// Tells whether two names are different ones, and the same on systems that do not tell case apart. Compares ASCII letters:
/// the tables of all others would be a large part of what a page loads first.
pub fn differ_only_in_case(one: &str, other: &str) -> bool {
    one != other && one.eq_ignore_ascii_case(other)
}
