//! Change sets with writes, executable files, moves and deletions against what git makes of the same changes.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use shared::change_set::{ChangeError, ChangeSet, FileChange};
use shared::git::{Entry, Mode};

use crate::cases;
use crate::git::Line;
use crate::plans::generated::{Case, case, fits};
use crate::plans::world::{World, fabric};

const TARGETS: [&str; 10] = [
    "moved",
    "moved/a",
    "moved/a.b",
    "gitops/moved/x.yaml",
    "gitops/fabric-1/unmanaged/external-configs/x.yaml",
    "gitops/fabric-1/raw",
    "managed/vpcs/vpc-1.yaml",
    "raw/pending/x",
    "a/a.b/a0/a-/new/deep/file",
    "h\u{e9} llo",
];

/// One thing done to a file; the index picks one that is there.
#[derive(Clone, Debug)]
enum Step {
    Overwrite(Index, u8, bool),
    Create(&'static str, u8, bool),
    Rename(Index, &'static str),
    ChangeMode(Index),
    Delete(Index),
    /// Everything below the directory of a file.
    DeleteAll(Index),
}

#[derive(Default)]
struct Counts {
    moved: Cell<u32>,
    emptied: Cell<u32>,
    executable: Cell<u32>,
    unlisted: Cell<u32>,
}

fn step() -> impl Strategy<Value = Step> {
    let target = || select(TARGETS.to_vec());
    let any = any::<Index>;
    prop_oneof![
        2 => (any(), 0..4_u8, proptest::bool::ANY).prop_map(|(at, content, mode)| Step::Overwrite(at, content, mode)),
        2 => (target(), 0..4_u8, proptest::bool::ANY).prop_map(|(path, content, mode)| Step::Create(path, content, mode)),
        4 => (any(), target()).prop_map(|(at, to)| Step::Rename(at, to)),
        1 => any().prop_map(Step::ChangeMode),
        3 => any().prop_map(Step::Delete),
        2 => any().prop_map(Step::DeleteAll),
    ]
}

#[test]
fn change_sets_on_generated_repositories_give_what_git_gives() {
    let world = World::new();
    let counts = Counts::default();
    cases(150)
        .run(&(case(), vec(step(), 1..12)), |(case, steps)| {
            check(&world, &case, &steps, &counts)
        })
        .unwrap();
    let Counts {
        moved,
        emptied,
        executable,
        unlisted,
    } = counts;
    let gone = [&moved, &emptied, &executable, &unlisted].map(Cell::get);
    assert!(gone.iter().all(|times| *times >= 20), "{gone:?}");
}

fn check(world: &World, case: &Case, steps: &[Step], counts: &Counts) -> Result<(), TestCaseError> {
    let spec = fabric(case.directory, case.all_kinds);
    let desired = world.layout(&spec);
    let before = world.state(&spec, case.entries(&desired, &world.contents));
    let mut making = Making {
        before: before.files(),
        after: before.files(),
        set: ChangeSet::default(),
    };
    for step in steps {
        making.take(step, world);
    }
    let Making { after, set, .. } = making;
    let after = world.state(&spec, after);
    let snapshot = before.complete();
    prop_assert_eq!(set.root_after(&snapshot), Ok(after.root), "{:?}", set);
    prop_assert_eq!(
        set.directory_after(&snapshot, &spec.gitops_directory),
        Ok(world.directory(&after, &spec)),
        "{:?}",
        set
    );
    let count =
        |counter: &Cell<u32>, happened: bool| counter.set(counter.get() + u32::from(happened));
    let is_executable = |change: &FileChange| matches!(change, FileChange::Write { mode, .. } if mode.bits() == 0o100_755);
    count(
        &counts.moved,
        set.iter()
            .any(|(_, change)| matches!(change, FileChange::Place { .. })),
    );
    count(
        &counts.executable,
        set.iter().any(|(_, change)| is_executable(change)),
    );
    count(&counts.emptied, before.directories() > after.directories());
    // With only the usual listings the answer is the same, or none at all.
    match set.root_after(&before.snapshot) {
        Ok(root) => prop_assert_eq!(root, after.root),
        Err(error) => {
            prop_assert!(matches!(error, ChangeError::Unlisted(_)), "{}", error);
            count(&counts.unlisted, true);
        }
    }
    Ok(())
}

/// A change set in the making, with the files that it leads to. Each path is changed once.
struct Making {
    before: BTreeMap<Vec<u8>, Line>,
    after: BTreeMap<Vec<u8>, Line>,
    set: ChangeSet,
}

impl Making {
    fn take(&mut self, step: &Step, world: &World) {
        let mode = |executable: bool| if executable { 0o100_755 } else { 0o100_644 };
        match step {
            Step::Overwrite(at, content, executable) => {
                if let Some((path, _)) = self.pick(*at) {
                    self.write(&path, usize::from(*content), mode(*executable), world);
                }
            }
            Step::Create(path, content, executable) => {
                if self.is_free(path) {
                    self.write(path, usize::from(*content), mode(*executable), world);
                }
            }
            Step::Rename(at, to) => {
                let Some((from, line)) = self.pick(*at) else {
                    return;
                };
                self.delete(&from);
                if self.is_free(to) {
                    self.place(to, &line, line.mode);
                }
            }
            Step::ChangeMode(at) => {
                if let Some((path, line)) = self.pick(*at) {
                    self.place(&path, &line, mode(line.mode != 0o100_755));
                }
            }
            Step::Delete(at) => {
                if let Some((path, _)) = self.pick(*at) {
                    self.delete(&path);
                }
            }
            Step::DeleteAll(at) => {
                let Some((path, _)) = self.pick(*at) else {
                    return;
                };
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let below = format!("{folder}/");
                for path in self.untouched() {
                    if path.starts_with(&below) {
                        self.delete(&path);
                    }
                }
            }
        }
    }

    /// The files that are still as they were, and whose paths JSON can carry.
    fn untouched(&self) -> Vec<String> {
        let paths = self.before.keys().cloned();
        let paths = paths.filter_map(|path| String::from_utf8(path).ok());
        paths.filter(|path| !self.set.contains(path)).collect()
    }

    fn pick(&self, at: Index) -> Option<(String, Line)> {
        let untouched = self.untouched();
        if untouched.is_empty() {
            return None;
        }
        let path = at.get(&untouched).clone();
        let line = self.before[path.as_bytes()].clone();
        Some((path, line))
    }

    fn is_free(&self, path: &str) -> bool {
        !self.set.contains(path) && fits(path.as_bytes(), &self.after)
    }

    fn write(&mut self, path: &str, content: usize, mode: u32, world: &World) {
        let change = FileChange::Write {
            content: World::CONTENTS[content].to_vec(),
            mode: Mode::from_bits(mode),
        };
        self.set.insert(path, change);
        let line = Line::new(path.as_bytes(), mode, world.contents[content]);
        self.after.insert(line.path.clone(), line);
    }

    fn place(&mut self, path: &str, line: &Line, mode: u32) {
        let entry = Entry {
            mode: Mode::from_bits(mode),
            ..Entry::file("", line.id)
        };
        self.set.place(path, entry.id, entry.mode);
        let line = Line::new(path.as_bytes(), mode, line.id);
        self.after.insert(line.path.clone(), line);
    }

    fn delete(&mut self, path: &str) {
        self.set.delete(path);
        self.after.remove(path.as_bytes());
    }
}
