//! Times on the wire.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Milliseconds since 1970 as RFC 3339 in UTC, to the second.
pub(crate) fn rfc3339(ms: u64) -> String {
    let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// RFC 3339 as milliseconds since 1970, to the second; nothing where it is none.
pub(crate) fn from_rfc3339(text: &str) -> Option<u64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let seconds = u64::try_from(time.unix_timestamp()).ok()?;
    seconds.checked_mul(1000)
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_utc_to_the_second() {
        assert_eq!(super::rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(super::rfc3339(1_795_426_530_999), "2026-11-23T09:35:30Z");
    }

    #[test]
    fn times_are_read_in_any_zone_and_nothing_else_is_one() {
        let ms = Some(1_795_426_530_000);
        assert_eq!(super::from_rfc3339("2026-11-23T09:35:30Z"), ms);
        assert_eq!(super::from_rfc3339("2026-11-23T10:35:30+01:00"), ms);
        assert_eq!(super::from_rfc3339("yesterday"), None);
    }
}
