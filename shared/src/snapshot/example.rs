//! Repositories for this crate's own tests: files in, verified snapshot out.
#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Head, Snapshot};
use crate::fabric::{FabricInput, FabricSpec, LayoutOptions};
use crate::git::{Entry, Mode, ObjectId, Tree, blob_id};
use crate::layout::layout;
use crate::plan::Plan;

/// What a branch holds: path → mode and id. Directories follow from the paths.
#[derive(Clone, Default)]
pub(crate) struct Branch(BTreeMap<String, (Mode, ObjectId)>);

/// `fabric-1` of `acme/network`, in this directory.
pub(crate) fn fabric(directory: &str, all_kinds: bool) -> FabricSpec {
    FabricSpec::parse(&FabricInput {
        name: "fabric-1".into(),
        git_repository: "acme/network".into(),
        branch: "main".into(),
        gitops_directory: directory.into(),
        layout: LayoutOptions {
            all_kinds,
            ..LayoutOptions::default()
        },
    })
    .unwrap()
}

impl Branch {
    /// A branch with every file of the fabric's layout.
    pub(crate) fn initialised(spec: &FabricSpec) -> Self {
        let files = layout(spec).files;
        files
            .into_iter()
            .fold(Self::default(), |branch, (below, file)| {
                branch.with(&spec.gitops_directory.join(&below), &file.content)
            })
    }

    /// Puts a file there, mode 100644.
    pub(crate) fn with(self, path: &str, content: &[u8]) -> Self {
        self.with_mode(path, 0o100_644, content)
    }

    /// Puts something there.
    pub(crate) fn with_mode(mut self, path: &str, mode: u32, content: &[u8]) -> Self {
        let entry = (Mode::from_bits(mode), blob_id(content));
        self.0.insert(path.to_owned(), entry);
        self
    }

    /// Takes away what is at or below a path.
    pub(crate) fn without(mut self, path: &str) -> Self {
        let below = format!("{path}/");
        self.0
            .retain(|other, _| other != path && !other.starts_with(&below));
        self
    }

    /// Commits what a plan says.
    pub(crate) fn after(self, plan: &Plan) -> Self {
        plan.changes
            .writes()
            .fold(self, |branch, (path, content)| branch.with(path, content))
    }

    /// The snapshot for a fabric.
    pub(crate) fn snapshot(&self, spec: &FabricSpec) -> Snapshot {
        let trees = self.trees();
        let tree = trees[""].id();
        let commit = blob_id(tree.as_bytes());
        Snapshot::verified(Head { commit, tree }, &spec.gitops_directory, trees).unwrap()
    }

    fn trees(&self) -> BTreeMap<String, Tree> {
        let mut trees = BTreeMap::from([(String::new(), Tree::default())]);
        for (path, (mode, id)) in &self.0 {
            for (slash, _) in path.match_indices('/') {
                trees.entry(path[..slash].to_owned()).or_default();
            }
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            trees.get_mut(parent).unwrap().insert(Entry {
                name: name.as_bytes().to_vec(),
                mode: *mode,
                id: *id,
            });
        }
        let mut deepest_first: Vec<String> = trees
            .keys()
            .filter(|path| !path.is_empty())
            .cloned()
            .collect();
        deepest_first.sort_by_key(|path| Reverse(path.matches('/').count()));
        for path in deepest_first {
            let id = trees[&path].id();
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
            trees
                .get_mut(parent)
                .unwrap()
                .insert(Entry::directory(name, id));
        }
        trees
    }
}
