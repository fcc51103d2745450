//! Requests and answers.

use std::cell::Cell;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{Method, StatusCode};
use serde::Deserialize;

use super::GithubError;
use crate::Secret;
use crate::host::Host;

/// GitHub itself cuts a request off at 10 s.
const DEADLINE_MS: u64 = 12_000;

/// GitHub, as one person sees it. It counts the requests that it sends.
pub(crate) struct Github<'a, H> {
    pub(super) host: &'a H,
    token: &'a Secret,
    requests: Cell<u32>,
}

/// The body of GitHub's errors.
#[derive(Deserialize)]
struct ErrorBody {
    message: String,
}

impl<'a, H: Host> Github<'a, H> {
    /// A client with this person's token.
    pub(crate) fn new(host: &'a H, token: &'a Secret) -> Self {
        Self {
            host,
            token,
            requests: Cell::new(0),
        }
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> u32 {
        self.requests.get()
    }

    /// Sends one request and gives the body of a successful answer.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, GithubError> {
        let request = http::Request::builder()
            .method(method)
            .uri(url)
            .header(USER_AGENT, concat!("hedgerow/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, format!("Bearer {}", self.token.expose()))
            .body(body)
            .map_err(|_| GithubError::Unauthorized)?;
        self.requests.set(self.requests.get() + 1);
        let answer = self
            .host
            .send(request, DEADLINE_MS)
            .await
            .map_err(|error| GithubError::Unavailable(error.0))?;
        if answer.status().is_success() {
            Ok(answer.into_body())
        } else {
            Err(refusal(&answer))
        }
    }
}

/// GitHub words its own time-outs as refusals; what they were about may have happened all the same.
pub(super) fn is_time_out(lower_case_message: &str) -> bool {
    ["timed out", "timeout", "something went wrong"]
        .iter()
        .any(|part| lower_case_message.contains(part))
}

fn refusal(answer: &http::Response<Vec<u8>>) -> GithubError {
    let status = answer.status();
    let message = match serde_json::from_slice::<ErrorBody>(answer.body()) {
        Ok(body) => body.message,
        Err(_) => format!("status {}", status.as_u16()),
    };
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let is_limit = header("retry-after").is_some()
        || header("x-ratelimit-remaining") == Some("0")
        || message.contains("rate limit");
    match status {
        StatusCode::UNAUTHORIZED => GithubError::Unauthorized,
        StatusCode::TOO_MANY_REQUESTS => {
            GithubError::RateLimited(header("retry-after").and_then(|seconds| seconds.parse().ok()))
        }
        StatusCode::FORBIDDEN if is_limit => {
            GithubError::RateLimited(header("retry-after").and_then(|seconds| seconds.parse().ok()))
        }
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => GithubError::Forbidden(message),
        _ if status.is_server_error() || is_time_out(&message.to_lowercase()) => {
            GithubError::Unavailable(message)
        }
        _ => GithubError::Refused(message),
    }
}
