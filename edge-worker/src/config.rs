//! What an operator configures.

use crate::Secret;

/// The Worker's configuration: variables and secrets of the environment.
#[derive(Clone, Debug)]
pub struct Config {
    /// GitHub's REST address without a final slash, such as `https://api.github.com` or `https://host/api/v3`.
    pub github_api_url: String,
    /// GitHub's web address without a final slash.
    pub github_url: String,
    /// The keys that sessions are sealed with, base64, separated by commas: the first seals, all open.
    pub session_keys: Vec<Secret>,
}

impl Config {
    /// Makes a configuration of the variables' values.
    pub fn new(github_api_url: &str, github_url: &str, session_key: &str) -> Self {
        let keys = session_key
            .split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty());
        Self {
            github_api_url: github_api_url.trim_end_matches('/').to_owned(),
            github_url: github_url.trim_end_matches('/').to_owned(),
            session_keys: keys.map(|key| Secret::new(key.to_owned())).collect(),
        }
    }

    /// The GraphQL address: `/api/v3` becomes `/api/graphql` (Enterprise Server), else `/graphql` is appended.
    pub fn graphql_url(&self) -> String {
        match self.github_api_url.strip_suffix("/api/v3") {
            Some(server) => format!("{server}/api/graphql"),
            None => format!("{}/graphql", self.github_api_url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_stands_beside_rest() {
        for (rest, graphql) in [
            ("https://api.github.com", "https://api.github.com/graphql"),
            ("https://api.github.com/", "https://api.github.com/graphql"),
            (
                "https://git.example.com/api/v3",
                "https://git.example.com/api/graphql",
            ),
            ("http://localhost:8788", "http://localhost:8788/graphql"),
        ] {
            assert_eq!(Config::new(rest, "", "").graphql_url(), graphql);
        }
    }

    #[test]
    fn session_keys_rotate_as_a_list_and_are_never_printed() {
        let config = Config::new("", "", "bmV3, b2xk,");
        assert_eq!(config.session_keys.len(), 2);
        assert!(!format!("{config:?}").contains("bmV3"));
    }
}
