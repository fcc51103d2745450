//! A GitHub, a Worker, and people who use them.

use github_standin::{Fault, File, Files};
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use crate::{Checked, Clone, NativeHost};

/// The stand-in and the Worker.
pub struct World {
    pub standin: Checked,
    pub host: NativeHost,
}

/// Somebody with a session.
pub struct Person<'a> {
    world: &'a World,
    pub cookie: String,
}

/// What the Worker answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Value,
}

impl World {
    pub fn new() -> Self {
        let standin = Checked::start();
        let host = NativeHost::new(standin.url());
        Self { standin, host }
    }

    /// Signs somebody in, and forgets the requests that this took.
    pub async fn sign_in(&self, token: &str) -> Person<'_> {
        let answer = self
            .send(
                "POST",
                "/api/auth/token",
                "",
                &[],
                Some(&json!({ "token": token })),
            )
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let cookie = answer.headers[SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        self.standin.forget_requests();
        Person {
            world: self,
            cookie,
        }
    }

    /// Sends a request through the Worker's router.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        cookie: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("http://localhost:8787{path}"))
            .header(COOKIE, cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default();
        let response = edge_worker::handle(&self.host, request.body(body).unwrap()).await;
        let (parts, body) = response.into_parts();
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    /// Clones `owner/name`.
    pub fn clone(&self, repo: &str, branch: &str) -> Clone {
        Clone::of(&format!("{}/{repo}.git", self.standin.url()), branch)
    }

    /// Commits files to `acme/network` as somebody else; no content takes a path away.
    pub fn push(&self, branch: &str, files: &[(&str, Option<File>)]) -> String {
        let files: Files = files
            .iter()
            .map(|(path, file)| ((*path).to_owned(), file.clone()))
            .collect();
        self.standin
            .repo("acme/network")
            .unwrap()
            .push(branch, files, "Change something")
            .unwrap()
    }

    /// Lets something go wrong, as `POST /_standin/faults` describes it.
    pub fn fault(&self, fault: Value) {
        let fault: Fault = serde_json::from_value(fault).unwrap();
        self.standin.inject(fault);
    }

    /// The head of a branch of `acme/network`.
    pub fn head(&self, branch: &str) -> String {
        self.standin
            .repo("acme/network")
            .unwrap()
            .head(branch)
            .unwrap()
    }

    /// How many commits a branch of `acme/network` has.
    pub fn commits(&self, branch: &str) -> usize {
        let count = self
            .standin
            .repo("acme/network")
            .unwrap()
            .git(&["rev-list", "--count", &format!("refs/heads/{branch}")])
            .unwrap();
        count.trim().parse().unwrap()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Person<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.world.send("GET", path, &self.cookie, &[], None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.world
            .send("POST", path, &self.cookie, &[], Some(body))
            .await
    }

    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.world
            .send(
                "POST",
                path,
                &self.cookie,
                &[("idempotency-key", key)],
                Some(body),
            )
            .await
    }

    /// Previews a fabric and gives the body that approves exactly what was previewed.
    pub async fn approve(&self, fabric: &Value) -> Value {
        let plan = self.post("/api/plan", fabric).await;
        assert_eq!(plan.status, 200, "{plan:?}");
        self.world.standin.forget_requests();
        let mut body = fabric.clone();
        body["files"] = plan.body["files"].clone();
        body["approval"] = plan.body["approval"].clone();
        body
    }

    /// Previews, approves and creates.
    pub async fn create(&self, fabric: &Value) -> Answer {
        let body = self.approve(fabric).await;
        self.post("/api/fabrics", &body).await
    }
}

impl Answer {
    /// A text of the body.
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }
}
