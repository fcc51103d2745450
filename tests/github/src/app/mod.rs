//! GitHub Apps: the sign-in page, codes and tokens, installations, and registering from a manifest.
//!
//! One App is there from the start, installed on everything of `acme`. Every App has the same key, which lies beside this
//! file, is public, and protects nothing.

#![allow(
    clippy::result_large_err,
    reason = "a refusal is the answer itself, made once a request"
)]

mod access_token;
mod authorize;
mod deliveries;
mod installation;
mod jwt;
mod manifest;
mod page;
mod store;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};

use crate::github::GitHub;
use crate::state::{Access, Installation, Selection, named};
pub(crate) use installation::{about, installation_body};
pub(crate) use store::{App, Apps};

/// The number of the App that is there from the start.
pub const APP_ID: u64 = 424_242;
/// What that App calls itself when people sign in.
pub const CLIENT_ID: &str = "Iv23standin";
/// With which it proves that; no secret.
pub const CLIENT_SECRET: &str = "standin-client-secret";
/// Its private key, in the form in which GitHub hands keys out.
pub const PRIVATE_KEY: &str = include_str!("private-key.pem");

/// What the App from the start is told, beside what GitHub tells every App.
const EVENTS: [&str; 7] = [
    "check_run",
    "check_suite",
    "deployment_status",
    "pull_request",
    "push",
    "repository",
    "status",
];

/// Where the App from the start is installed.
pub(crate) fn seeded_installation() -> Installation {
    Installation {
        id: 7_001,
        app: APP_ID,
        account: "acme".to_owned(),
        repositories: Selection::All,
        permissions: named(&[
            ("checks", Access::Write),
            ("contents", Access::Write),
            ("pull_requests", Access::Write),
            ("statuses", Access::Write),
        ]),
        suspended: false,
    }
}

/// The App that is there from the start. Where people come back to may be any address of this machine.
pub(crate) fn seeded() -> App {
    App {
        id: APP_ID,
        slug: "hedgerow-standin".to_owned(),
        name: "Hedgerow stand-in".to_owned(),
        owner: "acme".to_owned(),
        url: "http://localhost:8787".to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        callbacks: Vec::new(),
        permissions: named(&[
            ("checks", Access::Write),
            ("contents", Access::Write),
            ("deployments", Access::Read),
            ("metadata", Access::Read),
            ("pull_requests", Access::Write),
            ("statuses", Access::Write),
        ]),
        events: EVENTS.map(str::to_owned).to_vec(),
    }
}

/// The routes at GitHub's web address, and those of the API that an App itself is the caller of.
pub(crate) fn routes() -> Router<Arc<GitHub>> {
    let api = || {
        Router::new()
            .route("/app", get(installation::app))
            .route("/app/hook/deliveries", get(deliveries::list))
            .route(
                "/app/hook/deliveries/{id}/attempts",
                post(deliveries::attempt),
            )
            .route(
                "/app/installations/{id}/access_tokens",
                post(installation::token),
            )
            .route(
                "/repos/{owner}/{repo}/installation",
                get(installation::of_repository),
            )
            .route(
                "/repositories/{id}/installation",
                get(installation::of_repository_by_id),
            )
            .route("/applications/{client}/token", delete(access_token::revoke))
            .route("/app-manifests/{code}/conversions", post(manifest::convert))
    };
    Router::new()
        .route(
            "/login/oauth/authorize",
            get(authorize::ask).post(authorize::decide),
        )
        .route("/login/oauth/access_token", post(access_token::give))
        .route("/settings/apps/new", post(manifest::ask))
        .route("/settings/apps/new/decide", post(manifest::decide))
        .route(
            "/organizations/{organization}/settings/apps/new",
            post(manifest::ask),
        )
        .merge(api())
        .nest("/api/v3", api())
}
