//! The commits that a reference would bring to a repository, as rules judge them.

use git2::{Oid, Repository};

use crate::state::Incoming;

/// Who commits where GitHub does it itself, as `createCommitOnBranch` has it done; GitHub signs those commits.
pub(crate) const GITHUB: (&str, &str) = ("GitHub", "noreply@github.com");

/// Reads the commits that lead to `target` and that no branch has yet: what is on another branch was judged there.
pub(crate) fn incoming(repo: &Repository, target: Oid) -> Result<Vec<Incoming>, git2::Error> {
    let mut walk = repo.revwalk()?;
    walk.push(target)?;
    walk.hide_glob("refs/heads/*")?;
    let commits = walk.map(|oid| {
        let commit = repo.find_commit(oid?)?;
        let parent = commit.parent(0).ok().map(|parent| parent.tree());
        let diff =
            repo.diff_tree_to_tree(parent.transpose()?.as_ref(), Some(&commit.tree()?), None)?;
        let files = diff.deltas().filter_map(|delta| delta.new_file().path());
        Ok(Incoming {
            is_signed: commit.committer().email().ok() == Some(GITHUB.1),
            is_merge: commit.parent_count() > 1,
            message: commit.message().unwrap_or_default().to_owned(),
            paths: files
                .map(|path| path.to_string_lossy().into_owned())
                .collect(),
        })
    });
    commits.collect()
}
