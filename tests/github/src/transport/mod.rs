//! Clone, fetch and push: git's smart HTTP, served by git itself.

mod access;
mod backend;
mod push;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Request, Response};
use axum::routing::{get, post};

use crate::github::GitHub;
use access::{Denied, Service};
pub(crate) use push::install as install_hook;

/// The three requests of the protocol, below `/{owner}/{name}.git`; `.git` may be left out.
pub(crate) fn routes() -> Router<Arc<GitHub>> {
    Router::new()
        .route("/{owner}/{name}/info/refs", get(advertise))
        .route("/{owner}/{name}/git-upload-pack", post(fetch))
        .route("/{owner}/{name}/git-receive-pack", post(receive))
}

type Name = Path<(String, String)>;
type Shared = State<Arc<GitHub>>;

/// Lists the references, before a fetch or a push.
async fn advertise(
    State(github): Shared,
    Path((owner, name)): Name,
    request: Request<Body>,
) -> Result<Response<Body>, Denied> {
    let service = match request.uri().query() {
        Some("service=git-receive-pack") => Service::Push,
        _ => Service::Fetch,
    };
    let (repo, login, _) = access::check(&github, &owner, &name, request.headers(), service)?;
    let call = backend::Call::new(&github, &repo, login.as_deref(), "/info/refs", &request);
    backend::run(call, Bytes::new()).await
}

async fn fetch(
    State(github): Shared,
    Path((owner, name)): Name,
    request: Request<Body>,
) -> Result<Response<Body>, Denied> {
    let (repo, login, _) =
        access::check(&github, &owner, &name, request.headers(), Service::Fetch)?;
    let call = backend::Call::new(
        &github,
        &repo,
        login.as_deref(),
        "/git-upload-pack",
        &request,
    );
    backend::run(call, whole(request).await?).await
}

async fn receive(
    State(github): Shared,
    Path((owner, name)): Name,
    request: Request<Body>,
) -> Result<Response<Body>, Denied> {
    let (repo, login, role) =
        access::check(&github, &owner, &name, request.headers(), Service::Push)?;
    let mut call = backend::Call::new(
        &github,
        &repo,
        login.as_deref(),
        "/git-receive-pack",
        &request,
    );
    let body = whole(request).await?;
    push::guard(&repo, role, &body, &mut call);
    backend::run(call, body).await
}

async fn whole(request: Request<Body>) -> Result<Bytes, Denied> {
    let body = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    body.map_err(|error| Denied::Io(std::io::Error::other(error)))
}
