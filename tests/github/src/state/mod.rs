//! What exists on GitHub: accounts, tokens and repositories. Every answer is derived from this and from git.

mod check_run;
mod ledger;
mod node_id;
mod permission;
mod protection;
mod pull;
mod repository;
mod rule;
mod seed;
mod status;
mod token;
mod user;

pub(crate) use check_run::CheckRun;
pub(crate) use ledger::Ledger;
pub use node_id::NodeIds;
pub(crate) use node_id::{NodeId, ObjectKind};
pub use permission::Permission;
pub use protection::Protection;
pub(crate) use pull::{PullRequest, PullState};
pub(crate) use repository::Refusal;
pub use repository::{BypassActor, Repository};
pub use rule::{Incoming, RefChange, Rule, RuleKind};
pub use seed::Seed;
pub(crate) use seed::{Contents, seeds};
pub(crate) use status::Status;
pub(crate) use token::Reach;
pub use token::{
    Access, Approval, Grant, Installation, Permissions, Selection, Token, TokenKind, named,
};
pub use user::{User, UserKind};

use std::collections::BTreeSet;

/// Everything but the contents of repositories.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub users: Vec<User>,
    pub tokens: Vec<Grant>,
    pub installations: Vec<Installation>,
    /// Organizations that want single sign-on.
    pub sso: BTreeSet<String>,
    pub repositories: Vec<Repository>,
}

impl State {
    pub fn user(&self, login: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.login.eq_ignore_ascii_case(login))
    }

    /// Returns what a token is; an unknown or expired one is nothing.
    pub fn grant(&self, token: &Token, now_s: i64) -> Option<&Grant> {
        let known = self.tokens.iter().find(|known| known.token == *token)?;
        let is_over = known.expires_at_s.is_some_and(|end_s| end_s <= now_s);
        (!is_over).then_some(known)
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
