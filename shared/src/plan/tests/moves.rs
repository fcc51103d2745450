#![allow(clippy::unwrap_used, clippy::panic)]
use crate::change_set::{ChangeSet, FileChange, moves};
use crate::contents::tests::read;
use crate::git::Mode;
use crate::plan::*;
use crate::snapshot::Snapshot;
use crate::snapshot::example::{Branch, fabric};

fn date() -> ArchiveDate {
    ArchiveDate::parse("2026-11-24T10:00:00Z").unwrap()
}

/// The snapshot with everything below the fabric's directory.
fn deep(branch: &Branch, spec: &crate::fabric::FabricSpec) -> Snapshot {
    let (contents, _) = read(branch, spec, 100, |_| false);
    let deeper = contents.listings().clone();
    branch.snapshot(spec).with_listings(deeper).unwrap()
}

/// What a change set does: `from -> to` for moves, `+ path` for what is written, `- path` for what is deleted.
fn described(changes: &ChangeSet, snapshot: &Snapshot) -> Vec<String> {
    let moves = moves(changes, snapshot);
    let is_moved = |path: &str| {
        moves
            .iter()
            .any(|moved| path == moved.from || path.starts_with(&format!("{}/", moved.from)))
    };
    let mut lines: Vec<String> = moves
        .iter()
        .map(|moved| format!("{} -> {}", moved.from, moved.to))
        .collect();
    lines.extend(changes.writes().map(|(path, _)| format!("+ {path}")));
    lines.extend(
        changes
            .deletions()
            .filter(|path| !is_moved(path))
            .map(|path| format!("- {path}")),
    );
    lines
}

fn changes_of(
    branch: &Branch,
    directory: &str,
    kind: &PlanKind,
    overwrite: Overwrite,
) -> Vec<String> {
    let spec = fabric(directory, false);
    let snapshot = deep(branch, &spec);
    let plan = plan(&spec, &snapshot, overwrite, kind).unwrap();
    described(&plan.changes, &snapshot)
}

/// The branch after a change set, as git would have it.
fn after(branch: &Branch, changes: &ChangeSet) -> Branch {
    let mut next = branch.clone();
    for path in changes.deletions() {
        next = next.without(path);
    }
    for (path, change) in changes.iter() {
        next = match change {
            FileChange::Write { content, .. } => next.with(path, content),
            FileChange::Place { id, mode } if *mode == Mode::DIRECTORY => {
                let from = moves(changes, &deep(branch, &fabric("gitops", false)));
                let from = from
                    .into_iter()
                    .find(|moved| moved.to == path)
                    .unwrap()
                    .from;
                let _ = id;
                let below = format!("{from}/");
                let entries: Vec<_> = branch
                    .entries()
                    .iter()
                    .filter_map(|(path, entry)| {
                        Some((path.strip_prefix(&below)?.to_owned(), *entry))
                    })
                    .collect();
                entries.into_iter().fold(next, |next, (rest, (mode, id))| {
                    next.with_entry(&format!("{path}/{rest}"), mode, id)
                })
            }
            FileChange::Place { id, mode } => next.with_entry(path, *mode, *id),
            FileChange::Delete => next,
        };
    }
    next
}

fn found_there() -> Branch {
    Branch::default()
        .with("gitops/vpc-1.yaml", b"kind: VPC\n")
        .with("gitops/notes.txt", b"notes\n")
        .with("gitops/old/a.yaml", b"a\n")
        .with("gitops/old/deep/b.txt", b"b\n")
        .with("gitops/.gitkeep", b"")
        .with("gitops/managed/loose.yml", b"kind: VPC\n")
        .with("gitops/managed/vpcs/mine.yaml", b"kind: VPC\n")
        .with("gitops/raw/pending/vpc-1.yaml", b"another\n")
        .with("elsewhere/x", b"x\n")
}

#[test]
fn adoption_that_keeps_everything_only_adds() {
    let lines = changes_of(
        &found_there(),
        "gitops",
        &PlanKind::Adopt(Adopt::Keep),
        Overwrite::No,
    );
    assert!(
        lines.iter().all(|line| line.starts_with("+ gitops/")),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 12, "two keep files are not needed: {lines:?}");
}

#[test]
fn loose_yaml_moves_into_the_inbox_without_lying_on_anything() {
    let lines = changes_of(
        &found_there(),
        "gitops",
        &PlanKind::Adopt(Adopt::Pending),
        Overwrite::No,
    );
    assert_eq!(
        lines[..2],
        [
            "gitops/managed/loose.yml -> gitops/raw/pending/loose.yml",
            "gitops/vpc-1.yaml -> gitops/raw/pending/vpc-1-1.yaml",
        ]
    );
    assert!(
        lines[2..].iter().all(|line| line.starts_with("+ ")),
        "{lines:?}"
    );
}

#[test]
fn everything_unexpected_moves_out_of_the_way_folders_as_a_whole() {
    let branch = found_there().with(
        "gitops/unmanaged/external-configs/NOTES.txt",
        b"in the way\n",
    );
    let lines = changes_of(
        &branch,
        "gitops",
        &PlanKind::Adopt(Adopt::External),
        Overwrite::No,
    );
    assert_eq!(
        lines[..4],
        [
            "gitops/managed/loose.yml -> gitops/unmanaged/external-configs/loose.yml",
            "gitops/notes.txt -> gitops/unmanaged/external-configs/notes-1.txt",
            "gitops/old -> gitops/unmanaged/external-configs/old",
            "gitops/vpc-1.yaml -> gitops/unmanaged/external-configs/vpc-1.yaml",
        ]
    );
    assert!(
        lines[4..].iter().all(|line| line.starts_with("+ ")),
        "{lines:?}"
    );
}

#[test]
fn at_the_root_what_lies_beside_the_three_is_nobodys_to_move() {
    let branch = Branch::default()
        .with("vpc-1.yaml", b"x\n")
        .with("Managed/x", b"x\n")
        .with("managed/strange/x.txt", b"x\n");
    let lines = changes_of(
        &branch,
        "/",
        &PlanKind::Adopt(Adopt::External),
        Overwrite::No,
    );
    assert_eq!(
        lines[0],
        "managed/strange -> unmanaged/external-configs/strange"
    );
    assert!(
        lines[1..].iter().all(|line| line.starts_with("+ ")),
        "{lines:?}"
    );
    let lines = changes_of(
        &branch,
        "/",
        &PlanKind::Adopt(Adopt::Pending),
        Overwrite::No,
    );
    assert!(lines.iter().all(|line| line.starts_with("+ ")), "{lines:?}");
}

fn damaged() -> Branch {
    Branch::initialised(&fabric("gitops", false))
        .without("gitops/raw/processed")
        .with("gitops/raw/README.md", b"our words\n")
        .with("gitops/managed/metadata/directory-info.json", b"{}\n")
        .without("gitops/managed/vpcs")
        .with("gitops/managed/vpcs/notes.txt", b"notes\n")
        .with("gitops/notes.txt", b"notes\n")
        .with("gitops/managed/switches/site/link.txt", b"x\n")
        .with("gitops/managed/ipv4namespaces/old.txt", b"x\n")
}

#[test]
fn repair_adds_what_is_missing_restores_the_products_file_and_leaves_people_alone() {
    let repair = PlanKind::Repair(OnUnexpected::Leave, date());
    assert_eq!(
        changes_of(&damaged(), "gitops", &repair, Overwrite::No),
        [
            "+ gitops/managed/metadata/directory-info.json",
            "+ gitops/raw/processed/.gitkeep"
        ]
    );
    assert_eq!(
        changes_of(&damaged(), "gitops", &repair, Overwrite::Yes),
        [
            "+ gitops/managed/metadata/directory-info.json",
            "+ gitops/raw/README.md",
            "+ gitops/raw/processed/.gitkeep",
        ]
    );
}

#[test]
fn repair_moves_what_does_not_belong_and_keeps_the_folder_that_it_empties() {
    let repair = PlanKind::Repair(OnUnexpected::Unmanaged, date());
    assert_eq!(
        changes_of(&damaged(), "gitops", &repair, Overwrite::No),
        [
            "gitops/managed/ipv4namespaces/old.txt -> gitops/unmanaged/managed/ipv4namespaces/old.txt",
            "gitops/managed/switches/site/link.txt -> gitops/unmanaged/managed/switches/site/link.txt",
            "gitops/managed/vpcs/notes.txt -> gitops/unmanaged/managed/vpcs/notes.txt",
            "gitops/notes.txt -> gitops/unmanaged/notes.txt",
            "+ gitops/managed/metadata/directory-info.json",
            "+ gitops/managed/vpcs/.gitkeep",
            "+ gitops/raw/processed/.gitkeep",
        ]
    );
    let archive = PlanKind::Repair(OnUnexpected::Archive, date());
    let lines = changes_of(&damaged(), "gitops", &archive, Overwrite::No);
    assert_eq!(
        lines[3],
        "gitops/notes.txt -> gitops/unmanaged/archive/2026-11-24/notes.txt"
    );
}

#[test]
fn what_stands_in_the_way_blocks_a_repair_unless_it_may_be_moved() {
    let whole = Branch::initialised(&fabric("gitops", false));
    for (branch, path) in [
        (
            whole
                .clone()
                .without("gitops/raw")
                .with("gitops/raw", b"a file\n"),
            "gitops/raw",
        ),
        (
            whole
                .clone()
                .without("gitops/unmanaged")
                .with("gitops/unmanaged", b"a file\n"),
            "gitops/unmanaged",
        ),
        (
            whole
                .clone()
                .with_mode("gitops/raw/README.md", 0o120_000, b"x"),
            "gitops/raw/README.md",
        ),
        (
            whole
                .clone()
                .without("gitops/raw/README.md")
                .with("gitops/raw/README.md/x", b"x"),
            "gitops/raw/README.md",
        ),
    ] {
        let spec = fabric("gitops", false);
        let snapshot = deep(&branch, &spec);
        let leave = PlanKind::Repair(OnUnexpected::Leave, date());
        let Err(PlanError::Blocked(blocked)) = plan(&spec, &snapshot, Overwrite::Yes, &leave)
        else {
            panic!("{path}");
        };
        assert_eq!(blocked.obstacles[0].path, path);
        let moving = PlanKind::Repair(OnUnexpected::Unmanaged, date());
        let plan = plan(&spec, &snapshot, Overwrite::No, &moving).unwrap();
        let lines = described(&plan.changes, &snapshot);
        assert!(
            lines[0].starts_with(&format!("{path} -> gitops/unmanaged/")),
            "{lines:?}"
        );
        let repaired = after(&branch, &plan.changes);
        let snapshot = deep(&repaired, &spec);
        assert_eq!(snapshot.head().unwrap().tree, plan.root, "{path}");
    }
}

#[test]
fn a_fabric_moves_with_everything_in_it_and_only_its_own_texts_are_written_anew() {
    let from = fabric("gitops/east", false);
    let mut to = fabric("sites/west", false);
    to.name = crate::names::FabricName::parse("west").unwrap();
    let branch = Branch::initialised(&from)
        .with("gitops/east/raw/README.md", b"our words\n")
        .with_mode("gitops/east/raw/pending/run.sh", 0o100_755, b"#!/bin/sh\n")
        .with("gitops/other/x", b"x\n");
    let snapshot = deep(&branch, &from);
    let plan = relocate(&from, &to, &snapshot).unwrap();
    let written: Vec<&str> = plan.changes.writes().map(|(path, _)| path).collect();
    assert_eq!(
        written,
        [
            "sites/west/managed/README.md",
            "sites/west/managed/metadata/directory-info.json",
            "sites/west/unmanaged/README.md",
        ]
    );
    let moved = moves(&plan.changes, &snapshot);
    assert!(
        moved
            .iter()
            .any(|moved| moved.to == "sites/west/raw/pending/run.sh")
    );
    let next = after(&branch, &plan.changes);
    let expected = Branch::initialised(&to)
        .with("sites/west/raw/README.md", b"our words\n")
        .with_mode("sites/west/raw/pending/run.sh", 0o100_755, b"#!/bin/sh\n")
        .with("gitops/other/x", b"x\n");
    assert_eq!(next.entries(), expected.entries());
    assert_eq!(next.snapshot(&to).head().unwrap().tree, plan.approval.tree);
    assert_eq!(
        plan.tree,
        next.snapshot(&to).directory_id(&to.gitops_directory)
    );
}

#[test]
fn another_name_alone_changes_only_the_texts_that_say_it() {
    let from = fabric("gitops", false);
    let mut to = from.clone();
    to.name = crate::names::FabricName::parse("west").unwrap();
    let branch = Branch::initialised(&from);
    let plan = relocate(&from, &to, &deep(&branch, &from)).unwrap();
    assert_eq!(
        after(&branch, &plan.changes).entries(),
        Branch::initialised(&to).entries()
    );
    assert_eq!(plan.changes.len(), 4);
}

#[test]
fn a_fabric_moves_out_of_and_into_the_root_with_its_three_directories_only() {
    let root = fabric("/", false);
    let below = fabric("a/b", false);
    let branch = Branch::initialised(&root).with("docs/x", b"x\n");
    let plan = relocate(&root, &below, &deep(&branch, &root)).unwrap();
    let next = after(&branch, &plan.changes);
    assert_eq!(
        next.entries(),
        Branch::initialised(&below).with("docs/x", b"x\n").entries()
    );
    let back = next.clone().with("a/b/notes.txt", b"x\n");
    let plan = relocate(&below, &root, &deep(&back, &below)).unwrap();
    let expected = Branch::initialised(&root)
        .with("docs/x", b"x\n")
        .with("a/b/notes.txt", b"x\n");
    assert_eq!(after(&back, &plan.changes).entries(), expected.entries());
}

#[test]
fn a_fabric_never_moves_onto_something() {
    let from = fabric("gitops", false);
    let branch = Branch::initialised(&from)
        .with("taken/x", b"x")
        .with("file", b"x");
    let snapshot = deep(&branch, &from);
    for (directory, expected) in [
        ("taken", RelocateError::Occupied("taken".into())),
        ("gitops/raw", RelocateError::Occupied("gitops/raw".into())),
        ("file", RelocateError::Occupied("file".into())),
        ("file/deeper", RelocateError::NoDirectory("file".into())),
    ] {
        assert_eq!(
            relocate(&from, &fabric(directory, false), &snapshot),
            Err(expected)
        );
    }
    let nowhere = Branch::default().with("x", b"x");
    let nothing = relocate(&from, &fabric("new", false), &deep(&nowhere, &from)).unwrap();
    assert!(nothing.changes.is_empty(), "nothing is there to move");
}

#[test]
fn a_fabric_can_move_into_its_own_directory() {
    let from = fabric("gitops", false);
    let to = fabric("gitops/east", false);
    let branch = Branch::initialised(&from);
    let plan = relocate(&from, &to, &deep(&branch, &from)).unwrap();
    assert_eq!(
        after(&branch, &plan.changes).entries(),
        Branch::initialised(&to).entries()
    );
}

#[test]
fn removal_takes_only_the_layouts_own_files() {
    let spec = fabric("gitops", false);
    let branch = Branch::initialised(&spec).with("docs/x", b"x");
    let plan = remove(&spec, &branch.snapshot(&spec)).unwrap();
    assert_eq!(plan.changes.len(), 14);
    assert_eq!(plan.tree, None, "nothing is left of the directory");
    assert_eq!(
        after(&branch, &plan.changes).entries(),
        Branch::default().with("docs/x", b"x").entries()
    );
    let used = branch
        .with("gitops/raw/README.md", b"our words\n")
        .with("gitops/managed/vpcs/vpc-1.yaml", b"kind: VPC\n")
        .with("gitops/managed/metadata/directory-info.json", b"{}\n");
    let plan = remove(&spec, &used.snapshot(&spec)).unwrap();
    let left: Vec<String> = after(&used, &plan.changes)
        .entries()
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        left,
        [
            "docs/x",
            "gitops/managed/vpcs/.gitkeep",
            "gitops/managed/vpcs/vpc-1.yaml",
            "gitops/raw/README.md",
        ]
    );
}

#[test]
fn days_are_taken_from_times_and_nothing_else() {
    for (text, day) in [
        ("2026-11-24T10:00:00Z", Some("2026-11-24")),
        ("2026-11-24", Some("2026-11-24")),
        ("2026-11-24/../x", None),
        ("../../../..", None),
        ("2026", None),
        ("", None),
    ] {
        assert_eq!(
            ArchiveDate::parse(text)
                .ok()
                .as_ref()
                .map(ArchiveDate::folder),
            day,
            "{text}"
        );
    }
}
