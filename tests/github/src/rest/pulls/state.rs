//! Pull requests follow their branches: a pushed head moves them, a deleted one closes them, and commits that reach the
//! base by any way merge them.

use git2::{Oid, Repository};
use time::OffsetDateTime;

use crate::git::commit::{NewCommit, Person, create};
use crate::git::reference::{compare_and_swap, read};
use crate::git::{Repo, RepoError};
use crate::github::GitHub;
use crate::state::{Ledger, PullRequest, PullState};

/// A repository's pull requests.
pub(crate) struct Pulls;

impl Pulls {
    /// Returns all pull requests as they are now, by number.
    pub fn all(github: &GitHub, repo: &Repo) -> Result<Vec<PullRequest>, RepoError> {
        Self::with(github, repo, |ledger| ledger.pulls.clone())
    }

    /// Works on the ledger after it has caught up with the branches.
    pub fn with<T>(
        github: &GitHub,
        repo: &Repo,
        work: impl FnOnce(&mut Ledger) -> T,
    ) -> Result<T, RepoError> {
        let objects = repo.open()?;
        github.ledger(repo, |ledger| {
            for pull in &mut ledger.pulls {
                // A branch that cannot be read leaves the pull request as it was.
                let _ = follow(github, repo, &objects, pull);
            }
            work(ledger)
        })
    }
}

/// Returns this moment, in seconds since 1970.
pub(super) fn now_s() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

/// Returns where a branch is.
pub(super) fn tip(objects: &Repository, branch: &str) -> Result<Option<Oid>, git2::Error> {
    read(objects, &format!("refs/heads/{branch}"))
}

/// Returns where the branch with the change is. That of a fork is fetched, so that it can be read here.
pub(super) fn head_tip(
    github: &GitHub,
    objects: &Repository,
    fork: Option<u64>,
    branch: &str,
) -> Result<Option<Oid>, git2::Error> {
    let Some(fork) = fork else {
        return tip(objects, branch);
    };
    let Some(fork) = github.repo_by_id(fork) else {
        return Ok(None);
    };
    let found = tip(&fork.open()?, branch)?;
    if found.is_some_and(|oid| objects.find_commit(oid).is_err()) {
        let path = fork.path().to_string_lossy().into_owned();
        let mut remote = objects.remote_anonymous(&path)?;
        remote.fetch(&[format!("refs/heads/{branch}")], None, None)?;
    }
    Ok(found)
}

fn follow(
    github: &GitHub,
    repo: &Repo,
    objects: &Repository,
    pull: &mut PullRequest,
) -> Result<(), git2::Error> {
    if pull.state != PullState::Open {
        return Ok(());
    }
    let head = head_tip(github, objects, pull.head_repository, &pull.head)?;
    let (Some(head), Some(base)) = (head, tip(objects, &pull.base)?) else {
        close(pull, PullState::Closed);
        return Ok(());
    };
    if head.to_string() != pull.head_oid {
        pull.head_oid = head.to_string();
        pull.updated_at_s = now_s();
    }
    if head == base || objects.graph_descendant_of(base, head)? {
        pull.merge_oid = Some(head.to_string());
        close(pull, PullState::Merged);
        return Ok(());
    }
    pull.base_oid = base.to_string();
    point(objects, &format!("refs/pull/{}/head", pull.number), head)?;
    if !repo.settings.merges_later {
        pull.test_merge = test_merge(objects, pull, base, head)?.map(|oid| oid.to_string());
    }
    Ok(())
}

fn point(objects: &Repository, name: &str, oid: Oid) -> Result<(), git2::Error> {
    if crate::git::reference::read_now(objects, name)? != Some(oid) {
        objects.reference(name, oid, true, "")?;
    }
    Ok(())
}

/// Returns the commit that shows what merging would leave, made once for each pair of heads; none where they conflict.
fn test_merge(
    objects: &Repository,
    pull: &PullRequest,
    base: Oid,
    head: Oid,
) -> Result<Option<Oid>, git2::Error> {
    let known = pull.test_merge.as_deref();
    let known = known.and_then(|known| objects.find_commit(Oid::from_str(known).ok()?).ok());
    let is_of = |commit: &git2::Commit<'_>| commit.parent_ids().eq([base, head]);
    if let Some(known) = known.filter(is_of) {
        return Ok(Some(known.id()));
    }
    let (ours, theirs) = (objects.find_commit(base)?, objects.find_commit(head)?);
    let mut index = objects.merge_commits(&ours, &theirs, None)?;
    if index.has_conflicts() {
        return Ok(None);
    }
    let person = Person::now("GitHub", "noreply@github.com");
    let new = NewCommit {
        tree: index.write_tree_to(objects)?,
        parents: &[base, head],
        message: &format!("Merge {head} into {base}"),
        author: &person,
        committer: &person,
    };
    let made = create(objects, &new)?;
    point(objects, &format!("refs/pull/{}/merge", pull.number), made)?;
    Ok(Some(made))
}

pub(super) fn close(pull: &mut PullRequest, state: PullState) {
    pull.state = state;
    pull.updated_at_s = now_s();
    pull.closed_at_s = Some(pull.updated_at_s);
}

/// How the commits of a pull request reach the base branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// A commit with two parents.
    Merge,
    /// One commit with everything.
    Squash,
    /// The commits again, on top of the base.
    Rebase,
}

/// Why a pull request cannot be merged now.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unmerged {
    #[error("Pull Request is not mergeable")]
    Conflict,
    #[error("Base branch was modified. Review and try the merge again.")]
    Moved,
    #[error(transparent)]
    Git(#[from] git2::Error),
}

/// Merges two branches and moves the base; rules have been asked before.
pub(super) fn merge(
    objects: &Repository,
    pull: &PullRequest,
    method: Method,
    message: &str,
    person: &Person,
) -> Result<Oid, Unmerged> {
    let head = match pull.head_repository {
        Some(_) => Oid::from_str(&pull.head_oid).ok(),
        None => tip(objects, &pull.head)?,
    };
    let (base, head) = match (tip(objects, &pull.base)?, head) {
        (Some(base), Some(head)) => (base, head),
        _ => return Err(Unmerged::Conflict),
    };
    let (ours, theirs) = (objects.find_commit(base)?, objects.find_commit(head)?);
    let committer = Person::now("GitHub", "noreply@github.com");
    let commit = |tree: Oid, parents: &[Oid], message: &str, author: &Person| {
        create(
            objects,
            &NewCommit {
                tree,
                parents,
                message,
                author,
                committer: &committer,
            },
        )
    };
    let merged = match method {
        Method::Merge | Method::Squash => {
            let mut index = objects.merge_commits(&ours, &theirs, None)?;
            if index.has_conflicts() {
                return Err(Unmerged::Conflict);
            }
            let tree = index.write_tree_to(objects)?;
            let both = [base, head];
            let parents = if method == Method::Merge {
                &both[..]
            } else {
                &both[..1]
            };
            commit(tree, parents, message, person)?
        }
        Method::Rebase => {
            let mut onto = base;
            for oid in super::super::commits::between(objects, base, head)? {
                let picked = objects.find_commit(oid)?;
                let top = objects.find_commit(onto)?;
                let mut index = objects.cherrypick_commit(&picked, &top, 0, None)?;
                if index.has_conflicts() {
                    return Err(Unmerged::Conflict);
                }
                let tree = index.write_tree_to(objects)?;
                let text = String::from_utf8_lossy(picked.message_raw_bytes()).into_owned();
                let author = Person::of(&picked.author());
                onto = commit(tree, &[onto], &text, &author)?;
            }
            onto
        }
    };
    let name = format!("refs/heads/{}", pull.base);
    compare_and_swap(objects, &name, Some(base), Some(merged)).map_err(|_| Unmerged::Moved)?;
    Ok(merged)
}

/// Merges as somebody who may pass every rule, and returns the commit.
pub(crate) fn merge_past_rules(
    github: &GitHub,
    repo: &Repo,
    number: u64,
) -> Result<String, RepoError> {
    let objects = repo.open()?;
    let absent = || RepoError::Files(format!("there is no open pull request {number}"));
    Pulls::with(github, repo, |ledger| {
        let pull = ledger
            .pulls
            .iter_mut()
            .find(|pull| pull.number == number && pull.state == PullState::Open)
            .ok_or_else(absent)?;
        let person = Person::now("Somebody Else", "somebody-else@users.noreply.github.com");
        let message = usual_message(&repo.settings.owner, pull);
        let merged = merge(&objects, pull, Method::Merge, &message, &person)
            .map_err(|error| RepoError::Files(error.to_string()))?;
        pull.merge_oid = Some(merged.to_string());
        close(pull, PullState::Merged);
        Ok(merged.to_string())
    })?
}

/// Returns the message that GitHub proposes for a merge commit.
pub(super) fn usual_message(owner: &str, pull: &PullRequest) -> String {
    format!(
        "Merge pull request #{} from {owner}/{}\n\n{}",
        pull.number, pull.head, pull.title
    )
}
