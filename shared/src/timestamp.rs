//! Times as people read them.

/// `2026-11-23 09:40 UTC` of the RFC 3339 time `2026-11-23T09:40:12Z`; anything else stays as it is.
pub fn readable(rfc3339: &str) -> String {
    match (rfc3339.get(..10), rfc3339.get(11..16)) {
        (Some(date), Some(clock)) if rfc3339.ends_with('Z') => format!("{date} {clock} UTC"),
        _ => rfc3339.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn times_are_short() {
        assert_eq!(readable("2026-11-23T09:40:12Z"), "2026-11-23 09:40 UTC");
        assert_eq!(readable("now"), "now");
    }
}
