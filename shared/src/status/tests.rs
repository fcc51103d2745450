#![allow(clippy::unwrap_used)]
use super::*;
use crate::names::FabricId;
use crate::record::{Failure, Visibility};
use crate::snapshot::example::fabric;

fn record() -> FabricRecord {
    let id = FabricId::from_bytes([7; 16]);
    FabricRecord::new(id, &fabric("gitops", false), Visibility::Public)
}

fn at(status: DirectoryStatus) -> FabricRecord {
    let mut record = record();
    record.gitops_directory_status = status;
    record
}

#[test]
fn every_state_has_words_and_a_colour() {
    for (status, words, tone) in [
        (
            DirectoryStatus::NotInitialized,
            "not initialised",
            Tone::Neutral,
        ),
        (DirectoryStatus::Initializing, "initialising", Tone::Neutral),
        (DirectoryStatus::Initialized, "initialised", Tone::Good),
        (DirectoryStatus::Error, "error", Tone::Bad),
        (
            DirectoryStatus::InvalidStructure,
            "invalid structure",
            Tone::Bad,
        ),
    ] {
        let summary = Summary::of(&at(status));
        assert_eq!((summary.words.as_str(), summary.tone), (words, tone));
    }
}

#[test]
fn a_state_that_was_not_confirmed_is_not_shown_as_good() {
    let mut record = at(DirectoryStatus::Initialized);
    record.checked_at = Some("2026-01-02T12:00:00Z".to_owned());
    let failure = Failure {
        code: "github_unavailable".into(),
        message: "GitHub did not answer".into(),
        hint: "try again".into(),
    };
    record.unreachable(&failure, "2026-01-02T13:00:00Z");
    let summary = Summary::of(&record);
    assert_eq!(
        (summary.words.as_str(), summary.tone),
        ("initialised, not confirmed", Tone::Neutral)
    );
}

#[test]
fn a_badge_says_the_same_to_eyes_and_ears_and_is_well_formed_whatever_it_says() {
    let summary = Summary::of(&at(DirectoryStatus::Initialized));
    let svg = badge_svg("fabric-1", &summary);
    assert!(svg.contains("role=\"img\" aria-label=\"fabric-1: initialised\""));
    assert!(svg.contains("<title>fabric-1: initialised</title>"));
    assert!(svg.contains("prefers-color-scheme:dark"));
    let long = "x".repeat(10_000);
    for name in [
        "<script>alert(1)</script>",
        "\"><g onload=x>",
        "]]>",
        long.as_str(),
        "a\u{202e}b",
    ] {
        let svg = badge_svg(name, &summary);
        assert!(
            !svg.contains("<script") && !svg.contains("<g onload"),
            "{svg}"
        );
        assert!(!svg.contains('\u{202e}'), "{svg}");
        assert_eq!(svg.matches("<svg").count(), 1);
        assert!(svg.len() < 4_000, "{}", svg.len());
    }
}

#[test]
fn shields_gets_its_own_format() {
    let badge = shields_badge("fabric-1", &Summary::of(&at(DirectoryStatus::Error)));
    let json = serde_json::to_value(&badge).unwrap();
    assert_eq!(
        json,
        serde_json::json!({ "schemaVersion": 1, "label": "fabric-1", "message": "error", "color": "red", "isError": true, "cacheSeconds": 300 })
    );
}

/// `docs/status-json.md` names exactly the fields that there are.
#[test]
fn every_field_of_the_document_is_documented() {
    let document = StatusDocument::of(&record(), "https://hedgerow.example/f/x");
    let json = serde_json::to_value(&document).unwrap();
    let text = include_str!("../../../docs/status-json.md");
    let documented: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut fields: Vec<&String> = json.as_object().unwrap().keys().collect();
    fields.sort();
    let mut documented: Vec<String> = documented.into_iter().map(String::from).collect();
    documented.sort();
    assert_eq!(fields.into_iter().cloned().collect::<Vec<_>>(), documented);
    assert_eq!(json["status_version"], STATUS_VERSION);
}
