//! Branches whose names are near one that does not exist, so that a slip of the keyboard is put right with one press.

use strsim::osa_distance;

/// The most names that are offered.
const OFFERED: usize = 3;

/// The most slips in one name: a letter too many, too few, another one, or two in the wrong order.
const SLIPS: usize = 2;

/// What default branches are called by habit: whoever types one of these means the default branch.
const BY_HABIT: [&str; 3] = ["main", "master", "trunk"];

/// What belongs together with a name that does not exist: the fewer slips the nearer, then names that go on where the other
/// ends, such as `production` for `prod` and `main` for `origin/main`, and the default branch for its usual names.
pub fn near<'a>(
    wanted: &str,
    default: Option<&'a str>,
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let typed = plain(wanted);
    let mut found: Vec<_> = names
        .into_iter()
        .chain(default)
        .filter(|name| *name != wanted)
        .filter_map(|name| {
            let is_default = default == Some(name);
            let rank = rank(&typed, &plain(name))
                .or_else(|| (is_default && BY_HABIT.contains(&wanted)).then_some((2, 0)))?;
            Some((rank, !is_default, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    let found = found.into_iter().take(OFFERED);
    found.map(|(_, _, name)| name.to_owned()).collect()
}

/// How near two names are, the nearest first; none if they are not.
fn rank(typed: &str, name: &str) -> Option<(u8, usize)> {
    let (short, long) = match typed.len() < name.len() {
        true => (typed, name),
        false => (name, typed),
    };
    let slips = (long.len() / 3).min(SLIPS);
    if long.len() - short.len() <= slips {
        let distance = osa_distance(short, long);
        if distance <= slips {
            return Some((0, distance));
        }
    }
    let goes_on =
        short.len() > 2 && (long.starts_with(short) || long.strip_suffix(short)?.ends_with('-'));
    goes_on.then(|| (1, long.len() - short.len()))
}

/// The name with one kind of separator, and without case.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(['/', '_', '.'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wanted: &str, names: &[&'static str]) -> Vec<String> {
        near(wanted, names.first().copied(), names.iter().copied())
    }

    #[test]
    fn a_slip_of_the_keyboard_is_near() {
        let names = ["main", "develop", "release/1.4", "production"];
        for (typed, meant) in [
            ("mian", "main"),
            ("mai", "main"),
            ("maine", "main"),
            ("Main", "main"),
            ("MAIN", "main"),
            ("master", "main"),
            ("origin/main", "main"),
            ("develp", "develop"),
            ("dev", "develop"),
            ("realese/1.4", "release/1.4"),
            ("release_1-4", "release/1.4"),
            ("Release/1.4", "release/1.4"),
            ("1.4", "release/1.4"),
            ("prod", "production"),
        ] {
            assert_eq!(of(typed, &names), [meant], "{typed}");
        }
    }

    #[test]
    fn another_name_is_not_near() {
        let names = ["trunk", "a", "feature/new-switch", "stage"];
        for typed in ["fabrics", "b", "trunk", "prod", "mainframe"] {
            assert_eq!(of(typed, &names), [""; 0], "{typed}");
        }
    }

    #[test]
    fn the_nearest_come_first_and_at_most_three() {
        let names = ["dc-10", "dc-2", "dc-11", "dc-3", "dc-1-old", "dc_1"];
        assert_eq!(of("dc-1", &names), ["dc_1", "dc-10", "dc-11"]);
    }

    #[test]
    fn names_of_any_letters_and_length_are_compared() {
        assert_eq!(of("größe", &["große"]), ["große"]);
        let long = "x".repeat(244);
        assert_eq!(near(&long[1..], None, [long.as_str()]), [long.as_str()]);
    }
}
