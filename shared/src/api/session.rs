//! Who is signed in.

use super::{AppHealth, JobsHealth};
use serde::{Deserialize, Serialize};

use crate::words::words;

/// The answer of `GET /api/health`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Always `ok`; a Worker that is not cannot answer.
    pub status: String,
    /// Hedgerow's version.
    pub version: String,
    /// The newest layout version that it writes.
    pub layout_version: u32,
    /// Whether it can use the secrets that it was given.
    #[serde(default)]
    pub configuration: Option<Configuration>,
    /// What is done without a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<JobsHealth>,
    /// The GitHub App; none where there is none, or GitHub was not asked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppHealth>,
}

words! {
    /// What comes of the secrets that the operator gave.
    Configuration {
        /// All can be used.
        Ok = "ok",
        /// One is too short, and is not used.
        SecretNotUsed = "secret_not_used",
        /// There is no key to seal sessions with.
        NobodyCanSignIn = "nobody_can_sign_in",
    }
}

/// The answer of `GET /api/session`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Who is signed in, or null.
    pub user: Option<User>,
    /// GitHub's web address, for links to repositories.
    pub github_url: String,
    /// GitHub's REST address, for what the page reads from a public repository by itself.
    pub github_api_url: String,
    /// How that person signed in, or null.
    pub method: Option<SignInMethod>,
    /// How many repositories the token sees of those in which the person has a role; only in the answer to signing in
    /// with a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_repositories: Option<u64>,
    /// How a person can sign in here.
    pub sign_in: SignInOptions,
}

words! {
    /// How somebody signed in.
    SignInMethod {
        /// Through the GitHub App.
        App = "app",
        /// With a token of one's own. Whether it may write is known at the first write, or decision that takes that right: GitHub does not tell it.
        Token = "token",
    }
}

/// How a person can sign in to this Hedgerow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInOptions {
    /// Whether a GitHub App is configured: then a link to `/api/auth/login?return_to=` with the page's own path, query
    /// and fragment, percent-encoded, signs in.
    pub app: bool,
    /// Where to install the App on further repositories, where that is known.
    pub install_url: Option<String>,
    /// GitHub's form for a fine-grained token, with the permissions filled in.
    pub token_url: String,
    /// What a token needs.
    pub token_permissions: Vec<TokenPermission>,
    /// Roles of a GitHub stand-in to try; empty everywhere but on a developer's machine.
    pub demo: Vec<DemoRole>,
}

/// A permission that a token needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPermission {
    /// GitHub's name for it, such as `Contents`.
    pub name: String,
    /// `read` or `write`.
    pub access: String,
    /// What for.
    pub why: String,
}

/// A role of the GitHub stand-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoRole {
    /// `admin`, `reader` or `outsider`.
    pub role: String,
    /// The token, which is not secret.
    pub token: String,
}

/// A GitHub user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// GitHub's number for the user, which survives renaming.
    pub id: u64,
    /// The login.
    pub login: String,
    /// The name that the user shows, if any.
    #[serde(default)]
    pub name: Option<String>,
}

/// The body of `POST /api/auth/token`. It has no `Debug`, so that the token cannot be printed by accident.
#[derive(Serialize, Deserialize)]
pub struct TokenSignIn {
    /// A GitHub token.
    pub token: String,
}
