//! `PUT` and `DELETE /repos/{owner}/{repo}/contents/{path}`: one commit a file, and the only way into an empty
//! repository.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use git2::{ObjectType, Oid, Repository};
use serde_json::{Value, json};

use super::blob::decode;
use super::commit::{body, person};
use super::contents::Place;
use super::input::Input;
use super::subject::Subject;
use crate::git::commit::{NewCommit, Person, create};
use crate::git::edit::{Edit, EditError, Occupied, apply};
use crate::git::path;
use crate::git::reference::{UpdateError, compare_and_swap, read};
use crate::state::{Incoming, RefChange, Refusal};
use crate::web::ApiError;

type Name = Path<(String, String, String)>;

/// Writes one file. A file that is there already has to be named by its blob's id.
pub(super) async fn put(
    subject: Subject,
    Path((_, _, path)): Name,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.writable()?;
    let input = Input::parse(&request)?;
    input.text("message")?;
    let content = decode(input.text("content")?)?;
    check(&path)?;
    subject.may_touch(&path)?;
    let start = Start::find(&subject, &input)?;
    let known = start.blob(&path)?;
    match (known, input.maybe("sha")?) {
        (Some(_), None) => {
            let problem = "Invalid request.\n\n\"sha\" wasn't supplied.";
            return Err(ApiError::Unprocessable(problem.to_owned()));
        }
        (Some(known), Some(sha)) if known.to_string() != sha => {
            return Err(ApiError::Conflict(format!("{path} does not match {sha}")));
        }
        _ => {}
    }
    let oid = start.objects.blob(&content)?;
    let verb = if known.is_some() { "update" } else { "create" };
    let commit = start.commit(
        &subject,
        &input,
        &path,
        Edit::Put {
            mode: 0o100644,
            oid,
        },
        verb,
    )?;
    let place = Place {
        subject: &subject,
        revision: &start.branch,
    };
    let answer = json!({
        "content": place.entry(&path, "file", oid, content.len()),
        "commit": commit,
    });
    let status = match known {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    Ok((status, Json(answer)))
}

/// Deletes one file, which has to be named by its blob's id.
pub(super) async fn delete(
    subject: Subject,
    Path((_, _, path)): Name,
    Query(query): Query<BTreeMap<String, String>>,
    request: Bytes,
) -> Result<Json<Value>, ApiError> {
    subject.writable()?;
    // Clients that send no body with DELETE put the fields into the query.
    let input = match request.is_empty() {
        true => Input::parse(json!(query).to_string().as_bytes())?,
        false => Input::parse(&request)?,
    };
    input.text("message")?;
    let sha = input.text("sha")?;
    check(&path)?;
    subject.may_touch(&path)?;
    let start = Start::find(&subject, &input)?;
    let known = start.blob(&path)?.ok_or(ApiError::NOT_FOUND)?;
    if known.to_string() != sha {
        return Err(ApiError::Conflict(format!("{path} does not match {sha}")));
    }
    let commit = start.commit(&subject, &input, &path, Edit::Remove, "delete")?;
    Ok(Json(json!({"content": null, "commit": commit})))
}

fn check(path: &str) -> Result<(), ApiError> {
    path::check(path).map_err(|error| ApiError::Unprocessable(error.to_string()))
}

/// The branch that is written to, as it is now.
struct Start {
    objects: Repository,
    branch: String,
    head: Option<Oid>,
}

impl Start {
    /// Finds the branch, which only an empty repository may lack: there the first commit makes the default branch.
    fn find(subject: &Subject, input: &Input) -> Result<Self, ApiError> {
        let usual = subject.repo.settings.default_branch.as_str();
        let branch = input.maybe("branch")?.unwrap_or(usual);
        let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        let objects = subject.repo.open()?;
        let head = read(&objects, &format!("refs/heads/{branch}"))?;
        let is_first = branch == usual && subject.repo.is_empty()?;
        if head.is_none() && !is_first {
            return Err(ApiError::Absent(format!("Branch {branch} not found")));
        }
        Ok(Start {
            objects,
            branch: branch.to_owned(),
            head,
        })
    }

    fn blob(&self, path: &str) -> Result<Option<Oid>, ApiError> {
        let Some(head) = self.head else {
            return Ok(None);
        };
        let tree = self.objects.find_commit(head)?.tree()?;
        let entry = tree.get_path(std::path::Path::new(path)).ok();
        Ok(entry
            .filter(|entry| entry.kind() == Some(ObjectType::Blob))
            .map(|entry| entry.id()))
    }

    fn commit(
        &self,
        subject: &Subject,
        input: &Input,
        path: &str,
        edit: Edit,
        verb: &str,
    ) -> Result<Value, ApiError> {
        let name = format!("refs/heads/{}", self.branch);
        let change = match self.head {
            Some(_) => RefChange::FastForward,
            None => RefChange::Create,
        };
        let brought = Incoming {
            message: input.text("message")?.to_owned(),
            paths: vec![path.to_owned()],
            ..Incoming::default()
        };
        match subject.refusal(&name, change, &[brought]) {
            Some(Refusal::Rules(message)) => return Err(ApiError::RuleViolation(message)),
            // The words around the reason are inferred.
            Some(Refusal::Protection(message)) => {
                return Err(ApiError::Conflict(format!(
                    "Could not {verb} file: {message}"
                )));
            }
            None => {}
        }
        let objects = &self.objects;
        let base = match self.head {
            Some(head) => Some(objects.find_commit(head)?.tree_id()),
            None => None,
        };
        let edits = BTreeMap::from([(path.to_owned(), edit)]);
        let tree = apply(objects, base, &edits, Occupied::Refuse).map_err(|error| match error {
            EditError::Git(error) => ApiError::Git(error),
            other => ApiError::Unprocessable(other.to_string()),
        })?;
        let user = subject.viewer.user()?;
        let committer = person(
            input.get("committer"),
            Person::now(&user.name, user.email()),
        )?;
        let author = person(input.get("author"), committer.clone())?;
        let commit = NewCommit {
            tree,
            parents: self.head.as_slice(),
            message: input.text("message")?,
            author: &author,
            committer: &committer,
        };
        let oid = create(objects, &commit)?;
        compare_and_swap(objects, &name, self.head, Some(oid)).map_err(|error| match error {
            UpdateError::Moved => {
                let expected = self.head.map(|head| head.to_string()).unwrap_or_default();
                let now = read(objects, &name).ok().flatten();
                let now = now.map(|now| now.to_string()).unwrap_or_default();
                ApiError::Conflict(format!("is at {now} but expected {expected}"))
            }
            UpdateError::Git(error) => error.into(),
        })?;
        let commit = objects.find_commit(oid)?;
        Ok(body(subject, &commit))
    }
}
