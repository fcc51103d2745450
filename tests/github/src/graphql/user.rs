//! Accounts.

use async_graphql::{Context, Enum, Error, ID, Interface, Object, PathSegment, Result};

use super::connection::{Connection, Page};
use super::failure::Failure;
use super::repository::Repository;
use super::scalars::Uri;
use super::source::Source;
use crate::github::GitHub;
use crate::state::{self, NodeId};

pub(super) struct User(Account);

pub(super) struct Organization(Account);

struct Account {
    account: state::User,
    url: String,
}

/// How a person is tied to a repository.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum RepositoryAffiliation {
    Collaborator,
    OrganizationMember,
    Owner,
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

    /// The repositories in which this account has a role; here every role comes from the organization.
    #[allow(clippy::too_many_arguments, reason = "GitHub's schema has them")]
    pub(super) async fn repositories(
        &self,
        ctx: &Context<'_>,
        affiliations: Option<Vec<Option<RepositoryAffiliation>>>,
        #[graphql(
            name = "ownerAffiliations",
            default_with = "Some(vec![Some(RepositoryAffiliation::Owner), Some(RepositoryAffiliation::Collaborator)])"
        )]
        owner_affiliations: Option<Vec<Option<RepositoryAffiliation>>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Repository>> {
        let member = |wanted: &Option<Vec<Option<RepositoryAffiliation>>>| {
            wanted.as_ref().is_none_or(|kinds| {
                kinds.contains(&Some(RepositoryAffiliation::OrganizationMember))
                    || kinds.contains(&Some(RepositoryAffiliation::Collaborator))
            })
        };
        let is_wanted = member(&affiliations) && member(&owner_affiliations);
        let login = self.0.account.login.as_str();
        let mut sources = Source::all(ctx);
        sources.retain(|source| is_wanted && source.repo.settings.permissions.contains_key(login));
        sources.sort_by_key(|source| source.repo.settings.full_name());
        let all = sources.into_iter().map(Repository);
        let page = Page {
            first,
            after,
            last,
            before,
        };
        let mut listed = page.of("repositories", all.collect())?;
        for (index, node) in listed.nodes.iter_mut().flatten().enumerate() {
            let hides = |Repository(source): &mut Repository| {
                source.reach.sso.is_some() && source.repo.settings.private
            };
            // An organization's own are null, each with an error beside the data.
            if node.as_mut().is_some_and(hides) {
                *node = None;
                let error = Error::from(Failure::needs_sso()).into_server_error(ctx.item.pos);
                let mut error = ctx.set_error_path(error);
                error.path.push(PathSegment::Field("nodes".to_owned()));
                error.path.push(PathSegment::Index(index));
                ctx.add_error(error);
            }
        }
        Ok(listed)
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
