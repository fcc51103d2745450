//! The only place that talks HTTP: one function per route, typed by `shared::api`.

mod client;
mod early;
pub mod github;
pub mod live;
pub mod repeatable;

use gloo_net::http::Method;
use shared::api::{
    ApprovedChange, BlobAnswer, BranchesAnswer, ChangeFabric, CreateFabric, CreatedShare,
    FabricAnswer, FabricsAnswer, ForgetFabric, Forgotten, HistoryAnswer, NewShare,
    PermissionAnswer, PlanAnswer, PlanRequest, RepairFabric, Repaired, RepositoriesAnswer, Session,
    SharesAnswer, SnapshotAnswer, TokenSignIn, ValidateAnswer,
};
use shared::fabric::FabricSpec;
use shared::git::{ObjectId, blob_id};
use shared::names::RepoName;
use shared::quote::url;
use shared::snapshot::Snapshot;

use crate::model::failure::Failure;

/// A branch as it was read, and its listings, verified.
pub type Branch = (SnapshotAnswer, Snapshot);

/// A fabric that was created.
#[derive(Clone, Debug, PartialEq)]
pub struct Created {
    /// Its record, and what was done.
    pub answer: FabricAnswer,
    /// What the request is called in the Worker's log.
    pub request: String,
}

/// Who is signed in.
pub async fn session() -> Result<Session, Failure> {
    client::get("/api/session").await
}

/// Signs in with a token, which the Worker keeps and never gives back.
pub async fn sign_in(token: String) -> Result<Session, Failure> {
    client::post("/api/auth/token", &TokenSignIn { token }).await
}

/// Signs out.
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

/// Reads a branch as whoever looks at it can: straight from GitHub, at its REST address, or through Hedgerow.
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

/// Creates a fabric and initialises its directory; the answer comes with what the request is called.
pub async fn create_named(body: &CreateFabric) -> Result<Created, Failure> {
    let (answer, request) = client::write_named(Method::POST, "/api/fabrics", body).await?;
    Ok(Created { answer, request })
}

/// A page of the fabrics that the person may act on.
pub async fn fabrics(cursor: Option<&str>) -> Result<FabricsAnswer, Failure> {
    let cursor = cursor.map(|cursor| format!("?cursor={}", url::path(cursor)));
    client::get(&format!("/api/fabrics{}", cursor.unwrap_or_default())).await
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

/// Reads a file's text; none where it is no text or too long. What came has to hash to `id`.
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

/// Reads a fabric.
pub async fn fabric(id: &str) -> Result<FabricAnswer, Failure> {
    client::get(&format!("/api/fabrics/{}", url::component(id))).await
}

/// What the person may do in a fabric's repository.
pub async fn permission(id: &str) -> Result<PermissionAnswer, Failure> {
    client::get(&format!("/api/fabrics/{}/permission", url::component(id))).await
}

/// Reads a fabric, unless it is still what the tag stands for.
pub async fn changed_fabric(
    id: &str,
    tag: &str,
) -> Result<Option<(FabricAnswer, String)>, Failure> {
    client::get_changed(&format!("/api/fabrics/{}", url::component(id)), tag).await
}

/// Initialises an existing fabric; the answer comes with what the request is called.
pub async fn initialise_named(
    id: &str,
    body: &ApprovedChange,
) -> Result<(FabricAnswer, String), Failure> {
    let route = format!("/api/fabrics/{}/init-gitops", url::component(id));
    client::write_named(Method::POST, &route, body).await
}

/// Reads a fabric's directory and judges it.
pub async fn validate(id: &str) -> Result<ValidateAnswer, Failure> {
    let route = format!("/api/fabrics/{}/validate-gitops", url::component(id));
    client::post(&route, &serde_json::json!({})).await
}

/// Plans a change of a fabric; writes nothing.
pub async fn plan(body: &PlanRequest) -> Result<PlanAnswer, Failure> {
    client::post("/api/plan", body).await
}

/// Repairs a fabric's directory; the answer comes with what the request is called.
pub async fn repair(id: &str, body: &RepairFabric) -> Result<(Repaired, String), Failure> {
    let route = format!("/api/fabrics/{}/repair", url::component(id));
    client::write_named(Method::POST, &route, body).await
}

/// Renames or moves a fabric; the answer comes with what the request is called.
pub async fn change(id: &str, body: &ChangeFabric) -> Result<(FabricAnswer, String), Failure> {
    client::write_named(
        Method::PATCH,
        &format!("/api/fabrics/{}", url::component(id)),
        body,
    )
    .await
}

/// Forgets a fabric, with or without its files.
pub async fn forget(id: &str, body: &ForgetFabric) -> Result<Forgotten, Failure> {
    client::write(
        Method::DELETE,
        &format!("/api/fabrics/{}", url::component(id)),
        body,
    )
    .await
}

/// The share links of a fabric.
pub async fn shares(id: &str) -> Result<SharesAnswer, Failure> {
    client::get(&format!("/api/fabrics/{}/shares", url::component(id))).await
}

/// Makes a share link; its address is in this answer and in no other.
pub async fn share(id: &str, body: &NewShare) -> Result<CreatedShare, Failure> {
    client::post(&format!("/api/fabrics/{}/shares", url::component(id)), body).await
}

/// Revokes a share link.
pub async fn revoke(id: &str, share: &str) -> Result<(), Failure> {
    let route = format!(
        "/api/fabrics/{}/shares/{}",
        url::component(id),
        url::component(share)
    );
    client::for_nothing(Method::DELETE, &route).await
}

/// What was done to a fabric.
pub async fn history(id: &str) -> Result<HistoryAnswer, Failure> {
    client::get(&format!("/api/fabrics/{}/history", url::component(id))).await
}
