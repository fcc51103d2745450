//! What an operator configures.

use crate::Secret;

/// The Worker's configuration: variables and secrets of the environment.
#[derive(Clone, Debug)]
pub struct Config {
    /// GitHub's REST address without a final slash, such as `https://api.github.com` or `https://host/api/v3`.
    pub github_api_url: String,
    /// GitHub's web address without a final slash.
    pub github_url: String,
    /// Where the Worker reaches GitHub's web address; differs from it only on a developer's machine.
    pub github_token_url: String,
    /// Whether GitHub shows nothing to people who are not signed in there; where it is not said, an Enterprise Server does not.
    pub private_mode: Option<bool>,
    /// Hedgerow's own address without a final slash; empty if the request's is good enough.
    pub public_url: String,
    /// The keys that sessions are sealed with, each of 32 bytes or more in base64: the first seals, all open.
    pub session_keys: Vec<Secret>,
    /// The GitHub App, if one is registered.
    pub app: Option<App>,
    /// The secret that GitHub signs webhooks with.
    pub webhook_secret: Option<Secret>,
    /// The secret that opens the operator's routes for backups.
    pub operator_key: Option<Secret>,
    /// Secrets that were given and are not used, since they could be guessed: `OPERATOR_KEY`, `SESSION_KEY 2`.
    pub unused_secrets: Vec<String>,
    /// For how many hours what GitHub said of a directory is called current.
    pub stale_after_hours: u64,
    /// After how many milliseconds a fabric is looked at again without a person; none if never.
    pub look_every_ms: Option<u64>,
    /// The same for one that needs somebody or is not as it should be.
    pub look_at_problems_every_ms: Option<u64>,
    /// Roles of a GitHub stand-in that anybody may try; empty everywhere but on a developer's machine.
    pub demo_roles: Vec<String>,
}

/// Two days: copies in KV may tell a time that is half a day old.
const STALE_AFTER_HOURS: u64 = 48;

const LOOK_EVERY_MINUTES: u64 = 24 * 60;
const LOOK_AT_PROBLEMS_EVERY_MINUTES: u64 = 60;
/// Jobs begin every ten minutes.
const LEAST_MINUTES: u64 = 10;

/// How many bytes of base64 a key of `SESSION_KEY` has at least, and how many characters `OPERATOR_KEY`.
const KEY_BYTES: usize = 32;

#[derive(Clone, Debug)]
pub struct App {
    pub id: String,
    /// Its name in addresses; empty if not configured.
    pub slug: String,
    /// What it calls itself when people sign in.
    pub client_id: String,
    /// With which it proves that.
    pub client_secret: Secret,
    /// The private key in PEM; none if nothing is done without a person.
    pub private_key: Option<Secret>,
}

impl Config {
    /// Reads a configuration; `variable` gives the value of a variable or a secret.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| variable(name).unwrap_or_default().trim().to_owned();
        let address = |name: &str| address(&variable, name);
        let secret = |name: &str| Some(text(name)).filter(|value| !value.is_empty());
        let list = |name: &str| -> Vec<String> {
            let text = text(name);
            let parts = text.split(',').map(str::trim);
            parts
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let github_url = github_url(&variable);
        let mut unused_secrets = Vec::new();
        let mut session_keys = Vec::new();
        for (place, key) in list("SESSION_KEY").into_iter().enumerate() {
            match bytes_of(&key) {
                Some(KEY_BYTES..) => session_keys.push(Secret::new(key)),
                _ => unused_secrets.push(format!("SESSION_KEY {}", place + 1)),
            }
        }
        let mut operator_key = secret("OPERATOR_KEY");
        if operator_key
            .as_ref()
            .is_some_and(|key| key.len() < KEY_BYTES)
        {
            operator_key = None;
            unused_secrets.push("OPERATOR_KEY".to_owned());
        }
        let app = match (
            secret("GITHUB_APP_CLIENT_ID"),
            secret("GITHUB_APP_CLIENT_SECRET"),
        ) {
            (Some(client_id), Some(client_secret)) => Some(App {
                id: text("GITHUB_APP_ID"),
                slug: text("GITHUB_APP_SLUG"),
                client_id,
                client_secret: Secret::new(client_secret),
                private_key: secret("GITHUB_APP_PRIVATE_KEY").map(Secret::new),
            }),
            _ => None,
        };
        Self {
            github_api_url: address("GITHUB_API_URL"),
            github_token_url: Some(address("GITHUB_TOKEN_URL"))
                .filter(|url| !url.is_empty())
                .unwrap_or_else(|| github_url.clone()),
            github_url,
            // What is neither is taken for what shows less.
            private_mode: secret("GITHUB_PRIVATE_MODE").map(|word| word != "false"),
            public_url: address("PUBLIC_URL"),
            session_keys,
            app,
            webhook_secret: secret("GITHUB_WEBHOOK_SECRET").map(Secret::new),
            operator_key: operator_key.map(Secret::new),
            unused_secrets,
            stale_after_hours: text("STALE_AFTER_HOURS")
                .parse()
                .unwrap_or(STALE_AFTER_HOURS),
            look_every_ms: interval_ms(&text("LOOK_EVERY_MINUTES"), LOOK_EVERY_MINUTES),
            look_at_problems_every_ms: interval_ms(
                &text("LOOK_AT_PROBLEMS_EVERY_MINUTES"),
                LOOK_AT_PROBLEMS_EVERY_MINUTES,
            ),
            demo_roles: list("DEMO_ROLES"),
        }
    }

    /// Makes a configuration without an App.
    pub fn new(github_api_url: &str, github_url: &str, session_key: &str) -> Self {
        Self::read(|name| {
            let value = match name {
                "GITHUB_API_URL" => github_api_url,
                "GITHUB_URL" => github_url,
                "SESSION_KEY" => session_key,
                _ => return None,
            };
            Some(value.to_owned())
        })
    }

    /// Whether a repository that GitHub calls public is shown to everybody. In private mode, as Enterprise Servers mostly are, it is
    /// shown to whoever is signed in there, and to nobody else.
    pub(crate) fn shows_public(&self) -> bool {
        let is_server = self.github_api_url.ends_with("/api/v3");
        !self.private_mode.unwrap_or(is_server)
    }

    /// The GraphQL address: `/api/v3` becomes `/api/graphql` (Enterprise Server), else `/graphql` is appended.
    pub fn graphql_url(&self) -> String {
        match self.github_api_url.strip_suffix("/api/v3") {
            Some(server) => format!("{server}/api/graphql"),
            None => format!("{}/graphql", self.github_api_url),
        }
    }
}

/// Where people see GitHub.
pub(crate) fn github_url(variable: impl Fn(&str) -> Option<String>) -> String {
    address(variable, "GITHUB_URL")
}

fn address(variable: impl Fn(&str) -> Option<String>, name: &str) -> String {
    let text = variable(name).unwrap_or_default();
    text.trim().trim_end_matches('/').to_owned()
}

/// An interval that is given in minutes; 0 is never.
fn interval_ms(text: &str, usual: u64) -> Option<u64> {
    let minutes = text.parse().unwrap_or(usual);
    (minutes > 0).then(|| minutes.max(LEAST_MINUTES).saturating_mul(60_000))
}

/// How many bytes a text is in base64, of either alphabet, padded or not, in one line or several; none if it is not base64.
/// The text itself is the key.
fn bytes_of(text: &str) -> Option<usize> {
    let digits: String = text.split_ascii_whitespace().collect();
    let padding = digits.len() - digits.trim_end_matches('=').len();
    let digits = &digits[..digits.len() - padding];
    let is_base64 = digits
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte));
    (is_base64 && padding <= 2 && digits.len() % 4 != 1).then_some(digits.len() * 6 / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_url_follows_from_the_rest_url() {
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

    /// 32 bytes.
    const KEY: &str = "bmV3LWtleS1vZi0zMi1ieXRlcy1mb3ItdGhlLXRlc3Q=";

    #[test]
    fn an_enterprise_server_shows_nothing_to_everybody_unless_it_is_said_to() {
        let server = "https://git.example.com/api/v3";
        for (api, private_mode, shows_public) in [
            ("https://api.github.com", "", true),
            ("https://api.github.com", "true", false),
            (server, "", false),
            (server, "true", false),
            (server, "yes", false),
            (server, " false ", true),
        ] {
            let config = Config::read(|name| match name {
                "GITHUB_API_URL" => Some(api.to_owned()),
                "GITHUB_PRIVATE_MODE" => Some(private_mode.to_owned()),
                _ => None,
            });
            assert_eq!(config.shows_public(), shows_public, "{api} {private_mode}");
        }
    }

    #[test]
    fn session_keys_rotate_as_a_list_and_are_never_printed() {
        let config = Config::new("", "", &format!("{KEY}, {},", KEY.to_lowercase()));
        assert_eq!(config.session_keys.len(), 2);
        assert_eq!(config.unused_secrets, [""; 0]);
        assert!(!format!("{config:?}").contains("bmV3"));
    }

    #[test]
    fn a_session_key_has_32_bytes_of_base64_or_is_not_used() {
        let hex = "0123456789abcdef".repeat(4);
        let lines = format!("{}\n{KEY}", &KEY[..40]);
        let url_safe = "-_".repeat(22);
        for key in [KEY, KEY.trim_end_matches('='), &hex, &lines, &url_safe] {
            let config = Config::new("", "", key);
            assert_eq!(config.session_keys.len(), 1, "{key}");
            assert_eq!(config.session_keys[0].expose(), key, "the text is the key");
            assert_eq!(config.unused_secrets, [""; 0]);
        }
        let long_words = "correct horse battery staple, ".replace(',', ".").repeat(3);
        let (short, odd) = (&KEY[..42], "a".repeat(45));
        for key in ["a", short, &odd, &long_words, &format!("{KEY}==")] {
            let config = Config::new("", "", key);
            assert!(config.session_keys.is_empty(), "{key}");
            assert_eq!(config.unused_secrets, ["SESSION_KEY 1"], "{key}");
        }
        let config = Config::new("", "", &format!("{KEY},old,{hex}"));
        let keys: Vec<_> = config.session_keys.iter().map(Secret::expose).collect();
        assert_eq!(keys, [KEY, &hex]);
        assert_eq!(config.unused_secrets, ["SESSION_KEY 2"]);
    }

    #[test]
    fn an_operator_key_has_32_characters_or_is_not_used() {
        let with =
            |key: &str| Config::read(|name| (name == "OPERATOR_KEY").then(|| key.to_owned()));
        let key = "0123456789abcdef".repeat(2);
        assert!(with(&key).operator_key.is_some());
        assert_eq!(with("").unused_secrets, [""; 0]);
        let short = with(&key[1..]);
        assert!(short.operator_key.is_none());
        assert_eq!(short.unused_secrets, ["OPERATOR_KEY"]);
    }

    #[test]
    fn fabrics_are_looked_at_daily_and_problems_hourly_unless_it_is_said_otherwise() {
        let with = |minutes: &str| {
            let config =
                Config::read(|name| name.ends_with("EVERY_MINUTES").then(|| minutes.to_owned()));
            (config.look_every_ms, config.look_at_problems_every_ms)
        };
        let minutes = |minutes: u64| Some(minutes * 60_000);
        for usual in ["", "often", "-1"] {
            assert_eq!(with(usual), (minutes(1_440), minutes(60)), "{usual}");
        }
        assert_eq!(with("0"), (None, None));
        assert_eq!(with("3"), (minutes(10), minutes(10)));
        assert_eq!(with("90"), (minutes(90), minutes(90)));
    }

    #[test]
    fn an_app_needs_its_client_id_and_its_secret() {
        let with = |given: &[&str]| {
            Config::read(|name| given.contains(&name).then(|| format!("value of {name}"))).app
        };
        assert!(with(&["GITHUB_APP_CLIENT_ID"]).is_none());
        let app = with(&["GITHUB_APP_CLIENT_ID", "GITHUB_APP_CLIENT_SECRET"]);
        assert!(app.as_ref().is_some_and(|app| app.private_key.is_none()));
        assert!(!format!("{app:?}").contains("value of GITHUB_APP_CLIENT_SECRET"));
    }
}
