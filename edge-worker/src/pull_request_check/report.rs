//! What is said on GitHub: that a check began, what it found, and that one is over.

use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::{FabricId, RepoName};
use shared::pull_request_check::{
    Annotation, Checked, Summary, Verdict, annotations, check_name, delivery_of, external_id,
    is_check_name, pull_request_of, summary,
};
use shared::record::{FabricRecord, PullRequestChecks};

use super::Proposed;
use super::token::Means;
use crate::github::{
    CheckRun, Conclusion, Github, GithubError, NewCheckRun, NewStatus, ProposedMerge, SeenStatus,
    StatusState,
};
use crate::host::Host;

/// What a check found, in words.
pub(super) struct Report {
    verdict: Verdict,
    summary: Summary,
    annotations: Vec<Annotation>,
}

impl Report {
    pub(super) fn new(spec: &FabricSpec, checked: &Checked, how: PullRequestChecks) -> Self {
        Self {
            verdict: checked.verdict(),
            summary: summary(spec, checked),
            annotations: match how {
                PullRequestChecks::CheckOnly => Vec::new(),
                _ => annotations(checked),
            },
        }
    }
}

/// A check that GitHub shows as under way.
pub(super) struct Begun {
    means: Means,
    /// GitHub's number of it. Later ones have higher numbers.
    id: u64,
    name: String,
    page: Option<String>,
}

/// Shows that a fabric is being checked: one request. What shows later takes the place of what showed before.
pub(super) async fn begin<H: Host>(
    github: &Github<'_, H>,
    means: Means,
    pull_request: &Proposed<'_>,
    record: &FabricRecord,
) -> Result<Begun, GithubError> {
    let host = github.host();
    let name = check_name(&record.name);
    let own = &host.config().public_url;
    let page = (!own.is_empty()).then(|| format!("{own}/f/{}", record.id));
    let (repo, head) = place(pull_request);
    let id = match means {
        Means::CheckRuns => {
            let run = NewCheckRun {
                name: &name,
                head,
                external_id: &external_id(pull_request.number, &record.id, pull_request.guid),
                details_url: page.as_deref(),
                started_ms: host.now_ms(),
            };
            github.begin_check_run(repo, &run).await?
        }
        Means::Statuses => {
            let status = NewStatus {
                head,
                context: &name,
                state: StatusState::Pending,
                description: &described("Hedgerow reads what merging would leave", pull_request),
                target_url: page.as_deref(),
            };
            github.give_status(repo, &status).await?
        }
    };
    Ok(Begun {
        means,
        id,
        name,
        page,
    })
}

impl Begun {
    /// Says what was found, unless a later check of the same commit began meanwhile: two requests, and more for many
    /// annotations.
    pub(super) async fn end<H: Host>(
        &self,
        github: &Github<'_, H>,
        pull_request: &Proposed<'_>,
        report: &Report,
    ) -> Result<(), GithubError> {
        let (repo, head) = place(pull_request);
        match self.means {
            Means::CheckRuns => {
                // Noted before it is asked: whichever check begins after that ends later, too.
                let completed_ms = github.host().now_ms();
                let known = github.check_runs(repo, head, Some(&self.name)).await?;
                let is_over = known.iter().any(|run| run.is_own && run.id > self.id);
                let conclusion = match (is_over, report.verdict) {
                    (true, _) => Conclusion::Cancelled,
                    (false, Verdict::Passes) => Conclusion::Success,
                    (false, Verdict::Fails) => Conclusion::Failure,
                };
                let said = match is_over {
                    true => (&taken_over(), &[][..]),
                    false => (&report.summary, &report.annotations[..]),
                };
                let end = (conclusion, completed_ms);
                github.end_check_run(repo, self.id, end, said).await
            }
            Means::Statuses => {
                let state = match report.verdict {
                    Verdict::Passes => StatusState::Success,
                    Verdict::Fails => StatusState::Failure,
                };
                let title = &report.summary.title;
                self.give(github, pull_request, (state, title)).await
            }
        }
    }

    /// Says that nothing was found out.
    pub(super) async fn give_up<H: Host>(
        &self,
        github: &Github<'_, H>,
        pull_request: &Proposed<'_>,
    ) -> Result<(), GithubError> {
        let title = "This could not be checked; it is tried again";
        let (repo, _) = place(pull_request);
        match self.means {
            Means::CheckRuns => {
                let end = (Conclusion::Cancelled, github.host().now_ms());
                let said = in_one_line(title);
                github.end_check_run(repo, self.id, end, (&said, &[])).await
            }
            Means::Statuses => {
                let said = (StatusState::Error, title);
                self.give(github, pull_request, said).await
            }
        }
    }

    /// Gives the status that ends this check, unless a later one began. The newest of a context counts, so where a later one
    /// ended just before this is heard, what that one said is said again.
    async fn give<H: Host>(
        &self,
        github: &Github<'_, H>,
        pull_request: &Proposed<'_>,
        (state, title): (StatusState, &str),
    ) -> Result<(), GithubError> {
        let (repo, head) = place(pull_request);
        if self.later(github, repo, head).await?.is_some() {
            return Ok(());
        }
        let status = NewStatus {
            head,
            context: &self.name,
            state,
            description: &described(title, pull_request),
            target_url: self.page.as_deref(),
        };
        let given = github.give_status(repo, &status).await?;
        if let Some(later) = self.later(github, repo, head).await? {
            let known = github.statuses(repo, head).await?;
            let mut ends = known.iter().filter(|seen| {
                seen.context == self.name
                    && seen.state != StatusState::Pending
                    && (later..given).contains(&seen.id)
            });
            if let Some(end) = ends.next() {
                let again = NewStatus {
                    state: end.state,
                    description: &end.description,
                    ..status
                };
                github.give_status(repo, &again).await?;
            }
        }
        Ok(())
    }

    /// The number of a later check of the same commit that began.
    async fn later<H: Host>(
        &self,
        github: &Github<'_, H>,
        repo: &RepoName,
        head: ObjectId,
    ) -> Result<Option<u64>, GithubError> {
        let known = github.statuses(repo, head).await?;
        let mut began = known.iter().filter(|seen| {
            seen.context == self.name && seen.state == StatusState::Pending && seen.id > self.id
        });
        Ok(began.next().map(|seen| seen.id))
    }
}

/// What a commit was told before: one request.
pub(super) enum Known {
    Runs(Vec<CheckRun>),
    Statuses(Vec<SeenStatus>),
}

impl Known {
    pub(super) async fn read<H: Host>(
        github: &Github<'_, H>,
        means: Means,
        proposed: &ProposedMerge,
    ) -> Result<Self, GithubError> {
        let (repo, head) = (&proposed.name, proposed.head);
        Ok(match means {
            Means::CheckRuns => Self::Runs(github.check_runs(repo, head, None).await?),
            Means::Statuses => Self::Statuses(github.statuses(repo, head).await?),
        })
    }

    /// Tells whether a delivery was worked for a fabric already: its check has ended and says something.
    pub(super) fn was_worked(&self, guid: Option<&str>, fabric: &FabricId) -> bool {
        let (Self::Runs(runs), Some(guid)) = (self, guid) else {
            return false;
        };
        runs.iter().any(|run| {
            let is_it = delivery_of(&run.external_id) == Some(guid);
            let is_of_it = run.external_id.split(':').nth(1) == Some(fabric.as_str());
            let says = matches!(run.ended, Some(Conclusion::Success | Conclusion::Failure));
            run.is_own && is_it && is_of_it && says
        })
    }

    /// Ends what failed this pull request for fabrics that it no longer touches, or that are no longer checked: one request for each.
    /// What other pull requests of the same commit are told stays.
    pub(super) async fn end_what_is_over<H: Host>(
        &self,
        github: &Github<'_, H>,
        pull_request: &Proposed<'_>,
        stays: &[String],
    ) -> Result<(), GithubError> {
        let (repo, head) = place(pull_request);
        let is_over = |name: &String| is_check_name(name) && !stays.contains(name);
        let title = "This pull request does not change this fabric any more, or it is not checked";
        match self {
            Self::Runs(runs) => {
                for run in runs {
                    let is_of_it = pull_request_of(&run.external_id) == Some(pull_request.number);
                    let fails = run.ended == Some(Conclusion::Failure);
                    if run.is_own && fails && is_of_it && is_over(&run.name) {
                        let end = (Conclusion::Skipped, github.host().now_ms());
                        let said = in_one_line(title);
                        github
                            .end_check_run(repo, run.id, end, (&said, &[]))
                            .await?;
                    }
                }
            }
            Self::Statuses(statuses) => {
                let mut seen: Vec<&str> = Vec::new();
                for status in statuses {
                    if seen.contains(&status.context.as_str()) {
                        continue;
                    }
                    seen.push(&status.context);
                    let is_of_it = status.description.ends_with(&of(pull_request));
                    let fails = status.state == StatusState::Failure;
                    if is_of_it && fails && is_over(&status.context) {
                        let ends = NewStatus {
                            head,
                            context: &status.context,
                            state: StatusState::Success,
                            description: &described(title, pull_request),
                            target_url: None,
                        };
                        github.give_status(repo, &ends).await?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn place<'a>(pull_request: &Proposed<'a>) -> (&'a RepoName, ObjectId) {
    (&pull_request.proposed.name, pull_request.proposed.head)
}

/// One line with the pull request that it is about, by which we know our own again.
fn described(title: &str, pull_request: &Proposed<'_>) -> String {
    format!("{title}{}", of(pull_request))
}

fn of(pull_request: &Proposed<'_>) -> String {
    format!(" (#{})", pull_request.number)
}

fn taken_over() -> Summary {
    in_one_line("A later check of this commit takes the place of this one")
}

fn in_one_line(title: &str) -> Summary {
    Summary {
        title: title.to_owned(),
        body: format!("{title}."),
    }
}
