//! A snapshot on the wire: `GET /api/snapshot`.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::WriteMode;
pub use crate::approval::BaseBranch;
use crate::git::{CommitFacts, Entry, EntryKind, Mode, ObjectId, Tree, TreeError};
use crate::names::{DirectoryPath, FabricId, FabricName};
use crate::quote::sentence::Name;
use crate::snapshot::{Head, Snapshot, SnapshotError};
use crate::words::words;

/// What GitHub says about a repository, a branch and a directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapshotAnswer {
    /// The repository.
    pub repository: Repository,
    /// The branch that was asked for.
    pub branch: String,
    /// The directory that was asked for, in its canonical form.
    pub directory: DirectoryPath,
    /// What the person may do there.
    pub permission: Permission,
    /// What the branch demands of a write; a hint, since the write itself decides.
    pub rules: BranchRules,
    /// The branch's head; null if the branch does not exist.
    pub head: Option<ObjectId>,
    /// Where a branch that does not exist would begin: its head, root and listings are given instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseBranch>,
    /// When the head's commit was made, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_at: Option<String>,
    /// Whose commit the head is, or the base's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_commit: Option<CommitFacts>,
    /// The id of the root tree of the head, or of the base's.
    pub root: Option<ObjectId>,
    /// The listings of `shared::snapshot::paths` that exist.
    pub listings: Vec<DirectoryListing>,
    /// How a change can reach the branch.
    #[serde(default)]
    pub mode: ModeOffer,
    /// The fabric that has this directory of the branch already, or one above or below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<DirectoryClaim>,
    /// Where the branch does not exist: at most three that do, whose names are near, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near_branches: Vec<String>,
}

/// A fabric's claim to a directory, beside which no other fabric can have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryClaim {
    /// The fabric.
    pub fabric: FabricId,
    /// Its name; none for fabrics from before names were reserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<FabricName>,
    /// Its directory.
    pub directory: DirectoryPath,
    /// Directories that are free instead, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<DirectoryPath>,
}

/// How a change can reach a branch: a hint, since the write itself decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeOffer {
    /// What to offer first.
    pub mode: WriteMode,
    /// Why it is not a commit, for people; of a change that can only be one, why GitHub may refuse it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why no pull request can be opened, for people, if that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_pull_request: Option<String>,
    /// Where commits must be signed: how that comes about, or that GitHub cannot sign this one, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<String>,
}

impl ModeOffer {
    /// The offer for a change that no pull request can carry: a commit, and what GitHub may refuse it for.
    pub fn commit_only(self) -> Self {
        Self {
            mode: WriteMode::Commit,
            ..self
        }
    }
}

/// A repository as GitHub names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// GitHub's node id, which survives renaming and moving.
    pub id: String,
    /// `owner/name`, in GitHub's spelling.
    pub name: String,
    /// Where to see it.
    pub url: String,
    /// Whether only some may see it.
    pub private: bool,
    /// Whether nothing may be written.
    pub archived: bool,
    /// Whether it has no commit.
    pub empty: bool,
    /// The default branch, if there is one.
    pub default_branch: Option<String>,
}

words! {
    /// What a person may do in a repository.
    Permission {
        /// Read.
        Read = "read",
        /// Read and push.
        Write = "write",
    }
}

/// What a branch demands of those who write to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchRules {
    /// Changes must come through a pull request.
    pub pull_request_required: bool,
    /// Changes must come through the merge queue.
    pub merge_queue_required: bool,
    /// Checks must have passed before, which a new commit has none of.
    pub checks_required: bool,
    /// The commit must have been deployed before.
    pub deployments_required: bool,
    /// Only some may update the branch.
    pub updates_restricted: bool,
    /// The person may not push to the branch.
    pub push_restricted: bool,
    /// Whatever classic protection demands, GitHub says that the person may push to the branch; of rulesets it does not say.
    pub push_allowed: bool,
    /// Of a branch that does not exist: only some may make it, or it may not have this name.
    pub creation_restricted: bool,
    /// Commits must be signed.
    pub signatures_required: bool,
    /// Where changes need a pull request: its branch, `hedgerow/<fabric id>`, may not be made.
    pub proposals_restricted: bool,
}

/// The entries of one directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryListing {
    /// The git path; empty for the root.
    pub path: String,
    /// The tree's id.
    pub oid: ObjectId,
    /// Its entries.
    pub entries: Vec<TreeEntry>,
}

/// An entry with the names and units of GitHub's GraphQL `TreeEntry`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeEntry {
    /// The name, for people.
    pub name: String,
    /// The name's bytes, base64.
    #[serde(rename = "nameRaw")]
    pub name_raw: String,
    /// The mode as a number: a plain file is 33188.
    pub mode: u32,
    /// `blob`, `tree` or `commit`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The object's id.
    pub oid: ObjectId,
}

/// Why an answer is not a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// A name's bytes are not base64.
    #[error("the name {0:?} does not decode")]
    Name(String),
    /// The entries of a directory do not form a tree.
    #[error("{path}: {error}", path = Name(.path))]
    Tree {
        /// The directory.
        path: String,
        /// What is wrong.
        error: TreeError,
    },
    /// The listings do not hash up to the head.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl SnapshotAnswer {
    /// Checks that the listings are what the head holds, or the base's where the branch does not exist.
    ///
    /// # Errors
    /// [`ListingError`] names the first directory that is not.
    pub fn verified(&self) -> Result<Snapshot, ListingError> {
        let commit = self.head.or(self.base.as_ref().map(|base| base.head));
        let (Some(commit), Some(tree)) = (commit, self.root) else {
            return Ok(Snapshot::without_head());
        };
        let mut listings = BTreeMap::new();
        for listing in &self.listings {
            listings.insert(listing.path.clone(), listing.tree()?);
        }
        Ok(Snapshot::verified(
            Head { commit, tree },
            &self.directory,
            listings,
        )?)
    }
}

impl BranchRules {
    /// How a change can reach `branch`, as far as the rules tell. GitHub does not tell whom they let pass.
    pub fn offer(&self, branch: &str) -> ModeOffer {
        let Some(mut reason) = self.demand(branch) else {
            return ModeOffer::default();
        };
        if self.push_allowed {
            reason.push_str(", though GitHub says that you may push to it");
        }
        if self.proposals_restricted {
            reason.push_str(
                ", and the rules keep the branch `hedgerow/…` of a pull request from being made with its commit",
            );
        }
        ModeOffer {
            mode: WriteMode::PullRequest,
            reason: Some(reason),
            ..ModeOffer::default()
        }
    }

    /// Why no commit can go straight to `branch`, if that is so.
    fn demand(&self, branch: &str) -> Option<String> {
        let branch = Name(branch);
        Some(if self.pull_request_required {
            format!("{branch} takes changes only through pull requests")
        } else if self.merge_queue_required {
            format!("{branch} takes changes only through its merge queue")
        } else if self.checks_required {
            format!(
                "{branch} takes only commits whose checks have passed, and a new commit has none"
            )
        } else if self.deployments_required {
            format!(
                "{branch} takes only commits that were deployed before, and a new commit was not"
            )
        } else if self.updates_restricted {
            format!("the rules of {branch} let only some people update it")
        } else if self.push_restricted {
            format!("you may not push to {branch}")
        } else {
            return None;
        })
    }

    /// How a change can reach `branch`, which does not exist: by a commit that it begins with. There is nothing that a pull
    /// request could be against.
    pub fn offer_beginning(&self, branch: &str) -> ModeOffer {
        let demand = self.demand(branch).filter(|_| self.signatures_required);
        let branch = Name(branch);
        let reason = if self.creation_restricted {
            format!("the rules do not let everybody create {branch}")
        } else if self.checks_required {
            format!(
                "{branch} may begin only with a commit whose checks have passed, and a new commit has none"
            )
        } else if let Some(demand) = demand {
            // GitHub signs what it commits to a branch that is there.
            format!("a commit that GitHub signs needs the branch to be there before, and {demand}")
        } else {
            return ModeOffer::default();
        };
        ModeOffer {
            mode: WriteMode::Commit,
            reason: Some(reason),
            ..ModeOffer::default()
        }
    }

    /// How a change can reach `branch`, which a pull request waits on, and which may have to be made first.
    pub fn offer_proposal(&self, branch: &str, is_new: bool) -> ModeOffer {
        let refusal = match is_new {
            true => self.offer_beginning(branch).reason,
            false => self.demand(branch),
        };
        let reason = refusal.map(|refusal| {
            format!(
                "the rules of the repository also hold for the branch of the pull request: {refusal}; ask who keeps them to \
                 leave out branches named `hedgerow/*`"
            )
        });
        ModeOffer {
            mode: WriteMode::PullRequest,
            reason,
            ..ModeOffer::default()
        }
    }

    /// How a change can reach `branch` of a repository without a commit: by one that makes the branch, with one file, and a
    /// second one on top of it.
    pub fn offer_first(&self, branch: &str) -> ModeOffer {
        let reason = if self.creation_restricted {
            let branch = Name(branch);
            Some(format!(
                "the rules do not let everybody create {branch}; ask somebody who may to make a first commit"
            ))
        } else {
            self.demand(branch).map(|demand| {
                format!(
                    "{demand}, which keeps the second of the two commits out, if not the first; make a first commit on \
                     GitHub, for example a README, and then propose the rest"
                )
            })
        };
        ModeOffer {
            mode: WriteMode::Commit,
            reason,
            no_pull_request: Some("the repository has no commit yet".to_owned()),
            ..ModeOffer::default()
        }
    }
}

impl DirectoryListing {
    /// A tree as a listing.
    pub fn of(path: &str, tree: &Tree) -> Self {
        Self {
            path: path.to_owned(),
            oid: tree.id(),
            entries: tree.entries().iter().map(TreeEntry::of).collect(),
        }
    }

    /// The listing as a tree.
    ///
    /// # Errors
    /// [`ListingError`] where an entry cannot stand in a tree.
    pub fn tree(&self) -> Result<Tree, ListingError> {
        let entries = self
            .entries
            .iter()
            .map(TreeEntry::entry)
            .collect::<Result<Vec<_>, _>>()?;
        Tree::new(entries).map_err(|error| ListingError::Tree {
            path: self.path.clone(),
            error,
        })
    }
}

impl TreeEntry {
    fn of(entry: &Entry) -> Self {
        let kind = match entry.kind() {
            EntryKind::Directory => "tree",
            EntryKind::Submodule => "commit",
            EntryKind::File | EntryKind::Executable | EntryKind::Symlink => "blob",
        };
        Self {
            name: entry.display_name(),
            name_raw: BASE64.encode(&entry.name),
            mode: entry.mode.bits(),
            kind: kind.to_owned(),
            oid: entry.id,
        }
    }

    fn entry(&self) -> Result<Entry, ListingError> {
        let name = BASE64
            .decode(self.name_raw.as_bytes())
            .map_err(|_| ListingError::Name(self.name.clone()))?;
        Ok(Entry {
            name,
            mode: Mode::from_bits(self.mode),
            id: self.oid,
        })
    }
}
