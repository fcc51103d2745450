//! Commit statuses: one line about a commit, where the App may not run checks.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use shared::git::ObjectId;
use shared::names::RepoName;

use super::client::Repeat;
use super::{Github, GithubError};
use crate::host::Host;

/// The most characters that GitHub takes of a description.
const DESCRIPTION: usize = 140;

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusState {
    Pending,
    Success,
    Failure,
    /// Nothing could be found out.
    Error,
}

impl StatusState {
    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }

    fn of(word: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Success, Self::Failure, Self::Error];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// A status to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewStatus<'a> {
    pub head: ObjectId,
    pub context: &'a str,
    pub state: StatusState,
    pub description: &'a str,
    pub target_url: Option<&'a str>,
}

/// A status that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenStatus {
    pub id: u64,
    pub context: String,
    pub state: StatusState,
    pub description: String,
}

#[derive(Deserialize)]
struct StatusData {
    id: u64,
    state: String,
    context: String,
    description: Option<String>,
}

impl<H: Host> Github<'_, H> {
    /// Gives a commit a status and gives its number: one request. The newest of a context counts.
    pub(crate) async fn give_status(
        &self,
        repo: &RepoName,
        status: &NewStatus<'_>,
    ) -> Result<u64, GithubError> {
        let description: String = status.description.chars().take(DESCRIPTION).collect();
        let mut body = json!({
            "state": status.state.word(),
            "context": status.context,
            "description": description,
        });
        if let Some(url) = status.target_url {
            body["target_url"] = json!(url);
        }
        let path = format!("/repos/{repo}/statuses/{}", status.head);
        let is_it =
            |made: &StatusData| made.context == status.context && made.state == status.state.word();
        let request = (Method::POST, path.as_str());
        let made = self.write(request, &body, repo.as_str(), Repeat::Freely, is_it);
        Ok(made.await?.id)
    }

    /// The last hundred statuses of a commit, newest first: one request.
    pub(crate) async fn statuses(
        &self,
        repo: &RepoName,
        head: ObjectId,
    ) -> Result<Vec<SeenStatus>, GithubError> {
        let path = format!("/repos/{repo}/commits/{head}/statuses?per_page=100");
        let found: Vec<StatusData> = self.get(&path, repo.as_str(), |_| true).await?;
        let seen = found.into_iter().filter_map(|status| {
            Some(SeenStatus {
                id: status.id,
                state: StatusState::of(&status.state)?,
                context: status.context,
                description: status.description.unwrap_or_default(),
            })
        });
        Ok(seen.collect())
    }
}
