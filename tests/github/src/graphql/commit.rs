//! Commits and their history.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use git2::{ObjectType, Oid, Sort};

use super::connection::{Connection, Page, PageInfo};
use super::failure::Failure;
use super::object::abbreviated;
use super::repository::Repository;
use super::scalars::{DateTime, GitObjectId, Uri};
use super::source::Source;
use super::tree::Tree;
use super::user::User;
use crate::git::commit::headline_and_body;
use crate::github::GitHub;

#[derive(Clone)]
pub(super) struct Commit {
    pub source: Source,
    pub oid: Oid,
}

/// Who made a commit, as the commit says.
#[derive(SimpleObject)]
pub(super) struct GitActor {
    name: Option<String>,
    /// The account that the commit's address belongs to.
    user: Option<User>,
}

/// Commits that are no history.
#[derive(SimpleObject)]
pub(super) struct CommitConnection {
    nodes: Option<Vec<Option<Commit>>>,
    page_info: PageInfo,
    total_count: i32,
}

impl Commit {
    fn read<T>(&self, read: impl FnOnce(&git2::Commit<'_>) -> T) -> Result<T> {
        let repo = self.source.repo.open()?;
        let commit = repo.find_commit(self.oid)?;
        Ok(read(&commit))
    }

    fn full_message(&self) -> Result<String> {
        self.read(|commit| String::from_utf8_lossy(commit.message_raw_bytes()).into_owned())
    }

    /// Keeps the commits in which a path differs from what every parent has there, as `git log -- path` does.
    fn keep_touching(commits: &mut Vec<Commit>, path: &str) -> Result<()> {
        let Some(first) = commits.first() else {
            return Ok(());
        };
        let repo = first.source.repo.open()?;
        commits.retain(|commit| touches(&repo, commit.oid, path).unwrap_or(false));
        Ok(())
    }

    /// Returns this commit and its ancestors, newest first.
    fn ancestry(&self) -> Result<Vec<Commit>, git2::Error> {
        let repo = self.source.repo.open()?;
        let mut walk = repo.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        walk.push(self.oid)?;
        walk.map(|oid| {
            Ok(Commit {
                source: self.source.clone(),
                oid: oid?,
            })
        })
        .collect()
    }
}

fn touches(repo: &git2::Repository, oid: Oid, path: &str) -> Result<bool, git2::Error> {
    let commit = repo.find_commit(oid)?;
    let at = |commit: &git2::Commit<'_>| -> Result<Option<Oid>, git2::Error> {
        let entry = commit.tree()?.get_path(std::path::Path::new(path));
        Ok(entry.ok().map(|entry| entry.id()))
    };
    let own = at(&commit)?;
    if commit.parent_count() == 0 {
        return Ok(own.is_some());
    }
    for parent in commit.parents() {
        if at(&parent)? == own {
            return Ok(false);
        }
    }
    Ok(true)
}

#[Object]
impl Commit {
    pub(super) async fn abbreviated_oid(&self) -> String {
        abbreviated(self.oid)
    }

    pub(super) async fn commit_resource_path(&self) -> Uri {
        self.source.resource(&format!("/commit/{}", self.oid))
    }

    pub(super) async fn commit_url(&self) -> Uri {
        self.source.page(&format!("/commit/{}", self.oid))
    }

    pub(super) async fn id(&self) -> ID {
        self.source.object_id(ObjectType::Commit, self.oid)
    }

    pub(super) async fn oid(&self) -> GitObjectId {
        GitObjectId(self.oid)
    }

    pub(super) async fn repository(&self) -> Repository {
        Repository(self.source.clone())
    }

    pub(super) async fn url(&self) -> Uri {
        self.source.page(&format!("/commit/{}", self.oid))
    }

    pub(super) async fn resource_path(&self) -> Uri {
        self.source.resource(&format!("/commit/{}", self.oid))
    }

    pub(super) async fn message(&self) -> Result<String> {
        self.full_message()
    }

    pub(super) async fn message_headline(&self) -> Result<String> {
        Ok(headline_and_body(&self.full_message()?).0.to_owned())
    }

    pub(super) async fn message_body(&self) -> Result<String> {
        Ok(headline_and_body(&self.full_message()?).1.to_owned())
    }

    pub(super) async fn author(&self, ctx: &Context<'_>) -> Result<Option<GitActor>> {
        let github = ctx.data_unchecked::<Arc<GitHub>>();
        self.read(|commit| {
            let author = commit.author();
            let user = github.user_of_address(author.email_bytes());
            Some(GitActor {
                name: author.name().ok().map(str::to_owned),
                user: user.map(|user| User::new(user, github)),
            })
        })
    }

    pub(super) async fn authored_date(&self) -> Result<DateTime> {
        self.read(|commit| DateTime(commit.author().when().seconds()))
    }

    pub(super) async fn committed_date(&self) -> Result<DateTime> {
        self.read(|commit| DateTime(commit.committer().when().seconds()))
    }

    pub(super) async fn tree(&self) -> Result<Tree> {
        self.read(|commit| Tree {
            source: self.source.clone(),
            oid: commit.tree_id(),
            path: String::new(),
        })
    }

    pub(super) async fn parents(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<CommitConnection> {
        let page = Page {
            first,
            after,
            last,
            before,
        };
        let all = self.read(|commit| {
            let of = |oid| Commit {
                source: self.source.clone(),
                oid,
            };
            commit.parent_ids().map(of).collect()
        })?;
        let Connection {
            nodes,
            page_info,
            total_count,
        } = page.of("parents", all)?;
        Ok(CommitConnection {
            nodes,
            page_info,
            total_count,
        })
    }

    pub(super) async fn history(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        path: Option<String>,
    ) -> Result<Connection<Commit>> {
        let page = Page {
            first,
            after,
            last,
            before,
        };
        let mut all = self.ancestry().map_err(Failure::from)?;
        if let Some(path) = path {
            Self::keep_touching(&mut all, &path)?;
        }
        Ok(page.of("history", all)?)
    }
}
