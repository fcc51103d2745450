//! What stands beside a fabric's directory, or beside one above it, under a name that differs only in case.

use serde::{Deserialize, Serialize};

use crate::names::{DirectoryPath, differ_only_in_case};
use crate::snapshot::Snapshot;

/// Something that macOS and Windows cannot check out beside the fabric's directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTwin {
    /// Its path from the repository's root.
    pub path: String,
    /// The path of the fabric's directory, or of one above it, from which it differs only in case.
    pub beside: String,
}

/// Finds the twins of every component of a directory, the outermost first.
pub(super) fn case_twins(directory: &DirectoryPath, snapshot: &Snapshot) -> Vec<CaseTwin> {
    let mut twins = Vec::new();
    let mut parent = String::new();
    for component in directory.components() {
        let join = |name: &str| match parent.as_str() {
            "" => name.to_owned(),
            parent => format!("{parent}/{name}"),
        };
        let beside = join(component);
        let entries = snapshot
            .tree(&parent)
            .map_or(&[][..], |tree| tree.entries());
        for entry in entries {
            let name = entry.display_name();
            if differ_only_in_case(&name, component) {
                let path = join(&name);
                let beside = beside.clone();
                twins.push(CaseTwin { path, beside });
            }
        }
        parent = beside;
    }
    twins
}
