//! The repository that a request is about, as the caller may see it.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri, Path};
use axum::http::Method;
use axum::http::request::Parts;
use serde::Deserialize;

use crate::git::Repo;
use crate::github::GitHub;
use crate::state::{Access, Incoming, NodeId, ObjectKind, Permission, Reach, RefChange, Refusal};
use crate::web::{ApiError, Viewer};

/// A repository and the caller, taken from the path and the token. Invisible ones are 404.
pub(super) struct Subject {
    pub repo: Repo,
    pub viewer: Viewer,
    pub reach: Reach,
    pub github: Arc<GitHub>,
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
        let viewer = viewer.unwrap_or_default();
        let full_name = format!("{}/{}", names.owner, names.repo);
        let (repo, is_moved) = match (github.repo(&full_name), github.renamed(&full_name)) {
            (Ok(repo), _) => (repo, false),
            (Err(_), Some(repo)) => (repo, true),
            (Err(_), None) => return Err(ApiError::NOT_FOUND),
        };
        let reach = github.reach(&viewer, &repo.settings);
        let reach = reach.ok_or(ApiError::NOT_FOUND)?;
        if let Some(organization) = &reach.sso
            && repo.settings.private
        {
            return Err(ApiError::needs_sso(github, organization));
        }
        if is_moved {
            return Err(moved(github, &repo, parts));
        }
        Ok(Subject {
            repo,
            viewer,
            reach,
            github: github.clone(),
            url: github.url.clone(),
        })
    }
}

/// Leads from a former name to the repository's number: 301 for what only reads, 307 for the rest, as recorded in
/// `@octokit/fixtures`, scenario rename-repository.
fn moved(github: &GitHub, repo: &Repo, parts: &Parts) -> ApiError {
    let asked = parts.extensions.get::<OriginalUri>();
    let asked = asked.map_or(&parts.uri, |asked| &asked.0);
    let below = asked.path().split_once("/repos/").map_or("", |(_, rest)| {
        let name_ends = rest.match_indices('/').nth(1).map(|(at, _)| at);
        &rest[name_ends.unwrap_or(rest.len())..]
    });
    let query = asked.query().map(|query| format!("?{query}"));
    let to = format!(
        "{}/repositories/{}{below}{}",
        github.url,
        repo.settings.id,
        query.unwrap_or_default()
    );
    let keeps_method = !matches!(parts.method, Method::GET | Method::HEAD);
    ApiError::Moved { to, keeps_method }
}

impl Subject {
    /// A repository as nobody in particular sees it, for what is told rather than asked.
    pub fn of(github: &Arc<GitHub>, repo: &Repo) -> Self {
        Subject {
            repo: repo.clone(),
            viewer: Viewer::default(),
            reach: Reach::public(),
            github: github.clone(),
            url: github.url.clone(),
        }
    }

    /// Opens the repository's objects; GitHub has none to show before the first commit.
    pub fn objects(&self) -> Result<git2::Repository, ApiError> {
        self.may_read("contents")?;
        match self.repo.is_empty()? {
            true => Err(ApiError::EmptyRepository),
            false => Ok(self.repo.open()?),
        }
    }

    /// Refuses callers that may not push.
    pub fn writable(&self) -> Result<(), ApiError> {
        self.may_write("contents")
    }

    /// Refuses callers that may not change what `permission` names.
    pub fn may_write(&self, permission: &str) -> Result<(), ApiError> {
        self.viewer.user()?;
        if let Some(organization) = &self.reach.sso {
            return Err(ApiError::needs_sso(&self.github, organization));
        }
        if !self.reach.may(permission, Access::Write) {
            return Err(self.forbidden(&format!("{permission}=write")));
        }
        self.unarchived()
    }

    /// Refuses callers that may not see what `permission` names; what is public may be seen by all.
    pub fn may_read(&self, permission: &str) -> Result<(), ApiError> {
        match self.reach.may(permission, Access::Read) {
            true => Ok(()),
            false => Err(self.forbidden(&format!("{permission}=read"))),
        }
    }

    /// Refuses to let a token touch workflows that may not.
    pub fn may_touch(&self, path: &str) -> Result<(), ApiError> {
        match self.reach.may_touch(path) {
            true => Ok(()),
            false => Err(self.forbidden("contents=write,workflows=write")),
        }
    }

    fn forbidden(&self, needed: &str) -> ApiError {
        ApiError::Forbidden {
            token: self.reach.token,
            needed: needed.to_owned(),
        }
    }

    /// Refuses callers that may not open pull requests: those who may read may, if their token may.
    pub fn may_propose(&self) -> Result<(), ApiError> {
        self.viewer.user()?;
        if let Some(organization) = &self.reach.sso {
            return Err(ApiError::needs_sso(&self.github, organization));
        }
        if !self.reach.grants("pull_requests", Access::Write) {
            return Err(self.forbidden("pull_requests=write"));
        }
        self.unarchived()
    }

    /// Refuses to change what is archived.
    pub fn unarchived(&self) -> Result<(), ApiError> {
        match self.repo.settings.archived {
            true => Err(ApiError::Archived),
            false => Ok(()),
        }
    }

    /// Refuses callers that may not change settings.
    pub fn administrable(&self) -> Result<(), ApiError> {
        self.may_write("administration")?;
        match self.reach.role {
            Permission::Admin => Ok(()),
            _ => Err(self.forbidden("administration=write")),
        }
    }

    /// Refuses what rules or protection refuse.
    pub fn unguarded(
        &self,
        reference: &str,
        change: RefChange,
        incoming: &[Incoming],
    ) -> Result<(), ApiError> {
        let refusal = self.refusal(reference, change, incoming);
        match refusal {
            Some(refusal) => Err(ApiError::Unprocessable(refusal.message().to_owned())),
            None => Ok(()),
        }
    }

    /// Returns what refuses a `change` of the branch that brings these commits, if something does.
    pub fn refusal(
        &self,
        reference: &str,
        change: RefChange,
        incoming: &[Incoming],
    ) -> Option<Refusal> {
        let settings = &self.repo.settings;
        settings.refusal(
            (self.reach.role, self.reach.is_app),
            reference,
            change,
            incoming,
        )
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
