//! Errors, mapped once to HTTP and worded once for people.
//!
//! [`GithubError`] says what GitHub answered, [`WriteError`] why a write did not end as it was approved, and [`ApiError`]
//! is everything that ends a request without success. All become a [`Problem`] here, and a failed write becomes the
//! record's [`Failure`].

mod github;

use http::StatusCode;
use shared::api::Problem;
use shared::diff::Obstacle;
use shared::fabric::FieldError;
use shared::names::{DirectoryPath, FabricId};
use shared::plan::PlanError;
use shared::quote::sentence::Name;
use shared::record::Failure;

use crate::github::{BranchSnapshot, GithubError};
use crate::host::ObjectUnavailable;
use crate::operation::WriteError;
use crate::response::{Response, with_type};
use crate::route_table::Route;
use crate::wire::snapshot_answer;

/// Status, code, title and next step.
type Parts = (StatusCode, &'static str, &'static str, &'static str);

/// Why a request ends without success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("there is nothing at this address")]
    NoRoute,
    #[error("this address does not take that method")]
    MethodNotAllowed(&'static Route),
    #[error("this address takes only WebSocket connections")]
    UpgradeRequired,
    #[error("the address is longer than any that Hedgerow has")]
    AddressTooLong,
    #[error("too many requests within a minute")]
    TooManyRequests,
    #[error("this repository has as many fabrics as Hedgerow keeps for one")]
    TooManyFabrics,
    #[error("this fabric has as many share links as it may have")]
    TooManyShares,
    #[error("the body is larger than 256 KiB")]
    BodyTooLarge,
    #[error("the body cannot be read: {0}")]
    NotJson(String),
    #[error("{}", .0.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("; "))]
    Fields(Vec<FieldError>),
    #[error("nobody is signed in")]
    SignedOut,
    #[error("no GitHub App is configured, so people sign in with a token")]
    NoApp,
    #[error("the sign-in cannot be finished: {0}")]
    LoginRefused(&'static str),
    #[error("the request came from another site")]
    CrossSite,
    #[error("there is no such fabric, or it is not for you to see")]
    NoFabric,
    #[error("whether everybody may see this fabric has not been confirmed since {0}")]
    Unconfirmed(String),
    #[error("you may read {0}, but not push to it")]
    NoPush(String),
    #[error("{0} is archived, so nothing can be written to it")]
    Archived(String),
    #[error("{0} has no commit yet")]
    EmptyRepository(String),
    #[error("there is no branch {}", Name(.0))]
    NoBranch(String),
    #[error("the plan differs from what was approved at {}", Name(.0))]
    ApprovalMismatch(String),
    #[error("the fabric's directory changed since it was approved")]
    DirectoryChanged(Box<BranchSnapshot>),
    #[error("{}", .0.iter().map(|obstacle| obstacle.message.as_str()).collect::<Vec<_>>().join("; "))]
    Blocked(Vec<Obstacle>),
    #[error(
        "{directory} belongs to the fabric {} of this branch, or overlaps with it; nothing was written", .name.as_deref().unwrap_or("without a name"), directory = Name(.directory.as_str()))]
    FabricExists {
        fabric: FabricId,
        name: Option<String>,
        directory: DirectoryPath,
        suggestions: Vec<String>,
    },
    #[error(
        "this repository has a fabric {name} already, in {directory} on {branch}; nothing was written", directory = Name(.directory.as_str()), branch = Name(.branch))]
    NameTaken {
        fabric: FabricId,
        name: String,
        branch: String,
        directory: DirectoryPath,
        suggestions: Vec<String>,
    },
    #[error("{0}")]
    CannotArrange(String),
    #[error("the branch moved since it was approved, so the root tree would be another one")]
    HeadMoved,
    #[error("another operation on this fabric or repository is under way")]
    Busy,
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    #[error("{0}")]
    Github(#[from] GithubError),
    #[error("{0}")]
    Write(WriteError),
    #[error("Hedgerow's own storage did not answer: {0}")]
    Storage(#[from] ObjectUnavailable),
    #[error("SESSION_KEY is not set, so nobody can sign in")]
    NoSessionKey,
}

impl ApiError {
    /// Status, code, title and next step.
    fn parts(&self) -> Parts {
        match self {
            Self::NoRoute => (
                StatusCode::NOT_FOUND,
                "not_found",
                "Not found",
                "check the address; GET /api/openapi.json describes every route",
            ),
            Self::MethodNotAllowed(_) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "Method not allowed",
                "GET /api/openapi.json describes every route and its methods",
            ),
            Self::UpgradeRequired => (
                StatusCode::UPGRADE_REQUIRED,
                "upgrade_required",
                "WebSocket needed",
                "connect with a WebSocket, or poll the record itself with its ETag",
            ),
            Self::AddressTooLong => (
                StatusCode::URI_TOO_LONG,
                "address_too_long",
                "Address too long",
                "check the address; GET /api/openapi.json describes every route",
            ),
            Self::TooManyRequests => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests",
                "wait a minute, then go on more slowly",
            ),
            Self::TooManyFabrics => (
                StatusCode::CONFLICT,
                "fabric_limit",
                "Too many fabrics",
                "forget fabrics that are no longer needed, or use another repository",
            ),
            Self::TooManyShares => (
                StatusCode::CONFLICT,
                "share_limit",
                "Too many share links",
                "revoke links that are no longer needed",
            ),
            Self::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "Body too large",
                "send only the fields that the route takes",
            ),
            Self::NotJson(_) => (
                StatusCode::BAD_REQUEST,
                "invalid_json",
                "Unreadable body",
                "send the fields that the route takes, as JSON",
            ),
            Self::Fields(_) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Invalid fields",
                "change the fields that `errors` names",
            ),
            Self::SignedOut => (
                StatusCode::UNAUTHORIZED,
                "signed_out",
                "Signed out",
                "sign in, then send the request again",
            ),
            Self::NoApp => (
                StatusCode::NOT_FOUND,
                "no_app",
                "No GitHub App",
                "sign in with a fine-grained token; the operator can register an App at /setup",
            ),
            Self::LoginRefused(_) => (
                StatusCode::BAD_REQUEST,
                "login_refused",
                "Sign-in not finished",
                "go back to Hedgerow and sign in again",
            ),
            Self::CrossSite => (
                StatusCode::FORBIDDEN,
                "cross_site",
                "Cross-site request",
                "use Hedgerow's own page",
            ),
            Self::NoFabric => (
                StatusCode::NOT_FOUND,
                "fabric_not_found",
                "No such fabric",
                "check the link, or sign in as somebody who can read the repository",
            ),
            Self::Unconfirmed(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "visibility_unconfirmed",
                "Not confirmed",
                "try again in a minute, or sign in: GitHub has to say again that the repository is public",
            ),
            Self::NoPush(_) => (
                StatusCode::FORBIDDEN,
                "permission_missing",
                "No permission to push",
                "ask for write access to the repository, or sign in with a token that has Contents: write",
            ),
            Self::Archived(_) => (
                StatusCode::FORBIDDEN,
                "repository_archived",
                "Archived repository",
                "unarchive it on GitHub, or choose another repository",
            ),
            Self::EmptyRepository(_) => (
                StatusCode::CONFLICT,
                "repository_empty",
                "Empty repository",
                "make a first commit on GitHub, for example a README, then preview again",
            ),
            Self::NoBranch(_) => (
                StatusCode::CONFLICT,
                "branch_missing",
                "No such branch",
                "create the branch on GitHub, or choose one that exists, then preview again",
            ),
            Self::ApprovalMismatch(_) => (
                StatusCode::CONFLICT,
                "approval_mismatch",
                "Not what was approved",
                "preview again, with the same version of Hedgerow, and approve the new plan",
            ),
            Self::DirectoryChanged(_) => (
                StatusCode::CONFLICT,
                "directory_changed",
                "The directory changed",
                "look at the new diff and approve it again; nothing was written",
            ),
            Self::Blocked(_) => (
                StatusCode::CONFLICT,
                "blocked",
                "Something is in the way",
                "move what is in the way, or choose another directory, then preview again",
            ),
            Self::FabricExists { .. } => (
                StatusCode::CONFLICT,
                "fabric_exists",
                "The directory is taken",
                "open the existing fabric, or choose a directory beside it",
            ),
            Self::CannotArrange(_) => (
                StatusCode::CONFLICT,
                "cannot_arrange",
                "Cannot be moved",
                "leave the files where they are, or move them with git, then preview again",
            ),
            Self::HeadMoved => (
                StatusCode::CONFLICT,
                "head_moved",
                "The branch moved",
                "preview again and approve the new plan; nothing was written",
            ),
            Self::NameTaken { .. } => (
                StatusCode::CONFLICT,
                "name_taken",
                "The name is taken",
                "open the existing fabric, or choose another name",
            ),
            Self::Busy => (
                StatusCode::CONFLICT,
                "operation_in_progress",
                "Busy",
                "wait a moment, then try again",
            ),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "Key used before",
                "send a new Idempotency-Key with a new request",
            ),
            Self::Github(error) => github::of_github(error),
            Self::Write(error) => github::of_write(error),
            Self::Storage(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "storage_unavailable",
                "Storage unavailable",
                "try again in a minute",
            ),
            Self::NoSessionKey => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "not_configured",
                "Not configured",
                "the operator sets SESSION_KEY to 32 random bytes in base64",
            ),
        }
    }

    /// How many seconds to wait before the request may succeed, where that is known.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests | Self::Unconfirmed(_) => Some(60),
            _ => None,
        }
    }

    /// The methods that the path takes, where it does not take the request's.
    pub(crate) fn allow(&self) -> Option<String> {
        match self {
            Self::MethodNotAllowed(route) => Some(route.allow()),
            _ => None,
        }
    }

    /// The error as people and machines read it.
    pub(crate) fn problem(self, request_id: &str) -> Problem {
        let (status, code, title, hint) = self.parts();
        let mut problem = Problem {
            kind: format!("/problems/{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            code: code.to_owned(),
            hint: hint.to_owned(),
            request_id: Some(request_id.to_owned()),
            ..Problem::default()
        };
        match self {
            Self::Fields(errors) => problem.errors = errors,
            Self::ApprovalMismatch(path) => problem.path = Some(path),
            Self::DirectoryChanged(read) => {
                problem.snapshot = Some(Box::new(snapshot_answer(&read)));
            }
            Self::Blocked(obstacles) => {
                problem.path = obstacles.into_iter().next().map(|obstacle| obstacle.path)
            }
            Self::FabricExists {
                fabric,
                suggestions,
                ..
            }
            | Self::NameTaken {
                fabric,
                suggestions,
                ..
            } => {
                problem.fabric = Some(fabric);
                problem.suggestions = suggestions;
            }
            _ => {}
        }
        problem
    }
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Github(error) => Self::Github(error),
            error => Self::Write(error),
        }
    }
}

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Blocked(blocked) => Self::Blocked(blocked.obstacles),
            PlanError::Change(error) => Self::CannotArrange(error.to_string()),
        }
    }
}

pub(crate) fn respond(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_type(
        status,
        "application/problem+json",
        serde_json::to_vec(problem).unwrap_or_default(),
    )
}

/// What a record keeps of a write that failed.
pub(crate) fn failure(error: &WriteError) -> Failure {
    let (_, code, _, hint) = github::of_write(error);
    Failure {
        code: code.to_owned(),
        message: error.to_string(),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests;
