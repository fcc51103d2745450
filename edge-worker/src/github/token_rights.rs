//! Whether a token may write to a repository. GitHub tells no token's permissions, and the role that it tells is the person's, so it
//! is asked for a write that cannot be done.

use http::{Method, StatusCode};
use serde_json::json;
use shared::names::{FabricId, RepoName};

use super::client::Repeat;
use super::{Github, GithubError};
use crate::host::{Host, random};

impl<H: Host> Github<'_, H> {
    /// Asks GitHub to move a branch that is not there: without the right to write it refuses the token before it looks for the
    /// branch. Any other refusal says nothing of the token, so that asking only ever refuses more.
    ///
    /// # Errors
    /// What GitHub says of the token, or that it could not be asked: who spent a limit is not let through.
    pub(crate) async fn require_token_to_write(&self, repo: &RepoName) -> Result<(), GithubError> {
        // Neither the name, of 128 random bits, nor the commit is anywhere.
        let name = FabricId::from_bytes(random(self.host));
        let url = self.url(&format!(
            "/repos/{repo}/git/refs/heads/hedgerow-asks-{name}"
        ));
        let commit = data_encoding::HEXLOWER.encode(&random::<20>(self.host));
        let body = json!({ "sha": commit, "force": false }).to_string();
        let answer = self.with_retries(Repeat::Freely, async || {
            let answer = self
                .exchange(Method::PATCH, &url, body.as_bytes(), None)
                .await?;
            match answer.status() {
                StatusCode::UNPROCESSABLE_ENTITY => Ok(()),
                _ => self.success_body(&answer, repo.as_str()).map(|_| ()),
            }
        });
        match answer.await {
            Err(error) if error.is_of_the_token() || error.is_unreachable() => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
