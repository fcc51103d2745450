//! How much each finding matters.
use super::*;
use crate::report::{Report, Severity};

fn report(branch: &Branch) -> Report {
    let spec = fabric("gitops/fabric-1", false);
    let snapshot = branch.snapshot(&spec);
    let tree = snapshot.directory_id(&spec.gitops_directory);
    let head = snapshot.head().map(|head| head.commit);
    Report::new(&diff_of(branch), head, tree)
}

/// What is said about one more thing in an initialised directory: severity, code, path below it.
fn finding(below: &str, mode: u32) -> Option<(Severity, String, String)> {
    let path = format!("gitops/fabric-1/{below}");
    let branch = initialised().without(&path).with_mode(&path, mode, b"x");
    let report = report(&branch);
    assert!(report.findings.len() <= 1, "{:?}", report.findings);
    let finding = report.findings.into_iter().next()?;
    assert_eq!(report.valid, finding.severity != Severity::Error);
    let below = finding.path.strip_prefix("gitops/fabric-1/").unwrap();
    Some((finding.severity, finding.code, below.to_owned()))
}

#[test]
fn an_initialised_directory_is_valid_and_nothing_is_said() {
    let report = report(&initialised());
    assert!(report.valid);
    assert_eq!(report.findings, []);
    assert!(report.head.is_some() && report.tree.is_some());
}

#[test]
fn only_what_breaks_the_structure_is_an_error() {
    let cases = [
        ("raw", 0o120_000, Severity::Error, "conflict"),
        ("managed/README.md", 0o100_755, Severity::Error, "conflict"),
        (
            "managed/metadata/directory-info.json",
            0o100_644,
            Severity::Error,
            "modified",
        ),
        ("raw/README.md", 0o100_644, Severity::Note, "modified"),
        ("notes.txt", 0o100_644, Severity::Note, "beside_roots"),
        ("RAW", 0o100_644, Severity::Warning, "case_clash"),
        ("managed/x.yaml", 0o100_644, Severity::Warning, "unexpected"),
        (
            "managed/notes.txt",
            0o100_644,
            Severity::Warning,
            "not_yaml",
        ),
        (
            "managed/metadata/x.yaml",
            0o100_644,
            Severity::Warning,
            "unexpected",
        ),
        (
            "managed/vpcs/x.json",
            0o100_644,
            Severity::Warning,
            "not_yaml",
        ),
        (
            "managed/vpcs/x.yaml",
            0o120_000,
            Severity::Warning,
            "not_a_file",
        ),
    ];
    for (below, mode, severity, code) in cases {
        assert_eq!(
            finding(below, mode),
            Some((severity, code.to_owned(), below.to_owned()))
        );
    }
    assert_eq!(finding("managed/vpcs/x.yaml", 0o100_644), None);
}

#[test]
fn a_missing_file_is_an_error_and_is_listed() {
    let path = "gitops/fabric-1/raw/pending";
    let report = report(&initialised().without(path));
    assert!(!report.valid);
    assert_eq!(report.missing, [format!("{path}/.gitkeep")]);
    assert_eq!(report.findings[0].code, "missing");
}

#[test]
fn one_obstacle_above_many_files_is_said_once() {
    let branch = initialised().without("gitops").with("gitops", b"a file");
    let report = report(&branch);
    let said: Vec<(&str, &str)> = report
        .findings
        .iter()
        .map(|finding| (finding.code.as_str(), finding.path.as_str()))
        .collect();
    assert_eq!(said, [("conflict", "gitops")]);
}

#[test]
fn errors_come_first_then_warnings_then_notes() {
    let branch = initialised()
        .with("gitops/fabric-1/a.txt", b"x")
        .with("gitops/fabric-1/managed/x.yaml", b"x")
        .without("gitops/fabric-1/unmanaged/README.md");
    let report = report(&branch);
    let said: Vec<String> = report
        .findings
        .iter()
        .map(|finding| format!("{:?} {} {}", finding.severity, finding.code, finding.path))
        .collect();
    insta::assert_snapshot!(said.join("\n"));
    assert_eq!(
        report.unexpected,
        ["gitops/fabric-1/a.txt", "gitops/fabric-1/managed/x.yaml"]
    );
}
