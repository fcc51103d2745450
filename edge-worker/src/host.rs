//! What the Worker needs of the place where it runs. workerd is one such place, the native tests are the other.

use shared::names::FabricId;

use crate::config::Config;
use crate::objects::Class;
use crate::objects::fabric::{NotOpened, Watch};

/// A place where the Worker runs.
#[allow(
    async_fn_in_trait,
    reason = "futures stay on one thread: workerd has only one, and the tests use one"
)]
pub trait Host {
    fn config(&self) -> &Config;

    /// Milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> u64;

    /// Fills `bytes` from a cryptographic source.
    fn random(&self, bytes: &mut [u8]);

    async fn sleep(&self, duration_ms: u64);

    /// Waits until a request that is being worked on should say that it still is: a third of the time after which it
    /// would be taken for dead.
    async fn beat(&self);

    /// Sends a request to GitHub, without following redirects, and reads the whole answer within `deadline_ms`.
    ///
    /// # Errors
    /// [`NoAnswer`] where the connection failed or the deadline passed; the request may have been carried out.
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
        deadline_ms: u64,
    ) -> Result<http::Response<Vec<u8>>, NoAnswer>;

    /// Signs a message with RSASSA-PKCS1-v1_5 and SHA-256, under a private key in PKCS#8.
    ///
    /// # Errors
    /// Why the key cannot be used; never the key.
    async fn sign_rs256(&self, key: &[u8], message: &[u8]) -> Result<Vec<u8>, String>;

    /// Gives a message to the object of this class and name and waits for its reply, both JSON.
    ///
    /// # Errors
    /// [`ObjectUnavailable`] where the object did not answer in time or could not read the message.
    async fn call(
        &self,
        class: Class,
        name: &str,
        message: String,
    ) -> Result<String, ObjectUnavailable>;

    /// Gives a message about a write to the object of a repository, and waits for the end of the write.
    ///
    /// # Errors
    /// [`ObjectUnavailable`] where the object did not answer in time, or is no more.
    async fn write(&self, repository: &str, message: String) -> Result<String, ObjectUnavailable>;

    /// Opens a socket to a fabric's object for whoever sent the request, which is answered with it.
    ///
    /// # Errors
    /// [`ObjectUnavailable`] where the object did not answer in time.
    async fn open_socket(&self, watch: &Watch) -> Result<Result<(), NotOpened>, ObjectUnavailable>;

    /// Ends the sockets that a session, called by its digest, has at a fabric's object.
    ///
    /// # Errors
    /// [`ObjectUnavailable`] where the object did not answer in time.
    async fn end_sockets(&self, fabric: &FabricId, session: &str) -> Result<(), ObjectUnavailable>;

    /// Reads the public copy of a fabric's record, which may be a minute old; none if there is none.
    ///
    /// # Errors
    /// [`ObjectUnavailable`] where KV did not answer in time.
    async fn public_copy(&self, key: &str) -> Result<Option<String>, ObjectUnavailable>;

    /// The built app's HTML with its headers; none if none was built.
    async fn app_html(&self) -> Option<http::Response<Vec<u8>>>;

    /// Counts one request of `key` and tells whether it is within the limit; none where that cannot be told.
    async fn within_limit(&self, limit: Limit, key: &str) -> Option<bool>;

    /// The id of the request that is worked on, if it has one.
    fn request_id(&self) -> Option<&str> {
        None
    }

    /// Somebody to whom the request gave work asked GitHub and objects so often for it.
    fn also_asked(&self, _github_requests: u32, _object_calls: u32) {}
    /// Puts jobs into the queue, at most a hundred, each to be worked in so many seconds at the earliest.
    ///
    /// # Errors
    /// [`NotQueued`] where none was taken, or nobody knows.
    async fn enqueue(&self, jobs: &[String], delay_s: u32) -> Result<(), NotQueued>;

    /// Whether there is a queue.
    fn has_queue(&self) -> bool;

    /// How often something else was asked for this request, of the [`MOST_ASKED`].
    fn asked(&self) -> u32 {
        0
    }

    /// Writes one line of the log: a JSON object.
    fn log(&self, line: &str);
}

/// How often one request may ask something else, of GitHub, objects and KV together: so much Cloudflare's free plan allows.
pub(crate) const MOST_ASKED: u32 = 50;

/// What is counted separately, each over a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Requests of one network address.
    Address,
    /// Requests of one person, from wherever.
    Person,
    /// Attempts of one network address to sign in, and sign-ins of one person.
    SignIn,
    /// Deliveries from one network address: GitHub's come from a few, for all repositories.
    Delivery,
}

impl Limit {
    /// The binding's name.
    pub fn binding(self) -> &'static str {
        match self {
            Self::Address => "LIMIT_ADDRESS",
            Self::Person => "LIMIT_PERSON",
            Self::SignIn => "LIMIT_SIGN_IN",
            Self::Delivery => "LIMIT_DELIVERY",
        }
    }
}

/// GitHub gave no answer that could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct NoAnswer(pub String);

/// An object, or KV, did not answer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
#[error("{0}")]
pub struct ObjectUnavailable(pub String);

/// The queue took no job: it is not there, or it did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotQueued(pub String);

pub(crate) fn random<const N: usize>(host: &impl Host) -> [u8; N] {
    let mut bytes = [0; N];
    host.random(&mut bytes);
    bytes
}

/// Between one and two times `duration_ms`, so that those who wait do not all come at once.
pub(crate) fn jittered(host: &impl Host, duration_ms: u64) -> u64 {
    let [byte] = random::<1>(host);
    duration_ms + duration_ms * u64::from(byte) / 256
}

/// Waits for a future, but not longer than until the deadline.
pub(crate) async fn before<T>(
    deadline: impl Future<Output = ()>,
    future: impl Future<Output = T>,
) -> Option<T> {
    use futures_util::future::{Either, select};
    match select(std::pin::pin!(future), std::pin::pin!(deadline)).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}
