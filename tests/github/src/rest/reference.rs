//! `git/ref` and `git/refs`: references read, created, moved and deleted.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query};
use axum::http::{HeaderMap, StatusCode};
use git2::{ObjectType, Oid, Reference, Repository};
use serde_json::{Value, json};

use super::input::{Input, oid};
use super::pagination::Page;
use super::subject::Subject;
use crate::git::incoming::incoming;
use crate::git::reference::{UpdateError, compare_and_swap, read, read_now};
use crate::state::{Incoming, NodeId, RefChange};
use crate::web::ApiError;

type Name = Path<(String, String, String)>;

pub(super) async fn show(
    subject: Subject,
    Path((_, _, name)): Name,
) -> Result<Json<Value>, ApiError> {
    let objects = subject.objects()?;
    let name = format!("refs/{name}");
    let target = read(&objects, &name)?.ok_or(ApiError::NOT_FOUND)?;
    Ok(Json(body(&subject, &objects, &name, target)?))
}

/// `git/matching-refs/{prefix}`: the references whose full name starts so; none is an empty list. `git/refs/` lists all.
pub(super) async fn matching(
    subject: Subject,
    Path(names): Path<HashMap<String, String>>,
    OriginalUri(asked): OriginalUri,
    Query(page): Query<Page>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    let objects = subject.objects()?;
    let prefix = names.get("name").map_or("", String::as_str);
    let prefix = format!("refs/{prefix}");
    let mut found = Vec::new();
    for name in objects.references()?.names() {
        let name = name?;
        if name.starts_with(&prefix)
            && let Some(target) = read(&objects, name)?
        {
            found.push((name.to_owned(), target));
        }
    }
    found.sort();
    let (headers, found) = page.below(found, &subject, &asked);
    let bodies = found
        .iter()
        .map(|(name, target)| body(&subject, &objects, name, *target));
    Ok((headers, Json(bodies.collect::<Result<_, _>>()?)))
}

pub(super) async fn create(
    subject: Subject,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.writable()?;
    let objects = subject.objects()?;
    let input = Input::parse(&request)?;
    let name = input.text("ref")?;
    if !name.starts_with("refs/") || name.split('/').count() < 3 || !Reference::is_valid_name(name)
    {
        return Err(refused(&format!("{name} is not a valid ref name.")));
    }
    let target = target(&objects, name, &input)?;
    if read(&objects, name)?.is_some() {
        return Err(refused("Reference already exists"));
    }
    let commits = brought(&objects, target)?;
    subject.unguarded(name, RefChange::Create, &commits)?;
    match compare_and_swap(&objects, name, None, Some(target)) {
        Ok(()) => {}
        Err(UpdateError::Moved) => return Err(refused("Reference already exists")),
        // A branch `a` and a branch `a/b` cannot both be.
        Err(UpdateError::Git(_)) => return Err(refused("Reference update failed")),
    }
    let body = body(&subject, &objects, name, target)?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// Moves a reference. Without `force` the new commit must contain the old one: no compare-and-swap, for a branch
/// that was moved back to an ancestor in the meantime is moved anyway.
pub(super) async fn update(
    subject: Subject,
    Path((_, _, name)): Name,
    request: Bytes,
) -> Result<Json<Value>, ApiError> {
    subject.writable()?;
    let objects = subject.objects()?;
    let input = Input::parse(&request)?;
    let name = format!("refs/{name}");
    let target = target(&objects, &name, &input)?;
    loop {
        let old = read_now(&objects, &name)?.ok_or_else(absent)?;
        let change = change(&objects, old, target)?;
        if change == RefChange::Force && !input.is_true("force") {
            return Err(refused("Update is not a fast forward"));
        }
        subject.unguarded(&name, change, &brought(&objects, target)?)?;
        match compare_and_swap(&objects, &name, Some(old), Some(target)) {
            Ok(()) => return Ok(Json(body(&subject, &objects, &name, target)?)),
            Err(UpdateError::Moved) => continue,
            Err(UpdateError::Git(error)) => return Err(error.into()),
        }
    }
}

pub(super) async fn delete(
    subject: Subject,
    Path((_, _, name)): Name,
) -> Result<StatusCode, ApiError> {
    subject.writable()?;
    let objects = subject.objects()?;
    let name = format!("refs/{name}");
    subject.unguarded(&name, RefChange::Delete, &[])?;
    let old = read(&objects, &name)?.ok_or_else(absent)?;
    match compare_and_swap(&objects, &name, Some(old), None) {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(UpdateError::Moved) => Err(refused("Reference update failed")),
        Err(UpdateError::Git(error)) => Err(error.into()),
    }
}

fn change(objects: &Repository, old: Oid, new: Oid) -> Result<RefChange, ApiError> {
    // Tags may point to anything; only commits have descendants.
    let is_forward = old == new || objects.graph_descendant_of(new, old).unwrap_or(false);
    Ok(match is_forward {
        true => RefChange::FastForward,
        false => RefChange::Force,
    })
}

/// Reads the new target, which must exist; a branch points to a commit.
fn target(objects: &Repository, name: &str, input: &Input) -> Result<Oid, ApiError> {
    let kind = name
        .starts_with("refs/heads/")
        .then_some(ObjectType::Commit);
    let target = oid(input.text("sha")?);
    let target = target.filter(|target| objects.find_object(*target, kind).is_ok());
    target.ok_or_else(|| refused("Object does not exist"))
}

/// The commits that a reference to `target` would bring; a tag may point to anything.
fn brought(objects: &Repository, target: Oid) -> Result<Vec<Incoming>, ApiError> {
    match objects.find_commit(target) {
        Ok(_) => Ok(incoming(objects, target)?),
        Err(_) => Ok(Vec::new()),
    }
}

fn refused(message: &str) -> ApiError {
    ApiError::Unprocessable(message.to_owned())
}

fn absent() -> ApiError {
    refused("Reference does not exist")
}

fn body(
    subject: &Subject,
    objects: &Repository,
    name: &str,
    target: Oid,
) -> Result<Value, ApiError> {
    let kind = objects.find_object(target, None)?.kind();
    let kind = kind.map_or("commit", |kind| kind.str());
    Ok(json!({
        "ref": name,
        "node_id": NodeId::Ref(subject.repo.settings.id, name.to_owned()).encode(),
        "url": subject.api(&format!("/git/{name}")),
        "object": {
            "type": kind,
            "sha": target.to_string(),
            "url": subject.api(&format!("/git/{kind}s/{target}")),
        },
    }))
}
