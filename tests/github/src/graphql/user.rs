//! Accounts.

use async_graphql::{ID, Interface, Object};

use super::scalars::Uri;
use crate::github::GitHub;
use crate::state::{self, NodeId};

pub(super) struct User(Account);

pub(super) struct Organization(Account);

struct Account {
    account: state::User,
    url: String,
}

#[allow(
    clippy::duplicated_attributes,
    reason = "two fields of the same type look like a repetition"
)]
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID"),
    field(name = "login", ty = "String"),
    field(name = "url", ty = "Uri"),
    field(
        name = "avatar_url",
        ty = "Uri",
        arg(name = "size", ty = "Option<i32>")
    )
)]
pub(super) enum RepositoryOwner {
    User(User),
    Organization(Organization),
}

impl Account {
    fn page(&self) -> Uri {
        Uri(format!("{}/{}", self.url, self.account.login))
    }

    fn avatar(&self) -> Uri {
        Uri(format!("{}/avatars/u/{}", self.url, self.account.id))
    }
}

impl User {
    pub fn new(account: state::User, github: &GitHub) -> Self {
        let url = github.url.clone();
        User(Account { account, url })
    }
}

impl RepositoryOwner {
    pub fn new(account: state::User, url: &str) -> Self {
        let kind = account.kind;
        let account = Account {
            account,
            url: url.to_owned(),
        };
        match kind {
            state::UserKind::Person => RepositoryOwner::User(User(account)),
            state::UserKind::Organization => RepositoryOwner::Organization(Organization(account)),
        }
    }
}

#[Object]
impl User {
    pub(super) async fn id(&self) -> ID {
        ID(NodeId::User(self.0.account.id).encode())
    }

    pub(super) async fn database_id(&self) -> Option<i32> {
        Some(self.0.account.id as i32)
    }

    pub(super) async fn login(&self) -> String {
        self.0.account.login.clone()
    }

    pub(super) async fn name(&self) -> Option<String> {
        Some(self.0.account.name.clone())
    }

    pub(super) async fn url(&self) -> Uri {
        self.0.page()
    }

    pub(super) async fn avatar_url(&self, #[graphql(name = "size")] _size: Option<i32>) -> Uri {
        self.0.avatar()
    }
}

#[Object]
impl Organization {
    pub(super) async fn id(&self) -> ID {
        ID(NodeId::Organization(self.0.account.id).encode())
    }

    pub(super) async fn database_id(&self) -> Option<i32> {
        Some(self.0.account.id as i32)
    }

    pub(super) async fn login(&self) -> String {
        self.0.account.login.clone()
    }

    pub(super) async fn name(&self) -> Option<String> {
        Some(self.0.account.name.clone())
    }

    pub(super) async fn url(&self) -> Uri {
        self.0.page()
    }

    pub(super) async fn avatar_url(&self, #[graphql(name = "size")] _size: Option<i32>) -> Uri {
        self.0.avatar()
    }
}
