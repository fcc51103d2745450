//! References: read, and moved by git's own lock, compare and rename.

use std::thread;
use std::time::Duration;

use git2::{ErrorCode, Oid, Repository};

/// How often a reference that a push holds locked is tried again, two milliseconds apart.
const ATTEMPTS: u32 = 500;

#[derive(Debug, thiserror::Error)]
pub(crate) enum UpdateError {
    #[error("the reference does not point where it was expected to")]
    Moved,
    #[error(transparent)]
    Git(#[from] git2::Error),
}

tokio::task_local! {
    /// Set while a request sees branches as they were.
    static STALE: ();
}

/// Lets `work` see every branch one commit back.
pub(crate) async fn stale<T>(work: impl Future<Output = T>) -> T {
    STALE.scope((), work).await
}

/// Returns where the reference `name` points, through symbolic ones, or nothing. Under a fault, where it pointed before.
pub(crate) fn read(repo: &Repository, name: &str) -> Result<Option<Oid>, git2::Error> {
    let now = read_now(repo, name)?;
    let Some(oid) = now.filter(|_| STALE.try_with(|()| ()).is_ok()) else {
        return Ok(now);
    };
    let is_branch = name.starts_with("refs/heads/") || name == "HEAD";
    match repo.find_commit(oid) {
        Ok(commit) if is_branch => Ok(commit.parent_id(0).ok()),
        _ => Ok(now),
    }
}

/// Returns where it points in truth.
pub(crate) fn read_now(repo: &Repository, name: &str) -> Result<Option<Oid>, git2::Error> {
    match repo.find_reference(name) {
        Ok(reference) => Ok(reference.resolve()?.target()),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Moves `name` from `old` to `new` (nothing stands for "does not exist") in one atomic step.
pub(crate) fn compare_and_swap(
    repo: &Repository,
    name: &str,
    old: Option<Oid>,
    new: Option<Oid>,
) -> Result<(), UpdateError> {
    for _ in 0..ATTEMPTS {
        match swap_once(repo, name, old, new) {
            Err(UpdateError::Git(error)) if error.code() == ErrorCode::Locked => {
                thread::sleep(Duration::from_millis(2));
            }
            done => return done,
        }
    }
    swap_once(repo, name, old, new)
}

fn swap_once(
    repo: &Repository,
    name: &str,
    old: Option<Oid>,
    new: Option<Oid>,
) -> Result<(), UpdateError> {
    let mut transaction = repo.transaction()?;
    transaction.lock_ref(name)?;
    if read_now(repo, name)? != old {
        return Err(UpdateError::Moved);
    }
    match new {
        Some(new) => transaction.set_target(name, new, None, "")?,
        None => transaction.remove(name)?,
    }
    Ok(transaction.commit()?)
}

fn is_absent(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec)
}
