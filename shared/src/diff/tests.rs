#![allow(clippy::unwrap_used)]
mod conflicts;
mod content;
mod keep;
mod report;
mod unexpected;

use super::*;
use crate::layout::layout;
use crate::snapshot::example::{Branch, fabric};

/// The diff of `fabric-1` in `gitops/fabric-1`.
fn diff_of(branch: &Branch) -> Diff {
    diff_in("gitops/fabric-1", branch)
}

fn diff_in(directory: &str, branch: &Branch) -> Diff {
    let spec = fabric(directory, false);
    diff(
        &layout(&spec),
        &spec.gitops_directory,
        &branch.snapshot(&spec),
    )
}

fn initialised() -> Branch {
    Branch::initialised(&fabric("gitops/fabric-1", false))
}

/// The diff as a tree of text, then what is unexpected, then what stands in the way.
fn render(diff: &Diff) -> String {
    let mut lines = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for file in &diff.files {
        let mut folders: Vec<&str> = file.path.split('/').collect();
        let name = folders.pop().unwrap_or_default();
        let shared = open
            .iter()
            .zip(&folders)
            .take_while(|(left, right)| left == right)
            .count();
        for (depth, folder) in folders.iter().enumerate().skip(shared) {
            lines.push(format!("  {}{folder}/", "  ".repeat(depth)));
        }
        lines.push(format!(
            "{} {}{name}",
            mark(file.change),
            "  ".repeat(folders.len())
        ));
        open = folders;
    }
    let unexpected = diff.unexpected.iter();
    lines.extend(
        unexpected.map(|unexpected| format!("? {} {:?}", unexpected.path, unexpected.place)),
    );
    let obstacles = diff.obstacles().into_iter();
    lines.extend(obstacles.map(|obstacle| format!("! {}", obstacle.message)));
    lines.join("\n")
}

fn mark(change: Change) -> char {
    match change {
        Change::Added => '+',
        Change::Unchanged => '=',
        Change::Modified => '~',
        Change::NotNeeded => 'o',
        Change::Conflict => '!',
    }
}

/// What became of one file below `gitops/fabric-1`.
fn change(diff: &Diff, below: &str) -> Change {
    let path = format!("gitops/fabric-1/{below}");
    let mut files = diff.files.iter().filter(|file| file.path == path);
    files.next().unwrap().change
}

#[test]
fn in_an_empty_repository_every_file_is_added() {
    let spec = fabric("gitops/fabric-1", false);
    let diff = diff(
        &layout(&spec),
        &spec.gitops_directory,
        &Snapshot::without_head(),
    );
    insta::assert_snapshot!(render(&diff));
    assert_eq!(diff.count(Change::Added), 14);
    assert!(diff.files.iter().all(|file| file.current.is_none()));
}

#[test]
fn a_branch_without_the_directory_gets_the_same_as_an_empty_repository() {
    let elsewhere = Branch::default()
        .with("README.md", b"hello")
        .with("gitops/fabric-2/managed/README.md", b"another fabric");
    let diff = diff_of(&elsewhere);
    assert_eq!(diff.count(Change::Added), 14);
    assert_eq!(diff.unexpected, []);
}

#[test]
fn an_initialised_directory_is_unchanged_throughout() {
    let diff = diff_of(&initialised());
    insta::assert_snapshot!(render(&diff));
    assert_eq!(diff.count(Change::Unchanged), 14);
}

#[test]
fn an_initialised_root_is_unchanged_throughout() {
    let diff = diff_in("/", &Branch::initialised(&fabric("/", false)));
    insta::assert_snapshot!(render(&diff));
    assert_eq!(diff.count(Change::Unchanged), 14);
}

#[test]
fn edited_deleted_and_used_places_are_told_apart() {
    let branch = initialised()
        .with("gitops/fabric-1/managed/README.md", b"our own words")
        .with("gitops/fabric-1/managed/vpcs/vpc-1.yaml", b"kind: VPC")
        .without("gitops/fabric-1/managed/vpcs/.gitkeep")
        .without("gitops/fabric-1/unmanaged");
    insta::assert_snapshot!(render(&diff_of(&branch)));
}

#[test]
fn an_edited_file_shows_what_is_there_and_what_the_layout_has() {
    let path = "gitops/fabric-1/raw/README.md";
    let diff = diff_of(&initialised().with(path, b"our own words"));
    let mut modified = diff
        .files
        .iter()
        .filter(|file| file.change == Change::Modified);
    let file = modified.next().unwrap();
    let spec = fabric("gitops/fabric-1", false);
    assert_eq!(file.path, path);
    assert_eq!(file.current, Some(blob_id(b"our own words")));
    assert_eq!(
        file.desired,
        blob_id(&layout(&spec).files["raw/README.md"].content)
    );
    assert_eq!(modified.next(), None);
}

#[test]
fn a_change_of_layout_options_modifies_texts_and_adds_folders() {
    let spec = fabric("gitops/fabric-1", true);
    let diff = diff(
        &layout(&spec),
        &spec.gitops_directory,
        &initialised().snapshot(&spec),
    );
    insta::assert_snapshot!(render(&diff));
}
