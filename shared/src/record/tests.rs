#![allow(clippy::unwrap_used)]
use super::*;
use crate::fabric::FabricInput;
use crate::git::blob_id;
use crate::report::Report;

const NOON: &str = "2026-01-02T12:00:00Z";
const LATER: &str = "2026-01-02T13:00:00Z";

fn record() -> FabricRecord {
    let spec = FabricSpec::parse(&FabricInput {
        name: "fabric-1".into(),
        git_repository: "acme/network".into(),
        branch: "main".into(),
        gitops_directory: "gitops".into(),
        layout: LayoutOptions::default(),
    });
    FabricRecord::new(
        FabricId::from_bytes([7; 16]),
        &spec.unwrap(),
        Visibility::Public,
    )
}

fn report(missing: &[&str]) -> Report {
    Report {
        valid: missing.is_empty(),
        missing: missing.iter().map(|path| (*path).to_owned()).collect(),
        modified: Vec::new(),
        unexpected: Vec::new(),
        findings: Vec::new(),
        unread: Vec::new(),
        head: Some(blob_id(b"head")),
        committed_at: Some(NOON.to_owned()),
        head_commit: None,
        comparison: None,
        tree: Some(blob_id(b"tree")),
    }
}

fn failure() -> Explanation {
    Explanation {
        code: "github_unavailable".into(),
        message: "GitHub did not answer".into(),
        hint: "try again".into(),
    }
}

#[test]
fn a_new_fabric_is_not_initialised() {
    let record = record();
    assert_eq!(
        record.gitops_directory_status,
        DirectoryStatus::NotInitialized
    );
    assert!(!record.gitops_initialized);
}

#[test]
fn a_seen_commit_makes_it_initialised_and_clears_the_error() {
    let mut record = record();
    record.failed(failure());
    assert_eq!(record.gitops_directory_status, DirectoryStatus::Error);
    assert!(!record.gitops_initialized);
    let committed = Committed {
        head: blob_id(b"head"),
        tree: blob_id(b"tree"),
        url: Some("https://example.com/c".into()),
    };
    record.committed(committed, &report(&[]), NOON);
    assert_eq!(record.gitops_directory_status, DirectoryStatus::Initialized);
    assert!(record.gitops_initialized && record.directory_init_error.is_none());
    assert_eq!(record.last_directory_sync.as_deref(), Some(NOON));
}

#[test]
fn a_damaged_directory_is_invalid_and_counted() {
    let mut record = record();
    record.checked(&report(&[]), NOON);
    record.checked(&report(&["gitops/raw/README.md"]), LATER);
    assert_eq!(
        record.gitops_directory_status,
        DirectoryStatus::InvalidStructure
    );
    assert_eq!((record.drift.missing, record.drift.paths.len()), (1, 1));
    assert_eq!(record.last_directory_sync.as_deref(), Some(NOON));
    assert_eq!(record.checked_at.as_deref(), Some(LATER));
}

#[test]
fn what_was_never_there_is_not_missing_and_what_is_gone_is() {
    let gone = Report {
        tree: None,
        ..report(&["gitops/raw/README.md"])
    };
    let mut record = record();
    record.checked(&gone, NOON);
    assert_eq!(
        (record.gitops_directory_status, record.drift.missing),
        (DirectoryStatus::NotInitialized, 0)
    );
    record.checked(&report(&[]), NOON);
    record.checked(&gone, LATER);
    assert_eq!(
        (record.gitops_directory_status, record.drift.missing),
        (DirectoryStatus::InvalidStructure, 1)
    );
}

#[test]
fn an_unreachable_github_keeps_the_state_and_says_since_when() {
    let mut record = record();
    record.checked(&report(&[]), NOON);
    record.unreachable(&failure(), LATER);
    record.unreachable(&failure(), "2026-01-02T14:00:00Z");
    assert_eq!(record.gitops_directory_status, DirectoryStatus::Initialized);
    assert_eq!(
        (record.check.state, record.check.since.as_deref()),
        (CheckState::Unknown, Some(LATER))
    );
    assert_eq!(record.checked_at.as_deref(), Some(NOON));
}

#[test]
fn every_change_raises_the_version() {
    let mut record = record();
    let mut last = record.version;
    let changes: [&dyn Fn(&mut FabricRecord); 4] = [
        &FabricRecord::initializing,
        &|record| record.failed(failure()),
        &|record| record.checked(&report(&[]), NOON),
        &|record| record.unreachable(&failure(), NOON),
    ];
    for change in changes {
        change(&mut record);
        assert!(record.version > last);
        last = record.version;
    }
}

#[test]
fn a_record_survives_json() {
    let record = record();
    let json = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<FabricRecord>(&json).unwrap(), record);
    assert!(json.contains("\"gitops_directory_status\":\"not_initialized\""));
}

/// `docs/states.md`, read as a table: what happens → the state after, for each state before.
fn documented() -> Vec<(String, Vec<String>)> {
    let text = include_str!("../../../docs/states.md");
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let happening = cells
            .next()?
            .strip_prefix('`')?
            .split_once('`')?
            .0
            .to_owned();
        let states: Vec<String> = cells
            .map(|cell| cell.trim_matches('`').to_owned())
            .collect();
        (states.len() == 5).then_some((happening, states))
    };
    text.lines().filter_map(row).collect()
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value)
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

#[test]
fn every_state_follows_as_the_table_in_the_docs_says() {
    let table = documented();
    let happenings: Vec<String> = Happening::ALL.into_iter().map(word).collect();
    let rows: Vec<String> = table
        .iter()
        .map(|(happening, _)| happening.clone())
        .collect();
    assert_eq!(rows, happenings, "the table has every row once");
    for (happening, (_, cells)) in Happening::ALL.into_iter().zip(&table) {
        for (state, cell) in DirectoryStatus::ALL.into_iter().zip(cells) {
            // The state before a write may be any of the five.
            for before in DirectoryStatus::ALL {
                let before = if state == DirectoryStatus::Initializing {
                    before
                } else {
                    state
                };
                let expected = match cell.as_str() {
                    "=" => word(state),
                    "back" => word(before),
                    other => other.to_owned(),
                };
                assert_eq!(
                    word(state.after(happening, before)),
                    expected,
                    "{state:?} {happening:?}"
                );
            }
        }
    }
}

/// Everything that can be done to a record, with whether the layout was seen.
type Step = (&'static str, fn(&mut FabricRecord));

const STEPS: [Step; 7] = [
    ("begin", FabricRecord::initializing),
    ("committed", |record| {
        let committed = Committed {
            head: blob_id(b"head"),
            tree: blob_id(b"tree"),
            url: None,
        };
        record.committed(committed, &report(&[]), NOON);
    }),
    ("whole", |record| record.checked(&report(&[]), NOON)),
    ("damaged", |record| {
        record.checked(&report(&["gitops/raw/README.md"]), NOON)
    }),
    ("absent", |record| {
        record.checked(
            &Report {
                tree: None,
                ..report(&["gitops/raw/README.md"])
            },
            NOON,
        )
    }),
    ("failed", |record| record.failed(failure())),
    ("unreachable", |record| record.unreachable(&failure(), NOON)),
];

#[test]
fn initialised_is_said_only_of_what_was_seen_whatever_happens_before_and_after() {
    // Every sequence of four steps, 2401 of them.
    for first in STEPS {
        for second in STEPS {
            for third in STEPS {
                for fourth in STEPS {
                    let mut record = record();
                    let (mut seen, mut ever) = (false, false);
                    for (name, step) in [first, second, third, fourth] {
                        step(&mut record);
                        seen = match name {
                            "committed" | "whole" => true,
                            "damaged" | "absent" => false,
                            _ => seen,
                        };
                        ever |= seen;
                        let sequence = [first.0, second.0, third.0, fourth.0];
                        assert_eq!(record.gitops_initialized, seen, "{sequence:?}");
                        let status = record.gitops_directory_status;
                        let is_error = status == DirectoryStatus::Error;
                        if name == "failed" || name == "whole" || name == "damaged" {
                            assert_eq!(
                                is_error,
                                record.directory_init_error.is_some(),
                                "{sequence:?}"
                            );
                        }
                        match name {
                            "begin" => assert_eq!(status, DirectoryStatus::Initializing),
                            "committed" | "whole" => {
                                assert_eq!(status, DirectoryStatus::Initialized)
                            }
                            "damaged" => assert_eq!(status, DirectoryStatus::InvalidStructure),
                            "absent" if ever => {
                                assert_eq!(status, DirectoryStatus::InvalidStructure)
                            }
                            "absent" => assert_eq!(status, DirectoryStatus::NotInitialized),
                            "failed" => assert_eq!(status, DirectoryStatus::Error),
                            _ => {}
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_branch_that_is_gone_is_damage_whatever_was_known_of_it() {
    let mut fresh = record();
    let mut known = record();
    known.checked(&report(&[]), NOON);
    for record in [&mut fresh, &mut known] {
        let spec = record.spec();
        record.checked(&Report::without_branch(&spec, Some("trunk")), LATER);
        assert_eq!(
            record.gitops_directory_status,
            DirectoryStatus::InvalidStructure
        );
        assert_eq!((record.gitops_initialized, record.head), (false, None));
        let finding = &record.drift.findings[0];
        assert_eq!((record.drift.missing, record.drift.finding_count), (0, 1));
        assert_eq!(finding.default_branch.as_deref(), Some("trunk"));
        assert!(finding.message.contains("`main`") && finding.message.contains("`trunk`"));
    }
    // Nobody is told to follow the branch that is gone.
    let alone = Report::without_branch(&record().spec(), Some("main"));
    assert_eq!(alone.findings[0].default_branch, None);
}

#[test]
fn another_branch_begins_with_what_it_holds_itself() {
    let absent = Report {
        tree: None,
        ..report(&["gitops/raw/README.md"])
    };
    for (found, status, sync) in [
        (report(&[]), DirectoryStatus::Initialized, Some(LATER)),
        (absent, DirectoryStatus::NotInitialized, None),
    ] {
        let mut record = record();
        record.checked(&report(&[]), NOON);
        let branch = crate::names::BranchName::parse("trunk").unwrap();
        record.follows(&branch, &found, LATER);
        assert_eq!(record.branch, branch);
        assert_eq!(record.gitops_directory_status, status);
        assert_eq!(record.last_directory_sync.as_deref(), sync);
    }
}

#[test]
fn a_write_without_a_trace_goes_back_to_the_state_before_it() {
    for before in DirectoryStatus::ALL {
        let mut record = record();
        record.gitops_directory_status = before;
        record.initializing();
        record.left_no_trace(before);
        assert_eq!(record.gitops_directory_status, before);
    }
}

#[test]
fn a_directory_that_held_the_layout_and_is_gone_stays_damaged_however_often_it_is_read() {
    let mut record = record();
    record.checked(&report(&[]), NOON);
    for _ in 0..2 {
        record.checked(
            &Report {
                tree: None,
                ..report(&["gitops/raw/README.md"])
            },
            LATER,
        );
        assert_eq!(
            record.gitops_directory_status,
            DirectoryStatus::InvalidStructure
        );
    }
}
