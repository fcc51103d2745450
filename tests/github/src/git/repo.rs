//! One bare repository, with what a test needs to prepare it and to look into it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use git2::{Oid, Repository as Bare, RepositoryInitOptions, TreeWalkMode};
use serde::{Deserialize, Serialize};

use super::commit::{self, NewCommit, Person};
use super::edit::{self, Edit, EditError, Occupied};
use super::reference::{self, UpdateError};
use super::{Files, path};
use crate::state::Repository;

/// A repository's settings and the bare repository that holds its contents.
#[derive(Clone, Debug)]
pub struct Repo {
    /// How the owner set it up.
    pub settings: Repository,
    path: PathBuf,
}

/// A commit that somebody else pushes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// `owner/name`.
    pub repository: String,
    /// The branch without `refs/heads/`; a missing one is started from the default branch.
    pub branch: String,
    /// What the commit changes.
    pub files: Files,
    /// The commit's message.
    #[serde(default = "default_message")]
    pub message: String,
}

/// Says why a repository could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    /// There is no such repository.
    #[error("there is no repository `{0}`")]
    UnknownRepository(String),
    /// Another repository has that name.
    #[error("there is a repository `{0}` already")]
    NameTaken(String),
    /// A path cannot be in a tree, or the change does not fit the tree.
    #[error("the files cannot be changed: {0}")]
    Files(String),
    /// Somebody else moved the branch in the meantime.
    #[error("the branch moved meanwhile")]
    Moved,
    /// Git refused.
    #[error("git: {0}")]
    Git(#[from] git2::Error),
    /// The disk refused, or git could not be run.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

fn default_message() -> String {
    "Change files".to_owned()
}

impl Repo {
    pub(crate) fn new(settings: Repository, root: &Path) -> Self {
        let name = format!("{}.git", settings.name);
        let path = root.join(&settings.owner).join(name);
        Repo { settings, path }
    }

    /// Creates the bare repository if it is not there yet.
    pub(crate) fn create(&self) -> Result<(), RepoError> {
        if self.path.join("HEAD").exists() {
            return Ok(());
        }
        let mut options = RepositoryInitOptions::new();
        options
            .bare(true)
            .mkpath(true)
            .external_template(false)
            .initial_head(&self.settings.default_branch);
        Bare::init_opts(&self.path, &options)?;
        Ok(())
    }

    pub(crate) fn open(&self) -> Result<Bare, git2::Error> {
        Bare::open_bare(&self.path)
    }

    /// Returns the bare repository's directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells whether the repository has no reference yet.
    pub(crate) fn is_empty(&self) -> Result<bool, git2::Error> {
        Ok(self.open()?.references()?.next().is_none())
    }

    /// Returns the commit that `branch` points to.
    pub fn head(&self, branch: &str) -> Option<String> {
        let repo = self.open().ok()?;
        let oid = reference::read(&repo, &format!("refs/heads/{branch}")).ok()?;
        oid.map(|oid| oid.to_string())
    }

    /// Returns the paths of `branch` with their modes, submodules included.
    pub fn modes(&self, branch: &str) -> Result<BTreeMap<String, u32>, RepoError> {
        let repo = self.open()?;
        let reference = repo.find_reference(&format!("refs/heads/{branch}"))?;
        let mut modes = BTreeMap::new();
        reference
            .peel_to_tree()?
            .walk(TreeWalkMode::PreOrder, |parent, entry| {
                let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                if entry.filemode_raw() != 0o040000 {
                    modes.insert(format!("{parent}{name}"), entry.filemode_raw() as u32);
                }
                git2::TreeWalkResult::Ok
            })?;
        Ok(modes)
    }

    /// Returns the id of what is at `path` of `branch`.
    pub fn id_at(&self, branch: &str, path: &str) -> Option<String> {
        let repo = self.open().ok()?;
        let expression = format!("refs/heads/{branch}:{path}");
        let object = super::expression::resolve(&repo, &expression)?;
        Some(object.id().to_string())
    }

    /// Returns the commits of `branch`, the newest first: ids and first lines of the messages.
    pub fn log(&self, branch: &str) -> Result<Vec<(String, String)>, RepoError> {
        let repo = self.open()?;
        let mut walk = repo.revwalk()?;
        walk.push_ref(&format!("refs/heads/{branch}"))?;
        let mut commits = Vec::new();
        for oid in walk {
            let commit = repo.find_commit(oid?)?;
            let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
            let first = message.lines().next().unwrap_or_default();
            commits.push((commit.id().to_string(), first.to_owned()));
        }
        Ok(commits)
    }

    /// Returns the bytes of the file at `path` of `branch`.
    pub fn read(&self, branch: &str, path: &str) -> Option<Vec<u8>> {
        let repo = self.open().ok()?;
        let expression = format!("refs/heads/{branch}:{path}");
        let object = super::expression::resolve(&repo, &expression)?;
        object.as_blob().map(|blob| blob.content().to_vec())
    }

    /// Commits `files` to `branch` as somebody else, past every rule, and returns the commit's id.
    pub fn push(&self, branch: &str, files: Files, message: &str) -> Result<String, RepoError> {
        let somebody = Person::now("Somebody Else", "somebody-else@users.noreply.github.com");
        self.push_as(&somebody, branch, files, message)
    }

    pub(crate) fn push_as(
        &self,
        person: &Person,
        branch: &str,
        files: Files,
        message: &str,
    ) -> Result<String, RepoError> {
        let repo = self.open()?;
        let name = format!("refs/heads/{branch}");
        let old = reference::read(&repo, &name)?;
        let default_branch = format!("refs/heads/{}", self.settings.default_branch);
        let parent = match old {
            Some(old) => Some(old),
            None => reference::read(&repo, &default_branch)?,
        };
        let base = match parent {
            Some(parent) => Some(repo.find_commit(parent)?.tree_id()),
            None => None,
        };
        let mut edits = BTreeMap::new();
        for (path, file) in files {
            path::check(&path).map_err(|error| RepoError::Files(format!("{path}: {error}")))?;
            let edit = match file {
                Some(file) => file.store(&repo)?,
                None => Edit::Remove,
            };
            edits.insert(path, edit);
        }
        let tree = edit::apply(&repo, base, &edits, Occupied::Replace)?;
        let commit = NewCommit {
            tree,
            parents: parent.as_slice(),
            message,
            author: person,
            committer: person,
        };
        let commit = commit::create(&repo, &commit)?;
        reference::compare_and_swap(&repo, &name, old, Some(commit))?;
        Ok(commit.to_string())
    }

    /// Points `branch` (new or not) at whatever `revision` names.
    pub fn branch(&self, branch: &str, revision: &str) -> Result<(), RepoError> {
        self.point(&format!("refs/heads/{branch}"), revision)
    }

    /// Points the lightweight tag `tag` at whatever `revision` names.
    pub fn tag(&self, tag: &str, revision: &str) -> Result<(), RepoError> {
        self.point(&format!("refs/tags/{tag}"), revision)
    }

    /// Deletes `branch`, past every rule.
    pub fn delete_branch(&self, branch: &str) -> Result<(), RepoError> {
        let repo = self.open()?;
        let name = format!("refs/heads/{branch}");
        let old = reference::read(&repo, &name)?;
        Ok(reference::compare_and_swap(&repo, &name, old, None)?)
    }

    fn point(&self, name: &str, revision: &str) -> Result<(), RepoError> {
        let repo = self.open()?;
        let target: Oid = repo.revparse_single(revision)?.id();
        let old = reference::read(&repo, name)?;
        Ok(reference::compare_and_swap(&repo, name, old, Some(target))?)
    }

    /// Runs git itself in the bare repository, free of anybody's configuration, and returns what it prints.
    pub fn git(&self, args: &[&str]) -> Result<String, RepoError> {
        let output = git().arg("--git-dir").arg(&self.path).args(args).output()?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(RepoError::Io(std::io::Error::other(reason)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Prepares the git client, free of the machine's and the person's configuration.
pub(crate) fn git() -> Command {
    let mut command = Command::new("git");
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE");
    command
}

impl From<EditError> for RepoError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Git(error) => RepoError::Git(error),
            other => RepoError::Files(other.to_string()),
        }
    }
}

impl From<UpdateError> for RepoError {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::Moved => RepoError::Moved,
            UpdateError::Git(error) => RepoError::Git(error),
        }
    }
}
