//! How long ago something was, in one or two words.

use shared::count::counted;

/// Milliseconds since 1970 of an RFC 3339 time in UTC, `2026-11-23T09:40:12Z`; fractions are left out.
pub fn millis(rfc3339: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| rfc3339.get(range)?.parse::<i64>().ok();
    if !rfc3339.ends_with('Z') || rfc3339.get(10..11) != Some("T") {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    // Days of the civil calendar, by the usual shift that begins the year in March.
    let shifted = if month > 2 { year } else { year - 1 };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// `just now`, `5 minutes ago`, `3 days ago`; none for what is not a time.
pub fn age(rfc3339: &str, now_ms: i64) -> Option<String> {
    let seconds = (now_ms - millis(rfc3339)?).max(0) / 1000;
    let words = |count: i64, unit: &str| {
        format!(
            "{} ago",
            counted(usize::try_from(count).unwrap_or_default(), unit)
        )
    };
    Some(match seconds {
        0..60 => "just now".to_owned(),
        60..3600 => words(seconds / 60, "minute"),
        3600..86_400 => words(seconds / 3600, "hour"),
        86_400..5_184_000 => words(seconds / 86_400, "day"),
        5_184_000..63_072_000 => words(seconds / 2_592_000, "month"),
        _ => words(seconds / 31_536_000, "year"),
    })
}

/// When GitHub answers again that answers no more until then: `in a minute`, `in 12 minutes`.
pub fn again(until_s: u64, now_ms: i64) -> String {
    let until_ms = i64::try_from(until_s).map_or(i64::MAX, |until| until.saturating_mul(1000));
    let seconds = until_ms.saturating_sub(now_ms).max(0) / 1000;
    match seconds / 60 {
        0 => "in a minute".to_owned(),
        minutes => format!("in {} minutes", minutes + 1),
    }
}

/// When something comes: `within minutes`, `in 3 hours`, `in 2 days`; none for what is not a time.
pub fn ahead(rfc3339: &str, now_ms: i64) -> Option<String> {
    let minutes = (millis(rfc3339)? - now_ms).max(0) / 60_000;
    let words = |count: i64, unit: &str| {
        let count = usize::try_from(count).unwrap_or_default();
        format!("in {}", counted(count, unit))
    };
    Some(match minutes {
        0..10 => "within minutes".to_owned(),
        10..90 => words(minutes, "minute"),
        90..2_880 => words((minutes + 30) / 60, "hour"),
        _ => words((minutes + 720) / 1_440, "day"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_said_in_minutes_hours_and_days() {
        let now = millis("2026-11-23T12:00:00Z").expect("a time");
        for (time, expected) in [
            ("2026-11-23T11:00:00Z", "within minutes"),
            ("2026-11-23T12:09:59Z", "within minutes"),
            ("2026-11-23T12:50:00Z", "in 50 minutes"),
            ("2026-11-23T14:20:00Z", "in 2 hours"),
            ("2026-11-24T11:40:00Z", "in 24 hours"),
            ("2026-11-26T12:00:00Z", "in 3 days"),
        ] {
            assert_eq!(ahead(time, now).as_deref(), Some(expected), "{time}");
        }
        assert_eq!(ahead("tomorrow", now), None);
    }

    #[test]
    fn a_limit_ends_soon_enough_to_be_said_in_minutes() {
        let now_ms = 1_800_000_000_000;
        for (until_s, expected) in [
            (1_700_000_000, "in a minute"),
            (1_800_000_059, "in a minute"),
            (1_800_000_061, "in 2 minutes"),
            (1_800_003_540, "in 60 minutes"),
        ] {
            assert_eq!(again(until_s, now_ms), expected, "{until_s}");
        }
    }

    #[test]
    fn ages_are_short() {
        let now = millis("2026-11-23T12:00:00Z").expect("a time");
        assert_eq!(now, 1_795_435_200_000);
        for (time, expected) in [
            ("2026-11-23T11:59:30Z", "just now"),
            ("2026-11-23T11:58:59.123Z", "1 minute ago"),
            ("2026-11-23T09:00:00Z", "3 hours ago"),
            ("2026-11-20T12:00:00Z", "3 days ago"),
            ("2026-08-01T12:00:00Z", "3 months ago"),
            ("2020-02-29T00:00:00Z", "6 years ago"),
            ("2027-01-01T00:00:00Z", "just now"),
        ] {
            assert_eq!(age(time, now).as_deref(), Some(expected), "{time}");
        }
        assert_eq!(age("yesterday", now), None);
        assert_eq!(millis("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(millis("2024-02-29T00:00:00Z"), Some(1_709_164_800_000));
    }
}
