//! GitHub as one person sees it, or an App, or anybody: which requests are sent, and how often.

use std::cell::{Cell, RefCell};

use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error_from_answer::ErrorAnswer;
use super::{GithubError, error_from_answer, etag_cache};
use crate::Secret;
use crate::host::{Host, jittered};

/// How often a request that may be repeated is sent again.
const RETRIES: u32 = 2;
/// The first pause before a repeated request.
const PAUSE_MS: u64 = 200;

/// How much time there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For one request.
    pub deadline_ms: u64,
    /// No further attempt begins after this long.
    retry_within_ms: u64,
    /// How long one client waits for rate limits altogether; a request that has to wait longer is told until when.
    limits_ms: u64,
}

impl Patience {
    /// For what a person asked for. GitHub itself cuts a request off at 10 s.
    const PERSON: Self = Self {
        deadline_ms: 12_000,
        retry_within_ms: 15_000,
        limits_ms: 10_000,
    };
    /// For what nobody waits for: what meets a limit is done later.
    const JOB: Self = Self {
        limits_ms: 0,
        ..Self::PERSON
    };
    /// For what the Worker asks by itself while somebody waits for a page.
    const PAGE: Self = Self {
        deadline_ms: 8_000,
        retry_within_ms: 5_000,
        limits_ms: 0,
    };
}

/// GitHub, as the holder of a token sees it, or anybody. It counts the requests that it sends.
pub(crate) struct Github<'a, H> {
    pub(super) host: &'a H,
    pub(super) token: Option<&'a Secret>,
    pub(super) patience: Patience,
    pub(super) requests: Cell<u32>,
    waited_ms: Cell<u64>,
    own_error: RefCell<Option<GithubError>>,
}

/// Whether a request may be sent again when its outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It reads, or makes an object that is not visible yet.
    Freely,
    /// It writes: before it is repeated, the caller finds out whether it happened.
    Never,
}

impl<'a, H: Host> Github<'a, H> {
    /// A client with this person's token.
    pub(crate) fn new(host: &'a H, token: &'a Secret) -> Self {
        Self::with(host, Some(token), Patience::PERSON)
    }

    /// The same for a write for which so many requests were sent before.
    pub(crate) fn after(host: &'a H, token: &'a Secret, requests: u32) -> Self {
        let github = Self::new(host, token);
        github.requests.set(requests);
        github
    }

    /// A client for what is done without a person, with an App's token, and for which nobody waits.
    pub(crate) fn of_app(host: &'a H, token: &'a Secret) -> Self {
        Self::with(host, Some(token), Patience::JOB)
    }

    /// A client for what no person asked for: with an App's token, or without any.
    pub(super) fn background(host: &'a H, token: Option<&'a Secret>) -> Self {
        Self::with(host, token, Patience::PAGE)
    }

    fn with(host: &'a H, token: Option<&'a Secret>, patience: Patience) -> Self {
        Self {
            host,
            token,
            patience,
            requests: Cell::new(0),
            waited_ms: Cell::new(0),
            own_error: RefCell::new(None),
        }
    }

    /// Why GitHub no longer answers the holder of the token, whatever is asked: their limit is spent, or the token ended. It says
    /// nothing of a repository, so nothing that was found meanwhile is told of one.
    ///
    /// # Errors
    /// That error, whether or not whoever asked could go on without the answer.
    pub(crate) fn is_answered(&self) -> Result<(), GithubError> {
        match self.own_error.borrow().as_ref() {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// Where the Worker runs.
    pub(crate) fn host(&self) -> &'a H {
        self.host
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> u32 {
        self.requests.get()
    }

    /// Carries an exchange out, again where that is safe and may help.
    pub(super) async fn with_retries<T>(
        &self,
        repeat: Repeat,
        exchange: impl AsyncFn() -> Result<T, GithubError>,
    ) -> Result<T, GithubError> {
        let begun = self.host.now_ms();
        let mut retries = 0;
        loop {
            let error = match exchange().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match error {
                // A request that hit a limit was not carried out, so even a write may be sent again.
                GithubError::RateLimited(Some(until_ms)) if self.can_wait(until_ms) => {
                    let wait_ms = until_ms.saturating_sub(self.host.now_ms());
                    self.waited_ms.set(self.waited_ms.get() + wait_ms.max(1));
                    self.host.sleep(wait_ms).await;
                }
                GithubError::Unavailable { .. } | GithubError::NotUnderstood
                    if repeat == Repeat::Freely
                        && retries < RETRIES
                        && self.host.now_ms().saturating_sub(begun)
                            < self.patience.retry_within_ms =>
                {
                    self.host
                        .sleep(jittered(self.host, PAUSE_MS << retries))
                        .await;
                    retries += 1;
                }
                error => {
                    if error.is_own() {
                        *self.own_error.borrow_mut() = Some(error.clone());
                    }
                    return Err(error);
                }
            }
        }
    }

    fn can_wait(&self, until_ms: u64) -> bool {
        let wait_ms = until_ms.saturating_sub(self.host.now_ms());
        self.waited_ms.get() + wait_ms <= self.patience.limits_ms
    }

    /// Reads a REST resource below `/repos/{subject}` or at a full path, which has to be the one that was asked for. What
    /// was read before is asked for only if it changed.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        subject: &str,
        is_about: impl Fn(&T) -> bool,
    ) -> Result<T, GithubError> {
        let url = self.url(path);
        self.with_retries(Repeat::Freely, async || {
            let known = self.token.and_then(|token| etag_cache::get(token, &url));
            let etag = known.as_ref().map(|known| known.etag.as_str());
            let answer = self.exchange(Method::GET, &url, &[], etag).await?;
            if let (304, Some(known)) = (answer.status().as_u16(), known) {
                return parse(self.host, &known.body);
            }
            let value = parse(self.host, self.success_body(&answer, subject)?)?;
            let value = about(self.host, value, &is_about)?;
            // Only what could be read is worth asking for again.
            if let Some(token) = self.token {
                etag_cache::put(token, &url, &answer);
            }
            Ok(value)
        })
        .await
    }

    /// Sends a REST request with a body. A success counts only if its answer `is_about` what was asked for: whoever
    /// answers `200` with nothing in it, or with something else, did not say that it was done.
    pub(super) async fn write<T: DeserializeOwned>(
        &self,
        (method, path): (Method, &str),
        body: &impl Serialize,
        subject: &str,
        repeat: Repeat,
        is_about: impl Fn(&T) -> bool,
    ) -> Result<T, GithubError> {
        let url = self.url(path);
        let body =
            serde_json::to_vec(body).map_err(|error| self.not_understood(&error.to_string()))?;
        self.with_retries(repeat, async || {
            let answer = self.exchange(method.clone(), &url, &body, None).await?;
            let value = parse(self.host, self.success_body(&answer, subject)?)?;
            about(self.host, value, &is_about)
        })
        .await
    }

    /// The body of a successful answer, or what it says instead.
    pub(super) fn success_body<'b>(
        &self,
        answer: &'b http::Response<Vec<u8>>,
        subject: &str,
    ) -> Result<&'b [u8], GithubError> {
        if answer.status().is_success() {
            return Ok(answer.body());
        }
        Err(error_from_answer::from_answer(&ErrorAnswer {
            status: answer.status(),
            headers: answer.headers(),
            body: answer.body(),
            subject,
            now_ms: self.host.now_ms(),
        }))
    }

    /// As [`not_understood`].
    pub(crate) fn not_understood(&self, why: &str) -> GithubError {
        not_understood(self.host, why)
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.host.config().github_api_url)
    }
}

/// An answer of GitHub's that means nothing here. Why is written into the log: it says nothing to a person, and may be in a
/// library's words.
pub(super) fn not_understood(host: &impl Host, why: &str) -> GithubError {
    let line = serde_json::json!({ "event": "github_not_understood", "error": why });
    host.log(&line.to_string());
    GithubError::NotUnderstood
}

/// What an answer says, if it is about what was asked for.
pub(super) fn about<T>(
    host: &impl Host,
    value: T,
    is_about: impl Fn(&T) -> bool,
) -> Result<T, GithubError> {
    match is_about(&value) {
        true => Ok(value),
        false => Err(not_understood(host, "it is not about what was asked for")),
    }
}

pub(super) fn parse<T: DeserializeOwned>(host: &impl Host, body: &[u8]) -> Result<T, GithubError> {
    serde_json::from_slice(body)
        .map_err(|error| not_understood(host, &without_values(&error.to_string())))
}

/// A parser's words without what they quote, in either kind of quotes: the answer may be about what is private.
fn without_values(words: &str) -> String {
    match (words.find(['"', '`']), words.rfind(['"', '`'])) {
        (Some(begin), Some(end)) if begin < end => {
            format!("{}…{}", &words[..begin], &words[end + 1..])
        }
        _ => words.to_owned(),
    }
}
