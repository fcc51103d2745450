//! When a fabric is looked at without a person, in words.

use shared::api::{LastFound, LooksAnswer, Schedule};

use crate::age::{age, ahead};

/// What the page says of it.
pub fn said(looks: &LooksAnswer, now_ms: i64) -> String {
    let next = looks.next_at.as_deref();
    let next = next.and_then(|next| ahead(next, now_ms));
    let next = match (looks.schedule, next) {
        (Schedule::NeedsApp, _) => {
            return "Only people check this fabric: checks by schedule and of pull requests need the GitHub App, and this Hedgerow has none.".to_owned();
        }
        (Schedule::Off, _) => "Checks by schedule are switched off.".to_owned(),
        (_, Some(next)) => format!("The next check by itself is {next}."),
        (_, None) => "Hedgerow checks this fabric by itself.".to_owned(),
    };
    let last = looks.last_at.as_deref();
    let last = last.and_then(|last| age(last, now_ms)).unwrap_or_default();
    let last = match looks.last_found {
        None => return next,
        Some(LastFound::Unchanged) => format!("The last one, {last}, found nothing new."),
        Some(LastFound::NotVisible) => format!(
            "The last one, {last}, found nothing: Hedgerow’s GitHub App is not installed on this repository, and schedules and checks of pull requests need it."
        ),
        Some(LastFound::Read | LastFound::Other(_)) => {
            format!("The last one, {last}, read the branch; what it found is the state.")
        }
    };
    format!("{next} {last}")
}

/// Why a fabric is left to people, where that is known: the App is missing.
pub fn missing_app(looks: &LooksAnswer) -> Option<&'static str> {
    if looks.schedule == Schedule::NeedsApp {
        return Some("This Hedgerow has no GitHub App.");
    }
    is_not_installed(looks).then_some("The GitHub App is not installed on this repository.")
}

/// Tells whether the App did not see the repository when it looked last.
pub fn is_not_installed(looks: &LooksAnswer) -> bool {
    looks.last_found == Some(LastFound::NotVisible)
}

/// What GitHub's form for a webhook calls an event of its API.
pub fn in_webhook_form(event: &str) -> &str {
    match event {
        "push" => "Pushes",
        "pull_request" => "Pull requests",
        "repository" => "Repositories",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_next_and_what_was_found_last_is_said() {
        let now = crate::age::millis("2026-11-23T12:00:00Z").expect("a time");
        let looks = |schedule, next: &str, last: Option<LastFound>| LooksAnswer {
            schedule,
            next_at: Some(next.to_owned()).filter(|next| !next.is_empty()),
            last_at: last.map(|_| "2026-11-23T09:00:00Z".to_owned()),
            last_found: last,
        };
        let next = "2026-11-23T15:00:00Z";
        for (answer, expected) in [
            (
                looks(Schedule::On, next, Some(LastFound::Unchanged)),
                "The next check by itself is in 3 hours. The last one, 3 hours ago, found nothing new.",
            ),
            (
                looks(Schedule::On, next, None),
                "The next check by itself is in 3 hours.",
            ),
            (
                looks(Schedule::On, "", None),
                "Hedgerow checks this fabric by itself.",
            ),
            (
                looks(Schedule::On, next, Some(LastFound::NotVisible)),
                "The next check by itself is in 3 hours. The last one, 3 hours ago, found nothing: Hedgerow’s GitHub App is not installed on this repository, and schedules and checks of pull requests need it.",
            ),
            (
                looks(Schedule::NeedsApp, "", None),
                "Only people check this fabric: checks by schedule and of pull requests need the GitHub App, and this Hedgerow has none.",
            ),
            (
                looks(Schedule::Off, "", Some(LastFound::Read)),
                "Checks by schedule are switched off. The last one, 3 hours ago, read the branch; what it found is the state.",
            ),
        ] {
            assert_eq!(said(&answer, now), expected);
        }
    }

    #[test]
    fn the_app_is_missing_where_there_is_none_and_where_it_saw_nothing() {
        let looks = |schedule, last_found| LooksAnswer {
            schedule,
            next_at: None,
            last_at: None,
            last_found,
        };
        for (answer, expected) in [
            (
                looks(Schedule::NeedsApp, None),
                "This Hedgerow has no GitHub App.",
            ),
            (
                looks(Schedule::On, Some(LastFound::NotVisible)),
                "The GitHub App is not installed on this repository.",
            ),
            (looks(Schedule::On, Some(LastFound::Read)), ""),
            (looks(Schedule::Off, None), ""),
        ] {
            assert_eq!(missing_app(&answer).unwrap_or_default(), expected);
        }
    }
}
