//! Numbers with what they count.

/// `1 file`, `2 files`, `1 repository`, `2 repositories`.
///
/// ```
/// # use shared::count::counted;
/// assert_eq!(counted(1, "file"), "1 file");
/// assert_eq!(counted(0, "branch"), "0 branches");
/// assert_eq!(counted(2, "repository"), "2 repositories");
/// ```
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 {
        return format!("1 {one}");
    }
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{count} {stem}ies"),
        _ if one.ends_with("ch") || one.ends_with('s') => format!("{count} {one}es"),
        _ => format!("{count} {one}s"),
    }
}
