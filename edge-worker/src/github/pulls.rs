//! Pull requests: opened, updated, looked up.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use shared::git::ObjectId;
use shared::names::{BranchName, RepoName};

use super::client::Repeat;
use super::{Github, GithubError};
use crate::host::Host;

/// What a pull request should say.
pub(crate) struct NewPull<'a> {
    /// The repository, as GitHub spells it now.
    pub repo: &'a RepoName,
    /// The branch with the change.
    pub head: &'a BranchName,
    /// The branch that should take it.
    pub base: &'a BranchName,
    pub title: &'a str,
    /// Its description, Markdown.
    pub body: &'a str,
}

/// A pull request that was seen on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pull {
    pub number: u64,
    /// Where to see it.
    pub url: String,
    pub state: PullState,
    /// The head of its branch; of one that is over, from when it ended.
    pub head: ObjectId,
    /// GitHub's number of the repository that would take it.
    pub repository: u64,
    /// The branch that would take it.
    pub base: String,
}

/// What became of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PullState {
    Open,
    /// Its change is on the target branch, perhaps with others.
    Merged,
    /// It was closed without being merged.
    Closed,
}

#[derive(Deserialize)]
struct PullData {
    number: u64,
    html_url: String,
    state: String,
    merged_at: Option<String>,
    head: Side,
    base: Side,
}

#[derive(Deserialize)]
struct Side {
    #[serde(rename = "ref")]
    branch: String,
    sha: ObjectId,
    /// None if a fork is gone.
    repo: Option<RepositoryData>,
}

#[derive(Deserialize)]
struct RepositoryData {
    id: u64,
}

impl PullData {
    /// Tells whether it would bring one branch into another of the same repository.
    fn is_between(&self, head: &BranchName, base: &BranchName) -> bool {
        self.is_from(head) && self.base.branch == base.as_str()
    }

    /// The same whatever branch would take it.
    fn is_from(&self, head: &BranchName) -> bool {
        let repository = |side: &Side| side.repo.as_ref().map(|repository| repository.id);
        self.head.branch == head.as_str()
            && repository(&self.base).is_some()
            && repository(&self.head) == repository(&self.base)
    }

    fn is_open(&self) -> bool {
        self.state == "open"
    }
}

impl From<PullData> for Pull {
    fn from(data: PullData) -> Self {
        Self {
            number: data.number,
            url: data.html_url,
            state: match (data.state.as_str(), data.merged_at) {
                ("open", _) => PullState::Open,
                (_, Some(_)) => PullState::Merged,
                (_, None) => PullState::Closed,
            },
            head: data.head.sha,
            repository: data.base.repo.map_or(0, |repository| repository.id),
            base: data.base.branch,
        }
    }
}

impl<H: Host> Github<'_, H> {
    /// The pull requests from one branch, into another or into any, newest first: one request.
    pub(crate) async fn pulls(
        &self,
        repo: &RepoName,
        head: &BranchName,
        base: Option<&BranchName>,
    ) -> Result<Vec<Pull>, GithubError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("state", "all")
            .append_pair("head", &format!("{}:{head}", repo.owner()))
            .extend_pairs(base.map(|base| ("base", base.as_str())))
            .finish();
        let path = format!("/repos/{repo}/pulls?{query}");
        let found: Vec<PullData> = self.get(&path, repo.as_str(), |_| true).await?;
        // A filter that GitHub does not take lists everything.
        let is_it = |pull: &PullData| match base {
            Some(base) => pull.is_between(head, base),
            None => pull.is_from(head),
        };
        let found = found.into_iter().filter(is_it);
        Ok(found.map(Pull::from).collect())
    }

    /// One pull request: one request, which costs nothing while nothing changed.
    pub(crate) async fn pull(&self, repo: &RepoName, number: u64) -> Result<Pull, GithubError> {
        let path = format!("/repos/{repo}/pulls/{number}");
        let is_it = |pull: &PullData| pull.number == number;
        let data = self.get(&path, repo.as_str(), is_it).await?;
        Ok(data.into())
    }

    /// Opens a pull request, or updates the open one of the same branches. GitHub allows only one, so a request whose
    /// answer was lost can be told from one that never arrived.
    ///
    /// # Errors
    /// Also the number of the pull request that is open, where one is known to be.
    pub(crate) async fn propose(
        &self,
        pull: &NewPull<'_>,
    ) -> Result<Pull, (Option<u64>, GithubError)> {
        let mut last = GithubError::PullRequestExists;
        for is_last in [false, false, true] {
            let open = self.pulls(pull.repo, pull.head, Some(pull.base)).await;
            let open = open.map_err(|error| (None, error))?;
            let open = open.into_iter().find(|pull| pull.state == PullState::Open);
            if let Some(open) = open {
                let updated = self.update_pull(pull, open.number).await;
                return updated.map_err(|error| (Some(open.number), error));
            }
            if is_last {
                break;
            }
            match self.open_pull(pull).await {
                Err(error)
                    if error.leaves_write_unknown() || error == GithubError::PullRequestExists =>
                {
                    last = error;
                }
                other => return other.map_err(|error| (None, error)),
            }
        }
        Err((None, last))
    }

    async fn open_pull(&self, pull: &NewPull<'_>) -> Result<Pull, GithubError> {
        let body = json!({
            "title": pull.title,
            "body": pull.body,
            "head": pull.head,
            "base": pull.base,
        });
        let path = format!("/repos/{}/pulls", pull.repo);
        let is_it = |made: &PullData| made.is_open() && made.is_between(pull.head, pull.base);
        let (request, repo) = ((Method::POST, path.as_str()), pull.repo.as_str());
        let data = self.write(request, &body, repo, Repeat::Never, is_it);
        Ok(data.await?.into())
    }

    /// Title and description are replaced, so doing it twice is doing it once.
    async fn update_pull(&self, pull: &NewPull<'_>, number: u64) -> Result<Pull, GithubError> {
        let body = json!({ "title": pull.title, "body": pull.body });
        let path = format!("/repos/{}/pulls/{number}", pull.repo);
        let is_it = |updated: &PullData| {
            updated.number == number && updated.is_between(pull.head, pull.base)
        };
        let (request, repo) = ((Method::PATCH, path.as_str()), pull.repo.as_str());
        let data = self.write(request, &body, repo, Repeat::Freely, is_it);
        Ok(data.await?.into())
    }
}
