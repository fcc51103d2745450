//! The repository that a request is about, as the caller may see it.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;

use crate::git::Repo;
use crate::github::GitHub;
use crate::state::{NodeId, ObjectKind, RefChange, Signed};
use crate::web::{ApiError, Viewer};

/// A repository and the caller, taken from the path and the token. Invisible ones are 404.
pub(super) struct Subject {
    pub repo: Repo,
    pub viewer: Viewer,
    pub url: String,
}

#[derive(Deserialize)]
struct Names {
    owner: String,
    repo: String,
}

impl FromRequestParts<Arc<GitHub>> for Subject {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, github: &Arc<GitHub>) -> Result<Self, ApiError> {
        let names = Path::<Names>::from_request_parts(parts, github).await;
        let Path(names) = names.map_err(|_| ApiError::NOT_FOUND)?;
        let viewer = parts.extensions.get::<Viewer>().cloned();
        let viewer = viewer.unwrap_or(Viewer(None));
        let repo = github.repo(&format!("{}/{}", names.owner, names.repo));
        let repo = repo.map_err(|_| ApiError::NOT_FOUND)?;
        match repo.settings.permission_of(viewer.login()) {
            Some(_) => Ok(Subject {
                repo,
                viewer,
                url: github.url.clone(),
            }),
            None => Err(ApiError::NOT_FOUND),
        }
    }
}

impl Subject {
    /// Opens the repository's objects; GitHub has none to show before the first commit.
    pub fn objects(&self) -> Result<git2::Repository, ApiError> {
        match self.repo.is_empty()? {
            true => Err(ApiError::EmptyRepository),
            false => Ok(self.repo.open()?),
        }
    }

    /// Refuses whoever may not push.
    pub fn writable(&self) -> Result<(), ApiError> {
        self.viewer.user()?;
        let permission = self.repo.settings.permission_of(self.viewer.login());
        if !permission.is_some_and(|permission| permission.can_push()) {
            return Err(ApiError::Forbidden);
        }
        match self.repo.settings.archived {
            true => Err(ApiError::Archived),
            false => Ok(()),
        }
    }

    /// Refuses what rules or protection refuse.
    pub fn unguarded(&self, reference: &str, change: RefChange) -> Result<(), ApiError> {
        let login = self.viewer.login();
        let refusal = self
            .repo
            .settings
            .refusal(login, reference, change, Signed::No);
        match refusal {
            Some(refusal) => Err(ApiError::Unprocessable(refusal.message().to_owned())),
            None => Ok(()),
        }
    }

    /// Returns the API's address of something below the repository.
    pub fn api(&self, path: &str) -> String {
        format!(
            "{}/repos/{}{path}",
            self.url,
            self.repo.settings.full_name()
        )
    }

    /// Returns the address of a page below the repository's.
    pub fn page(&self, path: &str) -> String {
        format!("{}/{}{path}", self.url, self.repo.settings.full_name())
    }

    pub fn object_id(&self, kind: ObjectKind, oid: git2::Oid) -> String {
        NodeId::Object(kind, self.repo.settings.id, oid.to_string()).encode()
    }
}
