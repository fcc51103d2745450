//! How keys move in a list of options of which some cannot be chosen.

/// Where the mark goes from `active` on `key`, in a list where `open` tells which options can be chosen. It goes round.
pub fn step(open: &[bool], active: Option<usize>, key: &str) -> Option<usize> {
    let last = open.len().checked_sub(1)?;
    let candidates: Box<dyn Iterator<Item = usize>> = match (key, active) {
        ("Home", _) => Box::new(0..=last),
        ("End", _) => Box::new((0..=last).rev()),
        ("ArrowDown", None) => Box::new(0..=last),
        ("ArrowDown", Some(at)) => Box::new((at + 1..=last).chain(0..=at.min(last))),
        ("ArrowUp", None) => Box::new((0..=last).rev()),
        ("ArrowUp", Some(at)) => {
            Box::new((0..at.min(last)).rev().chain((at.min(last)..=last).rev()))
        }
        _ => return None,
    };
    let mut candidates = candidates;
    candidates.find(|index| open.get(*index).copied().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_skip_what_cannot_be_chosen_and_go_round() {
        let open = [false, true, false, true];
        for (active, key, expected) in [
            (None, "ArrowDown", Some(1)),
            (Some(1), "ArrowDown", Some(3)),
            (Some(3), "ArrowDown", Some(1)),
            (Some(1), "ArrowUp", Some(3)),
            (None, "ArrowUp", Some(3)),
            (Some(3), "Home", Some(1)),
            (Some(1), "End", Some(3)),
            (Some(9), "ArrowUp", Some(1)),
            (Some(1), "a", None),
        ] {
            assert_eq!(step(&open, active, key), expected, "{key} from {active:?}");
        }
        assert_eq!(step(&[], None, "ArrowDown"), None);
        assert_eq!(step(&[false], None, "ArrowDown"), None);
    }
}
