//! Who may fetch and who may push.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::git::Repo;
use crate::github::GitHub;
use crate::state::Permission;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Fetch,
    Push,
}

/// Why git is turned away.
#[derive(Debug, thiserror::Error)]
pub(super) enum Denied {
    /// Git asks for a name and a token, and tries again.
    #[error("Repository not found.")]
    NeedsToken,
    #[error(
        "Invalid username or token. Password authentication is not supported for Git operations."
    )]
    BadToken,
    #[error("Repository not found.")]
    NotFound,
    #[error("Permission to {0} denied to {1}.")]
    NoPush(String, String),
    #[error("This repository was archived so it is read-only.")]
    Archived,
    #[error("git could not be run: {0}")]
    Io(std::io::Error),
}

/// Finds the repository for whoever the token names, and returns their login.
pub(super) fn check(
    github: &GitHub,
    owner: &str,
    name: &str,
    headers: &HeaderMap,
    service: Service,
) -> Result<(Repo, Option<String>), Denied> {
    let login = github.caller(headers).map(|user| user.login);
    if login.is_none() && headers.contains_key(header::AUTHORIZATION) {
        return Err(Denied::BadToken);
    }
    let absent = || match login {
        Some(_) => Denied::NotFound,
        None => Denied::NeedsToken,
    };
    let name = name.strip_suffix(".git").unwrap_or(name);
    let repo = github
        .repo(&format!("{owner}/{name}"))
        .map_err(|_| absent())?;
    let permission = repo.settings.permission_of(login.as_deref());
    let permission = permission.ok_or_else(absent)?;
    if service == Service::Push {
        let who = login.clone().ok_or(Denied::NeedsToken)?;
        if !Permission::can_push(permission) {
            return Err(Denied::NoPush(repo.settings.full_name(), who));
        }
        if repo.settings.archived {
            return Err(Denied::Archived);
        }
    }
    Ok((repo, login))
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let status = match self {
            Denied::NeedsToken | Denied::BadToken => StatusCode::UNAUTHORIZED,
            Denied::NotFound => StatusCode::NOT_FOUND,
            Denied::NoPush(..) | Denied::Archived => StatusCode::FORBIDDEN,
            Denied::Io(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = (status, self.to_string()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"GitHub\"");
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
