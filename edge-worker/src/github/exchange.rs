//! One exchange: the headers that GitHub requires, the deadline, and redirects of repositories that were renamed.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, LOCATION, USER_AGENT};
use http::{Method, Uri};

use super::{Github, GithubError};
use crate::host::Host;

const REDIRECTS: usize = 3;

impl<H: Host> Github<'_, H> {
    /// Sends one request and gives GitHub's answer, whatever it says. A redirect is followed with the same method, and
    /// only on the same host: the token goes nowhere else.
    pub(super) async fn exchange(
        &self,
        method: Method,
        url: &str,
        body: &[u8],
        etag: Option<&str>,
    ) -> Result<http::Response<Vec<u8>>, GithubError> {
        let mut url = url.to_owned();
        for _ in 0..=REDIRECTS {
            let request = self.request(&method, &url, body, etag)?;
            self.requests.set(self.requests.get() + 1);
            let answer = self
                .host
                .send(request, self.patience.deadline_ms)
                .await
                .map_err(GithubError::no_answer)?;
            if !matches!(answer.status().as_u16(), 301 | 302 | 307 | 308) {
                return Ok(answer);
            }
            let location = answer.headers().get(LOCATION);
            let location = location
                .and_then(|location| location.to_str().ok())
                .unwrap_or_default();
            url = on_the_same_host(&url, location).ok_or(GithubError::Redirected)?;
        }
        Err(GithubError::Redirected)
    }

    fn request(
        &self,
        method: &Method,
        url: &str,
        body: &[u8],
        etag: Option<&str>,
    ) -> Result<http::Request<Vec<u8>>, GithubError> {
        let mut request = http::Request::builder()
            .method(method)
            .uri(url)
            .header(USER_AGENT, super::USER_AGENT_NAME)
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            // Repositories that are older than today's node ids have two; objects are named by today's.
            .header("x-github-next-global-id", "1");
        if let Some(token) = self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        request
            .body(body.to_vec())
            .map_err(|_| GithubError::Unauthorized)
    }
}

/// The address that `location` names, if scheme, host and port are those of `url`.
fn on_the_same_host(url: &str, location: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let location: Uri = location.parse().ok()?;
    let path = location.path_and_query()?.as_str();
    let (scheme, authority) = (url.scheme_str()?, url.authority()?);
    let is_same = match (location.scheme_str(), location.authority()) {
        (None, None) => path.starts_with('/') && !path.starts_with("//"),
        (other_scheme, Some(other)) => other_scheme == Some(scheme) && other == authority,
        (Some(_), None) => false,
    };
    is_same.then(|| format!("{scheme}://{authority}{path}"))
}

#[cfg(test)]
mod tests {
    use super::on_the_same_host;

    #[test]
    fn redirects_are_followed_only_to_the_same_host() {
        let from = "https://api.github.com/repos/acme/old/pulls";
        for (location, followed) in [
            (
                "https://api.github.com/repositories/7/pulls?x=1",
                Some("https://api.github.com/repositories/7/pulls?x=1"),
            ),
            (
                "/repositories/7/pulls",
                Some("https://api.github.com/repositories/7/pulls"),
            ),
            ("https://evil.example/repositories/7", None),
            ("http://api.github.com/repositories/7", None),
            ("https://api.github.com:8443/repositories/7", None),
            ("https://api.github.com@evil.example/x", None),
            ("//evil.example/x", None),
            ("javascript:alert(1)", None),
            ("", None),
        ] {
            assert_eq!(
                on_the_same_host(from, location).as_deref(),
                followed,
                "{location}"
            );
        }
    }
}
