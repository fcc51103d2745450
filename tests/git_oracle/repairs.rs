//! Repairs of random damage, with git as the judge: one commit puts everything right, nothing of a person is lost, and
//! a second repair has nothing to do.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::any;
use proptest::sample::select;
use proptest::strategy::Strategy;
use shared::change_set::{ChangeSet, FileChange};
use shared::contents::{Contents, Walk, findings};
use shared::diff::diff;
use shared::fabric::FabricSpec;
use shared::git::{Mode, ObjectId, blob_id};
use shared::layout::layout;
use shared::plan::Overwrite;
use shared::plan::{ArchiveDate, OnUnexpected, PlanError, PlanKind, plan};
use shared::report::Report;
use shared::snapshot::Snapshot;

use crate::git::Line;
use crate::plans::generated::{Case, case};
use crate::plans::world::{State, World, fabric};

type Entries = BTreeMap<Vec<u8>, Line>;

/// Everything below the fabric's directory, as GitHub would list it.
fn contents(world: &World, spec: &FabricSpec, state: &State) -> Contents {
    let mut walk = Walk::new(&spec.gitops_directory, &state.snapshot, 100);
    while let Some(ask) = walk.next_ask() {
        let listing = world.listing(ask.tree);
        walk.answer(&ask, &listing).unwrap();
    }
    walk.finish()
}

fn report(spec: &FabricSpec, state: &State, contents: &Contents) -> Report {
    let found = diff(&layout(spec), &spec.gitops_directory, &state.snapshot);
    let tree = state.snapshot.directory_id(&spec.gitops_directory);
    Report::new(&found, Some(state.root), tree)
        .with_depth(&findings(&spec.gitops_directory, contents), &[])
}

/// The entries after a change set, path by path, as any git client would apply it.
fn applied(before: &Entries, changes: &ChangeSet) -> Entries {
    let mut after = before.clone();
    for path in changes.deletions() {
        after.remove(path.as_bytes());
    }
    for (path, change) in changes.iter() {
        match change {
            FileChange::Delete => {}
            FileChange::Write { content, mode } => {
                let line = Line::new(path.as_bytes(), mode.bits(), blob_id(content));
                after.insert(line.path.clone(), line);
            }
            FileChange::Place { id, mode } if *mode == Mode::DIRECTORY => {
                // The directory with this tree that the set takes away.
                let (from, files) = taken_directory(before, changes, *id);
                for line in files {
                    let rest = &line.path[from.len()..];
                    let path = [path.as_bytes(), rest].concat();
                    let line = Line::new(&path, line.mode, line.id);
                    after.insert(path, line);
                }
            }
            FileChange::Place { id, mode } => {
                let line = Line::new(path.as_bytes(), mode.bits(), *id);
                after.insert(line.path.clone(), line);
            }
        }
    }
    after
}

/// Finds the directory by building the tree of each that the set takes away.
fn taken_directory(before: &Entries, changes: &ChangeSet, id: ObjectId) -> (Vec<u8>, Vec<Line>) {
    let gone: Vec<&str> = changes
        .deletions()
        .chain(changes.writes().map(|(path, _)| path))
        .collect();
    for path in gone {
        for (slash, _) in path.match_indices('/') {
            let prefix = &path.as_bytes()[..=slash];
            let files: Vec<Line> = before
                .values()
                .filter(|line| line.path.starts_with(prefix))
                .cloned()
                .collect();
            if tree_of(&files, prefix.len()) == id {
                return (path.as_bytes()[..slash].to_vec(), files);
            }
        }
    }
    panic!("no directory with the tree {id} is taken away");
}

/// The tree of files whose paths are cut off at `from`.
fn tree_of(files: &[Line], from: usize) -> ObjectId {
    use shared::git::{Entry, Tree};
    let mut entries: BTreeMap<Vec<u8>, Vec<Line>> = BTreeMap::new();
    let mut tree = Vec::new();
    for line in files {
        let rest = &line.path[from..];
        match rest.iter().position(|byte| *byte == b'/') {
            None => tree.push(Entry {
                name: rest.to_vec(),
                mode: Mode::from_bits(line.mode),
                id: line.id,
            }),
            Some(slash) => entries
                .entry(rest[..slash].to_vec())
                .or_default()
                .push(line.clone()),
        }
    }
    for (name, files) in entries {
        let id = tree_of(&files, from + name.len() + 1);
        tree.push(Entry {
            name,
            mode: Mode::DIRECTORY,
            id,
        });
    }
    Tree::new(tree).unwrap().id()
}

fn deep(state: &State, contents: &Contents) -> Snapshot {
    let snapshot = state.snapshot.clone();
    snapshot.with_listings(contents.listings().clone()).unwrap()
}

fn one_repair_is_enough(
    world: &World,
    case: &Case,
    unexpected: OnUnexpected,
    overwrite: Overwrite,
) -> bool {
    let spec = fabric(case.directory, case.all_kinds);
    let desired = world.layout(&spec);
    let before = case.entries(&desired, &world.contents);
    let state = world.state(&spec, before.clone());
    let found = contents(world, &spec, &state);
    let snapshot = deep(&state, &found);
    let date = ArchiveDate::parse("2026-11-24").unwrap();
    let kind = PlanKind::Repair(unexpected, date);
    let plan_of = |snapshot: &Snapshot| plan(&spec, snapshot, overwrite, &kind);
    let repaired = match plan_of(&snapshot) {
        Ok(repaired) => repaired,
        Err(PlanError::Blocked(blocked)) => {
            // What may be moved never blocks: only the directory itself, or what leads to it, can, and what the
            // interface cannot spell.
            let top = spec.gitops_directory.git_path();
            for obstacle in &blocked.obstacles {
                let may_stay = unexpected == OnUnexpected::Leave
                    || top == obstacle.path
                    || top.starts_with(&format!("{}/", obstacle.path))
                    || found
                        .unproved()
                        .any(|path| path.starts_with(&obstacle.path));
                assert!(may_stay, "{obstacle:?}\n{case:?}");
            }
            return false;
        }
        Err(error) => panic!("{error}\n{case:?}"),
    };
    let after_entries = applied(&before, &repaired.changes);
    let after = world.state(&spec, after_entries.clone());
    assert_eq!(
        after.root, repaired.root,
        "git has the tree that was planned\n{case:?}"
    );
    assert_eq!(
        after.snapshot.directory_id(&spec.gitops_directory),
        Some(repaired.approval.tree)
    );

    // Nothing of a person is lost: every object is still there as often and with its mode, but for the layout's own.
    let mut objects: BTreeMap<(ObjectId, u32), i64> = BTreeMap::new();
    for line in after_entries.values() {
        *objects.entry((line.id, line.mode)).or_default() += 1;
    }
    for line in before.values() {
        let path = String::from_utf8_lossy(&line.path).into_owned();
        let may_go = desired.contains_key(&path)
            && (overwrite == Overwrite::Yes || path.ends_with("directory-info.json"))
            && line.mode == 0o100_644;
        if !may_go {
            *objects.entry((line.id, line.mode)).or_default() -= 1;
        }
    }
    assert!(
        objects.values().all(|count| *count >= 0),
        "{objects:?}\n{case:?}"
    );

    // Once is enough.
    let found = contents(world, &spec, &after);
    let report = report(&spec, &after, &found);
    assert!(report.valid, "{:?}\n{case:?}", report.findings);
    assert_eq!(report.missing, Vec::<String>::new());
    if unexpected != OnUnexpected::Leave && !spec.gitops_directory.is_root() {
        let spelled = |path: &&String| {
            !path.contains('\u{fffd}')
                && !found
                    .unproved()
                    .any(|unproved| unproved.starts_with(path.as_str()))
        };
        let left: Vec<&String> = report.unexpected.iter().filter(spelled).collect();
        assert_eq!(left, Vec::<&String>::new(), "{case:?}");
    }
    let again = plan_of(&deep(&after, &found)).unwrap();
    assert!(again.changes.is_empty(), "{:?}\n{case:?}", again.changes);
    true
}

#[test]
fn a_directory_with_any_damage_is_right_after_one_repair() {
    let world = World::new();
    let how = (
        case(),
        select(vec![
            OnUnexpected::Leave,
            OnUnexpected::Unmanaged,
            OnUnexpected::Archive,
        ]),
        any::<bool>(),
    );
    let repaired = Cell::new(0);
    crate::cases(200)
        .run(
            &how.prop_map(|(case, unexpected, force)| (case, unexpected, force)),
            |(case, unexpected, force)| {
                let is_repaired = one_repair_is_enough(&world, &case, unexpected, force.into());
                repaired.set(repaired.get() + u32::from(is_repaired));
                Ok(())
            },
        )
        .unwrap();
    assert!(repaired.get() >= 100, "{} were repaired", repaired.get());
}
