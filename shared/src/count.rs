//! Numbers with what they count.

/// `1 file`, `2 files`, `1 repository`, `2 repositories`.
pub fn counted(count: usize, one: &str) -> String {
    let (stem, ending) = match one.strip_suffix('y') {
        _ if count == 1 => (one, ""),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => (stem, "ies"),
        _ if one.ends_with("ch") || one.ends_with('s') => (one, "es"),
        _ => (one, "s"),
    };
    format!("{count} {stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_singular_and_none_is_not() {
        for (count, one, words) in [
            (1, "file", "1 file"),
            (0, "file", "0 files"),
            (1, "repository", "1 repository"),
            (12, "repository", "12 repositories"),
            (3, "day", "3 days"),
            (2, "branch", "2 branches"),
            (2, "address", "2 addresses"),
        ] {
            assert_eq!(counted(count, one), words);
        }
    }
}
