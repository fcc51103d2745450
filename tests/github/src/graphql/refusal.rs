//! Why `createCommitOnBranch` does not commit. Words marked "inferred" are ours; the others have been seen on GitHub.

use git2::Oid;

use super::failure::Failure;
use super::source::Source;
use crate::git::edit::EditError;
use crate::git::path;
use crate::git::reference::UpdateError;
use crate::state::{Access, Refusal};

/// Checks the caller's role; one who may not even read was told that there is no such repository.
pub(super) fn unless_writable(source: &Source) -> Result<(), Failure> {
    if source.reach.sso.is_some() {
        return Err(Failure::needs_sso());
    }
    if !source.reach.may("contents", Access::Write) {
        return Err(Failure::forbidden(source.reach.token));
    }
    if source.repo.settings.archived {
        let message = "Repository was archived so is read-only.";
        return Err(Failure::new("FORBIDDEN", message));
    }
    Ok(())
}

/// The branch moved.
pub(super) fn stale(expected: Oid) -> Failure {
    let message =
        format!("Expected branch to point to \"{expected}\" but it did not.  Pull and try again.");
    Failure::new("STALE_DATA", message)
}

/// The branch moved between the check and the write.
pub(super) fn lost(error: UpdateError, expected: Oid) -> Failure {
    match error {
        UpdateError::Moved => stale(expected),
        UpdateError::Git(error) => error.into(),
    }
}

/// A rule or protection guards the branch.
pub(super) fn guarded(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Rules(message) => Failure::new("UNPROCESSABLE", message),
        Refusal::Protection(message) => Failure::new("BRANCH_PROTECTION_RULE_VIOLATION", message),
    }
}

/// The branch does not exist, as in an empty repository (inferred: GitHub only says that it must exist).
pub(super) fn no_branch(name: &str) -> Failure {
    let message = format!("Could not resolve to a Ref with the name '{name}'.");
    Failure::new("NOT_FOUND", message)
}

/// The id names nothing that the caller may see.
pub(super) fn no_node(id: &str) -> Failure {
    let message = format!("Could not resolve to a node with the global id of '{id}'");
    Failure::new("NOT_FOUND", message)
}

/// Neither an id alone nor a repository with a branch (inferred).
pub(super) fn unclear_branch() -> Failure {
    let message = "A branch is either an id, or a repositoryNameWithOwner and a branchName";
    Failure::new("UNPROCESSABLE", message)
}

/// Checks that a tree can hold the path (inferred words; git's own rules).
pub(super) fn unless_path(text: &str) -> Result<(), Failure> {
    path::check(text).map_err(|error| Failure::new("UNPROCESSABLE", format!("{error}: {text}")))
}

/// A workflow needs a permission of its own (inferred words).
pub(super) fn unless_workflow(source: &Source, path: &str) -> Result<(), Failure> {
    match source.reach.may_touch(path) {
        true => Ok(()),
        false => {
            let token = source.reach.token;
            let message = format!(
                "refusing to allow a {token} to create or update workflow `{path}` without `workflows` permission"
            );
            Err(Failure::new("FORBIDDEN", message))
        }
    }
}

/// A path that is named more than once (inferred).
pub(super) fn twice(path: &str) -> Failure {
    let message = format!("paths must be unique: {path} is named more than once");
    Failure::new("UNPROCESSABLE", message)
}

/// The changes do not fit the tree. Only the words for an absent path have been seen; a file where a directory is
/// needed, or the other way round, might be replaced by GitHub, and nobody should rely on that.
pub(super) fn unfit(error: EditError, head: Oid) -> Failure {
    match error {
        EditError::Absent(_) => {
            let message = format!(
                "A path was requested for deletion which does not exist as of commit oid `{head}`"
            );
            Failure::new("UNPROCESSABLE", message)
        }
        EditError::Git(error) => error.into(),
        other => Failure::new("UNPROCESSABLE", other.to_string()),
    }
}
