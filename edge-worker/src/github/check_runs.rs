//! Check runs: what the App says about a commit. Only an installation's token may.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::git::ObjectId;
use shared::names::RepoName;
use shared::pull_request_check::{Annotation, Summary};
use shared::report::Severity;

use super::client::Repeat;
use super::{Github, GithubError};
use crate::host::Host;
use crate::timestamp::rfc3339;

/// The most annotations that GitHub takes at once; those of further requests are added.
const ANNOTATIONS_AT_ONCE: usize = 50;

/// A check run that begins.
pub(crate) struct NewCheckRun<'a> {
    pub name: &'a str,
    pub head: ObjectId,
    /// What we find it by again.
    pub external_id: &'a str,
    /// Where its fabric is shown.
    pub details_url: Option<&'a str>,
    pub started_ms: u64,
}

/// A check run that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckRun {
    pub id: u64,
    pub name: String,
    pub external_id: String,
    /// How it ended; none where it goes on, or ended in a way that is none of ours.
    pub ended: Option<Conclusion>,
    /// Whether the App made it that asks.
    pub is_own: bool,
}

/// How a check run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conclusion {
    Success,
    Failure,
    /// There is nothing to be checked any more.
    Skipped,
    /// It says nothing: a newer one does, or will.
    Cancelled,
}

impl Conclusion {
    fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }

    fn of(word: &str) -> Option<Self> {
        let all = [Self::Success, Self::Failure, Self::Skipped, Self::Cancelled];
        all.into_iter().find(|conclusion| conclusion.word() == word)
    }
}

#[derive(Deserialize)]
struct RunData {
    id: u64,
    name: String,
    head_sha: ObjectId,
    external_id: Option<String>,
    conclusion: Option<String>,
    app: Option<AppData>,
}

#[derive(Deserialize)]
struct AppData {
    client_id: Option<String>,
    id: u64,
}

#[derive(Deserialize)]
struct RunsData {
    check_runs: Vec<RunData>,
}

impl<H: Host> Github<'_, H> {
    /// Begins a check run and gives its number: one request. One more of the same name takes the place of an earlier one.
    pub(crate) async fn begin_check_run(
        &self,
        repo: &RepoName,
        run: &NewCheckRun<'_>,
    ) -> Result<u64, GithubError> {
        let mut body = json!({
            "name": run.name,
            "head_sha": run.head,
            "status": "in_progress",
            "external_id": run.external_id,
            "started_at": rfc3339(run.started_ms),
        });
        if let Some(url) = run.details_url {
            body["details_url"] = json!(url);
        }
        let path = format!("/repos/{repo}/check-runs");
        let is_it = |made: &RunData| made.name == run.name && made.head_sha == run.head;
        let request = (Method::POST, path.as_str());
        let made = self.write(request, &body, repo.as_str(), Repeat::Freely, is_it);
        Ok(made.await?.id)
    }

    /// Ends a check run: one request, and one more for every fifty annotations beyond the first fifty. The end comes last, so
    /// that whoever sees it sees all.
    pub(crate) async fn end_check_run(
        &self,
        repo: &RepoName,
        id: u64,
        (conclusion, completed_ms): (Conclusion, u64),
        (summary, annotations): (&Summary, &[Annotation]),
    ) -> Result<(), GithubError> {
        let mut parts: Vec<&[Annotation]> = annotations.chunks(ANNOTATIONS_AT_ONCE).collect();
        let last = parts.pop().unwrap_or_default();
        let output = |annotations: &[Annotation]| {
            json!({
                "title": summary.title,
                "summary": summary.body,
                "annotations": annotations.iter().map(annotation).collect::<Vec<_>>(),
            })
        };
        for part in parts {
            // Twice the same would be shown twice.
            self.update_check_run(repo, id, &json!({ "output": output(part) }), Repeat::Never)
                .await?;
        }
        let end = json!({
            "status": "completed",
            "conclusion": conclusion.word(),
            "completed_at": rfc3339(completed_ms),
            "output": output(last),
        });
        let repeat = match last.is_empty() {
            true => Repeat::Freely,
            false => Repeat::Never,
        };
        self.update_check_run(repo, id, &end, repeat).await
    }

    async fn update_check_run(
        &self,
        repo: &RepoName,
        id: u64,
        body: &Value,
        repeat: Repeat,
    ) -> Result<(), GithubError> {
        let path = format!("/repos/{repo}/check-runs/{id}");
        let is_it = |run: &RunData| run.id == id;
        let request = (Method::PATCH, path.as_str());
        let updated = self.write(request, body, repo.as_str(), repeat, is_it);
        updated.await.map(|_: RunData| ())
    }

    /// The check runs of this name at a commit, or the latest of each name, newest first and at most a hundred: one request.
    pub(crate) async fn check_runs(
        &self,
        repo: &RepoName,
        head: ObjectId,
        name: Option<&str>,
    ) -> Result<Vec<CheckRun>, GithubError> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("per_page", "100");
        match name {
            Some(name) => query
                .append_pair("filter", "all")
                .append_pair("check_name", name),
            None => query.append_pair("filter", "latest"),
        };
        let path = format!("/repos/{repo}/commits/{head}/check-runs?{}", query.finish());
        let of_head = |found: &RunsData| found.check_runs.iter().all(|run| run.head_sha == head);
        let found: RunsData = self.get(&path, repo.as_str(), of_head).await?;
        let app = self.host.config().app.as_ref();
        let is_own = |made_by: Option<AppData>| match (app, made_by) {
            (Some(app), Some(by)) => by
                .client_id
                .map_or(by.id.to_string() == app.id, |id| id == app.client_id),
            _ => false,
        };
        let runs = found.check_runs.into_iter().map(|run| CheckRun {
            id: run.id,
            name: run.name,
            external_id: run.external_id.unwrap_or_default(),
            ended: run.conclusion.as_deref().and_then(Conclusion::of),
            is_own: is_own(run.app),
        });
        Ok(runs.collect())
    }
}

fn annotation(annotation: &Annotation) -> Value {
    json!({
        "path": annotation.path,
        "start_line": annotation.lines.first,
        "end_line": annotation.lines.last,
        "annotation_level": match annotation.severity {
            Severity::Error => "failure",
            Severity::Warning | Severity::Other(_) => "warning",
            Severity::Note => "notice",
        },
        "title": annotation.code,
        "message": annotation.message,
    })
}
