//! Branches as git has them, and what a plan makes of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use shared::contents::{ListedEntry, TreeListing};
use shared::fabric::{FabricInput, FabricSpec, LayoutOptions};
use shared::git::{ObjectId, Tree};
use shared::layout::{KEEP_FILE, Root, layout};
use shared::plan::Plan;
use shared::snapshot::{Head, Snapshot, paths};

use crate::git::{Git, Line, listing, mktree_input};

/// A repository, and the blobs that people's files hold.
pub struct World {
    git: Git,
    known: RefCell<BTreeMap<Vec<u8>, ObjectId>>,
    pub contents: Vec<ObjectId>,
}

/// What a branch holds, as `git ls-tree` lists it.
pub struct State {
    pub root: ObjectId,
    pub snapshot: Snapshot,
    lines: Vec<Line>,
}

/// `fabric-1` of `acme/network`, in this directory.
pub fn fabric(directory: &str, all_kinds: bool) -> FabricSpec {
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

impl World {
    /// What people's files hold.
    pub const CONTENTS: [&'static [u8]; 4] = [b"", b"kind: VPC\n", b"our own words\r\n", b"\0\xff"];

    pub fn new() -> Self {
        let git = Git::new();
        let contents = git.blobs(&Self::CONTENTS);
        Self {
            git,
            known: RefCell::default(),
            contents,
        }
    }

    /// The layout's paths and the ids that git gives their contents.
    pub fn layout(&self, spec: &FabricSpec) -> BTreeMap<String, ObjectId> {
        let files = layout(spec).files.into_iter();
        let files = files.map(|(below, file)| (spec.gitops_directory.join(&below), file.content));
        self.ids(&files.collect())
    }

    /// The branch that holds these entries.
    pub fn state(&self, spec: &FabricSpec, entries: BTreeMap<Vec<u8>, Line>) -> State {
        let root = self.git.write_tree(entries.values());
        let lines = self.git.list(root);
        let files = lines.iter().filter(|line| !line.is_directory()).cloned();
        let files: BTreeMap<Vec<u8>, Line> = files.map(|line| (line.path.clone(), line)).collect();
        assert_eq!(files, entries, "git holds what was put");
        let is_directory = |path: &String| {
            let mut directories = lines.iter().filter(|line| line.is_directory());
            path.is_empty() || directories.any(|line| line.path == path.as_bytes())
        };
        let listings = paths(&spec.gitops_directory)
            .into_iter()
            .filter(is_directory)
            .map(|path| {
                let tree = listing(&lines, path.as_bytes());
                (path, tree)
            });
        let head = Head {
            commit: root,
            tree: root,
        };
        let listings: BTreeMap<String, Tree> = listings.collect();
        let snapshot = Snapshot::verified(head, &spec.gitops_directory, listings).unwrap();
        State {
            root,
            snapshot,
            lines,
        }
    }

    /// The branch after a commit of the plan's changes and nothing else.
    pub fn apply(&self, spec: &FabricSpec, before: &State, plan: &Plan) -> State {
        let kept = before.lines.iter().filter(|line| !line.is_directory());
        let mut entries: BTreeMap<Vec<u8>, Line> =
            kept.map(|line| (line.path.clone(), line.clone())).collect();
        let writes = plan.changes.writes();
        let written = writes.map(|(path, content)| (path.to_owned(), content.to_vec()));
        for (path, id) in self.ids(&written.collect()) {
            let line = Line::new(path.as_bytes(), 0o100_644, id);
            entries.insert(path.into_bytes(), line);
        }
        self.state(spec, entries)
    }

    /// A tree with everything in it, as GitHub lists it.
    pub fn listing(&self, tree: ObjectId) -> TreeListing {
        let entry = |line: Line| ListedEntry {
            path: String::from_utf8_lossy(&line.path).into_owned(),
            mode: format!("{:06o}", line.mode),
            sha: line.id,
            size: None,
        };
        TreeListing {
            sha: tree,
            tree: self.git.list(tree).into_iter().map(entry).collect(),
            truncated: false,
        }
    }

    /// The id of the fabric's directory, from git.
    pub fn directory(&self, state: &State, spec: &FabricSpec) -> Option<ObjectId> {
        if spec.gitops_directory.is_root() {
            let root = listing(&state.lines, b"");
            let is_own = |name: &[u8]| Root::ALL.iter().any(|root| root.name().as_bytes() == name);
            let mut own = root.entries().to_vec();
            own.retain(|entry| is_own(&entry.name));
            let input = mktree_input(&own);
            return (!own.is_empty()).then(|| self.git.id(&["mktree", "-z", "--missing"], &input));
        }
        let path = spec.gitops_directory.git_path();
        state.line(path)?;
        let expression = format!("{}:{path}", state.root);
        Some(self.git.id(&["rev-parse", "--verify", &expression], b""))
    }

    /// The ids of contents, each content hashed by git once.
    fn ids(&self, files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, ObjectId> {
        let mut known = self.known.borrow_mut();
        let new: BTreeSet<&[u8]> = files
            .values()
            .filter(|content| !known.contains_key(*content))
            .map(Vec::as_slice)
            .collect();
        let new: Vec<&[u8]> = new.into_iter().collect();
        if !new.is_empty() {
            let ids = self.git.blobs(&new);
            known.extend(new.iter().map(|content| content.to_vec()).zip(ids));
        }
        let files = files.iter();
        files
            .map(|(path, content)| (path.clone(), known[content]))
            .collect()
    }
}

impl State {
    /// The files, symbolic links and submodules by path.
    pub fn files(&self) -> BTreeMap<Vec<u8>, Line> {
        let files = self.lines.iter().filter(|line| !line.is_directory());
        files
            .map(|line| (line.path.clone(), line.clone()))
            .collect()
    }

    /// How many directories there are.
    pub fn directories(&self) -> usize {
        self.lines.iter().filter(|line| line.is_directory()).count()
    }

    /// The snapshot with the listing of every directory whose path is UTF-8.
    pub fn complete(&self) -> Snapshot {
        let directories = self.lines.iter().filter(|line| line.is_directory());
        let listings = directories.filter_map(|line| {
            let path = String::from_utf8(line.path.clone()).ok()?;
            Some((path, listing(&self.lines, &line.path)))
        });
        let deeper = listings.collect();
        self.snapshot.clone().with_listings(deeper).unwrap()
    }

    pub fn line(&self, path: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.path == path.as_bytes())
    }

    /// The names that stand directly in a directory.
    pub fn names_in(&self, directory: &str) -> impl Iterator<Item = Vec<u8>> {
        let entries = listing(&self.lines, directory.as_bytes())
            .entries()
            .to_vec();
        entries.into_iter().map(|entry| entry.name)
    }

    /// The paths that a person has to clear before the layout fits: the topmost thing above a path of the layout that
    /// is not a directory, and what stands at the path of a file and is neither plain nor of the same content.
    pub fn in_the_way(&self, layout: &BTreeMap<String, ObjectId>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (path, desired) in layout {
            let above = path.match_indices('/').map(|(slash, _)| &path[..slash]);
            let mut above = above.filter(|above| {
                let line = self.line(above);
                line.is_some_and(|line| !line.is_directory())
            });
            let at = self.line(path).filter(|line| {
                let is_same = line.mode == 0o100_755 && line.id == *desired;
                line.mode != 0o100_644 && !is_same && !path.ends_with(KEEP_FILE)
            });
            let obstacle = above.next().or(at.map(|_| path.as_str()));
            found.extend(obstacle.map(str::to_owned));
        }
        found
    }
}
