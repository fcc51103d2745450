//! The one commit that brings a branch to the layout, and what the repository holds after it.

mod overwrites;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::approval::Approval;
use crate::change_set::ChangeSet;
use crate::diff::{Change, Diff, Obstacle, diff};
use crate::fabric::FabricSpec;
use crate::git::ObjectId;
use crate::layout::{DIRECTORY_INFO, Layout, layout};
use crate::ordered;
use crate::snapshot::Snapshot;
pub use overwrites::Overwrites;

/// What to do with files of the layout that somebody changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "bool", into = "bool")]
pub enum Overwrite {
    /// Leave them as they are.
    #[default]
    No,
    /// Put the layout's content back; on the wire, `force: true`.
    Yes,
}

impl From<bool> for Overwrite {
    fn from(force: bool) -> Self {
        if force { Self::Yes } else { Self::No }
    }
}

impl From<Overwrite> for bool {
    fn from(overwrite: Overwrite) -> Self {
        overwrite == Overwrite::Yes
    }
}

/// A change set with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The comparison that the plan follows from.
    pub diff: Diff,
    /// Every layout path that must exist after the commit → the blob it will hold, unchanged ones included.
    pub files: BTreeMap<String, ObjectId>,
    /// What the commit writes. Empty means that nothing is to do.
    pub changes: ChangeSet,
    /// The start and the result.
    pub approval: Approval,
    /// The id of the repository's root tree after the commit.
    pub root: ObjectId,
}

/// A plan cannot be made until a person clears the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .obstacles.iter().map(|obstacle| obstacle.message.as_str()).collect::<Vec<_>>().join("; "))]
pub struct Blocked {
    /// The whole comparison, for display.
    pub diff: Diff,
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
}

/// Plans the commit that makes `snapshot` hold the layout of `spec`.
///
/// # Errors
/// [`Blocked`] where something other than a directory or plain file stands at a path of the layout.
pub fn plan(
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
    let changes = changes(spec, layout, &diff, overwrites);
    let listed = "a snapshot lists every directory of the layout, and nothing is in the way";
    let after = changes.trees_after(snapshot, &spec.gitops_directory);
    let (root, tree) = after.expect(listed);
    let tree = tree.expect("every layout has a file");
    let kept = diff.files.iter();
    let kept = kept.filter(|file| file.change != Change::NotNeeded);
    let files = ordered::map(kept.map(|file| {
        let after = if changes.contains(&file.path) {
            file.desired
        } else {
            file.current.unwrap_or(file.desired)
        };
        (file.path.clone(), after)
    }));
    let approval = Approval {
        head: snapshot.head().map(|head| head.commit),
        tree,
    };
    Ok(Plan {
        files,
        changes,
        approval,
        root,
        diff,
    })
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
    let alone = plan(spec, &Snapshot::without_head(), Overwrite::No);
    alone.ok().map(|plan| plan.approval.tree)
}

impl Plan {
    /// How many commits the plan takes: none, one, or in an empty repository two.
    pub fn commits(&self) -> u32 {
        match self.approval.head {
            _ if self.is_up_to_date() => 0,
            Some(_) => 1,
            None => 2,
        }
    }

    /// Tells whether the branch already holds everything.
    pub fn is_up_to_date(&self) -> bool {
        self.changes.is_empty()
    }

    /// The comparison as it is once the plan is carried out.
    pub fn diff_after(&self) -> Diff {
        let mut diff = self.diff.clone();
        for file in diff
            .files
            .iter_mut()
            .filter(|file| self.changes.contains(&file.path))
        {
            file.change = Change::Unchanged;
            file.current = Some(file.desired);
        }
        diff
    }

    /// The paths of changed files that the plan leaves as they are.
    pub fn kept(&self) -> impl Iterator<Item = &str> {
        self.diff
            .files
            .iter()
            .filter(|file| file.change == Change::Modified && !self.changes.contains(&file.path))
            .map(|file| file.path.as_str())
    }
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

#[cfg(test)]
mod tests;
