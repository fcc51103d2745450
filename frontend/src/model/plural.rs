//! Counted things.

/// `1 file`, `2 files`, `3 repositories`, `4 days`.
pub fn plural(count: usize, one: &str) -> String {
    match one.strip_suffix('y') {
        _ if count == 1 => format!("1 {one}"),
        Some(stem) if !stem.ends_with('a') => format!("{count} {stem}ies"),
        _ => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_none_is_not() {
        assert_eq!(plural(1, "file"), "1 file");
        assert_eq!(plural(0, "file"), "0 files");
        assert_eq!(plural(1, "repository"), "1 repository");
        assert_eq!(plural(12, "repository"), "12 repositories");
        assert_eq!(plural(3, "day"), "3 days");
    }
}
