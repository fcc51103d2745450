//! A public repository, read from the viewer's own browser: GitHub's REST API without signing in, 60 requests an hour.

use gloo_net::http::{RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::check::{Answered, BranchAnswer, CheckResult, SelfCheck};
use shared::fabric::FabricSpec;
use shared::git::{ObjectId, blob_id};
use shared::names::RepoName;
use shared::quote::url;
use web_sys::RequestCache;

use super::Branch;
use model::failure::Failure;
use model::github::{Listings, NamedBody, RepositoryBody, TreeBody};
use model::visitor_refusal;

/// Reads a branch as `GET /api/snapshot` would, as far as a visitor can.
pub async fn snapshot(api: &str, spec: &FabricSpec) -> Result<Branch, Failure> {
    let base = format!("{api}/repos/{}", url::path(spec.git_repository.as_str()));
    let repository: RepositoryBody = ask(&base).await?;
    let branch = ask::<BranchAnswer>(&format!(
        "{base}/branches/{}",
        url::path(spec.branch.as_str())
    ))
    .await;
    let branch = match branch {
        Err(failure) if failure.is_not_found() => None,
        other => Some(other?),
    };
    let mut listings = Listings::new(spec, branch.as_ref());
    while let Some(question) = listings.next() {
        let recursive = if question.recursive {
            "?recursive=1"
        } else {
            ""
        };
        let body: TreeBody = ask(&format!("{base}/git/trees/{}{recursive}", question.id)).await?;
        listings
            .add_tree(&question, body)
            .map_err(|error| Failure::Unverified(error.to_string()))?;
    }
    if listings.is_missing() {
        // Names only help: without them the rest counts.
        let named: Result<Vec<NamedBody>, _> = ask(&format!("{base}/branches?per_page=100")).await;
        listings.add_branches(named.unwrap_or_default());
    }
    let answer = listings.answer(&repository);
    let snapshot = super::verified(&answer)?;
    Ok((answer, snapshot))
}

#[derive(Deserialize)]
struct BlobBody {
    content: String,
}

/// Reads a file's text; none if it is not text. What came has to hash to `id`.
pub async fn blob(api: &str, repo: &RepoName, id: ObjectId) -> Result<Option<String>, Failure> {
    let base = format!("{api}/repos/{}", url::path(repo.as_str()));
    let body: BlobBody = ask(&format!("{base}/git/blobs/{id}")).await?;
    let text = body.content.replace('\n', "");
    let bytes = data_encoding::BASE64
        .decode(text.as_bytes())
        .map_err(|_| Failure::Unverified("the file does not decode".to_owned()))?;
    if blob_id(&bytes) != id {
        return Err(Failure::Unverified(format!(
            "the file does not hash to {id}"
        )));
    }
    Ok(String::from_utf8(bytes).ok())
}

async fn ask<T: DeserializeOwned>(address: &str) -> Result<T, Failure> {
    // GitHub lets browsers keep answers for a minute; a comparison needs the branch as it is.
    let request = RequestBuilder::new(address)
        .cache(RequestCache::NoStore)
        .header("Accept", "application/vnd.github+json");
    let request = request.build().map_err(|_| Failure::Network)?;
    let response = request.send().await.map_err(|_| Failure::Network)?;
    if !response.ok() {
        return Err(refusal(&response));
    }
    let status = response.status();
    let text = response.text().await.map_err(|_| Failure::Network)?;
    model::json::from_str(&text).map_err(|_| Failure::Unreadable(status))
}

fn refusal(response: &Response) -> Failure {
    let is_spent = response.headers().get("x-ratelimit-remaining").as_deref() == Some("0");
    visitor_refusal::refusal(response.status(), is_spent).into()
}

/// Lets a check ask GitHub until it has a verdict.
pub async fn check(api: &str, mut check: SelfCheck) -> Option<CheckResult> {
    while let Some(question) = check.question() {
        let answered = answered(&format!("{api}{question}")).await;
        check.answer(answered.as_ref());
    }
    check.verdict().cloned()
}

async fn answered(address: &str) -> Option<Answered> {
    let request = RequestBuilder::new(address)
        .cache(RequestCache::NoStore)
        .header("Accept", "application/vnd.github+json");
    let response = request.build().ok()?.send().await.ok()?;
    let number = |name: &str| response.headers().get(name)?.parse().ok();
    Some(Answered {
        status: response.status(),
        remaining: number("x-ratelimit-remaining"),
        reset: number("x-ratelimit-reset"),
        body: response.text().await.ok()?,
    })
}
