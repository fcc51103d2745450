//! `GET` and `POST /repos/{owner}/{repo}/git/commits`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use git2::{Commit, Oid, Signature};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::account::simple;
use super::input::{Input, oid, unprocessable};
use super::subject::Subject;
use crate::git::commit::{self, NewCommit, Person};
use crate::state::ObjectKind;
use crate::web::{ApiError, timestamp};

pub(super) async fn show(
    subject: Subject,
    Path((_, _, sha)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    let objects = subject.objects()?;
    let oid = oid(&sha).ok_or(ApiError::NOT_FOUND)?;
    let commit = objects.find_commit(oid).map_err(|_| ApiError::NOT_FOUND)?;
    Ok(Json(body(&subject, &commit)))
}

pub(super) async fn create(
    subject: Subject,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.writable()?;
    let objects = subject.objects()?;
    let input = Input::parse(&request)?;
    let refused = |problem: &str| ApiError::Unprocessable(problem.to_owned());
    let tree = oid(input.text("tree")?).filter(|tree| objects.find_tree(*tree).is_ok());
    let tree = tree.ok_or_else(|| refused("Tree SHA does not exist"))?;
    let mut parents: Vec<Oid> = Vec::new();
    for parent in input.get("parents").as_array().into_iter().flatten() {
        let parent = parent.as_str().and_then(oid);
        let parent = parent.filter(|parent| objects.find_commit(*parent).is_ok());
        let problem = "Parent SHA does not exist or is not a commit object";
        parents.push(parent.ok_or_else(|| refused(problem))?);
    }
    let user = subject.viewer.user()?;
    let author = person(input.get("author"), Person::now(&user.name, user.email()))?;
    let committer = person(input.get("committer"), author.clone())?;
    let commit = NewCommit {
        tree,
        parents: &parents,
        message: input.text("message")?,
        author: &author,
        committer: &committer,
    };
    let oid = commit::create(&objects, &commit)?;
    let commit = objects.find_commit(oid)?;
    Ok((StatusCode::CREATED, Json(body(&subject, &commit))))
}

/// Reads `{name, email, date?}`; nothing stands for `usual`.
pub(super) fn person(given: &Value, usual: Person) -> Result<Person, ApiError> {
    if given.is_null() {
        return Ok(usual);
    }
    let (Some(name), Some(email)) = (given["name"].as_str(), given["email"].as_str()) else {
        return Err(unprocessable("\"name\" and \"email\" weren't supplied."));
    };
    let mut person = Person::now(name, email);
    if let Some(date) = given["date"].as_str() {
        let date = OffsetDateTime::parse(date, &Rfc3339);
        let date = date.map_err(|_| unprocessable("\"date\" is not a date."))?;
        person.seconds = date.unix_timestamp();
        person.offset_minutes = i32::from(date.offset().whole_minutes());
    }
    Ok(person)
}

/// Returns GitHub's `git-commit`.
pub(super) fn body(subject: &Subject, commit: &Commit<'_>) -> Value {
    let sha = commit.id();
    let mut body = details(subject, commit);
    body["sha"] = json!(sha.to_string());
    body["node_id"] = json!(subject.object_id(ObjectKind::Commit, sha));
    body["html_url"] = json!(subject.page(&format!("/commit/{sha}")));
    body["parents"] = parents(subject, commit, "/git/commits");
    body
}

/// Returns GitHub's `commit`, as branches, lists and comparisons have it.
pub(super) fn listed(subject: &Subject, commit: &Commit<'_>) -> Value {
    let sha = commit.id();
    let mut inner = details(subject, commit);
    inner["comment_count"] = json!(0);
    json!({
        "sha": sha.to_string(),
        "node_id": subject.object_id(ObjectKind::Commit, sha),
        "commit": inner,
        "url": subject.api(&format!("/commits/{sha}")),
        "html_url": subject.page(&format!("/commit/{sha}")),
        "comments_url": subject.api(&format!("/commits/{sha}/comments")),
        "author": account(subject, &commit.author()),
        "committer": account(subject, &commit.committer()),
        "parents": parents(subject, commit, "/commits"),
    })
}

/// Returns the account that GitHub finds by the address in a commit.
fn account(subject: &Subject, person: &Signature<'_>) -> Value {
    let user = subject.github.user_of_address(person.email_bytes());
    user.map_or(Value::Null, |user| simple(&subject.url, &user))
}

/// Returns what every form of a commit tells.
pub(super) fn details(subject: &Subject, commit: &Commit<'_>) -> Value {
    let tree = commit.tree_id();
    let sha = commit.id();
    json!({
        "url": subject.api(&format!("/git/commits/{sha}")),
        "author": shown(&commit.author()),
        "committer": shown(&commit.committer()),
        "message": String::from_utf8_lossy(commit.message_raw_bytes()),
        "tree": {"sha": tree.to_string(), "url": subject.api(&format!("/git/trees/{tree}"))},
        "verification": {
            "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null,
        },
    })
}

pub(super) fn parents(subject: &Subject, commit: &Commit<'_>, below: &str) -> Value {
    let parents = commit.parent_ids().map(|sha| {
        json!({
            "sha": sha.to_string(),
            "url": subject.api(&format!("{below}/{sha}")),
            "html_url": subject.page(&format!("/commit/{sha}")),
        })
    });
    parents.collect()
}

fn shown(person: &Signature<'_>) -> Value {
    json!({
        "name": String::from_utf8_lossy(person.name_bytes()),
        "email": String::from_utf8_lossy(person.email_bytes()),
        "date": timestamp(person.when().seconds()),
    })
}
