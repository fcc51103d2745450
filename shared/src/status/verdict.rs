//! One verdict over everything that is known of a fabric: word, colour, icon, sentence, and at most one thing to do.

use serde::{Deserialize, Serialize};

use super::Tone;
use crate::count::counted;
use crate::problem::Code;
use crate::quote::sentence::{Name, capitalised};
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
    /// GitHub could not be asked, or was not for long, so the last known state may be an old one; or a newer version has another word.
    #[serde(other)]
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
    /// Put back what is missing.
    Repair,
    /// Commit the layout, for the first time or again.
    Initialise,
    /// Look at what was found.
    Review,
    /// Merge or close the pull request.
    Merge,
    /// Read the branch again; also what a newer version has another word for.
    #[serde(other)]
    Check,
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
    /// Whether people deleted something that is not back.
    pub has_deleted: bool,
    /// Whether the branch was found to be missing.
    pub is_without_branch: bool,
}

impl Facts<'_> {
    /// Sums them up. While GitHub cannot be asked, or was not asked for long, the last known state is not called current.
    pub(crate) fn verdict(&self) -> Verdict {
        let is_old = match self.check {
            CheckState::Ok => false,
            CheckState::Other(_) => true,
            CheckState::Unknown | CheckState::Stale => self.was_read,
        };
        match self.status {
            DirectoryStatus::Initializing => Verdict::Working,
            // Whatever a newer version means by it.
            DirectoryStatus::Other(_) => Verdict::NotKnown,
            _ if is_old => Verdict::NotKnown,
            _ if self.error == Some(&Code::Unconfirmed) => Verdict::NeedsYou,
            DirectoryStatus::Initialized if self.has_warnings => Verdict::NeedsYou,
            DirectoryStatus::Error if self.error.is_some() => match self.error {
                // The directory is not what it should be, or can no longer be reached.
                Some(Code::TreeMismatch | Code::RepositoryNotFound | Code::BranchMissing) => {
                    Verdict::Broken
                }
                _ => Verdict::NeedsYou,
            },
            // Nothing can be merged into it either.
            DirectoryStatus::InvalidStructure if self.is_without_branch => Verdict::Broken,
            // No pull request of ours brings back what people had.
            _ if self.has_deleted && self.is_proposed => Verdict::NeedsYou,
            DirectoryStatus::NotInitialized if self.has_deleted => Verdict::NeedsYou,
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
            has_deleted: !record.deleted.is_empty(),
            is_without_branch: missing_branch(record).is_some(),
        };
        facts.verdict()
    }

    /// What to do about a record with this verdict.
    pub fn action(self, record: &FabricRecord) -> Option<Action> {
        let is_written = record.gitops_directory_status != DirectoryStatus::Error;
        match self {
            Self::Working | Self::Healthy => None,
            Self::NotKnown => Some(Action::Check),
            Self::WaitingForMerge => Some(Action::Merge),
            Self::NeedsYou if error_of(record) == Some(&Code::Unconfirmed) => Some(Action::Check),
            Self::NeedsYou if is_written => Some(Action::Review),
            // A repair would begin the branch anew, which is seldom what is wanted first.
            Self::Broken if is_written && missing_branch(record).is_some() => Some(Action::Review),
            // Reading says which branch there is instead.
            Self::Broken if error_of(record) == Some(&Code::BranchMissing) => Some(Action::Check),
            Self::Broken if is_written => Some(Action::Repair),
            Self::NeedsYou | Self::Broken | Self::Draft => Some(Action::Initialise),
        }
    }
}

impl Action {
    /// The word, as the control that does it begins.
    pub fn word(self) -> &'static str {
        match self {
            Self::Check => "Validate",
            Self::Repair => "Repair",
            Self::Initialise => "Initialise",
            Self::Review => "Review",
            Self::Merge => "Merge",
        }
    }

    /// The same where there is no such control.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Check => "validate it",
            Self::Repair => "repair it",
            Self::Initialise => "initialise it",
            Self::Review => "review the findings",
            Self::Merge => "merge or close the pull request",
        }
    }
}

impl FabricState {
    /// The verdict on a record, with its reason and what to do.
    pub fn of(record: &FabricRecord) -> Self {
        let verdict = Verdict::of(record);
        let action = verdict.action(record);
        Self {
            verdict,
            sentence: sentence(verdict, action, record),
            action,
        }
    }
}

/// Why a record has a verdict.
fn sentence(verdict: Verdict, action: Option<Action>, record: &FabricRecord) -> String {
    if let (status @ DirectoryStatus::Other(_), Verdict::NotKnown) =
        (record.gitops_directory_status, verdict)
    {
        return format!(
            "A newer version left the state {}, which this one does not know.",
            Name(status.as_str())
        );
    }
    if let (Verdict::NotKnown, Some(code), Some(why)) =
        (verdict, &record.check.code, &record.check.message)
    {
        match code {
            // A reader's own look says what it cannot know.
            Code::Unread => return why.clone(),
            // Somebody told of a push that nobody has read.
            Code::DirectoryChanged => {
                return capitalised(why) + "; this is the last known state.";
            }
            _ => {}
        }
    }
    let sentence = match (verdict, action) {
        (Verdict::Working, _) => "A commit is under way.",
        (Verdict::NotKnown, _) if record.check.state == CheckState::Stale => {
            "The branch was not read for long; this is the last known state."
        }
        (Verdict::NotKnown, _) => "GitHub could not be asked; this is the last known state.",
        (Verdict::WaitingForMerge, _) => "The change waits in a pull request.",
        (Verdict::Draft, _) => "Nothing was committed yet.",
        (Verdict::Healthy, _) => "The branch holds the layout.",
        (Verdict::Broken, Some(Action::Review | Action::Check)) => "The branch does not exist.",
        (_, Some(Action::Check)) => {
            "GitHub did not answer the last write; check whether it arrived."
        }
        (_, Some(Action::Review)) => return warned(record),
        (_, Some(Action::Repair)) => return damage(record),
        _ => "The last write did not succeed.",
    };
    sentence.to_owned()
}

/// What the last validation said of a branch that does not exist.
pub fn missing_branch(record: &FabricRecord) -> Option<&Finding> {
    let mut findings = record.drift.findings.iter();
    findings.find(|finding| finding.code == Finding::BRANCH_MISSING)
}

/// What is to be reviewed.
fn warned(record: &FabricRecord) -> String {
    let deleted = record.deleted_count();
    let told = of(record, Severity::Warning);
    let count = told.filter(|finding| !finding.is_of_deletion()).count();
    if !record.deleted.is_empty() {
        let verb = if deleted == 1 { "was" } else { "were" };
        let lost = format!(
            "{} {verb} {}",
            counted(deleted, "file"),
            record.deleted_became()
        );
        let lost = match (deleted, record.is_uncompared()) {
            (_, false) => lost,
            (0, true) => "What people deleted could not be compared".to_owned(),
            (_, true) => format!("{lost}, and not all could be compared"),
        };
        return match count {
            0 => format!("{lost}."),
            1 => format!("{lost}, and 1 warning needs a look."),
            count => format!("{lost}, and {} need a look.", counted(count, "warning")),
        };
    }
    let verb = if count == 1 { "needs" } else { "need" };
    format!("{} {verb} a look.", counted(count, "warning"))
}

/// How many findings a person should look at: how grave a newer version calls one is not known.
fn warnings(record: &FabricRecord) -> usize {
    let findings = record.drift.findings.iter();
    let is_warning =
        |finding: &&Finding| matches!(finding.severity, Severity::Warning | Severity::Other(_));
    // The findings of a record are cut short after so many errors; what was deleted is not.
    findings
        .filter(is_warning)
        .count()
        .max(record.deleted.len())
}

fn error_of(record: &FabricRecord) -> Option<&Code> {
    let error = record.directory_init_error.as_ref();
    error.map(|error| &error.code)
}

/// What is wrong with a directory whose layout is broken.
fn damage(record: &FabricRecord) -> String {
    let errors = |code: &str| {
        let errors = of(record, Severity::Error);
        errors.filter(|finding| finding.code == code).count()
    };
    let parts = [
        (record.drift.missing, ["is missing", "are missing"]),
        (errors(Finding::MODIFIED), ["was changed", "were changed"]),
        (
            errors(Finding::CONFLICT),
            ["is in the way", "are in the way"],
        ),
        (
            errors("kustomization") + errors("tool_file"),
            [
                "breaks how Argo CD and Flux read the directory",
                "break how Argo CD and Flux read the directory",
            ],
        ),
        (record.deleted_count(), ["was", "were"]),
    ];
    let mut left = parts.iter().filter(|(count, _)| *count > 0).count();
    if left == 0 {
        return "The directory is not what it should be.".to_owned();
    }
    let mut sentence = String::new();
    for (count, verbs) in parts.into_iter().filter(|(count, _)| *count > 0) {
        left -= 1;
        sentence.push_str(&counted(count, "file"));
        sentence.push(' ');
        sentence.push_str(verbs[usize::from(count != 1)]);
        if verbs[0] == "was" {
            sentence.push(' ');
            sentence.push_str(record.deleted_became());
        }
        sentence.push_str(match left {
            0 => ".",
            1 => ", and ",
            _ => ", ",
        });
    }
    if record.is_uncompared() {
        sentence.push_str(" What people deleted could not be compared.");
    }
    sentence
}

fn of(record: &FabricRecord, severity: Severity) -> impl Iterator<Item = &Finding> {
    let findings = record.drift.findings.iter();
    findings.filter(move |finding| finding.severity == severity)
}
