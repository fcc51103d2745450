//! Work on many fabrics: where each row is, and what is left to do.

use std::collections::BTreeMap;

use shared::api::{FabricAnswer, WriteMode};
use shared::count::counted;
use shared::plan::Overwrite;
use shared::record::OperationOutcome;

use super::failure::{Failure, FailureSummary, other_way};
use super::preview::Preview;
use super::wording::{self, Tone};

/// What is done with the selected rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BulkAction {
    /// Reads each directory and judges it.
    Validate,
    /// Looks at what initialising again would write.
    Preview,
    /// Looks at those that were selected since.
    More,
    /// Looks at those whose commit was refused, to propose them.
    Propose,
    /// Writes what was previewed.
    Write,
}

/// Where a row is.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Its turn has not come.
    Waiting,
    /// The branch is being read.
    Comparing,
    /// The branch was read; so much would be written.
    Ready(Extent),
    /// The same, but the branch takes pull requests only.
    Proposing(Extent),
    /// It cannot be done, for this reason; nothing was sent.
    Blocked(String),
    /// It is being done.
    Running,
    /// It is done, with this outcome.
    Done(String),
    /// Nothing is left to do: Hedgerow had it already.
    Recorded,
    /// It was sent, and it is not known what came of it, for this reason.
    Unconfirmed(String),
    /// It is done, and the directory was found not to be valid.
    NotValid,
    Failed(Failure),
}

/// What a row would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// How many files.
    pub files: usize,
    /// What else is to be known before, each after a comma.
    pub besides: String,
    /// Whether the branch does not exist, so that it is made.
    pub makes_branch: bool,
}

impl From<usize> for Extent {
    fn from(files: usize) -> Self {
        Self {
            files,
            besides: String::new(),
            makes_branch: false,
        }
    }
}

impl Extent {
    /// `deleted` is how many files people deleted there, which this brings not back; `is_uncompared`, whether it could not be
    /// found out of all.
    pub fn of(preview: &Preview, deleted: usize, is_uncompared: bool) -> Self {
        let mut besides = match preview.foreign_info() {
            Some(Overwrite::Yes) => ", one over somebody else's directory-info.json",
            _ => "",
        }
        .to_owned();
        if deleted > 0 {
            let verb = if deleted == 1 { "stays" } else { "stay" };
            let files = counted(deleted, "deleted file");
            besides.push_str(&format!(", {files} {verb} gone"));
        }
        if is_uncompared {
            besides.push_str(", what people deleted could not be compared");
        }
        Self {
            files: preview.writes(),
            besides,
            makes_branch: preview.begins(),
        }
    }

    /// `writes 14 files`, or `proposes 14 files in a pull request`; and what is replaced by that.
    fn words(&self, does: &str, how: &str) -> String {
        let makes = match self.makes_branch {
            true => "makes the branch, ",
            false => "",
        };
        format!(
            "{makes}{does} {}{how}{}",
            counted(self.files, "file"),
            self.besides
        )
    }
}

/// The rows of one piece of work, by their key.
pub type Stages = BTreeMap<String, Stage>;

impl Stage {
    /// Where a row is once its write was answered. A write that failed is an answer, too; its record says why.
    pub fn of_write(found: &FabricAnswer) -> Self {
        let entry = found.operation.as_ref();
        let ended = entry.map(|entry| entry.outcome);
        let word = entry.map_or("done", |entry| wording::operation(entry).0);
        let is_done = matches!(
            ended,
            None | Some(
                OperationOutcome::Committed
                    | OperationOutcome::Unchanged
                    | OperationOutcome::PullRequest
            )
        );
        if is_done {
            return Self::Done(word.to_owned());
        }
        let why = found.record.directory_init_error.clone();
        let summary = why.map_or_else(
            || FailureSummary {
                title: word.to_owned(),
                ..FailureSummary::default()
            },
            FailureSummary::from,
        );
        Self::Failed(summary.into())
    }

    /// Why the row was not done and what to do about it, where it was not.
    pub fn why_not(&self) -> Option<(String, String)> {
        match self {
            Self::Blocked(reason) | Self::Unconfirmed(reason) => {
                Some((reason.clone(), String::new()))
            }
            Self::Failed(failure) => Some((failure.title(), failure.hint())),
            _ => None,
        }
    }

    /// What its request is called in the Worker's log, where it failed.
    pub fn request(&self) -> Option<String> {
        match self {
            Self::Failed(failure) => failure.request_id().map(str::to_owned),
            _ => None,
        }
    }

    /// Tells whether nothing more happens to the row by itself.
    pub fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Blocked(_)
                | Self::Done(_)
                | Self::Recorded
                | Self::NotValid
                | Self::Failed(_)
                | Self::Unconfirmed(_)
        )
    }

    /// Tells whether the row should stay selected, to try again.
    pub fn is_left(&self) -> bool {
        !matches!(self, Self::Done(_) | Self::Recorded | Self::NotValid)
    }

    /// Tells whether it was compared and can be written.
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready(_) | Self::Proposing(_))
    }

    /// The words and the colour.
    pub fn words(&self) -> (String, Tone) {
        match self {
            Self::Waiting => ("waiting".to_owned(), Tone::Muted),
            Self::Comparing => ("reading the branch".to_owned(), Tone::Accent),
            Self::Ready(Extent {
                files: 0,
                makes_branch: false,
                ..
            }) => ("nothing to write".to_owned(), Tone::Muted),
            Self::Ready(extent) => (extent.words("writes", ""), Tone::Success),
            Self::Proposing(extent) => (
                extent.words("proposes", " in a pull request"),
                Tone::Success,
            ),
            Self::Blocked(reason) | Self::Unconfirmed(reason) => (reason.clone(), Tone::Attention),
            Self::Running => ("under way".to_owned(), Tone::Accent),
            Self::Done(outcome) => (outcome.clone(), Tone::Success),
            Self::Recorded => ("recorded already".to_owned(), Tone::Success),
            Self::NotValid => ("not valid".to_owned(), Tone::Danger),
            Self::Failed(failure) => (failure.title(), Tone::Danger),
        }
    }
}

/// Tells whether a row was refused as a commit, and a pull request would get past that.
pub fn wants_pull_request(stage: &Stage) -> bool {
    match stage {
        Stage::Failed(failure) => {
            other_way(failure.code(), WriteMode::Commit) == Some(WriteMode::PullRequest)
        }
        _ => false,
    }
}

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub all: usize,
    /// Those that are settled.
    pub settled: usize,
    /// Those that are done.
    pub done: usize,
    /// Those of these that were done before.
    pub recorded: usize,
    /// Those that failed or cannot be done.
    pub failed: usize,
    /// Those that were sent, and of which nothing is known.
    pub unconfirmed: usize,
    /// Those that are ready to be written.
    pub ready: usize,
    /// Those of these that open a pull request.
    pub proposals: usize,
    /// Those that make their branch.
    pub branches: usize,
    /// The files that those write.
    pub files: usize,
}

pub fn tally(stages: &Stages) -> Tally {
    let mut tally = Tally {
        all: stages.len(),
        ..Tally::default()
    };
    for stage in stages.values() {
        tally.settled += usize::from(stage.is_settled());
        match stage {
            Stage::Done(_) | Stage::NotValid => tally.done += 1,
            Stage::Recorded => {
                tally.done += 1;
                tally.recorded += 1;
            }
            Stage::Unconfirmed(_) => tally.unconfirmed += 1,
            Stage::Failed(_) | Stage::Blocked(_) => tally.failed += 1,
            Stage::Ready(extent) | Stage::Proposing(extent) => {
                tally.ready += 1;
                tally.proposals += usize::from(matches!(stage, Stage::Proposing(_)));
                tally.branches += usize::from(extent.makes_branch);
                tally.files += extent.files;
            }
            _ => {}
        }
    }
    tally
}

impl Tally {
    /// The same, out of as many rows, if that is more.
    pub fn out_of(self, all: usize) -> Self {
        Self {
            all: all.max(self.all),
            ..self
        }
    }

    /// `7 of 23 done, 2 not done`, after how many are ready to be committed.
    pub fn words(self) -> String {
        let mut parts = vec![format!("{} of {} done", self.done, self.all)];
        if self.ready > 0 {
            parts.insert(0, format!("{} ready to commit", self.ready));
        }
        if self.failed > 0 {
            parts.push(format!("{} not done", self.failed));
        }
        if self.unconfirmed > 0 {
            parts.push(format!("{} not known", self.unconfirmed));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::tests::spec;
    use shared::names::FabricId;
    use shared::problem::{Code, Explanation};
    use shared::record::{DirectoryStatus, FabricRecord, HistoryEntry, OperationKind, Visibility};

    #[test]
    fn a_write_that_failed_is_left_with_its_reason() {
        let id = FabricId::from_bytes([7; 16]);
        let mut record = FabricRecord::new(id, &spec(), Visibility::Public);
        record.gitops_directory_status = DirectoryStatus::Error;
        record.directory_init_error = Some(Explanation {
            code: Code::BranchProtected,
            message: "`main` takes no commits".into(),
            hint: "Open a pull request.".into(),
        });
        let answered = |outcome| FabricAnswer {
            record: record.clone(),
            operation: Some(HistoryEntry {
                operation: "o".into(),
                kind: OperationKind::Initialize,
                actor: "ada".into(),
                started_at: String::new(),
                duration_ms: 1,
                github_requests: Some(2),
                outcome,
                commit: None,
                partly: None,
                meant: None,
                nothing_new: None,
            }),
        };
        let failed = Stage::of_write(&answered(OperationOutcome::Failed));
        assert!(failed.is_left());
        assert_eq!(failed.words().1, Tone::Danger);
        let why = ("`main` takes no commits", "Open a pull request.");
        assert_eq!(failed.why_not(), Some((why.0.to_owned(), why.1.to_owned())));
        for outcome in [OperationOutcome::Refused, OperationOutcome::Unconfirmed] {
            assert!(Stage::of_write(&answered(outcome)).is_left());
        }
        assert_eq!(
            Stage::of_write(&answered(OperationOutcome::Committed)),
            Stage::Done("committed".to_owned())
        );
    }

    #[test]
    fn what_people_deleted_is_said_before_a_row_is_written() {
        let preview = Preview::alone(spec(), shared::plan::Overwrites::default());
        let stage =
            |deleted, is_uncompared| Stage::Ready(Extent::of(&preview, deleted, is_uncompared));
        let words = |deleted| stage(deleted, false).words().0;
        assert_eq!(words(0), "writes 14 files");
        assert_eq!(words(1), "writes 14 files, 1 deleted file stays gone");
        assert_eq!(words(12), "writes 14 files, 12 deleted files stay gone");
        assert_eq!(
            stage(0, true).words().0,
            "writes 14 files, what people deleted could not be compared"
        );
    }

    #[test]
    fn a_directory_that_is_not_valid_is_done_and_does_not_look_so() {
        assert!(Stage::NotValid.is_settled() && !Stage::NotValid.is_left());
        assert_eq!(
            Stage::NotValid.words(),
            ("not valid".to_owned(), Tone::Danger)
        );
    }

    #[test]
    fn what_is_not_known_is_neither_done_nor_failed() {
        let stages: Stages = [
            ("a", Stage::Recorded),
            ("b", Stage::Unconfirmed("no answer".into())),
            ("c", Stage::Proposing(2.into())),
        ]
        .map(|(key, stage)| (key.to_owned(), stage))
        .into();
        let tally = tally(&stages);
        assert_eq!((tally.done, tally.recorded, tally.unconfirmed), (1, 1, 1));
        assert_eq!((tally.ready, tally.proposals, tally.files), (1, 1, 2));
        assert_eq!(tally.words(), "1 ready to commit, 1 of 3 done, 1 not known");
        assert!(!Stage::Recorded.is_left() && Stage::Proposing(1.into()).is_ready());
    }

    #[test]
    fn a_row_that_makes_its_branch_says_so() {
        let extent = Extent {
            makes_branch: true,
            ..Extent::from(2)
        };
        let words = |extent| Stage::Ready(extent).words().0;
        assert_eq!(words(extent.clone()), "makes the branch, writes 2 files");
        let bare = Extent {
            files: 0,
            ..extent.clone()
        };
        assert_eq!(words(bare), "makes the branch, writes 0 files");
        let stages = [
            ("a".to_owned(), Stage::Ready(extent)),
            ("b".to_owned(), Stage::Ready(3.into())),
        ];
        assert_eq!(tally(&stages.into()).branches, 1);
    }

    #[test]
    fn failed_rows_stay_to_be_tried_again() {
        let stages: Stages = [
            ("a", Stage::Done("committed".into())),
            ("b", Stage::Failed(Failure::Network)),
            ("c", Stage::Blocked("archived".into())),
            ("d", Stage::Ready(3.into())),
            ("e", Stage::Running),
        ]
        .map(|(key, stage)| (key.to_owned(), stage))
        .into();
        let tally = tally(&stages);
        assert_eq!(
            (
                tally.settled,
                tally.done,
                tally.failed,
                tally.ready,
                tally.files
            ),
            (3, 1, 2, 1, 3)
        );
        assert_eq!(tally.words(), "1 ready to commit, 1 of 5 done, 2 not done");
        let left: Vec<&str> = stages
            .iter()
            .filter(|(_, stage)| stage.is_left())
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(left, ["b", "c", "d", "e"]);
    }
}
