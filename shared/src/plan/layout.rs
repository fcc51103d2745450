//! The layout and nothing else: what is missing is added, and what a person decided to overwrite is.

use super::{Blocked, Overwrite, Overwrites, Plan};
use crate::change_set::ChangeSet;
use crate::diff::{Change, Diff, FileDiff, Obstacle, diff};
use crate::fabric::FabricSpec;
use crate::git::{ObjectId, blob_id};
use crate::layout::{DIRECTORY_INFO, Layout, layout};
use crate::ordered;
use crate::snapshot::Snapshot;

/// Plans the commit that makes `snapshot` hold the layout of `spec`.
///
/// # Errors
/// [`Blocked`] where something other than a directory or plain file stands at a path of the layout.
pub fn plan_layout(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrites: impl Into<Overwrites>,
) -> Result<Plan, Blocked> {
    plan_with(spec, snapshot, &overwrites.into())
}

fn plan_with(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrites: &Overwrites,
) -> Result<Plan, Blocked> {
    let layout = layout(spec);
    let diff = diff(&layout, &spec.gitops_directory, snapshot);
    let obstacles: Vec<Obstacle> = diff.obstacles().into_iter().cloned().collect();
    if !obstacles.is_empty() {
        return Err(Blocked { diff, obstacles });
    }
    Ok(written(spec, layout, snapshot, diff, overwrites))
}

/// The same for a branch that holds nothing, which takes no comparison: this is what the page begins with.
pub fn plan_alone(spec: &FabricSpec) -> Plan {
    let layout = layout(spec);
    let files = layout.files.iter();
    let files = files.map(|(below, file)| FileDiff {
        path: spec.gitops_directory.join(below),
        change: Change::Added,
        desired: blob_id(&file.content),
        current: None,
        obstacle: None,
    });
    let diff = Diff {
        files: files.collect(),
        unexpected: Vec::new(),
        case_twins: Vec::new(),
        content: Vec::new(),
    };
    let nothing = Snapshot::without_head();
    written(spec, layout, &nothing, diff, &Overwrites::default())
}

fn written(
    spec: &FabricSpec,
    layout: Layout,
    snapshot: &Snapshot,
    diff: Diff,
    overwrites: &Overwrites,
) -> Plan {
    let changes = changes(spec, layout, &diff, overwrites);
    let listed = "a snapshot lists every directory of the layout, and nothing is in the way";
    let after = changes.trees_after(snapshot, &spec.gitops_directory);
    let (root, tree) = after.expect(listed);
    let tree = tree.expect("every layout has a file");
    Plan::new(snapshot, diff, changes, (root, tree))
}

/// What the first of two commits in an empty repository writes: GitHub makes a branch there only by one file, so the
/// file that describes the directory comes first and the rest follows on top of it.
pub fn first_step(spec: &FabricSpec) -> ChangeSet {
    let mut layout = layout(spec);
    let mut changes = ChangeSet::default();
    if let Some(file) = layout.files.remove(DIRECTORY_INFO) {
        changes.write(&spec.gitops_directory.join(DIRECTORY_INFO), file.content);
    }
    changes
}

/// Tells whether the fabric's directory holds what the first of the two commits makes and nothing else, so that repeating
/// what was approved for the empty repository completes it. Others may have put files beside the directory.
pub fn is_after_first_step(spec: &FabricSpec, snapshot: &Snapshot) -> bool {
    let directory = &spec.gitops_directory;
    let step = first_step(spec).directory_after(&Snapshot::without_head(), directory);
    let now = snapshot.directory_id(directory);
    now.is_some() && step == Ok(now)
}

/// The id of a directory that holds the fabric's layout and nothing else.
pub fn layout_tree(spec: &FabricSpec) -> Option<ObjectId> {
    let alone = plan_layout(spec, &Snapshot::without_head(), Overwrite::No);
    alone.ok().map(|plan| plan.approval.tree)
}

fn changes(
    spec: &FabricSpec,
    mut layout: Layout,
    diff: &Diff,
    overwrites: &Overwrites,
) -> ChangeSet {
    let mut changes = ChangeSet::default();
    let contents = std::mem::take(&mut layout.files)
        .into_iter()
        .map(|(below, file)| (spec.gitops_directory.join(&below), file.content));
    let mut contents = ordered::map(contents);
    for file in &diff.files {
        let is_written = match file.change {
            Change::Added => true,
            Change::Modified => overwrites.of(&file.path) == Overwrite::Yes,
            Change::Unchanged | Change::NotNeeded | Change::Conflict => false,
        };
        if let Some(content) = contents.remove(&file.path).filter(|_| is_written) {
            changes.write(&file.path, content);
        }
    }
    changes
}
