#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::contents::{Contents, findings, tests::read};
use crate::diff::diff;
use crate::fabric::FabricSpec;
use crate::layout::layout;
use crate::report::Report;
use crate::snapshot::example::{Branch, fabric};

/// A branch's side, with what was read of it in so many questions.
fn side(branch: &Branch, spec: &FabricSpec, most: usize) -> (Side, Contents) {
    let snapshot = branch.snapshot(spec);
    let found = diff(&layout(spec), &spec.gitops_directory, &snapshot);
    let tree = snapshot.directory_id(&spec.gitops_directory);
    // Every answer about a whole directory is cut, so that what is not asked for any more stays unread.
    let (contents, _) = read(branch, spec, most, |ask| {
        most < 40 && ask.depth == crate::contents::Depth::Whole
    });
    let scanned = findings(&spec.gitops_directory, &contents);
    let unread: Vec<String> = contents.unread().map(str::to_owned).collect();
    let report = Report::new(&found, None, tree).with_depth(&scanned, &unread);
    (Side::new(&report).cut(&scanned), contents)
}

fn check(spec: &FabricSpec, before: &Branch, after: &Branch, most: usize) -> Checked {
    let (before, old) = side(before, spec, most);
    let (after, new) = side(after, spec, 40);
    Checked {
        name: spec.name.clone(),
        branch: spec.branch.clone(),
        directory: spec.gitops_directory.clone(),
        compared: Compared::Merge,
        commits: (crate::git::blob_id(b"1"), crate::git::blob_id(b"2")),
        changes: changes(&old, &new),
        before,
        after,
        touched: vec![spec.name.clone()],
    }
}

fn codes<'a>(found: impl Iterator<Item = &'a Found>) -> Vec<String> {
    found
        .map(|found| format!("{} {}", found.code, found.path))
        .collect()
}

const KUSTOMIZATION: &str = "gitops/managed/vpcs/kustomization.yaml";

#[test]
fn only_what_a_pull_request_brings_fails_it() {
    let spec = fabric("gitops", false);
    let whole = Branch::initialised(&spec);
    let broken = whole.clone().with(KUSTOMIZATION, b"x");
    let lacking = whole.clone().without("gitops/raw/README.md");
    for (before, after, verdict, holds) in [
        (&whole, &broken, Verdict::Fails, false),
        (&broken, &broken, Verdict::Passes, false),
        (&broken, &whole, Verdict::Passes, true),
        (&whole, &lacking, Verdict::Fails, false),
        (&lacking, &broken, Verdict::Fails, false),
        (&whole, &whole, Verdict::Passes, true),
    ] {
        let checked = check(&spec, before, after, 40);
        assert_eq!((checked.verdict(), checked.holds()), (verdict, holds));
    }
    let checked = check(&spec, &lacking, &broken, 40);
    assert_eq!(
        codes(checked.brought()),
        [format!("kustomization {KUSTOMIZATION}")]
    );
    assert_eq!(codes(checked.ends()), ["missing gitops/raw/README.md"]);
    assert_eq!(codes(checked.stays()), [] as [&str; 0]);
}

#[test]
fn a_warning_and_an_edited_readme_fail_nothing() {
    let spec = fabric("gitops", false);
    let before = Branch::initialised(&spec);
    let after = before
        .clone()
        .with("gitops/managed/vpcs/notes.txt", b"x")
        .with("gitops/raw/README.md", b"x");
    let checked = check(&spec, &before, &after, 40);
    assert_eq!(
        (checked.verdict(), checked.holds()),
        (Verdict::Passes, true)
    );
    assert_eq!(
        codes(checked.brought()),
        [
            "not_yaml gitops/managed/vpcs/notes.txt",
            "modified gitops/raw/README.md"
        ]
    );
}

#[test]
fn a_directory_that_goes_fails_and_one_that_comes_passes() {
    let spec = fabric("gitops", false);
    let (none, whole) = (
        Branch::default().with("README.md", b"x"),
        Branch::initialised(&spec),
    );
    let whole = whole.with("README.md", b"x");
    let gone = check(&spec, &whole, &none, 40);
    assert_eq!(gone.verdict(), Verdict::Fails);
    assert!(
        summary(&spec, &gone)
            .body
            .contains("of fabric `fabric-1` is gone")
    );
    let comes = check(&spec, &none, &whole, 40);
    assert_eq!((comes.verdict(), comes.holds()), (Verdict::Passes, true));
    assert_eq!(comes.changes.added.len(), 14);
}

#[test]
fn what_was_not_read_before_is_neither_new_nor_changed() {
    let spec = fabric("gitops", false);
    let deep = "gitops/managed/vpcs/a/b/kustomization.yaml";
    let before = Branch::initialised(&spec)
        .with(deep, b"x")
        .with("gitops/raw/x", b"1");
    let after = before
        .clone()
        .with("gitops/raw/x", b"2")
        .with("gitops/raw/y", b"3");
    let known = check(&spec, &before, &after, 40);
    assert_eq!(known.changes.changed, ["gitops/raw/x"]);
    assert_eq!(known.changes.added, ["gitops/raw/y"]);
    assert_eq!(codes(known.stays()), [format!("kustomization {deep}")]);
    // The directory alone is listed.
    let unknown = check(&spec, &before, &after, 2);
    assert_eq!(unknown.verdict(), Verdict::Passes);
    assert_eq!(codes(unknown.brought()), [] as [&str; 0]);
    assert_eq!(codes(unknown.unsure()), [format!("kustomization {deep}")]);
    assert_eq!(
        (unknown.changes.changed.len(), unknown.changes.added.len()),
        (0, 0)
    );
    let said = summary(&spec, &unknown);
    assert!(said.body.contains("Not read to the end"), "{}", said.body);
}

#[test]
fn findings_of_other_kinds_are_told_apart_by_what_they_are_about() {
    let spec = fabric("gitops", false);
    let branch = Branch::initialised(&spec);
    let mut checked = check(&spec, &branch, &branch, 40);
    let found = |about: &str, line| Found {
        severity: Severity::Error,
        code: "unknown_switch".to_owned(),
        path: "gitops/managed/connections/a.yaml".to_owned(),
        about: Some(about.to_owned()),
        lines: Some(Lines {
            first: line,
            last: line,
        }),
        message: "names a switch that is not there".to_owned(),
    };
    checked.before = checked.before.with([found("leaf-1", 3)]);
    checked.after = checked
        .after
        .with([found("leaf-1", 9), found("leaf-2", 12)]);
    let brought: Vec<_> = checked.brought().collect();
    assert_eq!(brought, [&found("leaf-2", 12)]);
    assert_eq!(checked.verdict(), Verdict::Fails);
    let annotation = annotations(&checked).remove(0);
    assert_eq!(
        annotation.lines,
        Lines {
            first: 12,
            last: 12
        }
    );
    assert_eq!(
        annotation.message,
        "`gitops/managed/connections/a.yaml` names a switch that is not there."
    );
    let said = summary(&spec, &checked).body;
    assert!(
        said.contains("- error: `gitops/managed/connections/a.yaml`, line 12, names a switch"),
        "{said}"
    );
}

#[test]
fn a_summary_says_in_words_of_the_field_what_changes() {
    let spec = fabric("gitops", false);
    let before = Branch::initialised(&spec)
        .with("gitops/managed/vpcs/old.yaml", b"x")
        .with("gitops/managed/switches/leaf.yaml", b"1");
    let after = Branch::initialised(&spec)
        .with("gitops/managed/switches/leaf.yaml", b"2")
        .with("gitops/managed/switches/spine.yaml", b"3")
        .with(KUSTOMIZATION, b"x");
    let mut checked = check(&spec, &before, &after, 40);
    checked
        .touched
        .push(crate::names::FabricName::parse("fabric-2").unwrap());
    let Summary { title, body } = summary(&spec, &checked);
    insta::assert_snapshot!(format!("{title}\n\n{body}"));
}

#[test]
fn a_summary_is_no_longer_than_github_takes_and_names_are_no_markup() {
    let spec = fabric("gitops", false);
    let before = Branch::initialised(&spec);
    let hostile = format!("gitops/raw/a`](x) @team <b>\n# {}.yaml", "x".repeat(3000));
    let mut after = before.clone().with(&hostile, b"x");
    for number in 0..60 {
        let path = format!("gitops/managed/vpcs/{number}{}.txt", "y".repeat(2000));
        after = after.with(&path, b"x");
    }
    let checked = check(&spec, &before, &after, 40);
    let body = summary(&spec, &checked).body;
    assert!(body.len() < 65_535, "{}", body.len());
    assert!(body.contains("There is more than can be shown here."));
    assert!(!body.contains("\n# "), "{body}");
    let few = check(&spec, &before, &before.clone().with(&hostile, b"x"), 40);
    let body = summary(&spec, &few).body;
    assert!(
        body.contains("- ``gitops/raw/a`](x) @team <b> # xx"),
        "{body}"
    );
}
