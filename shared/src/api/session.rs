//! Who is signed in.

use serde::{Deserialize, Serialize};

/// The answer of `GET /api/health`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Always `ok`; a Worker that is not cannot answer.
    pub status: String,
    /// Hedgerow's version.
    pub version: String,
    /// The newest layout version that it writes.
    pub layout_version: u32,
}

/// The answer of `GET /api/session`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Who is signed in; null for nobody.
    pub user: Option<User>,
    /// GitHub's web address, for links to repositories.
    pub github_url: String,
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
