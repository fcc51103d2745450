//! A GitHub, a Worker, and people who use them.

use std::time::Duration;

use github_standin::{Fault, File, Files};
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::{Checked, Clone, NativeHost, SharedHost, Socket, openapi, trace};

/// The stand-in and the Worker.
pub struct World {
    /// What objects do while somebody waits for something. It ends before them.
    life: LocalSet,
    pub standin: Checked,
    pub host: SharedHost,
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
    /// The body where it is JSON.
    pub body: Value,
    /// The body as it came.
    pub text: String,
}

impl World {
    pub fn new() -> Self {
        let standin = Checked::start();
        let host = NativeHost::new(standin.url()).watching(&standin);
        Self::of(standin, host)
    }

    /// The Worker of this host, with the GitHub that it has.
    pub fn of(standin: Checked, host: NativeHost) -> Self {
        Self {
            life: LocalSet::new(),
            standin,
            host: host.shared(),
        }
    }

    /// Does something while objects live on.
    pub async fn alive<T>(&self, doing: impl Future<Output = T>) -> T {
        self.life.run_until(Box::pin(doing)).await
    }

    /// Lets the objects of repositories write what waits to be written.
    pub async fn writes_are_over(&self) {
        self.alive(self.host.writes_are_over()).await;
    }

    /// Ends the object's process and starts it again, as a power cut does.
    pub async fn restart_objects(&self) {
        self.alive(async {
            self.host.restart_objects();
            // What was ended is dropped when the others are polled.
            tokio::task::yield_now().await;
        })
        .await;
    }

    /// Starts the Worker again, and tells whether it had died.
    pub async fn revive(&self) -> bool {
        self.alive(async {
            let died = self.host.revive();
            tokio::task::yield_now().await;
            died
        })
        .await
    }

    /// As [`World::new`], where waiting takes no time.
    pub fn with_fast_clock() -> Self {
        let standin = Checked::start();
        let host = NativeHost::new(standin.url()).watching(&standin);
        Self::of(standin, host.with_fast_clock())
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

    pub fn person(&self, cookie: &str) -> Person<'_> {
        Person {
            world: self,
            cookie: cookie.to_owned(),
        }
    }

    /// Signs somebody in through the GitHub App, as a browser goes: `admin`, `reader` or `outsider`.
    pub async fn sign_in_with_app(&self, login: &str) -> Person<'_> {
        let away = self.send("GET", "/api/auth/login", "", &[], None).await;
        assert_eq!(away.status, 303, "{away:?}");
        let back = self.approve_sign_in(away.header("location"), login).await;
        let answer = self.send("GET", &back, &away.cookie(), &[], None).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        self.standin.forget_requests();
        Person {
            world: self,
            cookie: answer.cookie(),
        }
    }

    /// Chooses a person on GitHub's sign-in page, and gives the path that GitHub sends the browser back to.
    pub async fn approve_sign_in(&self, authorize: &str, login: &str) -> String {
        let (page, query) = authorize.split_once('?').unwrap();
        let answer = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap()
            .post(page)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("{query}&login={login}"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 302);
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        let own = "http://localhost:8787";
        back.strip_prefix(own).unwrap().to_owned()
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
        let request = request.body(body).unwrap();
        let (sent, sent_body) = (request.headers().clone(), request.body().clone());
        let response = self.alive(edge_worker::handle(&*self.host, request)).await;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&body).into_owned();
        // The one answer that shows an App's secrets: to the operator who registered it, once.
        let shows_secrets = path.starts_with("/setup/callback");
        self.host
            .watch(&parts.headers, if shows_secrets { "" } else { &text });
        let answer = (parts.status.as_u16(), &parts.headers, text.as_str());
        if !shows_secrets {
            trace::exchange((method, path, &sent, &sent_body), answer);
        }
        assert_described((method, path, &sent, &sent_body), answer);
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            text,
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    /// Sends a body of any kind through the Worker's router.
    pub async fn send_text(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("http://localhost:8787{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.as_bytes().to_vec()).unwrap();
        let sent = request.headers().clone();
        let (parts, answered) = self
            .alive(edge_worker::handle(&*self.host, request))
            .await
            .into_parts();
        let text = String::from_utf8_lossy(&answered).into_owned();
        self.host.watch(&parts.headers, &text);
        let answer = (parts.status.as_u16(), &parts.headers, text.as_str());
        trace::exchange((method, path, &sent, body.as_bytes()), answer);
        assert_described((method, path, &sent, body.as_bytes()), answer);
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
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

    /// Lets every answer go on that a fault holds back. A fault that waits for this holds for [`World::HELD_MS`] at most, so
    /// that what comes too early for it only takes longer.
    pub fn release(&self) {
        self.standin.release();
    }

    /// Less than the Worker waits for GitHub.
    pub const HELD_MS: u64 = 7000;

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

/// Holds an exchange against our own description of the API.
fn assert_described(
    (method, address, request, body): (&str, &str, &http::HeaderMap, &[u8]),
    (status, answer, text): (u16, &http::HeaderMap, &str),
) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    openapi::assert_described(&openapi::Exchange {
        method,
        path,
        query,
        request,
        body,
        status,
        answer,
        text,
    });
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// Works the jobs that are due, and tells how many there were.
    pub async fn work_jobs(&self) -> usize {
        self.alive(self.host.work_jobs()).await
    }

    /// Does what each tick of the clock begins.
    pub async fn tick(&self) {
        self.alive(edge_worker::jobs::tick(&*self.host)).await;
    }

    /// Waits until GitHub has got a question whose document holds `text`.
    pub async fn is_asked(&self, text: &str) {
        let asked = async {
            while !self.standin.requests().iter().any(|request| {
                let graphql = request.graphql.as_ref();
                graphql.is_some_and(|graphql| graphql.document.contains(text))
            }) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let hang = Duration::from_secs(180);
        tokio::time::timeout(hang, asked).await.expect("a question");
    }

    /// Watches a fabric, as a browser with this cookie does; none if that is refused.
    pub async fn watch(&self, fabric: &str, cookie: &str) -> Option<Socket<'_>> {
        self.watch_from("", fabric, cookie).await.ok()
    }

    /// The same from a network address, with the answer where it is refused.
    pub async fn watch_from(
        &self,
        address: &str,
        fabric: &str,
        cookie: &str,
    ) -> Result<Socket<'_>, Answer> {
        let path = format!("/api/fabrics/{fabric}/events");
        let mut headers = vec![("upgrade", "websocket"), ("connection", "upgrade")];
        if !address.is_empty() {
            headers.push(("cf-connecting-ip", address));
        }
        let answer = self.send("GET", &path, cookie, &headers, None).await;
        match answer.status {
            101 => Ok(Socket::last(&self.host, fabric)),
            _ => Err(answer),
        }
    }
}

impl Person<'_> {
    /// Waits until a fabric's record says that a write is under way.
    pub async fn sees_a_write(&self, fabric: &str) {
        let path = format!("/api/fabrics/{fabric}");
        let seen = async {
            while self.get(&path).await.text("gitops_directory_status") != "initializing" {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let hang = Duration::from_secs(180);
        tokio::time::timeout(hang, seen).await.expect("a write");
    }

    /// The cookie, for tests that copy or change it.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.world
            .send("DELETE", path, &self.cookie, &[], None)
            .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.world.send("GET", path, &self.cookie, &[], None).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.world.send(method, path, &self.cookie, &[], body).await
    }

    pub async fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        self.world
            .send(method, path, &self.cookie, headers, body)
            .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.world
            .send("POST", path, &self.cookie, &[], Some(body))
            .await
    }

    pub async fn send_once(&self, method: &str, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("idempotency-key", key)];
        self.world
            .send(method, path, &self.cookie, &headers, Some(body))
            .await
    }

    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send_once("POST", path, key, body).await
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

    /// Previews, approves and creates a fabric that has to come about, and gives its id.
    pub async fn created(&self, fabric: &Value) -> String {
        let answer = self.create(fabric).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.text("id").to_owned()
    }

    pub async fn validate(&self, fabric: &str) -> Answer {
        let path = format!("/api/fabrics/{fabric}/validate-gitops");
        self.post(&path, &Value::Null).await
    }

    /// Previews, approves and creates.
    pub async fn create(&self, fabric: &Value) -> Answer {
        let body = self.approve(fabric).await;
        self.post("/api/fabrics", &body).await
    }
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The first cookie that is set, as a browser sends it back.
    pub fn cookie(&self) -> String {
        self.header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }

    /// A text of the body.
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }
}

/// A list of objects, each as these fields of it in one line.
pub fn fields_of(list: &Value, fields: &[&str]) -> Vec<String> {
    let line = |object: &Value| {
        let texts: Vec<&str> = fields
            .iter()
            .map(|field| object[field].as_str().unwrap())
            .collect();
        texts.join(" ")
    };
    list.as_array().unwrap().iter().map(line).collect()
}
