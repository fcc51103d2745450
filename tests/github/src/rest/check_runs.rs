//! Check runs: what Apps, and nobody else, say about a commit, with annotations at lines of files.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::commits::find;
use super::input::{Input, unprocessable};
use super::pagination::Page;
use super::subject::Subject;
use crate::app::{App, about};
use crate::state::{CheckRun, TokenKind};
use crate::web::{ApiError, timestamp};

/// One request brings no more annotations.
const ANNOTATIONS: usize = 50;
const CONCLUSIONS: [&str; 7] = [
    "action_required",
    "cancelled",
    "failure",
    "neutral",
    "skipped",
    "success",
    "timed_out",
];

#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    check_name: Option<String>,
    status: Option<String>,
    filter: Option<String>,
    app_id: Option<u64>,
    page: Option<usize>,
    per_page: Option<usize>,
}

type At = Path<(String, String, u64)>;

/// `POST …/check-runs`.
pub(super) async fn create(
    subject: Subject,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let app = own_app(&subject)?;
    let input = Input::parse(&request)?;
    let sha = input.text("head_sha")?;
    let objects = subject.objects()?;
    let known = super::input::oid(sha).filter(|oid| objects.find_commit(*oid).is_ok());
    known.ok_or_else(|| ApiError::Unprocessable(format!("No commit found for SHA: {sha}")))?;
    let mut run = CheckRun {
        number: 0,
        app: app.id,
        oid: sha.to_owned(),
        name: input.text("name")?.to_owned(),
        external_id: None,
        details_url: None,
        status: "queued".to_owned(),
        conclusion: None,
        started_at: timestamp(OffsetDateTime::now_utc().unix_timestamp()),
        completed_at: None,
        title: None,
        summary: None,
        text: None,
        annotations: Vec::new(),
    };
    change(&mut run, &input)?;
    let made = subject.github.ledger(&subject.repo, |ledger| {
        run.number = ledger.check_runs.len() as u64 + 1;
        ledger.check_runs.push(run.clone());
        run
    })?;
    tell(&subject, &app, &made, "created");
    Ok((StatusCode::CREATED, Json(shown(&subject, &app, &made))))
}

/// `PATCH …/check-runs/{id}`: annotations are added to those that are there.
pub(super) async fn update(
    subject: Subject,
    Path((_, _, id)): At,
    request: Bytes,
) -> Result<Json<Value>, ApiError> {
    let app = own_app(&subject)?;
    let input = Input::parse(&request)?;
    let id = number(&subject, id);
    let changed = subject.github.ledger(&subject.repo, |ledger| {
        let mut all = ledger.check_runs.iter_mut();
        let run = all.find(|run| Some(run.number) == id);
        let run = run.ok_or(ApiError::NOT_FOUND)?;
        if run.app != app.id {
            return Err(ApiError::Forbidden {
                token: "integration",
                needed: "checks=write".to_owned(),
            });
        }
        let mut changed = run.clone();
        change(&mut changed, &input)?;
        run.clone_from(&changed);
        Ok(changed)
    })??;
    if changed.status == "completed" {
        tell(&subject, &app, &changed, "completed");
    }
    Ok(Json(shown(&subject, &app, &changed)))
}

/// `GET …/check-runs/{id}`.
pub(super) async fn show(subject: Subject, Path((_, _, id)): At) -> Result<Json<Value>, ApiError> {
    let run = one(&subject, id)?;
    Ok(Json(shown(&subject, &app(&subject, &run)?, &run)))
}

/// `GET …/check-runs/{id}/annotations`.
pub(super) async fn annotations(
    subject: Subject,
    Path((_, _, id)): At,
    OriginalUri(asked): OriginalUri,
    Query(page): Query<Page>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    let run = one(&subject, id)?;
    let all = run.annotations.iter().map(|annotation| {
        let path = annotation["path"].as_str().unwrap_or_default();
        let part = |name: &str| annotation[name].clone();
        json!({
            "path": path,
            "start_line": part("start_line"), "end_line": part("end_line"),
            "start_column": part("start_column"), "end_column": part("end_column"),
            "annotation_level": part("annotation_level"),
            "title": part("title"), "message": part("message"), "raw_details": part("raw_details"),
            "blob_href": subject.api(&format!("/contents/{path}?ref={}", run.oid)),
        })
    });
    let (headers, found) = page.below(all.collect(), &subject, &asked);
    Ok((headers, Json(found)))
}

/// `POST …/check-runs/{id}/rerequest`: the App that made it is told; nothing of the run changes.
pub(super) async fn rerequest(
    subject: Subject,
    Path((_, _, id)): At,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.may_write("checks")?;
    let run = one(&subject, id)?;
    tell(&subject, &app(&subject, &run)?, &run, "rerequested");
    Ok((StatusCode::CREATED, Json(json!({}))))
}

/// `POST …/check-suites/{id}/rerequest`.
pub(super) async fn rerequest_suite(
    subject: Subject,
    Path((_, _, id)): At,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.may_write("checks")?;
    let all = all(&subject)?;
    let run = all.iter().find(|run| suite_id(&subject, run) == id);
    let run = run.ok_or(ApiError::NOT_FOUND)?;
    let app = app(&subject, run)?;
    let payload = json!({"action": "rerequested", "check_suite": suite(&subject, &app, run)});
    emit(&subject, "check_suite", payload);
    Ok((StatusCode::CREATED, Json(json!({}))))
}

/// `GET …/commits/{ref}/check-runs`, newest first; of each name the latest, unless all are asked for.
pub(super) fn list(subject: &Subject, name: &str, asked: &Filter) -> Result<Json<Value>, ApiError> {
    subject.may_read("checks")?;
    let objects = subject.objects()?;
    let absent = || ApiError::Unprocessable(format!("No commit found for SHA: {name}"));
    let sha = find(&objects, name).ok_or_else(absent)?.id().to_string();
    let mut found = all(subject)?;
    found.retain(|run| {
        let is = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|it| it == own);
        run.oid == sha
            && is(&asked.check_name, &run.name)
            && is(&asked.status, &run.status)
            && asked.app_id.is_none_or(|app| app == run.app)
    });
    if asked.filter.as_deref() != Some("all") {
        // GitHub goes by when they were completed; what goes on was completed by nobody yet.
        let moment = |run: &CheckRun| {
            (
                run.completed_at.is_none(),
                run.completed_at.clone(),
                run.number,
            )
        };
        let every = found.clone();
        found.retain(|run| {
            let mut same = every
                .iter()
                .filter(|it| (it.app, &it.name) == (run.app, &run.name));
            same.all(|other| moment(other) <= moment(run))
        });
    }
    found.reverse();
    let total = found.len();
    let page = Page::new(asked.page, asked.per_page);
    let (_, found) = page.below(found, subject, &axum::http::Uri::from_static("/"));
    let bodies: Result<Vec<Value>, ApiError> = found
        .iter()
        .map(|run| Ok(shown(subject, &app(subject, run)?, run)))
        .collect();
    Ok(Json(json!({"total_count": total, "check_runs": bodies?})))
}

/// The App whose installation asks.
fn own_app(subject: &Subject) -> Result<App, ApiError> {
    let grant = subject.viewer.grant.as_ref();
    let Some(TokenKind::Installation { installation, .. }) = grant.map(|grant| &grant.kind) else {
        subject.viewer.user()?;
        return Err(ApiError::NotAnApp);
    };
    subject.may_write("checks")?;
    let mut installed = subject.github.installations().into_iter();
    let installed = installed.find(|known| known.id == *installation);
    let app = installed.and_then(|installed| subject.github.apps.by_id(installed.app));
    app.ok_or(ApiError::NOT_FOUND)
}

fn app(subject: &Subject, run: &CheckRun) -> Result<App, ApiError> {
    subject
        .github
        .apps
        .by_id(run.app)
        .ok_or(ApiError::NOT_FOUND)
}

fn all(subject: &Subject) -> Result<Vec<CheckRun>, ApiError> {
    let all = subject
        .github
        .ledger(&subject.repo, |ledger| ledger.check_runs.clone());
    Ok(all?)
}

fn one(subject: &Subject, id: u64) -> Result<CheckRun, ApiError> {
    subject.may_read("checks")?;
    let number = number(subject, id);
    let mut all = all(subject)?.into_iter();
    let found = all.find(|run| Some(run.number) == number);
    found.ok_or(ApiError::NOT_FOUND)
}

/// Takes over what a request says of a run.
fn change(run: &mut CheckRun, input: &Input) -> Result<(), ApiError> {
    if let Some(name) = input.maybe("name")? {
        run.name = name.to_owned();
    }
    for (field, place) in [
        ("external_id", &mut run.external_id),
        ("details_url", &mut run.details_url),
    ] {
        if let Some(text) = input.maybe(field)? {
            *place = Some(text.to_owned());
        }
    }
    if let Some(status) = input.maybe("status")? {
        run.status = status.to_owned();
    }
    if let Some(at) = input.maybe("started_at")? {
        run.started_at = at.to_owned();
    }
    let conclusion = input.maybe("conclusion")?;
    if conclusion.is_none() && run.status == "completed" && run.conclusion.is_none() {
        return Err(unprocessable("\"conclusion\" wasn't supplied."));
    }
    if let Some(conclusion) = conclusion {
        if !CONCLUSIONS.contains(&conclusion) {
            return Err(ApiError::invalid("CheckRun", "conclusion", "invalid"));
        }
        run.conclusion = Some(conclusion.to_owned());
        run.status = "completed".to_owned();
        let now = timestamp(OffsetDateTime::now_utc().unix_timestamp());
        let at = input.maybe("completed_at")?.map_or(now, str::to_owned);
        run.completed_at = Some(at);
    } else if input
        .maybe("status")?
        .is_some_and(|status| status != "completed")
    {
        (run.conclusion, run.completed_at) = (None, None);
    }
    let output = input.get("output");
    let text = |name: &str| output[name].as_str().map(str::to_owned);
    if output.is_object() {
        let Some(summary) = text("summary") else {
            return Err(unprocessable("\"summary\" wasn't supplied."));
        };
        run.summary = Some(summary);
        run.title = text("title").or(run.title.take());
        run.text = text("text").or(run.text.take());
    }
    let annotations = output["annotations"].as_array();
    let annotations = annotations.map(Vec::as_slice).unwrap_or_default();
    if annotations.len() > ANNOTATIONS {
        return Err(unprocessable(
            "No more than 50 annotations are taken at once.",
        ));
    }
    run.annotations.extend_from_slice(annotations);
    Ok(())
}

/// GitHub's numbers are one row for all repositories.
fn id(subject: &Subject, number: u64) -> u64 {
    subject.repo.settings.id * 1_000_000 + number
}

fn number(subject: &Subject, id: u64) -> Option<u64> {
    id.checked_sub(subject.repo.settings.id * 1_000_000)
}

/// Of the runs of an App at a commit, which are one suite.
fn suite_id(subject: &Subject, run: &CheckRun) -> u64 {
    let first = all(subject).ok().and_then(|all| {
        let mut same = all.into_iter();
        same.find(|it| (it.app, &it.oid) == (run.app, &run.oid))
    });
    id(
        subject,
        500_000 + first.map_or(run.number, |first| first.number),
    )
}

/// GitHub's `check-run`.
fn shown(subject: &Subject, app: &App, run: &CheckRun) -> Value {
    let id = id(subject, run.number);
    let url = subject.api(&format!("/check-runs/{id}"));
    let page = subject.page(&format!("/runs/{id}"));
    json!({
        "id": id, "node_id": format!("CR_{id}"), "name": run.name, "head_sha": run.oid,
        "external_id": run.external_id.as_deref().unwrap_or_default(),
        "url": url, "html_url": page,
        "details_url": run.details_url.as_ref().unwrap_or(&app.url),
        "status": run.status, "conclusion": run.conclusion,
        "started_at": run.started_at, "completed_at": run.completed_at,
        "output": {
            "title": run.title, "summary": run.summary, "text": run.text,
            "annotations_count": run.annotations.len(),
            "annotations_url": format!("{url}/annotations"),
        },
        "check_suite": {"id": suite_id(subject, run)},
        "app": about(&subject.github, app),
        // Only those of branches of this repository, and here none: nobody may rely on them.
        "pull_requests": [],
    })
}

/// A suite as webhooks tell it.
fn suite(subject: &Subject, app: &App, run: &CheckRun) -> Value {
    let id = suite_id(subject, run);
    json!({
        "id": id, "node_id": format!("CS_{id}"), "head_branch": null, "head_sha": run.oid,
        "status": run.status, "conclusion": run.conclusion,
        "url": subject.api(&format!("/check-suites/{id}")),
        "before": null, "after": run.oid,
        "pull_requests": [],
        "app": about(&subject.github, app),
        "created_at": run.started_at, "updated_at": run.started_at,
        "latest_check_runs_count": 1,
        "check_runs_url": subject.api(&format!("/check-suites/{id}/check-runs")),
    })
}

/// Sends `check_run`.
fn tell(subject: &Subject, app: &App, run: &CheckRun, action: &str) {
    let mut shown = shown(subject, app, run);
    shown["check_suite"] = suite(subject, app, run);
    emit(
        subject,
        "check_run",
        json!({"action": action, "check_run": shown}),
    );
}

fn emit(subject: &Subject, event: &str, mut payload: Value) {
    let (github, repo) = (&subject.github, &subject.repo);
    payload["repository"] = super::repository_summary(github, repo, None);
    let sender = subject.viewer.user.as_ref();
    payload["sender"] = sender.map_or(Value::Null, |user| super::simple_user(&subject.url, user));
    let mut installed = github.installations().into_iter();
    if let Some(known) = installed.find(|known| known.covers(&repo.settings)) {
        payload["installation"] = json!({"id": known.id, "node_id": format!("I_{}", known.id)});
    }
    crate::webhook::emit(github, event, payload);
}
