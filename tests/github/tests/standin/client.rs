//! A small HTTP client, for one stand-in.

use std::collections::BTreeMap;
use std::ops::Deref;

use axum::body::Bytes;
use axum::http::{HeaderMap, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use github_standin::{Side, Standin, StandinOptions};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

pub const ADMIN: Option<&str> = Some("standin-admin");
pub const READER: Option<&str> = Some("standin-reader");
pub const OUTSIDER: Option<&str> = Some("standin-outsider");
pub const NOBODY: Option<&str> = None;

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A stand-in that looks at its own answers: at the test's end all of them were such as GitHub's description allows.
/// Requests that were refused may have been wrong, for that is what many tests are about.
pub struct Checked(Standin);

pub fn start() -> Checked {
    Checked(Standin::start(StandinOptions::checked()).unwrap())
}

impl Deref for Checked {
    type Target = Standin;

    fn deref(&self) -> &Standin {
        &self.0
    }
}

impl Drop for Checked {
    fn drop(&mut self) {
        let violations = self.0.violations();
        let counted = violations.iter().filter(|violation| {
            violation.side == Side::Answer || (200..300).contains(&violation.status)
        });
        let texts: Vec<_> = counted.map(ToString::to_string).collect();
        if !std::thread::panicking() {
            assert!(texts.is_empty(), "GitHub would not: {texts:#?}");
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or("").to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// Sends a request; an error means that no whole answer came back.
pub async fn send(standin: &Standin, request: Request<Full<Bytes>>) -> Result<Answer, String> {
    let http: Http<_, Full<Bytes>> = Http::builder(TokioExecutor::new()).build_http();
    let (mut parts, body) = request.into_parts();
    parts.uri = format!("{}{}", standin.url(), parts.uri).parse().unwrap();
    let response = http.request(Request::from_parts(parts, body)).await;
    let (parts, body) = response.map_err(|error| error.to_string())?.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?;
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: body.to_bytes(),
    })
}

pub fn request(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("user-agent", "tests");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = match body {
        Value::Null => Bytes::new(),
        body => Bytes::from(body.to_string()),
    };
    request.body(Full::new(body)).unwrap()
}

pub async fn get(standin: &Standin, path: &str, token: Option<&str>) -> Answer {
    call(standin, "GET", path, token, Value::Null).await
}

pub async fn call(
    standin: &Standin,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Value,
) -> Answer {
    let answer = send(standin, request(method, path, token, &body)).await;
    answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

pub async fn graphql(
    standin: &Standin,
    token: Option<&str>,
    document: &str,
    variables: Value,
) -> Value {
    let body = json!({"query": document, "variables": variables});
    let answer = call(standin, "POST", "/graphql", token, body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json()
}

pub const COMMIT: &str = "mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) \
    { clientMutationId commit { oid url messageHeadline messageBody tree { oid } } ref { name target { oid } } } }";

/// The input of one commit to `main`, to be changed at will.
pub fn input(repository: &str, head: &str, files: &[(&str, &str)], deletions: &[&str]) -> Value {
    let additions: Vec<_> = files
        .iter()
        .map(|(path, text)| json!({"path": path, "contents": STANDARD.encode(text)}))
        .collect();
    let deletions: Vec<_> = deletions.iter().map(|path| json!({"path": path})).collect();
    json!({
        "branch": {"repositoryNameWithOwner": repository, "branchName": "main"},
        "message": {"headline": "Change files"},
        "expectedHeadOid": head,
        "fileChanges": {"additions": additions, "deletions": deletions},
    })
}

pub async fn commit(standin: &Standin, token: Option<&str>, input: Value) -> Value {
    graphql(standin, token, COMMIT, json!({"input": input})).await
}

/// Returns `type` and `message` of the only error, after checking that the mutation is null.
pub fn refusal(answer: &Value) -> (String, String) {
    assert_eq!(
        answer["data"],
        json!({"createCommitOnBranch": null}),
        "{answer}"
    );
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{answer}");
    assert_eq!(errors[0]["path"], json!(["createCommitOnBranch"]));
    let text = |name: &str| errors[0][name].as_str().unwrap_or("").to_owned();
    (text("type"), text("message"))
}

pub fn files(texts: &[(&str, &str)]) -> github_standin::Files {
    let files = texts.iter();
    files
        .map(|(path, text)| ((*path).to_owned(), Some((*text).into())))
        .collect::<BTreeMap<_, _>>()
}
