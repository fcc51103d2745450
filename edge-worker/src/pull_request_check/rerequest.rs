//! Checking again what somebody asks for on GitHub.

use std::collections::BTreeSet;

use shared::git::ObjectId;
use shared::pull_request_check::pull_request_of;

use super::token::{Kept, Means, NoToken, reporter};
use super::{Ended, PullRequestCheck, ended, told};
use crate::github::Github;
use crate::host::Host;
use crate::jobs::queue::{Job, enqueue};

/// Has every pull request checked again of which a check stands at a commit: GitHub does not tell which pull requests of forks a
/// commit is the head of, but our own check runs do.
pub(crate) async fn check_again(
    host: &impl Host,
    commit: &PullRequestCheck,
    head: ObjectId,
) -> Ended {
    let reporter = match reporter(host, commit, Kept::WillDo).await {
        Ok(reporter) if reporter.means == Means::CheckRuns => reporter,
        Ok(_) => return Ended::Done,
        Err(NoToken::Never(reason)) => {
            told(host, commit, reason);
            return Ended::Done;
        }
        Err(NoToken::Later(error)) => return ended(host, commit, &error.into()),
    };
    let github = Github::of_app(host, &reporter.token);
    let runs = match github.check_runs(&commit.name, head, None).await {
        Ok(runs) => runs,
        Err(error) => return ended(host, commit, &error.into()),
    };
    let own = runs.iter().filter(|run| run.is_own);
    let numbers: BTreeSet<u64> = own
        .filter_map(|run| pull_request_of(&run.external_id))
        .collect();
    let again = |number| {
        let check = PullRequestCheck::of(commit.repository, commit.name.clone(), number);
        Job::PullRequestCheck(check)
    };
    let jobs: Vec<Job> = numbers.into_iter().map(again).collect();
    match enqueue(host, &jobs, 0).await {
        Ok(()) => Ended::Done,
        Err(_) => Ended::Again { after_s: 60 },
    }
}
