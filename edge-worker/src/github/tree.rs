//! Trees by id, at any depth: REST, since GraphQL lists one directory at a time.

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
        let path = format!("/repos/{repo}/git/trees/{}{recursive}", ask.tree);
        // A listing is proved by its hash where it is taken (`shared/contents`).
        self.get(&path, repo.as_str(), |_| true).await
    }
}
