//! The only place that talks HTTP: one function per route, typed by `shared::api`.

mod client;

use shared::api::{CreateFabric, FabricAnswer, InitGitops, Session, SnapshotAnswer, TokenSignIn};
use shared::fabric::FabricSpec;
use shared::report::Report;
use shared::snapshot::Snapshot;

use crate::model::draft::encode;
use crate::model::failure::Failure;

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
    client::post_for_nothing("/api/auth/logout").await
}

/// Reads a branch, and checks that what came is what its head holds.
pub async fn snapshot(spec: &FabricSpec) -> Result<(SnapshotAnswer, Snapshot), Failure> {
    let address = format!(
        "/api/snapshot?repository={}&branch={}&directory={}",
        encode(spec.git_repository.as_str()),
        encode(spec.branch.as_str()),
        encode(spec.gitops_directory.as_str())
    );
    let answer: SnapshotAnswer = client::get(&address).await?;
    let snapshot = verified(&answer)?;
    Ok((answer, snapshot))
}

/// Checks an answer's listings against its head.
pub fn verified(answer: &SnapshotAnswer) -> Result<Snapshot, Failure> {
    answer
        .verified()
        .map_err(|error| Failure::Unverified(error.to_string()))
}

/// Creates a fabric and initialises its directory.
pub async fn create(body: &CreateFabric) -> Result<FabricAnswer, Failure> {
    client::write("/api/fabrics", body).await
}

/// Reads a fabric.
pub async fn fabric(id: &str) -> Result<FabricAnswer, Failure> {
    client::get(&format!("/api/fabrics/{}", encode(id))).await
}

/// Initialises an existing fabric.
pub async fn initialise(id: &str, body: &InitGitops) -> Result<FabricAnswer, Failure> {
    client::write(&format!("/api/fabrics/{}/init-gitops", encode(id)), body).await
}

/// Reads a fabric's directory and judges it.
pub async fn validate(id: &str) -> Result<Report, Failure> {
    let route = format!("/api/fabrics/{}/validate-gitops", encode(id));
    client::post(&route, &serde_json::json!({})).await
}
