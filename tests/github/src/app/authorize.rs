//! `/login/oauth/authorize`: the page on which a person lets an App act for them.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::page::{escape, hidden, page, redirect, with_query};
use super::store::{Code, now_s, random};
use crate::github::GitHub;

/// Who can be chosen, and what they may do.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("admin", "ada", "may push to every repository"),
    ("reader", "rhea", "may only read"),
    ("outsider", "otto", "sees public repositories only"),
];

/// What an App asks for.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Asked {
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    state: String,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    /// Who said yes; only in the form.
    login: Option<String>,
}

type Shared = State<Arc<GitHub>>;

/// Shows who can be chosen.
pub(super) async fn ask(State(github): Shared, Query(asked): Query<Asked>) -> Response {
    let app = match checked(&github, &asked) {
        Ok(app) => app,
        Err(refusal) => return *refusal,
    };
    let fields = [
        ("client_id", Some(&asked.client_id)),
        ("redirect_uri", Some(&asked.redirect_uri)),
        ("state", Some(&asked.state)),
        ("code_challenge", asked.code_challenge.as_ref()),
        (
            "code_challenge_method",
            asked.code_challenge_method.as_ref(),
        ),
    ];
    let fields: String = fields
        .into_iter()
        .filter_map(|(name, value)| Some(hidden(name, value?)))
        .collect();
    let people: String = PEOPLE
        .iter()
        .map(|(role, login, may)| {
            format!("<button name=\"login\" value=\"{login}\"><b>{role}</b> <small>{login}, {may}</small></button>")
        })
        .collect();
    let body = format!(
        "<p>{} wants to act for you. This is a stand-in for GitHub: choose who you are.</p>\
         <form method=\"post\" action=\"/login/oauth/authorize\">{fields}{people}\
         <button name=\"login\" value=\"\">Cancel</button></form>",
        escape(&app)
    );
    page(StatusCode::OK, "Authorize", &body)
}

/// Sends the person back, with a code if they said yes.
pub(super) async fn decide(State(github): Shared, Form(asked): Form<Asked>) -> Response {
    if let Err(refusal) = checked(&github, &asked) {
        return *refusal;
    }
    let state = asked.state.as_str();
    let login = asked.login.unwrap_or_default();
    if !PEOPLE.iter().any(|(_, known, _)| *known == login) {
        let refusal = [("error", "access_denied"), ("state", state)];
        return redirect(&with_query(&asked.redirect_uri, &refusal));
    }
    let code = random("");
    let granted = Code {
        client_id: asked.client_id,
        login,
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.code_challenge,
        until_s: now_s() + 600,
    };
    let mut apps = github.apps.lock();
    apps.codes.insert(code.clone(), granted);
    apps.issued.push(code.clone());
    drop(apps);
    redirect(&with_query(
        &asked.redirect_uri,
        &[("code", &code), ("state", state)],
    ))
}

/// The App's name, if it may ask so.
fn checked(github: &GitHub, asked: &Asked) -> Result<String, Box<Response>> {
    let error_page = |status, text: &str| {
        let refusal = page(status, "Cannot authorize", &format!("<p>{text}</p>"));
        Err(Box::new(refusal))
    };
    let apps = github.apps.lock();
    let Some(app) = apps.app(&asked.client_id) else {
        return error_page(StatusCode::NOT_FOUND, "There is no such App.");
    };
    if !app.takes(&asked.redirect_uri) {
        return error_page(
            StatusCode::BAD_REQUEST,
            "The redirect_uri is not associated with this application.",
        );
    }
    let method = asked.code_challenge_method.as_deref();
    if asked.code_challenge.is_some() && method != Some("S256") {
        return error_page(StatusCode::BAD_REQUEST, "Only S256 challenges are taken.");
    }
    Ok(app.name.clone())
}
