//! A look at a fabric's branch, by a person or by the App alone: what was open is settled, and the record says what was found.

use shared::api::{PullRequestEnd, PullRequestNotice, ValidateAnswer};
use shared::fabric::{FabricSpec, FieldError};
use shared::record::{FabricRecord, OperationOutcome, Visibility};
use shared::report::Report;

use super::approve::require_push_permission;
use super::begin::Begun;
use super::claim::claims_follow;
use super::pull_request::check_pull_request;
use super::report::report_of_branch;
use super::settle::settle;
use super::stale_read::read_at_least;
use super::task::Task;
use super::visibility::{confirm_visibility, visibility};
use crate::access::{Fabric, keep_visibility, load, require_token_to_write};
use crate::api_error::{ApiError, explanation};
use crate::github::{BranchSnapshot, Github, GithubError};
use crate::host::Host;
use crate::objects::fabric::{Event, Intent, Remembers};
use crate::objects::repository::PreviousClaim;
use crate::repository_id::RecordedRepository;
use crate::session::SignedIn;

/// Who looks, with the token of `github`.
#[derive(Clone, Copy)]
pub(super) enum Onlooker<'a> {
    /// Somebody, who may say that what was deleted until this version of the record was meant.
    Person(&'a SignedIn, Option<u64>),
    /// The App, without a person.
    App,
}

/// Looks at the branch of a fabric that is no draft.
pub(super) async fn look<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    begun: &Begun<'_>,
    onlooker: Onlooker<'_>,
) -> Result<ValidateAnswer, ApiError> {
    let id = &begun.record().id;
    let (task, record, spec) = (begun.task(), begun.record(), &begun.spec);
    let mut unsettled = begun.fabric.unsettled.clone();
    if matches!(onlooker, Onlooker::App) {
        // Its token only reads, and cannot take back a branch that was made for a write.
        unsettled.retain(|intent| intent.made.is_none());
    }
    let meant = match onlooker {
        Onlooker::Person(_, meant) => meant,
        Onlooker::App => None,
    };
    // What is settled or noticed changes the record, so whoever looks must be able to see the repository.
    let had_moves = has_unsettled_move(&unsettled);
    let mut pull_request = None;
    let mut is_proved = false;
    if !unsettled.is_empty() || record.pull_request_url.is_some() {
        let access = match github.repository_access(&spec.git_repository).await {
            Err(error) => {
                let failed = (is_proved, error.into());
                return Err(record_if_unreachable(host, github, (begun, onlooker), failed).await?);
            }
            Ok(Some(access)) => access,
            Ok(None) => {
                let error = GithubError::NoRepository(spec.git_repository.to_string());
                return Err(begun.hide_existence(github, error.into()).await);
            }
        };
        begun.fabric.same_repository(&access.repository)?;
        is_proved = true;
        let shown = match access.is_private {
            true => Visibility::Private,
            false => Visibility::Public,
        };
        // Before what is settled is told.
        keep_visibility(host, id, shown, Some(&access.repository)).await?;
        let number = access.repository.number;
        settle(host, github, id, (spec, number), unsettled).await?;
        pull_request = check_pull_request(host, github, id, (record, number)).await?;
    }
    let seen = load(host, id).await?;
    let is_settled = had_moves && !has_unsettled_move(&seen.unsettled);
    let settles = seen.unsettled != begun.fabric.unsettled;
    // A move that is settled only now leads to another place.
    let (before, spec) = (spec.clone(), seen.record.spec());
    if meant.is_some_and(|until| until > seen.record.version) {
        return Err(wrong_meant(
            "is a version that the record does not have yet; look at it, and send its version of now",
        ));
    }
    match read_and_report(host, github, &seen, &spec, meant).await {
        Ok((branch_snapshot, report)) => {
            if let Onlooker::Person(person, Some(_)) = onlooker {
                require_push_permission(&branch_snapshot)?;
                require_token_to_write(host, person, &spec.git_repository).await?;
            }
            // Until a move was settled, the fabric kept both places. Where no number was recorded, a version before this
            // one wrote the record, and its claim perhaps where no other looks for it.
            if before != spec || is_settled || seen.repository.number.is_none() {
                let repository = RecordedRepository::from(&branch_snapshot.repository.id);
                let places = begun.fabric.places();
                // Where the record had moved already, nobody knows any more from where.
                let previous = match is_settled && places.len() == 1 {
                    true => PreviousClaim::Release,
                    false => PreviousClaim::Keep,
                };
                claims_follow(host, &repository, id, (places, previous)).await?;
            }
            // Before anything new is told: what became private in the meantime is no longer told to everybody.
            let now = visibility(&branch_snapshot.repository);
            let shows_otherwise = now != seen.record.visibility;
            let version = seen.record.version + u64::from(shows_otherwise);
            confirm_visibility(host, id, &branch_snapshot).await?;
            let entry = task.entry(host, github.requests(), (OperationOutcome::Unchanged, None));
            let event = Event::Checked {
                report: report.clone(),
                version,
                meant,
            };
            let task = Task {
                spec: &spec,
                ..task
            };
            let has_ended = |pull: &PullRequestNotice| pull.state != PullRequestEnd::Open;
            let did_more =
                settles || now != record.visibility || pull_request.as_ref().is_some_and(has_ended);
            let remembers = match onlooker {
                Onlooker::App => Remembers::ByApp,
                Onlooker::Person(..) if !branch_snapshot.repository.can_push => Remembers::Never,
                Onlooker::Person(..) if did_more => Remembers::Always,
                Onlooker::Person(..) => Remembers::IfNew,
            };
            let finished = task.finish_look(host, entry, (event, remembers)).await?;
            let recorded = finished.record;
            require_meant(
                &recorded,
                meant,
                finished.operation.and_then(|entry| entry.meant),
            )?;
            let report = report.with_deleted(&recorded.deleted);
            begun
                .follow_repository_rename(host, &branch_snapshot)
                .await?;
            Ok(ValidateAnswer {
                report,
                pull_request,
            })
        }
        Err(error) => {
            let failed = (is_proved, error);
            Err(record_if_unreachable(host, github, (begun, onlooker), failed).await?)
        }
    }
}

/// Checks that nothing is told any more of which somebody said that it was meant.
///
/// # Errors
/// [`ApiError::Busy`] where another operation is under way, and the record is its to change; [`ApiError::Fields`] where all that is
/// told was found later than what they saw, or each comparison finds it anew and it is more by now.
fn require_meant(
    record: &FabricRecord,
    meant: Option<u64>,
    cleared: Option<usize>,
) -> Result<(), ApiError> {
    let Some(until) = meant else { return Ok(()) };
    let mut told = record.deleted.iter();
    let is_open = told.any(|told| told.is_open && told.found_in > until);
    let mut told = record.deleted.iter();
    match told.any(|told| told.found_in <= until) {
        true if !is_open => Err(ApiError::Busy),
        false if record.deleted.is_empty() || cleared.is_some() => Ok(()),
        _ => Err(wrong_meant(
            "more was deleted since; look at it, and send the record's version of now",
        )),
    }
}

fn wrong_meant(message: &str) -> ApiError {
    ApiError::Fields(vec![FieldError {
        field: "deletions_meant_until".to_owned(),
        message: message.to_owned(),
    }])
}

/// What an error is told as. Where GitHub cannot be asked, the record says so from then on: of a fabric that everybody may
/// see, and of one that GitHub showed the person just now. A rate limit is the person's own, and people who may not see a
/// fabric may not change what it says either, whoever made it.
async fn record_if_unreachable<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    (begun, onlooker): (&Begun<'_>, Onlooker<'_>),
    (is_proved, error): (bool, ApiError),
) -> Result<ApiError, ApiError> {
    match error {
        // The App looks again soon.
        error if matches!(onlooker, Onlooker::App) => Ok(error),
        ApiError::Github(error @ GithubError::Unavailable { .. })
            if is_proved || begun.is_everybodys(host) =>
        {
            let task = begun.task();
            let entry = task.entry(host, github.requests(), (OperationOutcome::Failed, None));
            let event = Event::Unreachable {
                failure: explanation(&error.clone().into()),
            };
            // Nobody was told what the person may do there.
            let ended = (event, Remembers::Never);
            task.finish_look(host, entry, ended).await?;
            Ok(error.into())
        }
        error => Ok(begun.hide_existence(github, error).await),
    }
}

fn has_unsettled_move(unsettled: &[Intent]) -> bool {
    unsettled.iter().any(Intent::is_unsettled_move)
}

async fn read_and_report<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    known: &Fabric,
    spec: &FabricSpec,
    meant: Option<u64>,
) -> Result<(BranchSnapshot, Report), ApiError> {
    let branch_snapshot = read_at_least(host, github, known, spec).await?;
    // What they saw is over with their word, so that the comparison begins after it.
    let mut record = known.record.clone();
    record.deletions_were_meant(meant);
    let id = &known.record.id;
    let report = report_of_branch(host, github, id, spec, &branch_snapshot, &record).await?;
    Ok((branch_snapshot, report))
}
