//! What is logged of a request: which operation, on which repository, what came of it, what it cost. Never a token, and
//! never an address that is a secret itself.

use std::cell::{Cell, RefCell};

use http::{Method, Request, Response};
use serde_json::json;
use shared::names::FabricId;

use crate::config::Config;
use crate::github::repository_of;
use crate::host::{Host, Limit, NoAnswer, ObjectUnavailable};
use crate::objects::Class;
use crate::objects::fabric::{NotOpened, Watch};
use crate::route_table::Found;

/// A host that counts what is asked of others during one request.
pub(crate) struct Observed<'a, H> {
    host: &'a H,
    request_id: &'a str,
    started_ms: u64,
    requests: Cell<u32>,
    /// What was asked of objects and KV.
    others: Cell<u32>,
    repository: RefCell<Option<String>>,
    /// Whether the log says already that a limit could not be told.
    limit_not_known: Cell<bool>,
}

impl<'a, H: Host> Observed<'a, H> {
    pub(crate) fn new(host: &'a H, request_id: &'a str) -> Self {
        Self {
            host,
            request_id,
            started_ms: host.now_ms(),
            requests: Cell::new(0),
            others: Cell::new(0),
            repository: RefCell::new(None),
            limit_not_known: Cell::new(false),
        }
    }

    /// Writes the line about a request that was answered.
    pub(crate) fn report(
        &self,
        method: &Method,
        found: Option<&Found<'_>>,
        status: u16,
        code: Option<&str>,
    ) {
        let mut line = json!({
            "event": "request",
            "operation": operation(method, found),
            "fabric": found.and_then(Found::fabric),
            "repository": *self.repository.borrow(),
            "status": status,
            "outcome": code.unwrap_or("ok"),
            "github_requests": self.requests.get(),
            "duration_ms": self.now_ms().saturating_sub(self.started_ms),
        });
        // So that somebody who rotates a secret learns of one that does not count.
        let unused = &self.config().unused_secrets;
        if !unused.is_empty() {
            line["unused_secrets"] = json!(unused);
        }
        self.log(&line.to_string());
    }
}

/// The route without what differs from request to request: no id, and no share link's secret. Of an address that is no
/// route's nothing is said, since it may be a secret with a slip in it.
fn operation(method: &Method, found: Option<&Found<'_>>) -> String {
    let path = found.map_or("…", |found| found.route.path);
    let segments = path
        .split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some(_) => "…",
            None => segment,
        });
    format!("{method} {}", segments.collect::<Vec<_>>().join("/"))
}

impl<H: Host> Host for Observed<'_, H> {
    fn config(&self) -> &Config {
        self.host.config()
    }

    fn now_ms(&self) -> u64 {
        self.host.now_ms()
    }

    fn random(&self, bytes: &mut [u8]) {
        self.host.random(bytes);
    }

    async fn sleep(&self, duration_ms: u64) {
        self.host.sleep(duration_ms).await;
    }

    async fn beat(&self) {
        self.host.beat().await;
    }

    async fn send(
        &self,
        request: Request<Vec<u8>>,
        deadline_ms: u64,
    ) -> Result<Response<Vec<u8>>, NoAnswer> {
        self.requests.set(self.requests.get() + 1);
        if self.repository.borrow().is_none() {
            *self.repository.borrow_mut() = repository_of(&request);
        }
        self.host.send(request, deadline_ms).await
    }

    async fn sign_rs256(&self, key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
        self.host.sign_rs256(key, message).await
    }

    async fn call(
        &self,
        class: Class,
        name: &str,
        message: String,
    ) -> Result<String, ObjectUnavailable> {
        self.others.set(self.others.get() + 1);
        self.host.call(class, name, message).await
    }

    async fn open_socket(&self, watch: &Watch) -> Result<Result<(), NotOpened>, ObjectUnavailable> {
        self.others.set(self.others.get() + 1);
        self.host.open_socket(watch).await
    }

    async fn end_sockets(&self, fabric: &FabricId, session: &str) -> Result<(), ObjectUnavailable> {
        self.others.set(self.others.get() + 1);
        self.host.end_sockets(fabric, session).await
    }

    async fn public_copy(&self, key: &str) -> Result<Option<String>, ObjectUnavailable> {
        self.others.set(self.others.get() + 1);
        self.host.public_copy(key).await
    }

    async fn app_html(&self) -> Option<Response<Vec<u8>>> {
        self.host.app_html().await
    }

    async fn within_limit(&self, limit: Limit, key: &str) -> Option<bool> {
        let within = self.host.within_limit(limit, key).await;
        if within.is_none() && !self.limit_not_known.replace(true) {
            let line = json!({ "event": "limit_not_known", "limit": limit.binding() });
            self.log(&line.to_string());
        }
        within
    }

    fn asked(&self) -> u32 {
        self.host.asked() + self.requests.get() + self.others.get()
    }

    fn log(&self, line: &str) {
        // What a person reports is the request's id, so every line has it.
        match line.strip_prefix('{') {
            Some(rest) => {
                let id = self.request_id;
                self.host.log(&format!("{{\"request_id\":\"{id}\",{rest}"));
            }
            None => self.host.log(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Method, operation};
    use crate::route_table::find;

    #[test]
    fn a_logged_operation_names_the_route_and_no_secret() {
        let id = "a".repeat(26);
        let secret = "b".repeat(96);
        let logged = |path: &str| operation(&Method::GET, find(path).as_ref());
        for (path, expected) in [
            ("/api/fabrics".to_owned(), "GET /api/fabrics"),
            (
                format!("/api/fabrics/{id}/history"),
                "GET /api/fabrics/…/history",
            ),
            (
                format!("/api/fabrics/{id}/shares/{id}"),
                "GET /api/fabrics/…/shares/…",
            ),
            (format!("/s/{secret}"), "GET /s/…"),
            (format!("/s/{secret}/badge.svg"), "GET /s/…/badge.svg"),
            ("/s/short".to_owned(), "GET /s/…"),
            (format!("/api/shares/{secret}"), "GET /api/shares/…"),
            (format!("/f/{id}/badge.svg"), "GET /f/…/badge.svg"),
            (format!("/{secret}"), "GET …"),
            (format!("//s/{secret}"), "GET …"),
            (format!("/s/{secret}/"), "GET …"),
            ("/api/<img src=x>".to_owned(), "GET …"),
        ] {
            assert_eq!(logged(&path), expected);
        }
        let badge = format!("/f/{id}/badge.svg");
        assert_eq!(
            find(&badge).as_ref().and_then(Found::fabric),
            Some(id.as_str())
        );
        let share = format!("/s/{secret}");
        assert_eq!(find(&share).as_ref().and_then(Found::fabric), None);
    }
}
