//! One verdict over everything that is known of a fabric: word, colour, icon, sentence, and at most one thing to do.

use serde::{Deserialize, Serialize};

use super::Tone;
use crate::count::counted;
use crate::problem::Code;
use crate::record::{CheckState, DirectoryStatus, FabricRecord};
use crate::report::{Finding, Severity};

/// How a fabric is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The directory is not what it should be, or is gone with its branch or repository.
    Broken,
    /// Only a person can decide what happens next.
    NeedsYou,
    /// A write is under way.
    Working,
    /// The change waits in a pull request.
    WaitingForMerge,
    /// As it should be. An edited README or a file beside the directories never make it worse.
    Healthy,
    /// Nothing was committed yet.
    Draft,
    /// GitHub could not be asked, so the last known state may be an old one.
    NotKnown,
}

impl Verdict {
    /// The word, as it begins a line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "Broken",
            Self::NeedsYou => "Needs you",
            Self::Working => "Working",
            Self::WaitingForMerge => "Waiting for merge",
            Self::Healthy => "Healthy",
            Self::Draft => "Draft",
            Self::NotKnown => "Not known",
        }
    }

    /// The colour and the icon.
    pub fn tone(self) -> Tone {
        match self {
            Self::Broken => Tone::Danger,
            Self::NeedsYou => Tone::Attention,
            Self::Working | Self::WaitingForMerge => Tone::Accent,
            Self::Healthy => Tone::Success,
            Self::Draft | Self::NotKnown => Tone::Muted,
        }
    }
}

/// What to do about a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read the branch once more.
    Check,
    /// Put back what is missing.
    Repair,
    /// Commit the layout, for the first time or again.
    Initialise,
    /// Look at what was found.
    Review,
    /// Merge or close the pull request.
    Merge,
}

/// A fabric's state, as everything that shows a fabric says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FabricState {
    /// How it is.
    pub verdict: Verdict,
    /// Why, in one sentence without names, so that a page that hides them can say it too.
    pub sentence: String,
    /// What to do, where something is to do.
    pub action: Option<Action>,
}

/// What a verdict follows from.
pub(crate) struct Facts<'a> {
    /// The state of the directory.
    pub status: DirectoryStatus,
    /// Whether GitHub could be asked.
    pub check: CheckState,
    /// Whether the directory was read at least once.
    pub was_read: bool,
    /// Whether a pull request is open.
    pub is_proposed: bool,
    /// The code of the last error.
    pub error: Option<&'a Code>,
    /// Whether something was found that a person should look at.
    pub has_warnings: bool,
}

impl Facts<'_> {
    /// Sums them up. While GitHub cannot be asked, the last known state is not called current.
    pub(crate) fn verdict(&self) -> Verdict {
        let is_old = self.check == CheckState::Unknown && self.was_read;
        match self.status {
            DirectoryStatus::Initializing => Verdict::Working,
            _ if is_old => Verdict::NotKnown,
            _ if self.error == Some(&Code::Unconfirmed) => Verdict::NeedsYou,
            DirectoryStatus::Initialized if self.has_warnings => Verdict::NeedsYou,
            DirectoryStatus::Error if self.error.is_some() => match self.error {
                // The directory is not what it should be, or cannot be reached any more.
                Some(Code::TreeMismatch | Code::RepositoryNotFound | Code::BranchMissing) => {
                    Verdict::Broken
                }
                _ => Verdict::NeedsYou,
            },
            // What is proposed is missing on the branch until it is merged.
            _ if self.is_proposed => Verdict::WaitingForMerge,
            DirectoryStatus::NotInitialized => Verdict::Draft,
            DirectoryStatus::Error => Verdict::NeedsYou,
            DirectoryStatus::InvalidStructure => Verdict::Broken,
            DirectoryStatus::Initialized => Verdict::Healthy,
        }
    }
}

impl Verdict {
    /// Sums a record up.
    pub fn of(record: &FabricRecord) -> Self {
        let facts = Facts {
            status: record.gitops_directory_status,
            check: record.check.state,
            was_read: record.checked_at.is_some(),
            is_proposed: record.pull_request_url.is_some(),
            error: error_of(record),
            has_warnings: warnings(record) > 0,
        };
        facts.verdict()
    }
}

impl FabricState {
    /// The verdict on a record, with its reason and what to do.
    pub fn of(record: &FabricRecord) -> Self {
        let verdict = Verdict::of(record);
        let is_written = record.gitops_directory_status != DirectoryStatus::Error;
        let (sentence, action) = match verdict {
            Verdict::Working => ("A commit is under way.".to_owned(), None),
            Verdict::NotKnown => (
                "GitHub could not be asked; this is the last known state.".to_owned(),
                Some(Action::Check),
            ),
            Verdict::WaitingForMerge => (
                "The change waits in a pull request.".to_owned(),
                Some(Action::Merge),
            ),
            Verdict::Draft => (
                "Nothing was committed yet.".to_owned(),
                Some(Action::Initialise),
            ),
            Verdict::Healthy => ("The branch holds the layout.".to_owned(), None),
            Verdict::NeedsYou if error_of(record) == Some(&Code::Unconfirmed) => (
                "GitHub did not answer the last write; check whether it arrived.".to_owned(),
                Some(Action::Check),
            ),
            Verdict::NeedsYou if is_written => {
                let count = warnings(record);
                let verb = if count == 1 { "needs" } else { "need" };
                let sentence = format!("{} {verb} a look.", counted(count, "warning"));
                (sentence, Some(Action::Review))
            }
            Verdict::Broken if is_written => (damage(record), Some(Action::Repair)),
            Verdict::NeedsYou | Verdict::Broken => (
                "The last write did not succeed.".to_owned(),
                Some(Action::Initialise),
            ),
        };
        Self {
            verdict,
            sentence,
            action,
        }
    }
}

fn warnings(record: &FabricRecord) -> usize {
    of(record, Severity::Warning).count()
}

fn error_of(record: &FabricRecord) -> Option<&Code> {
    let error = record.directory_init_error.as_ref();
    error.map(|error| &error.code)
}

/// What is wrong with a directory whose layout is broken.
fn damage(record: &FabricRecord) -> String {
    let with = |count: usize, verb: [&str; 2]| {
        let verb = verb[usize::from(count != 1)];
        format!("{} {verb}", counted(count, "file"))
    };
    let changed = of(record, Severity::Error).filter(|finding| finding.code == Finding::MODIFIED);
    let blocked = of(record, Severity::Error).filter(|finding| finding.code == Finding::CONFLICT);
    let parts = [
        (record.drift.missing, ["is missing", "are missing"]),
        (changed.count(), ["was changed", "were changed"]),
        (blocked.count(), ["is in the way", "are in the way"]),
    ];
    let found = parts.into_iter().filter(|(count, _)| *count > 0);
    let found: Vec<String> = found.map(|(count, verb)| with(count, verb)).collect();
    match found.split_last() {
        None => "The directory is not what it should be.".to_owned(),
        Some((only, [])) => format!("{only}."),
        Some((last, first)) => format!("{}, and {last}.", first.join(", ")),
    }
}

fn of(record: &FabricRecord, severity: Severity) -> impl Iterator<Item = &Finding> {
    let findings = record.drift.findings.iter();
    findings.filter(move |finding| finding.severity == severity)
}
