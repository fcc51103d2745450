//! Registering an App from a manifest: one page with one button, and a code that gives the App's secrets, once.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::json;

use super::installation::about;
use super::page::{escape, hidden, page, redirect, with_query};
use super::store::{App, random};
use crate::github::GitHub;
use crate::state::Access;

type Shared = State<Arc<GitHub>>;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    manifest: String,
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
pub(super) struct StateOnly {
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    url: String,
    redirect_url: String,
    #[serde(default)]
    callback_urls: Vec<String>,
    #[serde(default)]
    default_permissions: BTreeMap<String, Access>,
    #[serde(default)]
    default_events: Vec<String>,
}

/// Shows what would be registered.
pub(super) async fn ask(Query(query): Query<StateOnly>, Form(asked): Form<Asked>) -> Response {
    let manifest: Manifest = match serde_json::from_str(&asked.manifest) {
        Ok(manifest) => manifest,
        Err(error) => {
            let text = format!(
                "<p>The manifest cannot be read: {}</p>",
                escape(&error.to_string())
            );
            return page(StatusCode::UNPROCESSABLE_ENTITY, "Invalid manifest", &text);
        }
    };
    let permissions: String = manifest
        .default_permissions
        .iter()
        .map(|(name, access)| format!("<li>{}: {access:?}</li>", escape(name)))
        .collect();
    let state = if query.state.is_empty() {
        &asked.state
    } else {
        &query.state
    };
    let body = format!(
        "<p>Creates <b>{}</b> with:</p><ul>{permissions}</ul>\
         <form method=\"post\" action=\"/settings/apps/new/decide\">{}{}\
         <button>Create GitHub App</button></form>",
        escape(&manifest.name),
        hidden("manifest", &asked.manifest),
        hidden("state", state),
    );
    page(StatusCode::OK, "Create GitHub App", &body)
}

/// Sends the operator back with the code.
pub(super) async fn decide(State(github): Shared, Form(asked): Form<Asked>) -> Response {
    let Ok(manifest) = serde_json::from_str::<Manifest>(&asked.manifest) else {
        return page(StatusCode::UNPROCESSABLE_ENTITY, "Invalid manifest", "");
    };
    let code = random("");
    let slug = manifest.name.to_lowercase().replace(' ', "-");
    let mut apps = github.apps.lock();
    let app = App {
        id: 500_000 + apps.apps.len() as u64,
        slug,
        name: manifest.name,
        owner: "ada".to_owned(),
        url: manifest.url,
        client_id: random("Iv23"),
        client_secret: random(""),
        callbacks: manifest.callback_urls,
        permissions: manifest.default_permissions,
        events: manifest.default_events,
    };
    apps.manifests.insert(code.clone(), app);
    redirect(&with_query(
        &manifest.redirect_url,
        &[("code", &code), ("state", &asked.state)],
    ))
}

/// `POST /app-manifests/{code}/conversions`: registers the App and gives its secrets, once.
pub(super) async fn convert(
    State(github): Shared,
    Path(code): Path<String>,
    _headers: HeaderMap,
) -> Response {
    let mut apps = github.apps.lock();
    let Some(app) = apps.manifests.remove(&code) else {
        let body = json!({"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"});
        return (StatusCode::NOT_FOUND, Json(body)).into_response();
    };
    apps.apps.push(app.clone());
    drop(apps);
    let mut body = about(&github, &app);
    body["client_secret"] = json!(app.client_secret);
    body["webhook_secret"] = json!(random(""));
    body["pem"] = json!(super::PRIVATE_KEY);
    (StatusCode::CREATED, Json(body)).into_response()
}
