//! A host that counts what one request costs, and names the request in every line of the log.

use std::cell::{Cell, RefCell};

use http::{Request, Response};
use serde_json::json;
use shared::names::FabricId;

use crate::config::Config;
use crate::github::repository_of;
use crate::host::{Host, Limit, NoAnswer, NotQueued, ObjectUnavailable};
use crate::objects::Class;
use crate::objects::fabric::{NotOpened, Watch};

/// A host that counts what is asked of others for one request.
pub(crate) struct Observed<'a, H> {
    host: &'a H,
    request_id: &'a str,
    pub started_ms: u64,
    requests: Cell<u32>,
    /// How often GitHub was asked, by others included to which the request gave work.
    pub github_requests: Cell<u32>,
    /// How often objects were, the same.
    pub object_calls: Cell<u32>,
    /// What was asked of objects and KV.
    others: Cell<u32>,
    pub repository: RefCell<Option<String>>,
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
            github_requests: Cell::new(0),
            object_calls: Cell::new(0),
            others: Cell::new(0),
            repository: RefCell::new(None),
            limit_not_known: Cell::new(false),
        }
    }

    /// How often GitHub was asked.
    pub(crate) fn requests(&self) -> u32 {
        self.github_requests.get()
    }

    pub(crate) fn duration_ms(&self) -> u64 {
        self.now_ms().saturating_sub(self.started_ms)
    }

    fn calls_object(&self) {
        self.others.set(self.others.get() + 1);
        self.object_calls.set(self.object_calls.get() + 1);
    }
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
        self.github_requests.set(self.github_requests.get() + 1);
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
        self.calls_object();
        self.host.call(class, name, message).await
    }

    async fn write(&self, repository: &str, message: String) -> Result<String, ObjectUnavailable> {
        self.calls_object();
        self.host.write(repository, message).await
    }

    async fn open_socket(&self, watch: &Watch) -> Result<Result<(), NotOpened>, ObjectUnavailable> {
        self.calls_object();
        self.host.open_socket(watch).await
    }

    async fn end_sockets(&self, fabric: &FabricId, session: &str) -> Result<(), ObjectUnavailable> {
        self.calls_object();
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

    async fn enqueue(&self, jobs: &[String], delay_s: u32) -> Result<(), NotQueued> {
        self.others.set(self.others.get() + 1);
        self.host.enqueue(jobs, delay_s).await
    }

    fn has_queue(&self) -> bool {
        self.host.has_queue()
    }

    fn request_id(&self) -> Option<&str> {
        Some(self.request_id)
    }

    fn also_asked(&self, github_requests: u32, object_calls: u32) {
        let (github, objects) = (&self.github_requests, &self.object_calls);
        github.set(github.get() + github_requests);
        objects.set(objects.get() + object_calls);
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
