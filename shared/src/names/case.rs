//! Names that differ only in case: macOS and Windows take them for the same.

/// Tells whether two names are different ones, and the same on systems that do not tell case apart.
pub fn differ_only_in_case(one: &str, other: &str) -> bool {
    one != other && one.to_lowercase() == other.to_lowercase()
}
