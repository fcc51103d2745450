//! What a commit would do: the layout, compared with the branch where it was read.

use std::collections::BTreeMap;

use shared::api::{ApprovedChange, BaseBranch, CreateFabric, PlanAnswer, WriteMode};
use shared::change_set::Moved;
use shared::diff::{Change, Diff, FileDiff, FolderContent};
use shared::fabric::FabricSpec;
use shared::layout::layout;
use shared::ordered;
use shared::plan::{
    Adopt, Blocked, Overwrite, Overwrites, PlanError, PlanKind, plan, plan_alone, plan_layout,
};
use shared::quote::sentence::Name;
use shared::report::Report;
use shared::snapshot::Snapshot;

use super::decisions::info_path;
use super::mark::Mark;

/// The tree that a person is about to approve.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub spec: FabricSpec,
    /// Whether it was compared with the branch; otherwise the directory is taken to be empty.
    pub compared: bool,
    /// What happens to changed files, without paths that are unchanged.
    pub overwrites: Overwrites,
    /// What becomes of what the directory holds already, in this plan.
    pub adopt: Adopt,
    /// Whether the Worker made the plan, from more than this browser has read.
    pub from_worker: bool,
    /// The plan, or what stands in its way.
    pub outcome: Result<PlanAnswer, Blocked>,
    /// The layout's files, from the repository's root.
    pub contents: BTreeMap<String, String>,
}

impl Preview {
    /// The layout of `spec` alone, as [`Preview::new`] without a snapshot draws it, without the code that compares.
    pub fn alone(spec: FabricSpec, overwrites: Overwrites) -> Self {
        let plan = plan_alone(&spec).into();
        Self::of(spec, false, overwrites, Adopt::Keep, Ok(plan))
    }

    /// Compares the layout of `spec` with `snapshot`, if there is one.
    pub fn new(
        spec: FabricSpec,
        snapshot: Option<&Snapshot>,
        overwrites: impl Into<Overwrites>,
    ) -> Self {
        let overwrites = overwrites.into();
        let nothing = Snapshot::without_head();
        let outcome = plan_layout(&spec, snapshot.unwrap_or(&nothing), &overwrites);
        let outcome = outcome.map(PlanAnswer::from);
        Self::of(spec, snapshot.is_some(), overwrites, Adopt::Keep, outcome)
    }

    /// The same for a directory that holds something already. Where more would have to be read to move that, it stays, and
    /// [`Preview::adopt`] says so.
    pub fn adopting(
        spec: FabricSpec,
        snapshot: Option<&Snapshot>,
        overwrites: impl Into<Overwrites>,
        adopt: Adopt,
    ) -> Self {
        let overwrites = overwrites.into();
        let nothing = Snapshot::without_head();
        let from = snapshot.unwrap_or(&nothing);
        let (adopt, outcome) = planned(&spec, from, &overwrites, adopt);
        Self::of(spec, snapshot.is_some(), overwrites, adopt, outcome)
    }

    fn of(
        spec: FabricSpec,
        compared: bool,
        mut overwrites: Overwrites,
        adopt: Adopt,
        outcome: Result<PlanAnswer, Blocked>,
    ) -> Self {
        let diff = match &outcome {
            Ok(plan) => &plan.diff,
            Err(blocked) => &blocked.diff,
        };
        let files = diff.files.iter();
        overwrites.paths.retain(|path| {
            files
                .clone()
                .any(|file| file.path == *path && file.change == Change::Modified)
        });
        let files = layout(&spec).files.into_iter();
        let contents = ordered::map(files.map(|(below, file)| {
            let text = String::from_utf8_lossy(&file.content).into_owned();
            (spec.gitops_directory.join(&below), text)
        }));
        Self {
            compared,
            spec,
            overwrites,
            adopt,
            from_worker: false,
            outcome,
            contents,
        }
    }

    /// The same for a branch that does not exist: what it was compared with is `base`.
    #[must_use]
    pub fn beginning(self, base: Option<&BaseBranch>) -> Self {
        let branch = self.spec.branch.as_str();
        Self {
            outcome: self.outcome.map(|plan| plan.beginning(branch, base)),
            ..self
        }
    }

    /// The same with a plan that the Worker made of everything in the directory.
    pub fn with_plan(self, adopt: Adopt, plan: PlanAnswer) -> Self {
        Self {
            adopt,
            from_worker: true,
            outcome: Ok(plan),
            ..self
        }
    }

    /// What a plan that the Worker made says of the files of the layout, with what was decided about those that changed.
    pub fn of_plan(spec: FabricSpec, overwrites: Overwrites, plan: PlanAnswer) -> Self {
        Self::of(spec, true, overwrites, Adopt::Keep, Ok(plan))
    }

    /// What the commit moves.
    pub fn moves(&self) -> &[Moved] {
        self.outcome.as_ref().map_or(&[], |plan| &plan.moves)
    }

    pub fn diff(&self) -> &Diff {
        match &self.outcome {
            Ok(plan) => &plan.diff,
            Err(blocked) => &blocked.diff,
        }
    }

    /// What becomes of a path; none if it is not part of the comparison.
    pub fn mark(&self, path: &str) -> Option<Mark> {
        let diff = self.diff();
        if diff
            .unexpected
            .iter()
            .any(|unexpected| unexpected.path == path)
        {
            return Some(Mark::Unexpected);
        }
        if let Some(file) = diff.files.iter().find(|file| file.path == path) {
            return Some(self.mark_of(file));
        }
        let mut content = diff.content.iter().flat_map(FolderContent::paths);
        content.any(|own| own == path).then_some(Mark::Content)
    }

    /// What becomes of a file of the layout; not known before the comparison.
    pub fn mark_of(&self, file: &FileDiff) -> Mark {
        if self.compared {
            Mark::of(file.change, self.overwrites.of(&file.path))
        } else {
            Mark::Planned
        }
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
            unexpected: diff
                .unexpected
                .iter()
                .filter(|unexpected| unexpected.path == path)
                .cloned()
                .collect(),
            case_twins: Vec::new(),
            content: Vec::new(),
        };
        let found = Report::new(&of_path, None, None).findings;
        found.into_iter().next().map(|finding| finding.message)
    }

    /// What is worth saying about a name in the way to the directory that differs from it only in case, if there is one.
    pub fn case_twins(&self) -> Option<String> {
        let twin = self.diff().case_twins.first()?;
        let (path, beside) = (Name(&twin.path), Name(&twin.beside));
        Some(format!(
            "{path} stands there, and {beside} differs from it only in case: macOS and Windows can check out only one of them. \
             Use {path}, or rename it."
        ))
    }

    /// How many files the commit writes; none while something is in the way.
    pub fn writes(&self) -> usize {
        self.outcome.as_ref().map_or(0, |plan| plan.writes.len())
    }

    /// Tells whether the commit makes the branch.
    pub fn begins(&self) -> bool {
        let plan = self.outcome.as_ref();
        plan.is_ok_and(|plan| plan.approval.base.is_some())
    }

    /// How many files the commit writes, moves and takes away; a folder that moves counts once.
    pub fn changes(&self) -> usize {
        let count = |plan: &PlanAnswer| plan.moves.len() + plan.deletions.len();
        self.writes() + self.outcome.as_ref().map_or(0, count)
    }

    /// Tells whether the commit would change nothing.
    pub fn is_up_to_date(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|plan| plan.commits == 0)
    }

    /// How many files of the layout had this outcome.
    pub fn count(&self, change: Change) -> usize {
        self.diff().count(change)
    }

    /// What becomes of somebody else's `directory-info.json`, if there is one.
    pub fn foreign_info(&self) -> Option<Overwrite> {
        let path = info_path(&self.spec);
        let mut files = self.diff().files.iter();
        let is_foreign = files.any(|file| file.change == Change::Modified && file.path == path);
        is_foreign.then(|| self.overwrites.of(&path))
    }

    /// The body that creates the fabric as previewed.
    pub fn create(&self, mode: WriteMode) -> Option<CreateFabric> {
        Some(CreateFabric {
            fabric: self.spec.to_input(),
            change: self.approved(mode)?,
            adopt: self.adopt,
        })
    }

    /// The commit as previewed, which is all that initialising an existing fabric sends.
    pub fn approved(&self, mode: WriteMode) -> Option<ApprovedChange> {
        let plan = self.outcome.as_ref().ok()?;
        Some(ApprovedChange {
            files: plan.files.clone(),
            approval: plan.approval.clone(),
            overwrites: self.overwrites.clone(),
            mode,
        })
    }
}

/// The plan, and what it really does with what is there.
fn planned(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrites: &Overwrites,
    adopt: Adopt,
) -> (Adopt, Result<PlanAnswer, Blocked>) {
    let kind = PlanKind::Adopt(adopt);
    let arranged = kind
        .is_shown_by(snapshot, &spec.gitops_directory)
        .then(|| plan(spec, snapshot, overwrites, &kind));
    let (adopt, outcome) = match arranged {
        Some(Ok(plan)) => (adopt, Ok(plan)),
        Some(Err(PlanError::Blocked(blocked))) => (adopt, Err(*blocked)),
        Some(Err(PlanError::Change(_))) | None => {
            (Adopt::Keep, plan_layout(spec, snapshot, overwrites))
        }
    };
    let answer =
        outcome.map(|plan| PlanAnswer::with_moves(&plan, snapshot, &spec.gitops_directory));
    (adopt, answer)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::decisions::with_info;
    use crate::draft;
    use shared::fabric::FabricInput;
    use shared::git::{Entry, Tree, blob_id};
    use shared::names::DirectoryPath;
    use shared::snapshot::Head;

    /// A spec of `fabric-1` in `acme/network@main`, directory `net`.
    pub fn spec() -> FabricSpec {
        let input = FabricInput {
            git_repository: "acme/network".into(),
            gitops_directory: "net".into(),
            ..draft::initial()
        };
        FabricSpec::parse(&input).expect("every field is well formed")
    }

    /// A branch where `net/managed/README.md` was changed and `net/notes.txt` is unexpected.
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

    /// The same, with a `directory-info.json` that is somebody else's.
    fn with_foreign_info() -> Snapshot {
        let tree = |entries| Tree::new(entries).expect("the names are fine");
        let metadata = tree(vec![Entry::file("directory-info.json", blob_id(b"{}"))]);
        let managed = tree(vec![Entry::directory("metadata", metadata.id())]);
        let net = tree(vec![Entry::directory("managed", managed.id())]);
        let root = tree(vec![Entry::directory("net", net.id())]);
        let head = Head {
            commit: blob_id(b"commit"),
            tree: root.id(),
        };
        let directory = DirectoryPath::parse("net").expect("a plain name");
        let listings = [
            ("", root),
            ("net", net),
            ("net/managed", managed),
            ("net/managed/metadata", metadata),
        ];
        let listings = listings.map(|(path, tree)| (path.to_owned(), tree));
        Snapshot::verified(head, &directory, listings.into()).expect("the listings are whole")
    }

    #[test]
    fn the_layout_alone_is_what_a_comparison_with_nothing_shows() {
        for directory in ["net", "a/b", "/"] {
            let directory = DirectoryPath::parse(directory).expect("a plain name");
            let spec = FabricSpec {
                gitops_directory: directory,
                ..spec()
            };
            let decided = Overwrites {
                all: Overwrite::Yes,
                paths: vec![info_path(&spec)],
            };
            let compared = Preview::new(spec.clone(), None, decided.clone());
            assert_eq!(Preview::alone(spec, decided), compared);
        }
    }

    #[test]
    fn somebody_elses_description_of_the_directory_is_replaced_unless_it_is_to_stay() {
        let of = |snapshot: &Snapshot, keep_info| {
            let decided = with_info(&spec(), Overwrites::default(), keep_info);
            Preview::new(spec(), Some(snapshot), decided)
        };
        let (ours, theirs) = (
            of(&with_foreign_info(), false),
            of(&with_foreign_info(), true),
        );
        assert_eq!(ours.foreign_info(), Some(Overwrite::Yes));
        assert_eq!(theirs.foreign_info(), Some(Overwrite::No));
        assert_eq!(ours.writes(), theirs.writes() + 1);
        let sent = ours
            .create(WriteMode::Commit)
            .map(|body| body.change.overwrites.paths);
        assert_eq!(sent.unwrap_or_default(), [info_path(&spec())]);
        // Where nobody wrote one, nothing is decided about it.
        let alone = of(&changed(), false);
        assert_eq!(
            (alone.foreign_info(), alone.overwrites),
            (None, Overwrites::default())
        );
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
                .map(|body| body.change.approval.tree),
            forced
                .create(WriteMode::Commit)
                .map(|body| body.change.approval.tree)
        );
    }

    #[test]
    fn a_choice_for_one_file_is_sent_while_it_is_a_conflict() {
        let of = |paths: &[&str], snapshot: Option<&Snapshot>| {
            let paths = paths.iter().map(|path| (*path).to_owned()).collect();
            let all = Overwrite::No;
            Preview::new(spec(), snapshot, Overwrites { all, paths })
        };
        let conflict = "net/managed/README.md";
        let chosen = of(&[conflict, "net/raw/README.md", "gone"], Some(&changed()));
        assert_eq!(chosen.mark(conflict), Some(Mark::Overwritten));
        let body = chosen.create(WriteMode::Commit).expect("there is a plan");
        assert_eq!(body.change.overwrites.paths, [conflict]);
        assert!(of(&[conflict], None).overwrites.paths.is_empty());
    }

    #[test]
    fn a_plan_of_the_worker_shows_both_versions_and_what_becomes_of_them() {
        let conflict = "net/managed/README.md";
        let only = |path: &str| Overwrites {
            all: Overwrite::No,
            paths: vec![path.to_owned()],
        };
        let plan = plan_layout(&spec(), &changed(), Overwrite::No).expect("nothing is in the way");
        let shown = |overwrites| Preview::of_plan(spec(), overwrites, PlanAnswer::from(&plan));
        assert_eq!(
            shown(only(conflict)).mark(conflict),
            Some(Mark::Overwritten)
        );
        assert_eq!(
            shown(Overwrites::default()).mark(conflict),
            Some(Mark::Kept)
        );
        assert!(shown(only("net/raw/README.md")).overwrites.paths.is_empty());
        assert!(shown(Overwrites::default()).contents.contains_key(conflict));
    }

    #[test]
    fn what_is_there_can_be_moved_with_the_same_commit() {
        let adopted = Preview::adopting(spec(), Some(&changed()), Overwrite::No, Adopt::External);
        let moved: Vec<&str> = adopted
            .moves()
            .iter()
            .map(|moved| moved.to.as_str())
            .collect();
        assert_eq!(moved, ["net/unmanaged/external-configs/notes.txt"]);
        let body = adopted
            .create(WriteMode::Commit)
            .expect("nothing is in the way");
        assert_eq!(body.adopt, Adopt::External);
        let kept = Preview::new(spec(), Some(&changed()), Overwrite::No);
        assert!(kept.moves().is_empty());
    }

    #[test]
    fn a_folder_that_was_not_read_stays_until_the_worker_has_planned() {
        let tree = |entries| Tree::new(entries).expect("the names are fine");
        let net = tree(vec![Entry::directory("wiring", blob_id(b"unread"))]);
        let root = tree(vec![Entry::directory("net", net.id())]);
        let head = Head {
            commit: blob_id(b"commit"),
            tree: root.id(),
        };
        let directory = DirectoryPath::parse("net").expect("a plain name");
        let listings = [("", root), ("net", net)].map(|(path, tree)| (path.to_owned(), tree));
        let snapshot = Snapshot::verified(head, &directory, listings.into());
        let snapshot = snapshot.expect("the listings are whole");
        let of = |adopt| Preview::adopting(spec(), Some(&snapshot), Overwrite::No, adopt);
        assert_eq!(of(Adopt::Pending).adopt, Adopt::Pending);
        let lacking = of(Adopt::External);
        assert_eq!(lacking.adopt, Adopt::Keep);
        assert!(lacking.moves().is_empty());
        let mut answer = lacking.outcome.clone().expect("nothing is in the way");
        answer.moves = vec![Moved {
            from: "net/wiring".into(),
            to: "net/unmanaged/external-configs/wiring".into(),
        }];
        let planned = lacking.with_plan(Adopt::External, answer);
        let body = planned.create(WriteMode::Commit).expect("there is a plan");
        assert_eq!(body.adopt, Adopt::External);
        assert_eq!(planned.changes(), planned.writes() + 1);
    }
}
