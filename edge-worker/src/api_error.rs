//! Errors, mapped once to HTTP and worded once for people.
//!
//! [`GithubError`] says what GitHub answered, [`WriteError`] why a write did not end as it was approved, and [`ApiError`]
//! is everything that ends a request without success. All become a [`Problem`] here, and a failed write becomes the
//! record's [`Explanation`].

mod mapping;

use std::borrow::Cow;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::api::Problem;
use shared::diff::Obstacle;
use shared::fabric::FieldError;
use shared::names::{BranchName, DirectoryPath, FabricId, RepoName};
use shared::plan::PlanError;
use shared::problem::{Advice, Code, Explanation, advice};
use shared::quote::sentence::Name;
use shared::status::NO_FABRIC;

use crate::github::{BranchSnapshot, GithubError, PROPOSALS};
use crate::host::ObjectUnavailable;
use crate::operation::WriteError;
use crate::response::{Response, with_type};
use crate::route_table::Route;
use crate::wire::snapshot_answer;

/// A branch that a request names, and that does not exist.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MissingBranch {
    pub repository: RepoName,
    pub branch: BranchName,
    /// The repository's default branch, where there is one.
    pub default: Option<String>,
    /// Branches whose names are near, once they were asked for.
    pub near: Vec<String>,
}

impl MissingBranch {
    /// A branch that was looked for and not found.
    pub(crate) fn of(read: &BranchSnapshot, branch: &BranchName) -> Box<Self> {
        Box::new(Self {
            repository: read.repository.name.clone(),
            branch: branch.clone(),
            default: read.repository.default_branch.clone(),
            near: Vec::new(),
        })
    }
}

/// Status, code, title and next step.
type Parts = (StatusCode, Code, &'static str, Advice);

/// Why a request ends without success. A write's end travels from the object that carried it out.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("there is nothing at this address")]
    NoRoute,
    #[error("this address does not take that method")]
    #[serde(skip)]
    MethodNotAllowed(&'static Route),
    #[error("this address takes only WebSocket connections")]
    UpgradeRequired,
    #[error("the address is longer than any that Hedgerow has")]
    AddressTooLong,
    #[error("too many requests within a minute")]
    TooManyRequests,
    #[error(
        "how often this address tried to sign in cannot be told at the moment, and nobody is let in meanwhile"
    )]
    LimitNotKnown,
    #[error("this repository has as many fabrics as Hedgerow keeps for one")]
    TooManyFabrics,
    #[error("this fabric has as many share links as it may have")]
    TooManyShares,
    #[error(
        "GitHub does not answer, and you have as many drafts as Hedgerow keeps for one person; nothing was stored"
    )]
    TooManyDrafts,
    #[error(
        "this is a draft: GitHub did not say yet who may see its repository, and what you may do there"
    )]
    Draft,
    #[error("as many pages watch this fabric, or do so from your network, as may at once")]
    TooManyWatchers,
    #[error("the body is larger than this address takes")]
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
    LoginRefused(Cow<'static, str>),
    #[error("the request came from another site")]
    CrossSite,
    #[error("there is no such fabric, or it is not for you to see")]
    NoFabric,
    #[error(
        "the fabric was forgotten while this was under way; what was committed by then is on its branch"
    )]
    ForgottenMeanwhile,
    #[error("whether everybody may see this fabric has not been confirmed since {0}")]
    Unconfirmed(String),
    #[error("you may read {0}, but not push to it")]
    NoPush(String),
    #[error("only who administers {0} may have this")]
    NoAdministrator(String),
    #[error("{0} is archived, so nothing can be written to it")]
    Archived(String),
    #[error("{0} has no commit yet")]
    EmptyRepository(String),
    #[error("there is no branch {}{}", Name(.0.branch.as_str()), instead(.0.default.as_deref()))]
    NoBranch(Box<MissingBranch>),
    #[error("git cannot have a branch {} beside the branch {}; nothing was written", Name(.branch), Name(.by))]
    BranchBlocked { branch: String, by: String },
    #[error("there is no branch {}: it would begin anew from {}, without any other files that it had, and that was not approved; nothing was written", Name(.missing.branch.as_str()), Name(.base))]
    BaseNotApproved {
        missing: Box<MissingBranch>,
        base: String,
    },
    #[error("the pull request {url} of this fabric is open, into another branch than {}; nothing was written", Name(.branch))]
    ProposedElsewhere { url: String, branch: String },
    #[error("the plan differs from what was approved at {}", Name(.0))]
    ApprovalMismatch(String),
    #[error("the fabric's directory changed since it was approved{}", now_at(.0))]
    DirectoryChanged(Box<BranchSnapshot>),
    #[error("{}", .0.iter().map(|obstacle| obstacle.message.as_str()).collect::<Vec<_>>().join("; "))]
    Blocked(Vec<Obstacle>),
    #[error("{} belongs to the fabric {} of this branch, {}; nothing was written", Name(.directory.as_str()), .name.as_deref().unwrap_or("without a name"), overlap_words(*.only_in_any_case))]
    FabricExists {
        fabric: FabricId,
        name: Option<String>,
        directory: DirectoryPath,
        /// Whether they overlap only where names that differ in case are the same.
        only_in_any_case: bool,
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
    #[error("this key was used for another request before")]
    KeyReused,
    #[error("{0}")]
    Github(#[from] GithubError),
    #[error("{0}")]
    Write(WriteError),
    /// A server error of a creation of which nothing is left, neither on GitHub nor here.
    #[error("{0}")]
    NothingLeft(Box<ApiError>),
    #[error("Hedgerow's own storage did not answer")]
    Storage(#[from] ObjectUnavailable),
    #[error("SESSION_KEY is not set, or has less than 32 bytes, so nobody can sign in")]
    NoSessionKey,
}

impl ApiError {
    /// Status, code, title and next step.
    fn parts(&self) -> Parts {
        match self {
            Self::NoRoute => (
                StatusCode::NOT_FOUND,
                Code::NotFound,
                "Not found",
                advice::CHECK_ADDRESS,
            ),
            Self::MethodNotAllowed(_) => (
                StatusCode::METHOD_NOT_ALLOWED,
                Code::MethodNotAllowed,
                "Method not allowed",
                advice::CHECK_METHOD,
            ),
            Self::UpgradeRequired => (
                StatusCode::UPGRADE_REQUIRED,
                Code::UpgradeRequired,
                "WebSocket needed",
                advice::USE_WEBSOCKET,
            ),
            Self::AddressTooLong => (
                StatusCode::URI_TOO_LONG,
                Code::AddressTooLong,
                "Address too long",
                advice::SHORTEN_ADDRESS,
            ),
            Self::TooManyRequests => (
                StatusCode::TOO_MANY_REQUESTS,
                Code::TooManyRequests,
                "Too many requests",
                advice::SLOW_DOWN,
            ),
            Self::TooManyFabrics => (
                StatusCode::CONFLICT,
                Code::FabricLimit,
                "Too many fabrics",
                advice::FORGET_FABRICS,
            ),
            Self::TooManyShares => (
                StatusCode::CONFLICT,
                Code::ShareLimit,
                "Too many share links",
                advice::REVOKE_LINKS,
            ),
            Self::TooManyDrafts => (
                StatusCode::CONFLICT,
                Code::FabricLimit,
                "Too many drafts",
                advice::DISCARD_DRAFTS,
            ),
            Self::Draft => (
                StatusCode::CONFLICT,
                Code::Draft,
                "A draft",
                advice::INITIALISE_DRAFT,
            ),
            Self::TooManyWatchers => (
                StatusCode::SERVICE_UNAVAILABLE,
                Code::WatcherLimit,
                "Too many live pages",
                advice::POLL,
            ),
            Self::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                Code::BodyTooLarge,
                "Body too large",
                advice::SEND_FEWER_FIELDS,
            ),
            Self::NotJson(_) => (
                StatusCode::BAD_REQUEST,
                Code::InvalidJson,
                "Unreadable body",
                advice::SEND_JSON,
            ),
            Self::Fields(_) => (
                StatusCode::BAD_REQUEST,
                Code::InvalidRequest,
                "Invalid fields",
                advice::CHANGE_FIELDS,
            ),
            Self::SignedOut => (
                StatusCode::UNAUTHORIZED,
                Code::SignedOut,
                "Signed out",
                advice::SIGN_IN,
            ),
            Self::NoApp => (
                StatusCode::NOT_FOUND,
                Code::NoApp,
                "No GitHub App",
                advice::SIGN_IN_WITH_TOKEN,
            ),
            Self::LoginRefused(_) => (
                StatusCode::BAD_REQUEST,
                Code::LoginRefused,
                "Sign-in not finished",
                advice::SIGN_IN_AGAIN,
            ),
            Self::CrossSite => (
                StatusCode::FORBIDDEN,
                Code::CrossSite,
                "Cross-site request",
                advice::USE_OWN_PAGE,
            ),
            Self::NoFabric => (
                StatusCode::NOT_FOUND,
                Code::FabricNotFound,
                NO_FABRIC,
                advice::CHECK_LINK,
            ),
            Self::ForgottenMeanwhile => (
                StatusCode::NOT_FOUND,
                Code::FabricNotFound,
                "Forgotten meanwhile",
                advice::LOOK_AT_BRANCH,
            ),
            Self::Unconfirmed(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                Code::VisibilityUnconfirmed,
                "Not confirmed",
                advice::WAIT_FOR_VISIBILITY,
            ),
            Self::NoPush(_) => (
                StatusCode::FORBIDDEN,
                Code::PermissionMissing,
                "No permission to push",
                advice::GET_WRITE_ACCESS,
            ),
            Self::NoAdministrator(_) => (
                StatusCode::FORBIDDEN,
                Code::PermissionMissing,
                "Not an administrator",
                advice::ASK_ADMINISTRATOR,
            ),
            Self::Archived(_) => (
                StatusCode::FORBIDDEN,
                Code::RepositoryArchived,
                "Archived repository",
                advice::UNARCHIVE,
            ),
            Self::EmptyRepository(_) => (
                StatusCode::CONFLICT,
                Code::RepositoryEmpty,
                "Empty repository",
                advice::MAKE_FIRST_COMMIT,
            ),
            Self::NoBranch(_) => (
                StatusCode::CONFLICT,
                Code::BranchMissing,
                "No such branch",
                advice::CREATE_BRANCH,
            ),
            Self::BranchBlocked { .. } => (
                StatusCode::CONFLICT,
                Code::BranchBlocked,
                "The branch's name is blocked",
                advice::UNBLOCK_BRANCH,
            ),
            Self::BaseNotApproved { .. } => (
                StatusCode::CONFLICT,
                Code::BranchMissing,
                "No such branch",
                advice::APPROVE_BASE,
            ),
            Self::ProposedElsewhere { .. } => (
                StatusCode::CONFLICT,
                Code::PullRequestExists,
                "A pull request is open",
                advice::END_PULL_REQUEST,
            ),
            Self::ApprovalMismatch(_) => (
                StatusCode::CONFLICT,
                Code::ApprovalMismatch,
                "Not what was approved",
                advice::PREVIEW_WITH_SAME_VERSION,
            ),
            Self::DirectoryChanged(_) => (
                StatusCode::CONFLICT,
                Code::DirectoryChanged,
                "The directory changed",
                advice::APPROVE_NEW_DIFF,
            ),
            Self::Blocked(_) => (
                StatusCode::CONFLICT,
                Code::Blocked,
                "Something is in the way",
                advice::CLEAR_THE_WAY,
            ),
            Self::FabricExists { .. } => (
                StatusCode::CONFLICT,
                Code::FabricExists,
                "The directory is taken",
                advice::CHOOSE_DIRECTORY,
            ),
            Self::CannotArrange(_) => (
                StatusCode::CONFLICT,
                Code::CannotArrange,
                "Cannot be moved",
                advice::LEAVE_FILES,
            ),
            Self::HeadMoved => (
                StatusCode::CONFLICT,
                Code::HeadMoved,
                "The branch moved",
                advice::PREVIEW_AGAIN_UNWRITTEN,
            ),
            Self::NameTaken { .. } => (
                StatusCode::CONFLICT,
                Code::NameTaken,
                "The name is taken",
                advice::CHOOSE_NAME,
            ),
            Self::Busy => (
                StatusCode::CONFLICT,
                Code::OperationInProgress,
                "Busy",
                advice::WAIT_FOR_WRITE,
            ),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::IdempotencyKeyReused,
                "Key used before",
                advice::USE_NEW_KEY,
            ),
            Self::Github(error) => mapping::of_github(error),
            Self::Write(error) => mapping::of_write(error),
            Self::NothingLeft(error) => error.parts(),
            Self::Storage(_) | Self::LimitNotKnown => (
                StatusCode::SERVICE_UNAVAILABLE,
                Code::StorageUnavailable,
                "Storage unavailable",
                advice::TRY_IN_A_MINUTE,
            ),
            Self::NoSessionKey => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::NotConfigured,
                "Not configured",
                advice::SET_SESSION_KEY,
            ),
        }
    }

    /// How many seconds to wait before the request may succeed, where that is known.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests
            | Self::TooManyWatchers
            | Self::LimitNotKnown
            | Self::Unconfirmed(_) => Some(60),
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

    /// The branch that does not exist, where it is one that the request names.
    pub(crate) fn missing_branch(&mut self) -> Option<&mut MissingBranch> {
        match self {
            Self::NoBranch(missing) | Self::BaseNotApproved { missing, .. } => Some(missing),
            _ => None,
        }
    }

    /// The same of a creation that certainly left nothing. Of a refusal that goes without saying.
    pub(crate) fn left_nothing(self) -> Self {
        match self.parts().0.is_server_error() {
            true => Self::NothingLeft(Box::new(self)),
            false => self,
        }
    }

    /// The error as people and machines read it.
    pub(crate) fn problem(self, request_id: &str) -> Problem {
        if let Self::NothingLeft(error) = self {
            return Problem {
                nothing_left: true,
                ..error.problem(request_id)
            };
        }
        let (status, code, title, advice) = self.parts();
        let mut problem = Problem {
            kind: format!("/problems/{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            code,
            hint: advice.api.to_owned(),
            request_id: Some(request_id.to_owned()),
            ..Problem::default()
        };
        match self {
            Self::Fields(errors) => problem.errors = errors,
            Self::NoBranch(missing) | Self::BaseNotApproved { missing, .. } => {
                problem.suggestions = missing.near;
            }
            // Whoever begins below a branch may mean that one; of a pull request's branch nobody chose the name.
            Self::BranchBlocked { branch, by } if !branch.starts_with(&format!("{PROPOSALS}/")) => {
                problem.suggestions = vec![by];
            }
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

/// Whose commit the branch is at now.
fn now_at(read: &BranchSnapshot) -> String {
    let head = read.head.and(read.head_commit.as_ref());
    let words = head.map(|commit| format!("; the branch is at {} now", commit.words()));
    words.unwrap_or_default()
}

fn overlap_words(only_in_any_case: bool) -> &'static str {
    match only_in_any_case {
        true => {
            "and differs only in case: macOS and Windows can check out only one of the two directories"
        }
        false => "or overlaps with it",
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

/// What to say of the branch that is the default one, where another is missing.
fn instead(other: Option<&str>) -> String {
    let named = other.map(|other| format!("; the default branch is {}", Name(other)));
    named.unwrap_or_default()
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
pub(crate) fn explanation(error: &WriteError) -> Explanation {
    let (_, code, _, advice) = mapping::of_write(error);
    Explanation {
        code,
        message: error.to_string(),
        hint: advice.api.to_owned(),
    }
}

#[cfg(test)]
mod tests;
