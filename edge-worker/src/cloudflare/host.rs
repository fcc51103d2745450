//! workerd as the place where the Worker runs.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use shared::names::FabricId;
use worker::{
    AbortController, BatchMessageBuilder, Delay, Env, Fetch, Method, Request, RequestInit, Response,
};

use super::ask_for_socket;
use super::fetch::{from_github, to_github};
use crate::config::Config;
use crate::host::{Host, Limit, NoAnswer, NotQueued, ObjectUnavailable, before};
use crate::objects::Class;
use crate::objects::fabric::{NotOpened, Watch};

/// An object, or KV, that says nothing for this long will not answer.
const OBJECT_DEADLINE_MS: u64 = 5_000;
/// A write that is not over by then ends without whoever asked for it.
const WRITE_DEADLINE_MS: u64 = 150_000;
/// GitHub waits ten seconds for the answer to a delivery, which follows once the queue has it.
const QUEUE_DEADLINE_MS: u64 = 5_000;
/// Nobody waits longer for a count of requests, which is kept where the Worker runs.
const LIMIT_DEADLINE_MS: u64 = 1_000;

/// One request's view of workerd.
pub(super) struct CloudflareHost {
    env: Env,
    config: Config,
    opened: Opened,
}

/// The answer with the socket that was opened for the request, if one was.
pub(super) type Opened = Rc<Cell<Option<Response>>>;

impl CloudflareHost {
    /// Reads the configuration of an environment.
    pub(super) fn new(env: Env) -> Self {
        // Secrets and variables are read alike.
        let config = Config::read(|name| env.var(name).ok().map(|value| value.to_string()));
        Self {
            env,
            config,
            opened: Opened::default(),
        }
    }

    /// Where the answer with a socket will be.
    pub(super) fn opened(&self) -> Opened {
        self.opened.clone()
    }

    /// What an object says in time.
    async fn in_time<T>(
        &self,
        class: Class,
        asking: impl Future<Output = worker::Result<T>>,
    ) -> Result<T, ObjectUnavailable> {
        match within(OBJECT_DEADLINE_MS, asking).await {
            Some(reply) => reply.map_err(|error| ObjectUnavailable(error.to_string())),
            None => Err(ObjectUnavailable(format!(
                "{} did not answer in time",
                class.binding()
            ))),
        }
    }
}

/// Gives a message to the object of a class and a name, and waits for its reply.
pub(super) async fn ask_object(
    env: &Env,
    class: Class,
    name: &str,
    message: String,
) -> worker::Result<String> {
    ask_object_at(env, (class, name), "https://object/", message).await
}

async fn ask_object_at(
    env: &Env,
    (class, name): (Class, &str),
    address: &str,
    message: String,
) -> worker::Result<String> {
    let stub = env.durable_object(class.binding())?.get_by_name(name)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_body(Some(message.into()));
    stub.fetch_with_request(Request::new_with_init(address, &init)?)
        .await?
        .text()
        .await
}

impl Host for CloudflareHost {
    fn config(&self) -> &Config {
        &self.config
    }

    fn now_ms(&self) -> u64 {
        worker::Date::now().as_millis()
    }

    fn random(&self, bytes: &mut [u8]) {
        getrandom::getrandom(bytes).expect("workerd always has a source of randomness");
    }

    async fn sleep(&self, duration_ms: u64) {
        Delay::from(Duration::from_millis(duration_ms)).await;
    }

    async fn beat(&self) {
        self.sleep(3_000).await;
    }

    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
        deadline_ms: u64,
    ) -> Result<http::Response<Vec<u8>>, NoAnswer> {
        let controller = AbortController::default();
        let signal = controller.signal();
        let exchange = async {
            let answer = Fetch::Request(to_github(&request)?)
                .send_with_signal(&signal)
                .await?;
            from_github(answer).await
        };
        match within(deadline_ms, exchange).await {
            // The runtime's words mean nothing to people, but something to the operator.
            Some(answer) => answer.map_err(|error| {
                let error = error.to_string();
                let line = serde_json::json!({ "event": "github_not_reached", "error": error });
                self.log(&line.to_string());
                NoAnswer("the connection broke".to_owned())
            }),
            None => {
                controller.abort();
                Err(NoAnswer(format!("nothing within {} s", deadline_ms / 1000)))
            }
        }
    }

    async fn sign_rs256(&self, key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
        super::sign::rs256(key, message)
            .await
            .map_err(|_| "WebCrypto does not take it".to_owned())
    }

    async fn call(
        &self,
        class: Class,
        name: &str,
        message: String,
    ) -> Result<String, ObjectUnavailable> {
        self.in_time(class, ask_object(&self.env, class, name, message))
            .await
    }

    async fn write(&self, repository: &str, message: String) -> Result<String, ObjectUnavailable> {
        let address = "https://object/write";
        let asking = ask_object_at(&self.env, (Class::Repository, repository), address, message);
        match within(WRITE_DEADLINE_MS, asking).await {
            Some(reply) => reply.map_err(|error| ObjectUnavailable(error.to_string())),
            None => Err(ObjectUnavailable("the write is not over yet".to_owned())),
        }
    }

    async fn open_socket(&self, watch: &Watch) -> Result<Result<(), NotOpened>, ObjectUnavailable> {
        let opening = ask_for_socket::open(&self.env, watch);
        let opened = self.in_time(Class::Fabric, opening).await?;
        Ok(opened.map(|answer| self.opened.set(Some(answer))))
    }

    async fn end_sockets(&self, fabric: &FabricId, session: &str) -> Result<(), ObjectUnavailable> {
        let ending = ask_for_socket::end(&self.env, fabric.as_str(), session);
        self.in_time(Class::Fabric, ending).await
    }

    async fn public_copy(&self, key: &str) -> Result<Option<String>, ObjectUnavailable> {
        let failed = |error: String| ObjectUnavailable(format!("KV: {error}"));
        let kv = self.env.kv("FABRICS");
        let kv = kv.map_err(|error| failed(error.to_string()))?;
        match within(OBJECT_DEADLINE_MS, kv.get(key).text()).await {
            Some(copy) => copy.map_err(|error| failed(error.to_string())),
            None => Err(failed("no answer in time".to_owned())),
        }
    }

    async fn app_html(&self) -> Option<http::Response<Vec<u8>>> {
        let assets = self.env.assets("ASSETS").ok()?;
        let page = assets.fetch("https://page/", None).await.ok()?;
        let page = from_github(page).await.ok()?;
        page.status().is_success().then_some(page)
    }

    async fn within_limit(&self, limit: Limit, key: &str) -> Option<bool> {
        let limiter = self.env.rate_limiter(limit.binding()).ok()?;
        let outcome = within(LIMIT_DEADLINE_MS, limiter.limit(key.to_owned())).await?;
        Some(outcome.ok()?.success)
    }

    async fn enqueue(&self, jobs: &[String], delay_s: u32) -> Result<(), NotQueued> {
        let failed = |error: worker::Error| NotQueued(error.to_string());
        // A deployment of before has no queue.
        let queue = self.env.queue("JOBS").map_err(failed)?;
        let batch = BatchMessageBuilder::new()
            .messages(jobs.iter().map(String::as_str))
            .delay_seconds(delay_s)
            .build();
        match within(QUEUE_DEADLINE_MS, queue.send_batch(batch)).await {
            Some(sent) => sent.map_err(failed),
            None => Err(NotQueued("the queue did not answer in time".to_owned())),
        }
    }

    fn has_queue(&self) -> bool {
        self.env.queue("JOBS").is_ok()
    }

    fn log(&self, line: &str) {
        worker::console_log!("{line}");
    }
}

/// Waits for a future, but not longer than `deadline_ms`.
async fn within<T>(deadline_ms: u64, future: impl Future<Output = T>) -> Option<T> {
    before(Delay::from(Duration::from_millis(deadline_ms)), future).await
}
