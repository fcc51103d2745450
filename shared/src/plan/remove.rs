//! Taking the layout's own files away again, and nothing else.

use crate::approval::Approval;
use crate::change_set::{ChangeError, ChangeSet};
use crate::diff::{Change, diff};
use crate::fabric::FabricSpec;
use crate::git::ObjectId;
use crate::layout::{DIRECTORY_INFO, Role, layout};
use crate::snapshot::Snapshot;

/// A change set that is approved by the repository's **root** tree, since it reaches beyond one directory or takes it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootPlan {
    /// What the commit does. Empty means that nothing is to do.
    pub changes: ChangeSet,
    /// The head, and the root tree after the commit.
    pub approval: Approval,
    /// The id of the fabric's directory after the commit; none if nothing is left of it.
    pub tree: Option<ObjectId>,
}

impl RootPlan {
    pub(super) fn new(
        changes: ChangeSet,
        snapshot: &Snapshot,
        spec: &FabricSpec,
    ) -> Result<Self, ChangeError> {
        let approval = Approval {
            head: snapshot.head().map(|head| head.commit),
            tree: changes.root_after(snapshot)?,
            base: None,
        };
        let tree = changes.directory_after(snapshot, &spec.gitops_directory)?;
        Ok(Self {
            changes,
            approval,
            tree,
        })
    }
}

/// Plans the commit that takes the layout's own files away: READMEs without edits, `directory-info.json`, and keep
/// files of folders that hold nothing else. What people wrote stays.
///
/// # Errors
/// [`ChangeError`] where the snapshot does not fit.
pub fn remove(spec: &FabricSpec, snapshot: &Snapshot) -> Result<RootPlan, ChangeError> {
    let layout = layout(spec);
    let mut changes = ChangeSet::default();
    for file in diff(&layout, &spec.gitops_directory, snapshot).files {
        let role = layout
            .files
            .iter()
            .find(|(below, _)| spec.gitops_directory.join(below) == file.path)
            .map(|(_, file)| file.role);
        let is_own = match (role, file.change) {
            // The diff calls a keep file unchanged only where it is alone.
            (Some(Role::Readme | Role::Keep), Change::Unchanged) => true,
            (Some(Role::Info), Change::Unchanged | Change::Modified) => {
                file.path.ends_with(DIRECTORY_INFO)
            }
            _ => false,
        };
        if is_own {
            changes.delete(&file.path);
        }
    }
    RootPlan::new(changes, snapshot, spec)
}
