//! What exists on GitHub: accounts, tokens and repositories. Every answer is derived from this and from git.

mod ledger;
mod node_id;
mod permission;
mod protection;
mod pull;
mod repository;
mod rule;
mod seed;
mod user;

pub(crate) use ledger::Ledger;
pub(crate) use node_id::{NodeId, ObjectKind};
pub use permission::Permission;
pub use protection::Protection;
pub(crate) use pull::{PullRequest, PullState};
pub(crate) use repository::Refusal;
pub use repository::Repository;
pub use rule::{RefChange, Rule, RuleKind, Signed};
pub use seed::Seed;
pub(crate) use seed::{Contents, seeds};
pub use user::{Token, User, UserKind};

/// Everything but the contents of repositories.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub users: Vec<User>,
    pub tokens: Vec<(Token, u64)>,
    pub repositories: Vec<Repository>,
}

impl State {
    pub fn user(&self, login: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.login.eq_ignore_ascii_case(login))
    }

    pub fn owner_of(&self, token: &Token) -> Option<&User> {
        let (_, id) = self.tokens.iter().find(|(known, _)| known == token)?;
        self.users.iter().find(|user| user.id == *id)
    }

    /// Returns the repository that was named `full_name` before it was renamed.
    pub fn renamed(&self, full_name: &str) -> Option<&Repository> {
        self.repositories
            .iter()
            .find(|repository| repository.was_named(full_name))
    }

    pub fn repository(&self, full_name: &str) -> Option<&Repository> {
        self.repositories
            .iter()
            .find(|repository| repository.is_named(full_name))
    }
}
