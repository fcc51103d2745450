//! Who may fetch and who may push.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::git::Repo;
use crate::github::GitHub;
use crate::state::{Access, Permission};

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
    /// The repository has another name now; git asks there.
    #[error("Moved Permanently")]
    Moved(String),
    #[error(
        "The '{0}' organization has enabled or enforced SAML SSO.\nTo access this repository, you must re-authorize the token."
    )]
    NeedsSso(String),
    #[error("This repository was archived so it is read-only.")]
    Archived,
    #[error("git could not be run: {0}")]
    Io(std::io::Error),
}

/// Finds the repository for the person the token names, and returns their login and role.
pub(super) fn check(
    github: &GitHub,
    owner: &str,
    name: &str,
    headers: &HeaderMap,
    service: Service,
) -> Result<(Repo, Option<String>, Permission), Denied> {
    let viewer = github.viewer(headers);
    let login = viewer.login().map(str::to_owned);
    if login.is_none() && headers.contains_key(header::AUTHORIZATION) {
        return Err(Denied::BadToken);
    }
    let absent = || match login {
        Some(_) => Denied::NotFound,
        None => Denied::NeedsToken,
    };
    let name = name.strip_suffix(".git").unwrap_or(name);
    let full_name = format!("{owner}/{name}");
    let (repo, is_moved) = match (github.repo(&full_name), github.renamed(&full_name)) {
        (Ok(repo), _) => (repo, false),
        (Err(_), Some(repo)) => (repo, true),
        (Err(_), None) => return Err(absent()),
    };
    let reach = github.reach(&viewer, &repo.settings).ok_or_else(absent)?;
    let is_private = repo.settings.private;
    if let Some(organization) = &reach.sso
        && (is_private || service == Service::Push)
    {
        return Err(Denied::NeedsSso(organization.clone()));
    }
    if !reach.may("contents", Access::Read) {
        return Err(absent());
    }
    if is_moved {
        // Git follows from the list of references and asks for the rest where that was.
        let service = match service {
            Service::Fetch => "git-upload-pack",
            Service::Push => "git-receive-pack",
        };
        let name = repo.settings.full_name();
        let to = format!("{}/{name}.git/info/refs?service={service}", github.url);
        return Err(Denied::Moved(to));
    }
    if service == Service::Push {
        let who = login.clone().ok_or(Denied::NeedsToken)?;
        if !reach.may("contents", Access::Write) {
            return Err(Denied::NoPush(repo.settings.full_name(), who));
        }
        if repo.settings.archived {
            return Err(Denied::Archived);
        }
    }
    Ok((repo, login, reach.role))
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let status = match self {
            Denied::NeedsToken | Denied::BadToken => StatusCode::UNAUTHORIZED,
            Denied::NotFound => StatusCode::NOT_FOUND,
            Denied::NoPush(..) | Denied::Archived | Denied::NeedsSso(_) => StatusCode::FORBIDDEN,
            Denied::Moved(_) => StatusCode::MOVED_PERMANENTLY,
            Denied::Io(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = (status, self.to_string()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"GitHub\"");
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Denied::Moved(to) = &self
            && let Ok(to) = HeaderValue::from_str(to)
        {
            response.headers_mut().insert(header::LOCATION, to);
        }
        response
    }
}
