//! Is what a fabric's page claims true? Judged in the viewer's own browser, from what GitHub says to anybody.

use shared::diff::diff;
use shared::git::ObjectId;
use shared::layout::layout;
use shared::record::{DirectoryStatus, FabricRecord};
use shared::report::Report;
use shared::snapshot::Snapshot;

/// What a look at the repository says about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfCheck {
    /// The branch's head now.
    pub head: Option<ObjectId>,
    /// The directory's id now.
    pub tree: Option<ObjectId>,
    /// Whether that is the id that the record names.
    pub same_tree: bool,
    /// Whether the directory holds what the layout demands.
    pub holds_layout: bool,
    /// Whether the record says the same about that.
    pub claim_holds: bool,
}

/// Judges a record by a snapshot of its branch.
pub fn judge(record: &FabricRecord, snapshot: &Snapshot) -> SelfCheck {
    let spec = record.spec();
    let tree = snapshot.directory_id(&spec.gitops_directory);
    let found = diff(&layout(&spec), &spec.gitops_directory, snapshot);
    let holds_layout = tree.is_some() && Report::new(&found, None, tree).valid;
    let claims_layout = record.gitops_directory_status == DirectoryStatus::Initialized;
    SelfCheck {
        head: snapshot.head().map(|head| head.commit),
        tree,
        same_tree: tree == record.tree,
        holds_layout,
        claim_holds: holds_layout == claims_layout,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::preview::tests::{changed, spec};
    use shared::names::FabricId;
    use shared::record::Visibility;

    #[test]
    fn a_claim_that_is_not_true_is_found() {
        let mut record =
            FabricRecord::new(FabricId::from_bytes([1; 16]), &spec(), Visibility::Public);
        record.gitops_directory_status = DirectoryStatus::Initialized;
        let check = judge(&record, &changed());
        assert!(!check.holds_layout && !check.claim_holds && !check.same_tree);
        record.gitops_directory_status = DirectoryStatus::InvalidStructure;
        record.tree = check.tree;
        let check = judge(&record, &changed());
        assert!(check.claim_holds && check.same_tree);
    }
}
