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

/// Selects the rows between where it began and where it goes, both included, and lets go of those that it went back over.
pub fn extend(
    selected: &mut BTreeSet<String>,
    ids: &[String],
    anchor: usize,
    from: usize,
    to: usize,
) {
    let between = |end: usize| {
        let (first, last) = (anchor.min(end), anchor.max(end));
        ids.iter().take(last + 1).skip(first)
    };
    for id in between(from) {
        selected.remove(id);
    }
    selected.extend(between(to).cloned());
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
        extend(&mut selected, &ids, 2, 2, 1);
        assert_eq!(selected, BTreeSet::from(["b".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn going_back_lets_go_of_what_was_selected_on_the_way() {
        let ids = ["a", "b", "c", "d"].map(str::to_owned);
        let mut selected = BTreeSet::from(["d".to_owned()]);
        extend(&mut selected, &ids, 0, 0, 1);
        extend(&mut selected, &ids, 0, 1, 2);
        extend(&mut selected, &ids, 0, 2, 1);
        let left: Vec<&str> = selected.iter().map(String::as_str).collect();
        assert_eq!(left, ["a", "b", "d"]);
    }
}
