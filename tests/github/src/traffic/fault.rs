//! Faults: which requests go wrong, how often, and how.

use std::collections::BTreeMap;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RecordedRequest;
use crate::git::Push;

/// What goes wrong with the next matching requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests; all of them if empty.
    #[serde(rename = "match", default)]
    pub matching: Match,
    /// How many matching requests go well before.
    #[serde(default)]
    pub skip: u32,
    /// How many requests, 1 if not said.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens; whatever is given happens, in the order of the fields.
    pub action: Action,
}

/// Conditions that a request must all meet. Preflight requests match only `"method": "OPTIONS"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Match {
    /// The method, in capitals.
    pub method: Option<String>,
    /// A part of the path.
    pub path_contains: Option<String>,
    /// The whole path; `*` stands for any one segment, a last `**` for all that follow.
    pub path: Option<String>,
    /// The name of the GraphQL operation.
    pub operation: Option<String>,
    /// A part of the GraphQL document.
    pub graphql_contains: Option<String>,
    /// The login that the request is made for.
    pub login: Option<String>,
}

/// What happens to a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Action {
    /// Waits before anything else.
    pub delay_ms: Option<u64>,
    /// Somebody else commits just before the request is handled.
    pub move_head: Option<Push>,
    /// The request sees every branch one commit back, as reads right after a write may on GitHub. What it writes is
    /// still compared with the truth.
    pub stale: bool,
    /// Answers with this status. Without a status, `headers` and `body` change the real answer.
    pub status: Option<u16>,
    /// Headers to set in the answer.
    pub headers: BTreeMap<String, String>,
    /// The answer's body: text as it is, anything else as JSON.
    pub body: Option<Value>,
    /// Errors that GraphQL tells beside the data.
    pub errors: Vec<Value>,
    /// Closes the connection without an answer.
    pub drop: Option<DropWhen>,
    /// Closes the connection after so many bytes of the body.
    pub truncate_body: Option<usize>,
}

/// When a connection is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DropWhen {
    /// Nothing has happened.
    Before,
    /// The request has been handled: a write is done, and only the answer is lost.
    After,
}

impl Action {
    /// Tells whether the answer is the stand-in's own, late as it may be.
    pub(crate) fn leaves_the_answer(&self) -> bool {
        let Action {
            status,
            headers,
            body,
            errors,
            drop,
            truncate_body,
            ..
        } = self;
        status.is_none()
            && headers.is_empty()
            && body.is_none()
            && errors.is_empty()
            && drop.is_none()
            && truncate_body.is_none()
    }
}

fn once() -> u32 {
    1
}

impl Match {
    pub(crate) fn covers(&self, request: &RecordedRequest) -> bool {
        let part = |wanted: &Option<String>, text: Option<&str>| match wanted {
            Some(wanted) => text.is_some_and(|text| text.contains(wanted.as_str())),
            None => true,
        };
        let method = match &self.method {
            Some(method) => method.eq_ignore_ascii_case(&request.method),
            None => request.method != Method::OPTIONS.as_str(),
        };
        let document = request
            .graphql
            .as_ref()
            .map(|graphql| graphql.document.as_str());
        let login = self.login.is_none() || self.login == request.login;
        let operation = request
            .graphql
            .as_ref()
            .and_then(|graphql| graphql.operation.as_ref());
        method
            && login
            && (self.operation.is_none() || self.operation.as_ref() == operation)
            && self
                .path
                .as_ref()
                .is_none_or(|path| fits(path, &request.path))
            && part(&self.path_contains, Some(&request.path))
            && part(&self.graphql_contains, document)
    }
}

/// Tells whether a path is what a pattern describes.
fn fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        if wanted == "**" {
            return true;
        }
        match segments.next() {
            Some(segment) if wanted == "*" || wanted == segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

/// Takes the oldest fault that covers `request`, counting it down.
pub(crate) fn take(faults: &mut Vec<Fault>, request: &RecordedRequest) -> Option<Action> {
    let place = faults
        .iter()
        .position(|fault| fault.times > 0 && fault.matching.covers(request))?;
    let fault = &mut faults[place];
    if fault.skip > 0 {
        fault.skip -= 1;
        return None;
    }
    fault.times -= 1;
    let action = fault.action.clone();
    faults.retain(|fault| fault.times > 0);
    Some(action)
}
