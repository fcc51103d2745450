//! People and organizations.

use serde::Deserialize;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// GitHub's number for the account, stable across renames.
    pub id: u64,
    /// The name in URLs.
    pub login: String,
    /// The name in commits.
    pub name: String,
    /// Person or organization.
    #[serde(default)]
    pub kind: UserKind,
}

/// What an account is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// Somebody who signs in.
    #[default]
    Person,
    /// An owner of repositories that nobody signs in as.
    Organization,
}

impl User {
    /// Returns the address that GitHub writes into commits made for this account.
    pub fn email(&self) -> String {
        format!("{}+{}@users.noreply.github.com", self.id, self.login)
    }

    /// Returns GitHub's word for the kind of account.
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            UserKind::Person => "User",
            UserKind::Organization => "Organization",
        }
    }
}
