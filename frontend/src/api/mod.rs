//! The only place that talks HTTP: one function per route, typed by `shared::api`.

mod client;
mod early;
pub mod fabric_socket;
pub mod github;
pub mod repeatable;

use gloo_net::http::Method;
use shared::api::{
    ApprovedChange, BlobAnswer, BranchesAnswer, ChangeFabric, CreatedShare, FabricAnswer,
    FabricSummary, FabricsAnswer, ForgetFabric, Forgotten, HistoryAnswer, LooksAnswer, NewShare,
    PermissionAnswer, PlanAnswer, PlanRequest, RepairFabric, Repaired, RepositoriesAnswer,
    RepositoryWebhook, Session, SetPullRequestChecks, SharesAnswer, SnapshotAnswer, TokenSignIn,
    ValidateAnswer, ValidateGitops,
};
use shared::fabric::FabricSpec;
use shared::git::{ObjectId, blob_id};
use shared::names::RepoName;
use shared::quote::url;
use shared::record::PullRequestChecks;
use shared::snapshot::Snapshot;

use model::failure::Failure;

/// A branch as it was read, and its listings, verified.
pub type Branch = (SnapshotAnswer, Snapshot);

/// The answer to a write.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered<T> {
    pub body: T,
    /// What the request is called in the Worker's log.
    pub request_id: String,
}

impl<T> Answered<T> {
    /// The same with another body.
    pub fn map<U>(self, other: impl FnOnce(T) -> U) -> Answered<U> {
        Answered {
            body: other(self.body),
            request_id: self.request_id,
        }
    }
}

/// Who is signed in.
pub async fn session() -> Result<Session, Failure> {
    client::get("/api/session").await
}

/// Signs in with a token, which the Worker keeps and never gives back.
pub async fn sign_in(token: String) -> Result<Session, Failure> {
    client::post("/api/auth/token", &TokenSignIn { token }).await
}

pub async fn sign_out() -> Result<(), Failure> {
    client::for_nothing(Method::POST, "/api/auth/logout").await
}

/// Reads a branch, and checks that what came is what its head holds.
pub async fn snapshot(spec: &FabricSpec) -> Result<Branch, Failure> {
    let address = format!(
        "/api/snapshot?repository={}&branch={}&directory={}",
        url::path(spec.git_repository.as_str()),
        url::path(spec.branch.as_str()),
        url::path(spec.gitops_directory.as_str())
    );
    let answer: SnapshotAnswer = client::get(&address).await?;
    let snapshot = verified(&answer)?;
    Ok((answer, snapshot))
}

/// Reads a branch the way the person can: straight from GitHub's REST, or through Hedgerow.
pub async fn branch(github: Option<String>, spec: &FabricSpec) -> Result<Branch, Failure> {
    match github {
        Some(github) => github::snapshot(&github, spec).await,
        None => snapshot(spec).await,
    }
}

/// Checks an answer's listings against its head.
pub fn verified(answer: &SnapshotAnswer) -> Result<Snapshot, Failure> {
    answer
        .verified()
        .map_err(|error| Failure::Unverified(error.to_string()))
}

/// A page of the fabrics that the person may act on.
pub async fn fabrics(cursor: Option<&str>) -> Result<FabricsAnswer, Failure> {
    let cursor = cursor.map(|cursor| format!("?cursor={}", url::path(cursor)));
    client::get(&format!("/api/fabrics{}", cursor.unwrap_or_default())).await
}

/// All fabrics that the person may act on.
pub async fn all_fabrics() -> Result<Vec<FabricSummary>, Failure> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = fabrics(cursor.as_deref()).await?;
        all.extend(page.fabrics);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// A page of the repositories that the person can see.
pub async fn repositories(
    query: &str,
    cursor: Option<&str>,
) -> Result<RepositoriesAnswer, Failure> {
    let cursor = cursor.map(|cursor| format!("&cursor={}", url::path(cursor)));
    client::get(&format!(
        "/api/repositories?query={}{}",
        url::path(query),
        cursor.unwrap_or_default()
    ))
    .await
}

/// The branches of a repository whose names contain `query`.
pub async fn branches(repository: &str, query: &str) -> Result<BranchesAnswer, Failure> {
    client::get(&format!(
        "/api/branches?repository={}&query={}",
        url::path(repository),
        url::path(query)
    ))
    .await
}

/// Reads a file's text; none if it is not text or too long. What came has to hash to `id`.
pub async fn blob(repository: &RepoName, id: ObjectId) -> Result<Option<String>, Failure> {
    let address = format!(
        "/api/blob?repository={}&oid={id}",
        url::path(repository.as_str())
    );
    let answer: BlobAnswer = client::get(&address).await?;
    match answer.text {
        Some(text) if blob_id(text.as_bytes()) != id => Err(Failure::Unverified(format!(
            "the file does not hash to {id}"
        ))),
        text => Ok(text),
    }
}

pub async fn fabric(id: &str) -> Result<FabricAnswer, Failure> {
    client::get(&of_fabric(id, "")).await
}

/// What the person may do in a fabric's repository.
pub async fn permission(id: &str) -> Result<PermissionAnswer, Failure> {
    client::get(&of_fabric(id, "/permission")).await
}

/// When a fabric is looked at without a person.
pub async fn looks(id: &str) -> Result<LooksAnswer, Failure> {
    client::get(&of_fabric(id, "/looks")).await
}

/// What to type into GitHub's form for a webhook of a fabric's repository; only its administrators are told.
pub async fn webhook(id: &str) -> Result<RepositoryWebhook, Failure> {
    client::get(&of_fabric(id, "/webhook")).await
}

/// Reads a fabric, unless it is still what the tag stands for.
pub async fn changed_fabric(
    id: &str,
    tag: &str,
) -> Result<Option<(FabricAnswer, String)>, Failure> {
    client::get_changed(&of_fabric(id, ""), tag).await
}

/// Initialises an existing fabric.
pub async fn initialise(
    id: &str,
    body: &ApprovedChange,
) -> Result<Answered<FabricAnswer>, Failure> {
    client::write(Method::POST, &of_fabric(id, "/init-gitops"), body).await
}

/// Reads a fabric's directory and judges it.
pub async fn validate(id: &str) -> Result<ValidateAnswer, Failure> {
    client::post(&of_fabric(id, "/validate-gitops"), &serde_json::json!({})).await
}

/// The same, and what version `until` of the record tells as deleted was meant.
pub async fn deletions_were_meant(id: &str, until: u64) -> Result<ValidateAnswer, Failure> {
    let body = ValidateGitops {
        deletions_meant_until: Some(until),
    };
    client::post(&of_fabric(id, "/validate-gitops"), &body).await
}

/// Plans a change of a fabric; writes nothing.
pub async fn plan(body: &PlanRequest) -> Result<PlanAnswer, Failure> {
    client::post("/api/plan", body).await
}

/// Repairs a fabric's directory.
pub async fn repair(id: &str, body: &RepairFabric) -> Result<Answered<Repaired>, Failure> {
    client::write(Method::POST, &of_fabric(id, "/repair"), body).await
}

/// Renames or moves a fabric.
pub async fn change(id: &str, body: &ChangeFabric) -> Result<Answered<FabricAnswer>, Failure> {
    client::write(Method::PATCH, &of_fabric(id, ""), body).await
}

/// Sets how the pull requests are checked that touch a fabric.
pub async fn set_pull_request_checks(
    id: &str,
    how: PullRequestChecks,
) -> Result<FabricAnswer, Failure> {
    let body = SetPullRequestChecks {
        pull_request_checks: how,
    };
    client::patch(&of_fabric(id, ""), &body).await
}

/// Forgets a fabric, with or without its files.
pub async fn forget(id: &str, body: &ForgetFabric) -> Result<Answered<Forgotten>, Failure> {
    client::write(Method::DELETE, &of_fabric(id, ""), body).await
}

/// The share links of a fabric.
pub async fn shares(id: &str) -> Result<SharesAnswer, Failure> {
    client::get(&of_fabric(id, "/shares")).await
}

/// Makes a share link; its address is in this answer and in no other.
pub async fn share(id: &str, body: &NewShare) -> Result<CreatedShare, Failure> {
    client::post(&of_fabric(id, "/shares"), body).await
}

/// Revokes a share link.
pub async fn revoke(id: &str, share: &str) -> Result<(), Failure> {
    let route = of_fabric(id, &format!("/shares/{}", url::component(share)));
    client::for_nothing(Method::DELETE, &route).await
}

/// What was done to a fabric.
pub async fn history(id: &str) -> Result<HistoryAnswer, Failure> {
    client::get(&of_fabric(id, "/history")).await
}

/// A route of a fabric.
fn of_fabric(id: &str, below: &str) -> String {
    format!("/api/fabrics/{}{below}", url::component(id))
}
