//! What GitHub's refusals mean: status, headers and words of an answer as one error.

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::GithubError;
use super::rule_violation::{self, Violation};

/// A secondary limit that does not say how long to wait: GitHub asks for at least a minute.
const UNSAID_LIMIT_MS: u64 = 60_000;

pub(super) struct ErrorAnswer<'a> {
    pub status: StatusCode,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// The repository that it is about.
    pub subject: &'a str,
    pub now_ms: u64,
}

#[derive(Deserialize)]
struct ErrorBody {
    message: String,
    #[serde(default)]
    errors: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Detail {
    Text(String),
    Object {
        #[serde(default)]
        message: Option<String>,
        #[serde(default)]
        field: Option<String>,
        #[serde(default)]
        code: Option<String>,
    },
    Other(serde::de::IgnoredAny),
}

/// Reads an answer that is not a success.
pub(super) fn from_answer(answer: &ErrorAnswer) -> GithubError {
    let said = words(answer);
    let lower = said.as_deref().unwrap_or_default().to_lowercase();
    if answer.status == StatusCode::UNAUTHORIZED {
        return GithubError::Unauthorized;
    }
    if let Some(until_ms) = limit(answer, &lower) {
        return GithubError::RateLimited(Some(until_ms));
    }
    // What neither refuses nor grants, such as a redirect that leads nowhere, does not say that nothing was done.
    if !answer.status.is_client_error()
        || answer.status == StatusCode::REQUEST_TIMEOUT
        || is_time_out(&lower)
    {
        return unavailable(answer.status, said.unwrap_or_default());
    }
    let words = said.unwrap_or_else(|| format!("status {}", answer.status.as_u16()));
    match answer.status.as_u16() {
        403 => forbidden(answer, words, &lower),
        404 if lower.starts_with("branch ") => GithubError::BranchMissing(words),
        404 => GithubError::NoRepository(answer.subject.to_owned()),
        413 => GithubError::TooLarge(words),
        _ => from_words(words, &lower, answer.subject),
    }
}

/// An answer came, and says that there is none.
pub(super) fn unavailable(status: StatusCode, words: String) -> GithubError {
    GithubError::Unavailable {
        status: Some(status.as_u16()),
        words,
    }
}

/// What is told in words alone, by REST with 403, 409 or 422 and by GraphQL with 200.
pub(super) fn from_words(words: String, lower: &str, subject: &str) -> GithubError {
    let words = in_one_line(&words);
    let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let violation = rule_violation::violation(lower);
    if says(&["repository is empty"]) {
        GithubError::Empty(subject.to_owned())
    } else if says(&["was archived"]) {
        GithubError::Archived(subject.to_owned())
    } else if let Some(Violation::Of(subject)) = violation {
        GithubError::RuleViolated { subject, words }
    } else if violation.is_some() && says(&["rule violation"]) {
        GithubError::Protected(words)
    } else if says(&[
        "not a fast forward",
        "reference already exists",
        "does not match",
        "but expected",
        "\"sha\" wasn't supplied",
    ]) {
        GithubError::Stale
    } else if says(&["reference does not exist", "resolve to a ref"]) {
        GithubError::BranchMissing(words)
    } else if says(&["pull request already exists"]) {
        GithubError::PullRequestExists
    } else if says(&["no commits between"]) {
        GithubError::NothingToPropose
    } else if says(&["too large"]) {
        GithubError::TooLarge(words)
    } else if violation.is_some() {
        GithubError::Protected(words)
    } else {
        GithubError::Refused(words)
    }
}

/// What GraphQL says with `FORBIDDEN`, and REST with 403.
pub(super) fn forbidden(answer: &ErrorAnswer, words: String, lower: &str) -> GithubError {
    let header = |name: &str| header(answer.headers, name);
    let needed = header("x-accepted-github-permissions").filter(|needed| !needed.is_empty());
    if let Some(sso) = header("x-github-sso") {
        let url = sso.split("url=").nth(1);
        // The address is shown as a link, so it has to be one.
        let url = url.filter(|url| url.starts_with("https://"));
        return GithubError::SsoRequired(url.map(|url| url.trim().to_owned()));
    }
    let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    // The header names what the address needs, whatever was refused.
    let known = from_words(words.clone(), lower, answer.subject);
    if !matches!(known, GithubError::Refused(_)) {
        known
    } else if says(&["saml", "single sign-on"]) {
        GithubError::SsoRequired(None)
    } else if says(&["forbids access", "pending approval", "awaiting approval"]) {
        GithubError::TokenNotApproved(words)
    } else if says(&["not accessible by integration"]) {
        GithubError::AppNotInstalled {
            repository: answer.subject.to_owned(),
            needed: needed.map(String::from),
        }
    } else if needed.is_some() || says(&["not accessible by personal access token", "scope"]) {
        GithubError::PermissionMissing {
            needed: needed.map(String::from),
            reason: words,
        }
    } else {
        GithubError::Forbidden(in_one_line(&words))
    }
}

/// GitHub words its own time-outs as refusals; what they were about may still have happened.
pub(super) fn is_time_out(lower: &str) -> bool {
    ["timed out", "timeout", "something went wrong"]
        .iter()
        .any(|part| lower.contains(part))
}

/// Until when a limit lasts, in milliseconds since 1970, if the answer is about one. In the order that GitHub's
/// documentation gives: `retry-after`, then `x-ratelimit-reset` where nothing remains, else a minute.
fn limit(answer: &ErrorAnswer, lower: &str) -> Option<u64> {
    let number = |name: &str| header(answer.headers, name)?.trim().parse::<u64>().ok();
    let retry_after = number("retry-after");
    let is_spent = number("x-ratelimit-remaining") == Some(0);
    let is_limit = match answer.status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::FORBIDDEN => retry_after.is_some() || is_spent || lower.contains("rate limit"),
        // GraphQL tells it with 200.
        StatusCode::OK => true,
        _ => false,
    };
    if !is_limit {
        return None;
    }
    let reset_ms = number("x-ratelimit-reset").map(|seconds| seconds.saturating_mul(1000));
    Some(match (retry_after, reset_ms) {
        (Some(seconds), _) => answer.now_ms.saturating_add(seconds.saturating_mul(1000)),
        (None, Some(reset_ms)) if is_spent => reset_ms,
        _ => answer.now_ms.saturating_add(UNSAID_LIMIT_MS),
    })
}

/// As [`from_answer`], for a limit that GraphQL tells with 200.
pub(super) fn graphql_limit(answer: &ErrorAnswer) -> GithubError {
    GithubError::RateLimited(limit(answer, ""))
}

/// What the answer says in one line; none if its body is not of the form of GitHub's errors.
fn words(answer: &ErrorAnswer) -> Option<String> {
    let body: ErrorBody = serde_json::from_slice(answer.body).ok()?;
    let details = body.errors.into_iter().filter_map(|detail| match detail {
        Detail::Text(text) => Some(text),
        Detail::Object {
            message: Some(message),
            ..
        } => Some(message),
        Detail::Object {
            field: Some(field),
            code: Some(code),
            ..
        } => Some(format!("{field}: {code}")),
        Detail::Object { .. } | Detail::Other(_) => None,
    });
    let all = std::iter::once(body.message).chain(details);
    let lines: Vec<String> = all.map(|text| in_one_line(&text)).collect();
    Some(lines.join("; "))
}

/// What GitHub says in paragraphs, the first of which is like a title.
fn in_one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(": ")
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests;
