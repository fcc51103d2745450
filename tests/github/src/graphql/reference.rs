//! Branches and tags.

use async_graphql::{Context, ID, Object, Result};
use git2::Oid;

use super::connection::{Connection, Page};
use super::failure::null_if_failed;
use super::object::GitObject;
use super::pull_request::{Filter, PullRequest, PullRequestConnection, PullRequestState};
use super::repository::Repository;
use super::rules::{RefUpdateRule, RepositoryRule};
use super::source::Source;
use crate::git::reference;
use crate::state::NodeId;

pub(super) struct Ref {
    source: Source,
    /// `refs/heads/main`.
    full_name: String,
    target: Oid,
}

impl Ref {
    /// Finds a reference by its full name or, as GitHub does, a branch and then a tag by its short one.
    pub fn find(source: &Source, name: &str) -> Result<Option<Ref>, git2::Error> {
        let repo = source.repo.open()?;
        let names = match name.starts_with("refs/") {
            true => vec![name.to_owned()],
            false => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
        };
        for full_name in names {
            if let Some(target) = reference::read(&repo, &full_name)? {
                let source = source.clone();
                return Ok(Some(Ref {
                    source,
                    full_name,
                    target,
                }));
            }
        }
        Ok(None)
    }

    /// Returns a reference whose target is known already.
    pub fn at(source: &Source, full_name: &str, target: Oid) -> Ref {
        Ref {
            source: source.clone(),
            full_name: full_name.to_owned(),
            target,
        }
    }

    /// Returns the whole name, `refs/heads/main`.
    pub fn full_name(&self) -> &str {
        &self.full_name
    }

    /// Returns the references below `prefix` (`refs/heads/`), by name.
    pub fn all(source: &Source, prefix: &str) -> Result<Vec<Ref>, git2::Error> {
        let repo = source.repo.open()?;
        let mut names = Vec::new();
        for name in repo.references_glob(&format!("{prefix}*"))?.names() {
            names.push(name?.to_owned());
        }
        names.sort();
        let found = names
            .iter()
            .filter_map(|name| Ref::find(source, name).transpose());
        found.collect()
    }

    fn parts(&self) -> (&str, &str) {
        let kind = self.full_name["refs/".len()..].find('/');
        let end = kind.map_or(0, |at| "refs/".len() + at + 1);
        self.full_name.split_at(end)
    }
}

#[allow(clippy::too_many_arguments, reason = "GitHub's schema has them")]
#[Object]
impl Ref {
    pub(super) async fn id(&self) -> ID {
        let id = NodeId::Ref(self.source.repo.settings.id, self.full_name.clone());
        ID(id.encode())
    }

    pub(super) async fn name(&self) -> String {
        self.parts().1.to_owned()
    }

    pub(super) async fn prefix(&self) -> String {
        self.parts().0.to_owned()
    }

    pub(super) async fn repository(&self) -> Repository {
        Repository(self.source.clone())
    }

    pub(super) async fn target(&self) -> Result<Option<GitObject>> {
        let repo = self.source.repo.open()?;
        let object = repo.find_object(self.target, None)?;
        Ok(GitObject::new(&self.source, &object, ""))
    }

    pub(super) async fn associated_pull_requests(
        &self,
        ctx: &Context<'_>,
        base_ref_name: Option<String>,
        states: Option<Vec<PullRequestState>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<PullRequestConnection> {
        let page = Page {
            first,
            after,
            last,
            before,
        };
        let filter = Filter {
            head: Some(self.parts().1.to_owned()),
            base: base_ref_name,
            states,
        };
        let all = PullRequest::all(ctx, &self.source, &filter)?;
        Ok(page.of("associatedPullRequests", all)?.into())
    }

    /// Classic protection; rulesets are in `rules`.
    pub(super) async fn ref_update_rule(&self) -> Option<RefUpdateRule> {
        let branch = self.full_name.strip_prefix("refs/heads/")?;
        let protection = self.source.repo.settings.protection_of(branch)?;
        Some(RefUpdateRule::new(protection, self.source.permission()))
    }

    pub(super) async fn rules(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Option<Connection<RepositoryRule>> {
        let page = Page {
            first,
            after,
            last,
            before,
        };
        let branch = self.full_name.strip_prefix("refs/heads/").unwrap_or("");
        let all = RepositoryRule::all(&self.source, branch);
        null_if_failed(ctx, page.of("rules", all))
    }
}
