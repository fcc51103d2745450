//! Taking over a directory that holds something already.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::unexpected_paths::unexpected_paths;
use crate::diff::{Diff, UnexpectedPlace};
use crate::fabric::FabricSpec;
use crate::git::{Entry, EntryKind};
use crate::snapshot::Snapshot;

/// What becomes of the files that a directory holds already when it is adopted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adopt {
    /// Everything stays where it is; only what is missing is added.
    #[default]
    Keep,
    /// Loose YAML files move into `raw/pending/`.
    Pending,
    /// Everything unexpected moves into `unmanaged/external-configs/`.
    External,
}

impl Adopt {
    /// The paths that move, from the repository's root.
    pub(super) fn moves(
        self,
        spec: &FabricSpec,
        diff: &Diff,
        snapshot: &Snapshot,
    ) -> BTreeSet<String> {
        match self {
            Self::Keep => BTreeSet::new(),
            Self::Pending => loose_yaml(diff, snapshot),
            Self::External => unexpected_paths(spec, diff, snapshot),
        }
    }

    /// The folder below the fabric's directory that takes what moves.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Pending => "raw/pending",
            Self::Keep | Self::External => "unmanaged/external-configs",
        }
    }
}

/// YAML files beside the three roots, or in `managed/` in no folder of a kind, or that no tool reads as objects.
fn loose_yaml(diff: &Diff, snapshot: &Snapshot) -> BTreeSet<String> {
    let is_loose = |place| {
        matches!(
            place,
            UnexpectedPlace::BesideRoots
                | UnexpectedPlace::Managed
                | UnexpectedPlace::Kustomization
                | UnexpectedPlace::ToolFile
        )
    };
    let is_yaml = |path: &str| {
        let kind = snapshot.entry(path).map(Entry::kind);
        matches!(kind, Some(EntryKind::File | EntryKind::Executable))
            && (path.ends_with(".yaml") || path.ends_with(".yml"))
    };
    diff.unexpected
        .iter()
        .filter(|found| is_loose(found.place) && is_yaml(&found.path))
        .map(|found| found.path.clone())
        .collect()
}
