//! Whole plans against what git itself makes of their changes.

pub mod generated;
mod restored;
pub mod world;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shared::layout::{KEEP_FILE, layout};
use shared::plan::{Overwrite, Plan, plan_layout};
use shared::snapshot::Snapshot;

use crate::cases;
use crate::git::Line;
use generated::{Case, DIRECTORIES, case};
use world::{State, World, fabric};

/// How many cases went which way.
#[derive(Default)]
struct Counts {
    planned: Cell<u32>,
    blocked: Cell<u32>,
    up_to_date: Cell<u32>,
    restored: Cell<u32>,
}

fn count(counter: &Cell<u32>) {
    counter.set(counter.get() + 1);
}

#[test]
fn plans_on_generated_repositories_give_what_git_gives() {
    let world = World::new();
    let counts = Counts::default();
    cases(120)
        .run(&case(), |case| check(&world, &case, &counts))
        .unwrap();
    // Every way was gone often enough to mean something.
    let Counts {
        planned,
        blocked,
        up_to_date,
        restored,
    } = counts;
    let gone = [&planned, &blocked, &up_to_date, &restored].map(Cell::get);
    assert!(
        gone[0] >= 60 && gone[1] >= 10 && gone[2] >= 10 && gone[3] >= 5,
        "{gone:?}"
    );
}

fn check(world: &World, case: &Case, counts: &Counts) -> Result<(), TestCaseError> {
    let spec = fabric(case.directory, case.all_kinds);
    let desired = world.layout(&spec);
    let before = world.state(&spec, case.entries(&desired, &world.contents));
    prop_assert_eq!(
        before.snapshot.directory_id(&spec.gitops_directory),
        world.directory(&before, &spec)
    );
    let planned = plan_layout(&spec, &before.snapshot, case.overwrite);
    let in_the_way = before.in_the_way(&desired);
    let plan = match planned {
        Ok(plan) => plan,
        Err(blocked) => {
            count(&counts.blocked);
            let named: BTreeSet<String> = blocked
                .obstacles
                .into_iter()
                .map(|obstacle| obstacle.path)
                .collect();
            prop_assert_eq!(named, in_the_way);
            return Ok(());
        }
    };
    prop_assert_eq!(in_the_way, BTreeSet::new());
    count(&counts.planned);
    if plan.is_up_to_date() {
        count(&counts.up_to_date);
    }
    let restores = changes_are_allowed(&before, &plan, case.overwrite)?;
    if restores {
        count(&counts.restored);
    }
    let after = world.apply(&spec, &before, &plan);
    prop_assert_eq!(plan.root, after.root);
    prop_assert_eq!(Some(plan.approval.tree), world.directory(&after, &spec));
    files_are_there(&desired, &plan, &after)?;
    for directory in layout(&spec).directories() {
        let path = spec.gitops_directory.join(directory);
        prop_assert!(
            after.line(&path).is_some_and(Line::is_directory),
            "{} is no directory",
            path
        );
    }
    let again = shared::plan::plan_layout(&spec, &after.snapshot, case.overwrite);
    let again = again.map_err(|blocked| TestCaseError::fail(blocked.to_string()))?;
    prop_assert!(again.is_up_to_date(), "{:?}", again.changes);
    prop_assert_eq!(again.approval.tree, plan.approval.tree);
    prop_assert_eq!(again.root, plan.root);
    prop_assert_eq!(again.files, plan.files);
    Ok(())
}

/// A plan adds where nothing is, and replaces only plain files that a person decided to overwrite. Tells whether it
/// replaces any.
fn changes_are_allowed(
    before: &State,
    plan: &Plan,
    overwrite: Overwrite,
) -> Result<bool, TestCaseError> {
    let mut restores = false;
    for (path, _) in plan.changes.iter() {
        if let Some(line) = before.line(path) {
            prop_assert_eq!(overwrite, Overwrite::Yes, "{}", path);
            prop_assert_eq!(line.mode, 0o100_644, "{}", path);
            prop_assert!(!path.ends_with(KEEP_FILE), "{}", path);
            restores = true;
        }
    }
    Ok(restores)
}

/// `files` is what `git ls-tree -r` shows at the layout's paths; what it leaves out is a keep file in a folder that
/// holds something else.
fn files_are_there(
    desired: &BTreeMap<String, shared::git::ObjectId>,
    plan: &Plan,
    after: &State,
) -> Result<(), TestCaseError> {
    for path in desired.keys() {
        let line = after.line(path);
        if let Some(id) = plan.files.get(path) {
            prop_assert!(line.is_some_and(Line::is_blob), "{} is no file", path);
            prop_assert_eq!(line.map(|line| line.id), Some(*id), "{}", path);
        } else {
            let folder = path.strip_suffix(&format!("/{KEEP_FILE}"));
            let folder =
                folder.ok_or_else(|| TestCaseError::fail(format!("{path} is left out")))?;
            let has_blob = line.is_some_and(Line::is_blob);
            let is_other = |name: Vec<u8>| !has_blob || name != KEEP_FILE.as_bytes();
            prop_assert!(after.names_in(folder).any(is_other), "{} is needed", path);
            prop_assert!(!plan.changes.contains(path), "{}", path);
        }
    }
    prop_assert!(plan.files.keys().all(|path| desired.contains_key(path)));
    for (path, _) in plan.changes.iter() {
        if let Some(folder) = path.strip_suffix(&format!("/{KEEP_FILE}")) {
            prop_assert_eq!(after.names_in(folder).count(), 1, "{} is superfluous", path);
        }
    }
    Ok(())
}

#[test]
fn an_empty_repository_gets_the_trees_that_git_writes() {
    let world = World::new();
    for directory in DIRECTORIES {
        for all_kinds in [false, true] {
            let spec = fabric(directory, all_kinds);
            let nothing = world.state(&spec, BTreeMap::new());
            let plan = plan_layout(&spec, &Snapshot::without_head(), Overwrite::No).unwrap();
            let after = world.apply(&spec, &nothing, &plan);
            assert_eq!(plan.root, after.root, "{directory}");
            let tree = world.directory(&after, &spec);
            assert_eq!(Some(plan.approval.tree), tree, "{directory}");
            assert_eq!(plan.files, world.layout(&spec), "{directory}");
        }
    }
}
