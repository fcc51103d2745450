//! Checks of pull requests: for each fabric that one touches, the App says on its head commit what merging it would do, as a
//! check run or, where the App may not make those, as a commit status.
//!
//! **Invariant.** Reads and reports alone: nothing is written to the repository, to its forks, or to a record, and nobody's
//! token but the App's is used. What a check says is of the commit that it stands at; of two checks of one commit the one
//! that began later counts.

mod compare;
mod report;
mod rerequest;
mod token;
mod touched;

use serde_json::json;
use shared::git::ObjectId;
use shared::names::{FabricId, FabricName};
use shared::pull_request_check::{Checked, Compared, check_name};
use shared::record::{PullRequestChecks, Visibility};

use crate::access::{Fabric, load};
use crate::api_error::ApiError;
use crate::github::{Github, GithubError, Merge, ProposedMerge};
use crate::host::{Host, MOST_ASKED};
use crate::jobs::queue::{Job, PullRequestCheck, enqueue};
use compare::compare;
use report::{Known, Report, begin};
pub(crate) use rerequest::check_again;
use token::{Means, NoToken, Reporter, reporter};
use touched::{Touched, touched};

/// How often GitHub is asked again what merging would leave, and after how long.
const TRIES: u8 = 5;
const TRY_AGAIN_S: u32 = 3;
/// What is asked to check one fabric whose directory is read at once, with the end of the job.
const ASKED_FOR_ONE: u32 = 18;
/// What of that is no reading of directories.
const ASKED_BESIDES: u32 = 10;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It is done, as far as it can be; the rest may be a job of its own.
    Done,
    /// It is to be begun again in so many seconds.
    Again { after_s: u32 },
}

/// Checks a pull request, or the part of it that is left.
pub(crate) async fn check_pull_request(host: &impl Host, wanted: &PullRequestCheck) -> Ended {
    let mut kept = token::Kept::WillDo;
    loop {
        let reporter = match reporter(host, wanted, kept).await {
            Ok(reporter) => reporter,
            Err(NoToken::Never(reason)) => {
                told(host, wanted, reason);
                return Ended::Done;
            }
            Err(NoToken::Later(error)) => return ended(host, wanted, &error.into()),
        };
        let was_kept = reporter.was_kept;
        match check(host, &reporter, wanted).await {
            Ok(ended) => return ended,
            // The token was taken back, or the App was given less since.
            Err(ApiError::Github(error))
                if was_kept && (error.is_no_access() || error == GithubError::Unauthorized) =>
            {
                kept = token::Kept::WillNotDo;
            }
            Err(error) => return ended(host, wanted, &error),
        }
    }
}

/// Whether what did not end well may do so later.
fn ended(host: &impl Host, wanted: &PullRequestCheck, error: &ApiError) -> Ended {
    told(host, wanted, &error.to_string());
    match error {
        ApiError::Github(GithubError::RateLimited(until_ms)) => {
            let wait_ms =
                until_ms.map_or(60_000, |until_ms| until_ms.saturating_sub(host.now_ms()));
            let wait_s = u32::try_from(wait_ms / 1000 + 1).unwrap_or(u32::MAX);
            // The queue keeps nothing longer than that.
            Ended::Again {
                after_s: wait_s.min(12 * 60 * 60),
            }
        }
        ApiError::Github(GithubError::Unavailable { .. } | GithubError::NotUnderstood)
        | ApiError::Storage(_) => Ended::Again { after_s: 60 },
        _ => Ended::Done,
    }
}

fn told(host: &impl Host, wanted: &PullRequestCheck, reason: &str) {
    let line = json!({
        "event": "pull_request_not_checked",
        "repository_number": wanted.repository,
        "pull_request": wanted.number,
        "reason": reason,
    });
    host.log(&line.to_string());
}

async fn check<H: Host>(
    host: &H,
    reporter: &Reporter,
    wanted: &PullRequestCheck,
) -> Result<Ended, ApiError> {
    let github = Github::of_app(host, &reporter.token);
    let Some(proposed) = github.proposed_merge(&wanted.name, wanted.number).await? else {
        return Ok(Ended::Done);
    };
    // Another repository may have the name by now.
    if proposed.repository.number != wanted.repository || !proposed.is_open {
        return Ok(Ended::Done);
    }
    if proposed.merge == Merge::NotYet && wanted.tries < TRIES {
        let again = Job::PullRequestCheck(PullRequestCheck {
            tries: wanted.tries + 1,
            ..wanted.clone()
        });
        return queued(host, &again, TRY_AGAIN_S).await;
    }
    let Some((compared, commits)) = commits(&github, &proposed).await? else {
        return Ok(Ended::Done);
    };
    let touched = touched(host, &github, &proposed, commits).await?;
    let pull_request = Proposed {
        number: wanted.number,
        guid: wanted.guid.as_deref(),
        proposed: &proposed,
        compared,
        commits,
        touched: touched
            .iter()
            .filter_map(|touched| touched.name.clone())
            .collect(),
    };
    let known = Known::read(&github, reporter.means, &proposed).await?;
    let mut checked = Vec::new();
    let mut last: Option<&FabricId> = wanted.after.as_ref();
    for one in touched.iter().filter(|one| {
        wanted
            .after
            .as_ref()
            .is_none_or(|after| one.fabric > *after)
    }) {
        if left(host) < ASKED_FOR_ONE && last != wanted.after.as_ref() {
            let rest = Job::PullRequestCheck(PullRequestCheck {
                after: last.cloned(),
                ..wanted.clone()
            });
            return queued(host, &rest, 0).await;
        }
        last = Some(&one.fabric);
        let Some(fabric) = checkable(host, one, &proposed).await? else {
            continue;
        };
        checked.push(check_name(&fabric.record.name));
        if known.was_worked(wanted.guid.as_deref(), &one.fabric) {
            continue;
        }
        let means = reporter.means;
        match check_fabric(host, (&github, means), &pull_request, &fabric).await? {
            Meanwhile::Same => {}
            Meanwhile::Pushed => {
                return queued(host, &Job::PullRequestCheck(wanted.anew()), 0).await;
            }
            // Where others push all the time, what was found is good enough at last.
            Meanwhile::BaseMoved if wanted.tries >= TRIES => {}
            Meanwhile::BaseMoved => {
                let again = PullRequestCheck {
                    tries: wanted.tries + 1,
                    ..wanted.anew()
                };
                return queued(host, &Job::PullRequestCheck(again), 0).await;
            }
        }
    }
    // Which of them earlier parts checked is not known any more: those that are touched count as checked.
    let stays = match wanted.after {
        None => checked,
        Some(_) => pull_request.touched.iter().map(check_name).collect(),
    };
    known
        .end_what_is_over(&github, &pull_request, &stays)
        .await?;
    Ok(Ended::Done)
}

/// A pull request that is being checked.
struct Proposed<'a> {
    number: u64,
    /// The delivery that it is checked for.
    guid: Option<&'a str>,
    proposed: &'a ProposedMerge,
    compared: Compared,
    commits: [ObjectId; 2],
    /// The names of the fabrics that it touches.
    touched: Vec<FabricName>,
}

/// What became of a pull request while it was checked. What was found is told in any case: it stands at the commit that it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meanwhile {
    Same,
    /// It has another head, which is to be checked.
    Pushed,
    /// It would be merged into something else, so that it may bring other things.
    BaseMoved,
}

impl Proposed<'_> {
    fn meanwhile(&self, now: Option<&ProposedMerge>) -> Meanwhile {
        let then = self.proposed;
        match now.filter(|now| now.is_open) {
            None => Meanwhile::Same,
            Some(now) if now.head != then.head => Meanwhile::Pushed,
            Some(now) if (&now.base, now.base_head) != (&then.base, then.base_head) => {
                Meanwhile::BaseMoved
            }
            Some(_) => Meanwhile::Same,
        }
    }
}

/// Which two commits tell what the pull request does; none where they have nothing in common.
async fn commits<H: Host>(
    github: &Github<'_, H>,
    proposed: &ProposedMerge,
) -> Result<Option<(Compared, [ObjectId; 2])>, GithubError> {
    let compared = match proposed.merge {
        Merge::Commit { base, commit } => return Ok(Some((Compared::Merge, [base, commit]))),
        Merge::Conflicting => Compared::Conflicting,
        Merge::NotYet => Compared::Head,
    };
    let Some(base) = proposed.base_head else {
        return Ok(None);
    };
    let left_at = github
        .merge_base(&proposed.name, base, proposed.head)
        .await?;
    Ok(left_at.map(|left_at| (compared, [left_at, proposed.head])))
}

/// The fabric of a claim, if it is the one that the pull request touches, and is to be checked.
async fn checkable(
    host: &impl Host,
    touched: &Touched,
    proposed: &ProposedMerge,
) -> Result<Option<Fabric>, ApiError> {
    let fabric = match load(host, &touched.fabric).await {
        Ok(fabric) => fabric,
        Err(ApiError::NoFabric) => return Ok(None),
        Err(error) => return Err(error),
    };
    let record = &fabric.record;
    let is_there = record.gitops_directory == touched.directory
        && record.branch.as_str() == proposed.base
        && record.visibility != Visibility::Draft
        && !fabric.is_of_another(&proposed.repository);
    let is_wanted = record.pull_request_checks != PullRequestChecks::Off;
    Ok((is_there && is_wanted).then_some(fabric))
}

/// Checks one fabric and reports it; tells what became of the pull request meanwhile.
async fn check_fabric<H: Host>(
    host: &H,
    (github, means): (&Github<'_, H>, Means),
    pull_request: &Proposed<'_>,
    fabric: &Fabric,
) -> Result<Meanwhile, ApiError> {
    let begun = begin(github, means, pull_request, &fabric.record).await?;
    let spec = fabric.record.spec();
    let most = usize::try_from(left(host).saturating_sub(ASKED_BESIDES) / 2).unwrap_or(1);
    let name = &pull_request.proposed.name;
    let read = compare(github, &spec, name, pull_request.commits, most.max(3)).await;
    let (before, after, changes) = match read {
        Ok(read) => read,
        Err(error) => {
            // It is begun again, and what does not go on must not look as if it did.
            let _ = begun.give_up(github, pull_request).await;
            return Err(error);
        }
    };
    let checked = Checked {
        name: spec.name.clone(),
        branch: spec.branch.clone(),
        directory: spec.gitops_directory.clone(),
        compared: pull_request.compared,
        commits: pull_request.commits.into(),
        before,
        after,
        changes,
        touched: pull_request.touched.clone(),
    };
    let report = Report::new(&spec, &checked, fabric.record.pull_request_checks);
    let now = github.proposed_merge(name, pull_request.number).await;
    if let Err(error) = begun.end(github, pull_request, &report).await {
        let _ = begun.give_up(github, pull_request).await;
        return Err(error.into());
    }
    Ok(pull_request.meanwhile(now?.as_ref()))
}

/// How often something may still be asked for this job.
fn left(host: &impl Host) -> u32 {
    MOST_ASKED.saturating_sub(host.asked())
}

async fn queued(host: &impl Host, job: &Job, delay_s: u32) -> Result<Ended, ApiError> {
    Ok(
        match enqueue(host, std::slice::from_ref(job), delay_s).await {
            Ok(()) => Ended::Done,
            Err(_) => Ended::Again { after_s: 60 },
        },
    )
}
