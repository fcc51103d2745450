//! Repositories for this crate's own tests: files in, verified snapshot out.
#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::json;

use super::{Head, Snapshot};
use crate::fabric::{FabricInput, FabricSpec, LayoutOptions};
use crate::git::{Entry, Mode, ObjectId, Tree, blob_id};
use crate::layout::layout;
use crate::plan::Plan;

/// What a branch holds: path → mode and id. Directories follow from the paths.
#[derive(Clone, Default)]
pub(crate) struct Branch {
    entries: BTreeMap<String, (Mode, ObjectId)>,
    sizes: BTreeMap<ObjectId, usize>,
    /// Files whose names are not UTF-8, each with its directory.
    raw: Vec<(String, Vec<u8>)>,
}

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
        self.sizes.insert(entry.1, content.len());
        self.entries.insert(path.to_owned(), entry);
        self
    }

    /// Puts a file with a name that is not UTF-8 into a directory that has another file.
    pub(crate) fn with_raw(mut self, directory: &str, name: &[u8]) -> Self {
        self.raw.push((directory.to_owned(), name.to_vec()));
        self
    }

    /// Puts an object there that stood elsewhere.
    pub(crate) fn with_entry(mut self, path: &str, mode: Mode, id: ObjectId) -> Self {
        self.entries.insert(path.to_owned(), (mode, id));
        self
    }

    /// What stands where: path → mode and id.
    pub(crate) fn entries(&self) -> &BTreeMap<String, (Mode, ObjectId)> {
        &self.entries
    }

    /// Takes away what is at or below a path.
    pub(crate) fn without(mut self, path: &str) -> Self {
        let below = format!("{path}/");
        self.entries
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

    /// GitHub's answer to a question of a check or a walk.
    pub(crate) fn github(&self, question: &str) -> Option<String> {
        let trees = self.trees();
        let root = trees[""].id();
        if question.contains("/branches/") {
            let commit = blob_id(root.as_bytes());
            return Some(json!({ "name": "main", "commit": { "sha": commit, "commit": { "tree": { "sha": root } } } }).to_string());
        }
        let (_, asked) = question.rsplit_once("/git/trees/")?;
        let (id, is_recursive) = match asked.split_once('?') {
            Some((id, _)) => (id, true),
            None => (asked, false),
        };
        let (top, _) = trees.iter().find(|(_, tree)| tree.id().to_string() == id)?;
        let mut listed = Vec::new();
        for (path, tree) in &trees {
            let below = match (top.as_str(), path == top) {
                (_, true) => String::new(),
                ("", false) => format!("{path}/"),
                (top, false) => match path.strip_prefix(&format!("{top}/")) {
                    Some(rest) => format!("{rest}/"),
                    None => continue,
                },
            };
            if !below.is_empty() && !is_recursive {
                continue;
            }
            for entry in tree.entries() {
                let name = entry.display_name();
                listed.push(json!({
                    "path": format!("{below}{name}"),
                    "mode": format!("{:06o}", entry.mode.bits()),
                    "type": "any",
                    "sha": entry.id,
                    "size": self.sizes.get(&entry.id),
                }));
            }
        }
        Some(json!({ "sha": id, "tree": listed, "truncated": false }).to_string())
    }

    fn trees(&self) -> BTreeMap<String, Tree> {
        let mut trees = BTreeMap::from([(String::new(), Tree::default())]);
        for (path, (mode, id)) in &self.entries {
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
        for (directory, name) in &self.raw {
            trees.get_mut(directory).unwrap().insert(Entry {
                name: name.clone(),
                mode: Mode::FILE,
                id: blob_id(b"raw"),
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
