//! How keys move and select in the list of fabrics.

use std::collections::BTreeSet;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Moves to a row.
    Move(usize),
    /// Moves to a row and selects everything on the way.
    Extend(usize),
    /// Selects or deselects the row.
    Toggle,
    /// Selects all rows that are shown.
    All,
    /// Deselects everything.
    None,
    /// Opens the row's page.
    Open,
}

/// What `key` does on the row `at` of `length`, where a page has `page` rows.
pub fn step(
    length: usize,
    at: usize,
    page: usize,
    key: &str,
    shift: bool,
    command: bool,
) -> Option<Step> {
    let last = length.checked_sub(1)?;
    let to = match key {
        "a" | "A" if command => return Some(Step::All),
        _ if command => return None,
        " " => return Some(Step::Toggle),
        "Enter" => return Some(Step::Open),
        "Escape" => return Some(Step::None),
        "ArrowDown" | "j" => at + 1,
        "ArrowUp" | "k" => at.saturating_sub(1),
        "PageDown" => at + page,
        "PageUp" => at.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    let to = to.min(last);
    Some(if shift {
        Step::Extend(to)
    } else {
        Step::Move(to)
    })
}

/// Adds the ids between two rows, both included.
pub fn extend(selected: &mut BTreeSet<String>, ids: &[String], from: usize, to: usize) {
    let (from, to) = (from.min(to), from.max(to));
    selected.extend(ids.iter().take(to + 1).skip(from).cloned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_and_select() {
        for (key, shift, command, expected) in [
            ("ArrowDown", false, false, Some(Step::Move(5))),
            ("ArrowUp", true, false, Some(Step::Extend(3))),
            ("PageDown", false, false, Some(Step::Move(9))),
            ("PageUp", false, false, Some(Step::Move(0))),
            ("End", false, false, Some(Step::Move(9))),
            (" ", false, false, Some(Step::Toggle)),
            ("a", false, true, Some(Step::All)),
            ("a", false, false, None),
            ("Enter", false, true, None),
        ] {
            assert_eq!(step(10, 4, 6, key, shift, command), expected, "{key}");
        }
        assert_eq!(step(0, 0, 6, "ArrowDown", false, false), None);
    }

    #[test]
    fn a_range_selects_both_ends() {
        let ids = ["a", "b", "c", "d"].map(str::to_owned);
        let mut selected = BTreeSet::new();
        extend(&mut selected, &ids, 2, 1);
        assert_eq!(selected, BTreeSet::from(["b".to_owned(), "c".to_owned()]));
    }
}
