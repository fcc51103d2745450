//! What a commit would do: the layout, compared with the branch where it was read.

use std::collections::BTreeMap;

use shared::api::{CreateFabric, InitGitops, Moved, WriteMode};
use shared::arrange::{self, Adopt, Arrange, ArrangeError, moves};
use shared::diff::{Change, Diff};
use shared::fabric::FabricSpec;
use shared::layout::layout;
use shared::ordered;
use shared::plan::{Blocked, Overwrite, Plan, plan};
use shared::report::Report;
use shared::snapshot::Snapshot;

use super::tree::Mark;

/// The tree that a person is about to approve.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The fabric.
    pub spec: FabricSpec,
    /// Whether it was compared with the branch; otherwise the directory is taken to be empty.
    pub compared: bool,
    /// What happens to changed files.
    pub overwrite: Overwrite,
    /// What becomes of what the directory holds already.
    pub adopt: Adopt,
    /// What the commit moves.
    pub moves: Vec<Moved>,
    /// The plan, or what stands in its way.
    pub outcome: Result<Plan, Blocked>,
    /// The layout's files, from the repository's root.
    pub contents: BTreeMap<String, String>,
}

impl Preview {
    /// Compares the layout of `spec` with `snapshot`, if there is one.
    pub fn new(spec: FabricSpec, snapshot: Option<&Snapshot>, overwrite: Overwrite) -> Self {
        let nothing = Snapshot::without_head();
        let outcome = plan(&spec, snapshot.unwrap_or(&nothing), overwrite);
        Self::of(spec, snapshot.is_some(), overwrite, Adopt::Keep, outcome)
    }

    /// The same for a directory that holds something already. Where that cannot be moved from what was read, it stays.
    pub fn adopting(
        spec: FabricSpec,
        snapshot: Option<&Snapshot>,
        overwrite: Overwrite,
        adopt: Adopt,
    ) -> Self {
        let nothing = Snapshot::without_head();
        let from = snapshot.unwrap_or(&nothing);
        let (adopt, outcome) = planned(&spec, from, overwrite, adopt);
        let mut preview = Self::of(spec, snapshot.is_some(), overwrite, adopt, outcome);
        if let (Ok(plan), Adopt::Pending | Adopt::External) = (&preview.outcome, adopt) {
            preview.moves = moves(&plan.changes, from);
        }
        preview
    }

    fn of(
        spec: FabricSpec,
        compared: bool,
        overwrite: Overwrite,
        adopt: Adopt,
        outcome: Result<Plan, Blocked>,
    ) -> Self {
        let files = layout(&spec).files.into_iter();
        let contents = ordered::map(files.map(|(below, file)| {
            let text = String::from_utf8_lossy(&file.content).into_owned();
            (spec.gitops_directory.join(&below), text)
        }));
        Self {
            compared,
            spec,
            overwrite,
            adopt,
            moves: Vec::new(),
            outcome,
            contents,
        }
    }

    /// The comparison.
    pub fn diff(&self) -> &Diff {
        match &self.outcome {
            Ok(plan) => &plan.diff,
            Err(blocked) => &blocked.diff,
        }
    }

    /// What becomes of a path; none where it is not part of the comparison.
    pub fn mark(&self, path: &str) -> Option<Mark> {
        let diff = self.diff();
        if diff.foreign.iter().any(|foreign| foreign.path == path) {
            return Some(Mark::Unexpected);
        }
        let file = diff.files.iter().find(|file| file.path == path)?;
        Some(Mark::of(file.change, self.overwrite))
    }

    /// What is worth saying about one path.
    pub fn finding(&self, path: &str) -> Option<String> {
        let diff = self.diff();
        let of_path = Diff {
            files: diff
                .files
                .iter()
                .filter(|file| file.path == path)
                .cloned()
                .collect(),
            foreign: diff
                .foreign
                .iter()
                .filter(|foreign| foreign.path == path)
                .cloned()
                .collect(),
        };
        let found = Report::new(&of_path, None, None).findings;
        found.into_iter().next().map(|finding| finding.message)
    }

    /// How many files the commit writes; none while something is in the way.
    pub fn writes(&self) -> usize {
        self.outcome.as_ref().map_or(0, |plan| plan.changes.len())
    }

    /// How many files of the layout had this outcome.
    pub fn count(&self, change: Change) -> usize {
        self.diff().count(change)
    }

    /// The body that creates the fabric as previewed.
    pub fn create(&self, mode: WriteMode) -> Option<CreateFabric> {
        let plan = self.outcome.as_ref().ok()?;
        Some(CreateFabric {
            fabric: self.spec.to_input(),
            files: plan.files.clone(),
            approval: plan.approval,
            force: self.overwrite,
            adopt: self.adopt,
            mode,
        })
    }

    /// The body that initialises an existing fabric as previewed.
    pub fn initialise(&self, mode: WriteMode) -> Option<InitGitops> {
        let plan = self.outcome.as_ref().ok()?;
        Some(InitGitops {
            files: plan.files.clone(),
            approval: plan.approval,
            force: self.overwrite,
            mode,
        })
    }
}

/// The plan, and what it really does with what is there.
fn planned(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrite: Overwrite,
    adopt: Adopt,
) -> (Adopt, Result<Plan, Blocked>) {
    match arrange::plan(spec, snapshot, overwrite, &Arrange::Adopt(adopt)) {
        Ok(plan) => (adopt, Ok(plan)),
        Err(ArrangeError::Blocked(blocked)) => (adopt, Err(*blocked)),
        Err(ArrangeError::Change(_)) => (Adopt::Keep, plan(spec, snapshot, overwrite)),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::model::draft::Draft;
    use shared::git::{Entry, Tree, blob_id};
    use shared::names::DirectoryPath;
    use shared::snapshot::Head;

    /// A spec of `fabric-1` in `acme/network@main`, directory `net`.
    pub fn spec() -> FabricSpec {
        let draft = Draft {
            repository: "acme/network".into(),
            directory: "net".into(),
            ..Draft::default()
        };
        FabricSpec::parse(&draft.to_input()).expect("every field is well formed")
    }

    /// A branch where `net/managed/README.md` was changed and `net/notes.txt` is foreign.
    pub fn changed() -> Snapshot {
        let tree = |entries| Tree::new(entries).expect("the names are fine");
        let managed = tree(vec![Entry::file("README.md", blob_id(b"theirs"))]);
        let net = tree(vec![
            Entry::directory("managed", managed.id()),
            Entry::file("notes.txt", blob_id(b"n")),
        ]);
        let root = tree(vec![Entry::directory("net", net.id())]);
        let head = Head {
            commit: blob_id(b"commit"),
            tree: root.id(),
        };
        let directory = DirectoryPath::parse("net").expect("a plain name");
        let listings = [("", root), ("net", net), ("net/managed", managed)];
        let listings = listings.map(|(path, tree)| (path.to_owned(), tree));
        Snapshot::verified(head, &directory, listings.into()).expect("the listings are whole")
    }

    #[test]
    fn without_a_snapshot_every_file_is_added() {
        let preview = Preview::new(spec(), None, Overwrite::No);
        assert!(!preview.compared);
        assert_eq!(preview.writes(), preview.contents.len());
    }

    #[test]
    fn theirs_is_kept_unless_overwriting_was_chosen() {
        let kept = Preview::new(spec(), Some(&changed()), Overwrite::No);
        let forced = Preview::new(spec(), Some(&changed()), Overwrite::Yes);
        assert_eq!(kept.count(Change::Modified), 1);
        assert_eq!(kept.writes() + 1, forced.writes());
        assert_ne!(
            kept.create(WriteMode::Commit)
                .map(|body| body.approval.tree),
            forced
                .create(WriteMode::Commit)
                .map(|body| body.approval.tree)
        );
    }

    #[test]
    fn what_is_there_can_be_moved_with_the_same_commit() {
        let adopted = Preview::adopting(spec(), Some(&changed()), Overwrite::No, Adopt::External);
        let moved: Vec<&str> = adopted
            .moves
            .iter()
            .map(|moved| moved.to.as_str())
            .collect();
        assert_eq!(moved, ["net/unmanaged/external-configs/notes.txt"]);
        let body = adopted
            .create(WriteMode::Commit)
            .expect("nothing is in the way");
        assert_eq!(body.adopt, Adopt::External);
        let kept = Preview::new(spec(), Some(&changed()), Overwrite::No);
        assert!(kept.moves.is_empty());
    }
}
