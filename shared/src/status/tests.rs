#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::api::FabricSummary;
use crate::names::FabricId;
use crate::problem::Explanation;
use crate::record::{Check, CheckState, DirectoryStatus, FabricRecord, Visibility};
use crate::report::{Finding, Severity};
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

fn error(code: &str) -> Option<Explanation> {
    Some(Explanation {
        code: code.into(),
        message: "it failed".into(),
        hint: "try again".into(),
    })
}

fn found(severity: Severity, code: &str) -> Finding {
    Finding {
        severity,
        code: code.into(),
        path: "gitops/x".into(),
        message: "is so".into(),
        should_be: None,
        default_branch: None,
    }
}

/// A record, in the words of the table below.
fn record_of(words: &str) -> FabricRecord {
    let mut words = words.split(", ");
    let mut record = at(match words.next().unwrap() {
        "not initialised" => DirectoryStatus::NotInitialized,
        "initialising" => DirectoryStatus::Initializing,
        "initialised" => DirectoryStatus::Initialized,
        "error" => DirectoryStatus::Error,
        "invalid structure" => DirectoryStatus::InvalidStructure,
        other => panic!("{other} is not a state"),
    });
    record.checked_at = Some("2026-01-02T12:00:00Z".to_owned());
    record.check = Check::ok("2026-01-02T12:00:00Z");
    let mut add = |severity, code| record.drift.findings.push(found(severity, code));
    for word in words {
        match word {
            "never checked" => {
                record.checked_at = None;
                record.check.state = CheckState::Unknown;
            }
            "GitHub not reached" => {
                record.check = Check::unknown(
                    &record.check,
                    &error("github_unavailable").unwrap(),
                    "2026-01-02T13:00:00Z",
                );
            }
            "pushed to" => {
                let mut told = error("directory_changed").unwrap();
                told.message = "the branch changed at 4dc6f10 and was not read yet".into();
                record.check = Check::unknown(&record.check, &told, "2026-01-02T13:00:00Z");
            }
            "proposed" => {
                record.pull_request_url = Some("https://github.com/acme/network/pull/1".into())
            }
            "missing" => {
                add(Severity::Error, "missing");
                record.drift.missing += 1;
            }
            "no branch" => add(Severity::Error, Finding::BRANCH_MISSING),
            "description changed" => add(Severity::Error, "modified"),
            "in the way" => add(Severity::Error, "conflict"),
            "README edited" => {
                add(Severity::Note, "modified");
                record.drift.modified += 1;
            }
            "beside" => {
                add(Severity::Note, "beside_roots");
                record.drift.unexpected += 1;
            }
            "warning" => add(Severity::Warning, "not_yaml"),
            "kustomization" => add(Severity::Error, "kustomization"),
            code => record.directory_init_error = error(code),
        }
    }
    record
}

#[test]
fn a_record_has_one_verdict() {
    use Action as To;
    use Verdict as Is;
    for (words, verdict, sentence, action) in [
        (
            "not initialised, never checked",
            Is::Draft,
            "Nothing was committed yet.",
            Some(To::Initialise),
        ),
        (
            "not initialised",
            Is::Draft,
            "Nothing was committed yet.",
            Some(To::Initialise),
        ),
        (
            "not initialised, proposed",
            Is::WaitingForMerge,
            "The change waits in a pull request.",
            Some(To::Merge),
        ),
        ("initialising", Is::Working, "A commit is under way.", None),
        (
            "initialising, GitHub not reached",
            Is::Working,
            "A commit is under way.",
            None,
        ),
        (
            "initialised",
            Is::Healthy,
            "The branch holds the layout.",
            None,
        ),
        (
            "initialised, README edited, beside",
            Is::Healthy,
            "The branch holds the layout.",
            None,
        ),
        (
            "initialised, proposed",
            Is::WaitingForMerge,
            "The change waits in a pull request.",
            Some(To::Merge),
        ),
        (
            "initialised, warning",
            Is::NeedsYou,
            "1 warning needs a look.",
            Some(To::Review),
        ),
        (
            "initialised, warning, warning, README edited",
            Is::NeedsYou,
            "2 warnings need a look.",
            Some(To::Review),
        ),
        (
            "initialised, GitHub not reached",
            Is::NotKnown,
            "GitHub could not be asked; this is the last known state.",
            Some(To::Check),
        ),
        (
            "initialised, pushed to",
            Is::NotKnown,
            "The branch changed at 4dc6f10 and was not read yet; this is the last known state.",
            Some(To::Check),
        ),
        (
            "error, branch_protected",
            Is::NeedsYou,
            "The last write did not succeed.",
            Some(To::Initialise),
        ),
        (
            "error, tree_mismatch",
            Is::Broken,
            "The last write did not succeed.",
            Some(To::Initialise),
        ),
        (
            "error, branch_missing",
            Is::Broken,
            "The branch does not exist.",
            Some(To::Check),
        ),
        (
            "invalid structure, no branch",
            Is::Broken,
            "The branch does not exist.",
            Some(To::Review),
        ),
        (
            "invalid structure, no branch, proposed",
            Is::Broken,
            "The branch does not exist.",
            Some(To::Review),
        ),
        (
            "initialising, no branch",
            Is::Working,
            "A commit is under way.",
            None,
        ),
        (
            "error, proposed",
            Is::WaitingForMerge,
            "The change waits in a pull request.",
            Some(To::Merge),
        ),
        (
            "error, unconfirmed",
            Is::NeedsYou,
            "GitHub did not answer the last write; check whether it arrived.",
            Some(To::Check),
        ),
        (
            "error, unconfirmed, GitHub not reached",
            Is::NotKnown,
            "GitHub could not be asked; this is the last known state.",
            Some(To::Check),
        ),
        (
            "invalid structure, missing",
            Is::Broken,
            "1 file is missing.",
            Some(To::Repair),
        ),
        (
            "invalid structure, missing, missing, description changed",
            Is::Broken,
            "2 files are missing, and 1 file was changed.",
            Some(To::Repair),
        ),
        (
            "invalid structure, missing, description changed, in the way",
            Is::Broken,
            "1 file is missing, 1 file was changed, and 1 file is in the way.",
            Some(To::Repair),
        ),
        (
            "invalid structure",
            Is::Broken,
            "The directory is not what it should be.",
            Some(To::Repair),
        ),
        (
            "invalid structure, missing, kustomization",
            Is::Broken,
            "1 file is missing, and 1 file breaks how Argo CD and Flux read the directory.",
            Some(To::Repair),
        ),
        (
            "invalid structure, missing, proposed",
            Is::WaitingForMerge,
            "The change waits in a pull request.",
            Some(To::Merge),
        ),
    ] {
        let state = FabricState::of(&record_of(words));
        assert_eq!(
            (state.verdict, state.sentence.as_str(), state.action),
            (verdict, sentence, action),
            "{words}"
        );
    }
}

#[test]
fn a_row_from_before_there_were_verdicts_is_judged_as_its_record() {
    for words in [
        "not initialised, never checked",
        "not initialised, proposed",
        "initialising, GitHub not reached",
        "initialised",
        "initialised, GitHub not reached",
        "error",
        "error, proposed",
        "invalid structure, missing",
        "invalid structure, missing, proposed",
    ] {
        let record = record_of(words);
        let mut row = FabricSummary::from(&record);
        assert_eq!(row.verdict, Some(Verdict::of(&record)), "{words}");
        assert_eq!(row.action, FabricState::of(&record).action, "{words}");
        row.verdict = None;
        assert_eq!(row.verdict(), Verdict::of(&record), "{words}");
    }
}

#[test]
fn green_amber_and_red_mean_health_and_nothing_else() {
    let tones = |wanted: Tone| {
        let all = [
            Verdict::Broken,
            Verdict::NeedsYou,
            Verdict::Working,
            Verdict::WaitingForMerge,
            Verdict::Healthy,
            Verdict::Draft,
            Verdict::NotKnown,
        ];
        all.into_iter()
            .filter(|verdict| verdict.tone() == wanted)
            .collect::<Vec<_>>()
    };
    assert_eq!(tones(Tone::Success), [Verdict::Healthy]);
    assert_eq!(tones(Tone::Attention), [Verdict::NeedsYou]);
    assert_eq!(tones(Tone::Danger), [Verdict::Broken]);
}

#[test]
fn a_badge_says_the_same_to_eyes_and_ears_and_is_well_formed_whatever_it_says() {
    let svg = badge_svg("fabric-1", "Healthy", Tone::Success);
    assert!(svg.contains("role=\"img\" aria-label=\"fabric-1: Healthy\""));
    assert!(svg.contains("<title>fabric-1: Healthy</title>"));
    assert!(svg.contains("prefers-color-scheme:dark"));
    let long = "x".repeat(10_000);
    for name in [
        "<script>alert(1)</script>",
        "\"><g onload=x>",
        "]]>",
        long.as_str(),
        "a\u{202e}b",
    ] {
        let svg = badge_svg(name, "Healthy", Tone::Success);
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
    let badge = shields_badge("fabric-1", "Broken", Tone::Danger);
    let json = serde_json::to_value(&badge).unwrap();
    assert_eq!(
        json,
        serde_json::json!({ "schemaVersion": 1, "label": "fabric-1", "message": "Broken", "color": "red", "isError": true, "cacheSeconds": 300 })
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
