//! Trees by id, at any depth: REST, since GraphQL lists one directory at a time.

use http::Method;
use shared::contents::{Ask, Depth, TreeListing};
use shared::names::RepoName;

use super::{Github, GithubError};
use crate::host::Host;

impl<H: Host> Github<'_, H> {
    /// Lists the tree that a walk asks for: one request.
    pub(crate) async fn tree(
        &self,
        repo: &RepoName,
        ask: &Ask,
    ) -> Result<TreeListing, GithubError> {
        let recursive = match ask.depth {
            Depth::Whole => "?recursive=1",
            Depth::Directory => "",
        };
        let api = &self.host.config().github_api_url;
        let url = format!("{api}/repos/{repo}/git/trees/{}{recursive}", ask.tree);
        let body = self.send(Method::GET, &url, Vec::new()).await?;
        serde_json::from_slice(&body).map_err(|error| GithubError::NotUnderstood(error.to_string()))
    }
}
