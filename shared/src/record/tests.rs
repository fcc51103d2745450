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
        head: Some(blob_id(b"head")),
        tree: Some(blob_id(b"tree")),
    }
}

fn failure() -> Failure {
    Failure {
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
