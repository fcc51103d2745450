//! The words of the page.

use shared::api::{
    DirectoryClaim, FabricAnswer, PlanAnswer, PullRequestEnd, SnapshotAnswer, WriteMode,
};
use shared::count::counted;
use shared::diff::Change;
use shared::fabric::FabricSpec;
use shared::ordered;
use shared::quote::invisible::legible;
use shared::quote::sentence::{Name, capitalised};
use shared::record::{FabricRecord, HistoryEntry, OperationKind, OperationOutcome, Partly};
use shared::report::Severity;
pub use shared::status::Tone;
use shared::status::Verdict;
pub use shared::timestamp::readable as time;

use super::age::age;
use super::mark::Mark;
use super::plan_link::PlanLinkStatus;
use super::preview::Preview;

/// `acme/network@main`, with nothing in it that makes it read as another place.
pub fn branch_label(spec: &FabricSpec) -> String {
    legible(&format!("{}@{}", spec.git_repository, spec.branch))
}

/// Why nothing can be recorded where a fabric is already.
pub fn taken(claim: &DirectoryClaim) -> String {
    let directory = &claim.directory;
    match &claim.name {
        Some(name) => format!("{directory} already belongs to the fabric {name}."),
        None => format!("{directory} already belongs to a fabric."),
    }
}

/// What follows for the fabric from somebody else's `directory-info.json`, and what to do.
pub fn foreign_info(is_kept: bool) -> &'static str {
    match is_kept {
        true => {
            "The fabric will not be valid as soon as this is written: the `directory-info.json` that stays is not Hedgerow's, so \
             tools read a wrong description of this directory. Restore it, and theirs stays in the history."
        }
        false => {
            "Somebody else's `directory-info.json` is replaced: it says what this directory is, and with theirs the fabric would \
             not be valid. Theirs stays in the history."
        }
    }
}

/// What the primary button of the create page does.
pub fn create_action(preview: Option<&Preview>, mode: WriteMode) -> String {
    let Some(preview) = preview else {
        return "Commit".to_owned();
    };
    let branch = branch_label(&preview.spec);
    match &preview.outcome {
        Ok(_) if !preview.compared => format!("Commit to {branch}"),
        Ok(_) if preview.is_up_to_date() => "Record the fabric".to_owned(),
        Ok(_) if preview.begins() && preview.changes() == 0 => format!("Make {branch}"),
        Ok(_) if preview.begins() => format!("Make {branch} and commit {}", extent(preview)),
        Ok(_) if mode == WriteMode::PullRequest => {
            format!("Open a pull request with {} to {branch}", extent(preview))
        }
        Ok(_) => format!("Commit {} to {branch}", extent(preview)),
        Err(_) => format!("Commit to {branch}"),
    }
}

/// `14 files`, `14 files and 2 moves`, `1 move`.
fn extent(preview: &Preview) -> String {
    let moves = match preview.moves().len() {
        0 => return counted(preview.writes(), "file"),
        count => counted(count, "move"),
    };
    match preview.writes() {
        0 => moves,
        writes => format!("{} and {moves}", counted(writes, "file")),
    }
}

/// What an opened plan looks like today.
pub fn plan_link_status(status: &PlanLinkStatus) -> (&'static str, &'static str, Tone) {
    match status {
        PlanLinkStatus::AsItWas => (
            "This plan still applies unchanged",
            "The branch has not moved since, and the tree id is the same.",
            Tone::Success,
        ),
        PlanLinkStatus::Moved => (
            "This plan still gives the same tree",
            "The branch has moved since. Compared with it now, the directory gets the same tree id.",
            Tone::Success,
        ),
        PlanLinkStatus::Done => (
            "This plan was carried out",
            "The branch holds exactly the plan's tree.",
            Tone::Success,
        ),
        PlanLinkStatus::Differs => (
            "This plan would give a different tree today",
            "The branch or the layout changed since. This page compares it with today's branch; review it again.",
            Tone::Attention,
        ),
        PlanLinkStatus::Blocked => (
            "Something is in the way of this plan now",
            "Resolve the conflicts shown in the tree first.",
            Tone::Danger,
        ),
    }
}

/// What the confirming button of the fabric page does; `has_pull_request` tells whether one is open already.
pub fn initialise_action(preview: &Preview, mode: WriteMode, has_pull_request: bool) -> String {
    let branch = branch_label(&preview.spec);
    match preview.writes() {
        count if count > 0 && mode == WriteMode::PullRequest && has_pull_request => {
            format!(
                "Update the pull request with {} to {branch}",
                counted(count, "file")
            )
        }
        count if count > 0 && mode == WriteMode::PullRequest => {
            format!(
                "Open a pull request with {} to {branch}",
                counted(count, "file")
            )
        }
        0 if preview.begins() => format!("Make {branch}"),
        0 => "Nothing to commit".to_owned(),
        count if preview.begins() => {
            format!("Make {branch} and commit {}", counted(count, "file"))
        }
        count => format!("Commit {} to {branch}", counted(count, "file")),
    }
}

/// What is said of a fabric's branch that does not exist, and of the repository's default branch.
pub fn branch_gone(branch: &str, offered: Option<&str>) -> String {
    match offered {
        Some(offered) => format!(
            "There is no branch {} any more, or not yet. The repository's default branch is {} now: if it was renamed, let \
             the fabric follow it.",
            Name(branch),
            Name(offered)
        ),
        None => format!(
            "There is no branch {} any more, or not yet. Give the fabric one that exists, or repair it to make this one.",
            Name(branch)
        ),
    }
}

/// What leads to another branch, where one is offered or not.
pub fn follow_offer(offered: Option<&str>) -> String {
    match offered {
        Some(offered) => format!("Follow the branch to {}…", legible(offered)),
        None => "Choose another branch…".to_owned(),
    }
}

/// What the confirming button of another branch does.
pub fn follow_action(branch: &str) -> String {
    format!("Follow {}", legible(branch))
}

/// The word and colour of a mark.
pub fn mark(mark: Mark) -> (&'static str, Tone) {
    match mark {
        Mark::Planned => ("in the layout", Tone::Muted),
        Mark::Unchanged => ("unchanged", Tone::Muted),
        Mark::NotNeeded => ("not needed", Tone::Muted),
        Mark::Content => ("people's own", Tone::Muted),
        Mark::Unexpected => ("unexpected", Tone::Attention),
        Mark::Added => ("added", Tone::Success),
        Mark::Kept => ("modified, kept", Tone::Attention),
        Mark::Overwritten => ("modified, overwritten", Tone::Danger),
        Mark::Conflict => ("conflict", Tone::Danger),
    }
}

/// How many of what: `13 added`, `1 modified`, ...; what does not occur is left out. Of a layout that was not compared
/// only how many files it has.
pub fn counts(preview: &Preview) -> Vec<(String, Tone, Mark)> {
    if !preview.compared {
        let (words, tone) = mark(Mark::Planned);
        let count = counted(preview.diff().files.len(), "file");
        return vec![(format!("{count} {words}"), tone, Mark::Planned)];
    }
    let of = |change| preview.count(change);
    [
        (of(Change::Added), "added", Mark::Added),
        (of(Change::Modified), "modified", Mark::Kept),
        (of(Change::Conflict), "in conflict", Mark::Conflict),
        (of(Change::Unchanged), "unchanged", Mark::Unchanged),
        (of(Change::NotNeeded), "not needed", Mark::NotNeeded),
        (
            preview.diff().unexpected.len(),
            "unexpected",
            Mark::Unexpected,
        ),
    ]
    .into_iter()
    .filter(|(count, _, _)| *count > 0)
    .map(|(count, word, found)| (format!("{count} {word}"), mark(found).1, found))
    .collect()
}

/// What is said where a plan is made again because of something that was not done in this tab.
pub const ELSEWHERE: &str = "The fabric was changed or checked elsewhere in the meantime, so this was compared with the branch again.";

/// How an operation ended.
pub fn outcome(outcome: &OperationOutcome) -> (&str, Tone) {
    match outcome {
        OperationOutcome::Committed => ("committed", Tone::Success),
        OperationOutcome::Unchanged => ("unchanged", Tone::Success),
        OperationOutcome::PullRequest => ("pull request opened", Tone::Accent),
        OperationOutcome::Refused => ("refused, nothing written", Tone::Attention),
        OperationOutcome::Failed => ("failed", Tone::Danger),
        OperationOutcome::Unconfirmed => ("not confirmed yet", Tone::Attention),
        OperationOutcome::Other(word) => (word.as_str(), Tone::Attention),
    }
}

/// How an operation ended: a validation only reads, whatever it finds.
pub fn operation(entry: &HistoryEntry) -> (&str, Tone) {
    let is_failed = entry.outcome == OperationOutcome::Failed;
    match (entry.kind, entry.outcome, entry.partly) {
        (OperationKind::Validate, OperationOutcome::Unchanged, _) => ("done", Tone::Muted),
        (_, _, Some(Partly::ProposalCommitted)) if is_failed => {
            ("partly done: committed, not proposed", Tone::Attention)
        }
        (_, _, Some(Partly::FirstCommitMade)) if is_failed => {
            ("partly done: one commit of two", Tone::Attention)
        }
        (_, _, Some(Partly::Interrupted)) if is_failed => {
            ("interrupted, nothing written", Tone::Attention)
        }
        _ => outcome(&entry.outcome),
    }
}

/// What an entry says of the operations that it stands for besides its own; `before` is when the entry before them began.
pub fn nothing_new(entry: &HistoryEntry, before: Option<&str>) -> Option<String> {
    let more = entry.nothing_new?.checked_sub(1).filter(|more| *more > 0)?;
    let found = match entry.kind {
        OperationKind::Validate => "found nothing new",
        _ => "had nothing to write",
    };
    let noun = format!("more {}", kind(&entry.kind).0);
    let found = format!("{} {found}", counted(more as usize, &noun));
    Some(match before {
        Some(before) => format!("{found} since {}", time(before)),
        None => found,
    })
}

/// What is said when an action was answered: that it is `done`, or how it ended instead.
pub fn action_end(found: &FabricAnswer, done: String) -> String {
    let name = &found.record.name;
    match found.operation.as_ref().map(|entry| (entry, entry.outcome)) {
        Some((_, OperationOutcome::Committed | OperationOutcome::Unchanged)) => done,
        Some((entry, _)) => format!("{name}: {}", operation(entry).0),
        None => format!("{name}: {}", Verdict::of(&found.record).word()),
    }
}

/// What is said when the directory was written to: that it is `done`, or how it ended instead. `before` is the pull request
/// that was open when it was asked for.
pub fn write_end(found: &FabricAnswer, before: Option<&str>, done: String) -> String {
    let record = &found.record;
    let is_same = before.is_some() && before == record.pull_request_url.as_deref();
    match found.operation.as_ref().map(|entry| entry.outcome) {
        Some(OperationOutcome::Unchanged) => {
            format!("{}: nothing had to be written", record.name)
        }
        Some(OperationOutcome::PullRequest) if is_same => {
            format!("{}: pull request updated", record.name)
        }
        _ => action_end(found, done),
    }
}

/// What became of a pull request.
pub fn pull_request_end(end: PullRequestEnd) -> (Tone, &'static str) {
    match end {
        PullRequestEnd::Open => (Tone::Accent, "The pull request is still open."),
        PullRequestEnd::Merged => (Tone::Success, "The pull request was merged."),
        PullRequestEnd::Closed => (
            Tone::Attention,
            "The pull request was closed without being merged. Initialise again to open another.",
        ),
    }
}

/// What was asked for, and the same once it is done.
pub fn kind(kind: &OperationKind) -> (&str, &str) {
    match kind {
        OperationKind::Create => ("creation", "created"),
        OperationKind::Initialize => ("initialisation", "initialised"),
        OperationKind::Validate => ("check", "checked"),
        OperationKind::Repair => ("repair", "repaired"),
        OperationKind::Change => ("change", "changed"),
        OperationKind::Remove => ("removal", "removed"),
        OperationKind::Other(word) => (word.as_str(), word.as_str()),
    }
}

/// `Checked by ada 3 minutes ago`, or `Repair by ada 3 minutes ago: failed`.
pub fn last_operation(operation: &HistoryEntry, now_ms: i64) -> String {
    let (noun, done) = kind(&operation.kind);
    let started = &operation.started_at;
    let when = age(started, now_ms).unwrap_or_else(|| time(started));
    let (what, outcome) = match operation.outcome {
        OperationOutcome::Committed | OperationOutcome::Unchanged => (done, String::new()),
        _ => (noun, format!(": {}", self::operation(operation).0)),
    };
    capitalised(&format!("{what} by {} {when}{outcome}", operation.actor))
}

/// The word and colour of a mark on a branch that should hold the layout already; `gravest` is what a validation finds there.
pub fn drift_mark(found: Mark, gravest: Option<Severity>) -> (&'static str, Tone) {
    let (word, tone) = match found {
        Mark::Added => ("missing", Tone::Danger),
        Mark::Kept | Mark::Overwritten => ("modified", Tone::Muted),
        other => mark(other),
    };
    (word, gravest.map_or(tone, |gravest| severity(gravest).1))
}

/// What is said of a layout of which nothing was ever on the branch, in place of what is missing.
pub fn to_come(record: &FabricRecord) -> &'static str {
    match record.pull_request_url {
        Some(_) => "not merged yet",
        None => "not committed yet",
    }
}

/// The heading of findings whose severity is a newer version's.
pub const UNKNOWN_SEVERITY: (&str, Tone) = ("Other findings", Tone::Attention);

/// The heading of the findings of one severity.
pub fn severity(severity: Severity) -> (&'static str, Tone) {
    match severity {
        Severity::Error => ("Errors", Tone::Danger),
        Severity::Warning => ("Warnings", Tone::Attention),
        Severity::Note => ("Notes", Tone::Muted),
        Severity::Other(_) => UNKNOWN_SEVERITY,
    }
}

/// What changed between two snapshots of a branch, for the person who approved the first.
pub fn what_changed(before: &Preview, after: &Preview) -> String {
    let base = |preview: &Preview| Some(preview.outcome.as_ref().ok()?.approval.base.clone());
    if let (Some(None), Some(Some(base))) = (base(before), base(after)) {
        return gone_meanwhile(&base.branch);
    }
    let old = before.diff();
    let known = old.unexpected.iter();
    let known = ordered::map(known.map(|entry| (entry.path.as_str(), entry.place)));
    let changed: Vec<&str> = after
        .diff()
        .files
        .iter()
        .filter(|file| !old.files.contains(file))
        .map(|file| file.path.as_str())
        .chain(
            after
                .diff()
                .unexpected
                .iter()
                .filter(|entry| known.get(entry.path.as_str()) != Some(&entry.place))
                .map(|entry| entry.path.as_str()),
        )
        .collect();
    match changed.as_slice() {
        [] => "The new comparison gives the same marks; other content in the directory changed."
            .to_owned(),
        [one] => format!("Changed since you looked: {one}."),
        [first, rest @ ..] => format!("Changed since you looked: {first} and {} more.", rest.len()),
    }
}

fn gone_meanwhile(base: &str) -> String {
    let base = legible(base);
    format!("The branch is gone since you looked; it would begin anew from {base}.")
}

/// What changed between two plans of the Worker, for the person who approved the first.
pub fn what_changed_in(before: &PlanAnswer, after: &PlanAnswer) -> String {
    let lines = |plan: &PlanAnswer| {
        let moves = plan.moves.iter().map(|moved| moved.from.clone());
        let all = plan.writes.iter().chain(&plan.deletions).cloned();
        all.chain(moves).collect::<Vec<String>>()
    };
    let (old, new) = (lines(before), lines(after));
    let only = |these: &[String], others: &[String]| {
        let found: Vec<&String> = these.iter().filter(|path| !others.contains(path)).collect();
        match found.as_slice() {
            [] => None,
            [one] => Some((*one).clone()),
            [first, rest @ ..] => Some(format!("{first} and {} more", rest.len())),
        }
    };
    if before.approval.base.is_none()
        && let Some(base) = &after.approval.base
    {
        return gone_meanwhile(&base.branch);
    }
    let difference = match (only(&new, &old), only(&old, &new)) {
        (None, None) => {
            "The new plan has the same files; other content of the branch changed.".to_owned()
        }
        (Some(more), None) => format!("New in the plan: {more}."),
        (None, Some(less)) => format!("No longer in the plan: {less}."),
        (Some(more), Some(less)) => {
            format!("New in the plan: {more}. No longer in it: {less}.")
        }
    };
    format!("The branch has changed since you looked. {difference}")
}

/// The branch that a repository offers in place of one that does not exist.
pub fn other_branch(answer: &SnapshotAnswer) -> Option<&str> {
    let default = answer.repository.default_branch.as_deref()?;
    (answer.head.is_none() && default != answer.branch).then_some(default)
}

/// How far a token sees that somebody just signed in with.
pub fn reach(repositories: u64) -> String {
    match repositories {
        0 => "Signed in, but the token can access none of your repositories: choose some in its settings on GitHub".to_owned(),
        1 => "Signed in; the token can access 1 repository".to_owned(),
        more => format!("Signed in; the token can access {more} repositories"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::age::millis;
    use crate::preview::tests::{changed, spec};
    use shared::plan::Adopt;
    use shared::plan::Overwrite;

    #[test]
    fn a_line_says_how_many_operations_it_stands_for() {
        let mut entry = entry(OperationKind::Validate, OperationOutcome::Unchanged, None);
        let said = |entry: &HistoryEntry| {
            let since = nothing_new(entry, Some("2026-11-30T18:00:05Z"));
            (since, nothing_new(entry, None))
        };
        for alone in [None, Some(1)] {
            entry.nothing_new = alone;
            assert_eq!(said(&entry), (None, None));
        }
        entry.nothing_new = Some(13);
        let without = "12 more checks found nothing new".to_owned();
        let since = format!("{without} since {}", time("2026-11-30T18:00:05Z"));
        assert_eq!(said(&entry), (Some(since), Some(without)));
        entry.nothing_new = Some(2);
        let one = "1 more check found nothing new".to_owned();
        assert_eq!(said(&entry).1, Some(one));
        entry.kind = OperationKind::Repair;
        let one = "1 more repair had nothing to write".to_owned();
        assert_eq!(said(&entry).1, Some(one));
    }

    #[test]
    fn the_button_names_its_effect() {
        let preview = Preview::new(spec(), Some(&changed()), Overwrite::No);
        assert_eq!(
            create_action(Some(&preview), WriteMode::Commit),
            "Commit 13 files to acme/network@main"
        );
        assert_eq!(create_action(None, WriteMode::Commit), "Commit");
        assert_eq!(
            create_action(Some(&preview), WriteMode::PullRequest),
            "Open a pull request with 13 files to acme/network@main"
        );
    }

    #[test]
    fn the_button_counts_moves_too() {
        let from = changed();
        let adopted = Preview::adopting(spec(), Some(&from), Overwrite::No, Adopt::External);
        assert_eq!(
            create_action(Some(&adopted), WriteMode::Commit),
            "Commit 12 files and 1 move to acme/network@main"
        );
    }

    #[test]
    fn a_mark_of_drift_is_as_grave_as_what_is_found_there() {
        for (found, gravest, expected) in [
            (Mark::Kept, Some(Severity::Note), ("modified", Tone::Muted)),
            (
                Mark::Kept,
                Some(Severity::Error),
                ("modified", Tone::Danger),
            ),
            (
                Mark::Added,
                Some(Severity::Error),
                ("missing", Tone::Danger),
            ),
            (
                Mark::Unexpected,
                Some(Severity::Note),
                ("unexpected", Tone::Muted),
            ),
            (Mark::Unchanged, None, ("unchanged", Tone::Muted)),
        ] {
            assert_eq!(drift_mark(found, gravest), expected);
        }
    }

    #[test]
    fn counts_leave_out_what_does_not_occur() {
        let preview = Preview::new(spec(), Some(&changed()), Overwrite::No);
        let words: Vec<String> = counts(&preview)
            .into_iter()
            .map(|(word, _, _)| word)
            .collect();
        assert_eq!(words, ["13 added", "1 modified", "1 unexpected"]);
    }

    fn entry(
        kind: OperationKind,
        outcome: OperationOutcome,
        partly: Option<Partly>,
    ) -> HistoryEntry {
        HistoryEntry {
            operation: "a".to_owned(),
            kind,
            actor: "ada".to_owned(),
            started_at: "2026-11-23T09:40:12Z".to_owned(),
            duration_ms: 1,
            github_requests: None,
            outcome,
            commit: None,
            partly,
            meant: None,
            nothing_new: None,
        }
    }

    #[test]
    fn the_last_operation_is_said_in_one_phrase() {
        let said_of = |kind, outcome, partly| {
            let entry = entry(kind, outcome, partly);
            let now_ms = millis(&entry.started_at).expect("a time") + 180_000;
            last_operation(&entry, now_ms)
        };
        let said = |kind, outcome| said_of(kind, outcome, None);
        assert_eq!(
            said(OperationKind::Validate, OperationOutcome::Unchanged),
            "Checked by ada 3 minutes ago"
        );
        assert_eq!(
            said(OperationKind::Repair, OperationOutcome::Failed),
            "Repair by ada 3 minutes ago: failed"
        );
        let partly = said_of(
            OperationKind::Repair,
            OperationOutcome::Failed,
            Some(Partly::ProposalCommitted),
        );
        assert_eq!(
            partly,
            "Repair by ada 3 minutes ago: partly done: committed, not proposed"
        );
    }

    #[test]
    fn a_new_reading_says_what_changed() {
        let before = Preview::new(spec(), None, Overwrite::No);
        let after = Preview::new(spec(), Some(&changed()), Overwrite::No);
        assert_eq!(
            what_changed(&before, &after),
            "Changed since you looked: net/managed/README.md and 1 more."
        );
    }
}
