//! People and organizations, and the tokens that people sign in with.

use std::fmt;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// GitHub's number for the account, stable across renames.
    pub id: u64,
    /// The name in URLs.
    pub login: String,
    /// The name in commits.
    pub name: String,
    /// Person or organization.
    pub kind: UserKind,
}

/// What an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKind {
    /// Somebody who signs in.
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

/// A secret that can be compared but not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a secret in.
    pub fn new(secret: impl Into<String>) -> Self {
        Token(secret.into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
