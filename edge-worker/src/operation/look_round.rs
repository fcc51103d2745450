//! Fabrics of one owner that are due, looked at many at once: where a directory has the id that is known, one query for fifty of them
//! is all that GitHub is asked. The others are looked at one by one.

use futures_util::future::join_all;
use shared::git::ObjectId;
use shared::names::FabricId;
use shared::record::{SeenHead, Visibility};

use super::look_schedule::{LEASE_MS, TROUBLE_MS, ask_looks, due_at, has_app, look_at, next_look};
use crate::github::app::{
    MOST_REPOSITORIES, RepositoriesToken, kept_repositories_token, repositories_token,
};
use crate::github::{AskedBranch, Budget, Github, GithubError, SeenBranch};
use crate::host::{Host, MOST_ASKED, ObjectUnavailable};
use crate::jobs::queue::{FoundAgain, Job, enqueue};
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply};
use crate::objects::index::looks::{Due, Found, Look, LooksMessage, LooksReply};
use crate::repository_id::{RecordedRepository, RepositoryId};

/// How many fabrics one query asks about.
const AT_ONCE: u64 = 50;
/// How many fabrics' objects are told at the same time: so many connections Cloudflare keeps open.
const TOLD_AT_ONCE: usize = 6;
/// What is asked after the objects were told: the queue twice, and the index.
const ASKED_LAST: u32 = 3;
/// How many fabrics one job holds.
const IN_A_JOB: usize = 20;
/// For how long the next round waits for each fabric that is looked at by itself: each asks GitHub some times.
const WAIT_S: u32 = 4;

/// A round over fabrics of one owner that are due. The next one is queued by it, as long as there are more and GitHub's limit leaves
/// half to people.
pub(crate) async fn look_round(host: &impl Host, owner: &str) -> Result<(), ObjectUnavailable> {
    if !has_app(host.config()) {
        return Ok(());
    }
    let message = LooksMessage::Take {
        owner: owner.to_owned(),
        due: due_at(host),
        until_ms: host.now_ms() + LEASE_MS,
        limit: AT_ONCE,
    };
    let LooksReply::Due(taken) = ask_looks(host, message).await? else {
        return Ok(());
    };
    if taken.is_empty() {
        let message = LooksMessage::Looked {
            looks: Vec::new(),
            lease: Some((owner.to_owned(), 0)),
        };
        return ask_looks(host, message).await.map(drop);
    }
    let is_last = (taken.len() as u64) < AT_ONCE;
    let (known, alone): (Vec<Due>, Vec<Due>) =
        taken.into_iter().partition(|due| due.known.is_some());
    let asked = ask_github(host, owner, &known).await;
    let mut round = Noted {
        alone: alone.into_iter().map(|due| due.fabric).collect(),
        ..Noted::default()
    };
    let paused_until_ms = match asked {
        Ok((seen, budget)) => {
            round.compare(host, known, seen).await;
            budget.filter(|budget| budget.remaining < budget.limit / 2)
        }
        .map(|budget| budget.reset_ms),
        // The App does not see some of them: which, each look finds out.
        Err(NotAsked::Refused) => {
            round.alone.extend(known.into_iter().map(|due| due.fabric));
            None
        }
        Err(NotAsked::Until(until_ms)) => Some(until_ms),
        // Perhaps it is one of these that GitHub cannot answer about: the others come first.
        Err(NotAsked::Trouble) => {
            round.put_off = known.into_iter().map(|due| due.fabric).collect();
            Some(host.now_ms() + TROUBLE_MS)
        }
    };
    let until_ms = match paused_until_ms {
        None if is_last => 0,
        None => host.now_ms() + LEASE_MS,
        Some(until_ms) => until_ms,
    };
    let waits = round.alone.len();
    let jobs = round.jobs();
    if enqueue(host, &jobs, 0).await.is_err() {
        return Err(ObjectUnavailable("the queue took no job".to_owned()));
    }
    let message = LooksMessage::Looked {
        looks: round.looks(host),
        lease: Some((owner.to_owned(), until_ms)),
    };
    ask_looks(host, message).await?;
    if paused_until_ms.is_none() && !is_last {
        let owner = owner.to_owned();
        let delay_s = WAIT_S.saturating_mul(u32::try_from(waits).unwrap_or_default());
        // Where the queue does not answer, the lease ends.
        let _ = enqueue(host, &[Job::Round { owner }], delay_s).await;
    }
    Ok(())
}

/// Why GitHub was not asked, or did not answer.
enum NotAsked {
    /// The App is not installed, or does not see all of the repositories.
    Refused,
    /// There is a limit; nothing is asked before then.
    Until(u64),
    /// There was no answer.
    Trouble,
}

impl NotAsked {
    fn of(error: &GithubError) -> Self {
        match error {
            GithubError::RateLimited(Some(until_ms)) => Self::Until(*until_ms),
            error if error.is_no_access() => Self::Refused,
            _ => Self::Trouble,
        }
    }
}

type Answer = (Vec<(AskedBranch, Option<SeenBranch>)>, Option<Budget>);

/// Asks for the ids of all these directories.
async fn ask_github(host: &impl Host, owner: &str, known: &[Due]) -> Result<Answer, NotAsked> {
    let kept = kept_repositories_token(host, owner).await;
    let Some(first) = known.first() else {
        return Ok((Vec::new(), budget(host, kept).await));
    };
    let mut numbers: Vec<u64> = known.iter().filter_map(|due| Some(due.known?.0)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut asked: Vec<AskedBranch> = Vec::new();
    for due in known {
        let same = asked
            .iter_mut()
            .find(|asked| asked.repo == due.repository && asked.branch == due.branch);
        match same {
            Some(same) => same.directories.push(due.directory.clone()),
            None => asked.push(AskedBranch {
                repo: due.repository.clone(),
                branch: due.branch.clone(),
                directories: vec![due.directory.clone()],
            }),
        }
    }
    let kept = kept.filter(|kept| kept.covers(&numbers));
    if let Some(kept) = kept {
        let answered = Github::of_app(host, &kept.token)
            .directory_ids(&asked)
            .await;
        match answered {
            Ok((seen, budget)) => return Ok((asked.into_iter().zip(seen).collect(), budget)),
            // It was taken back.
            Err(GithubError::Unauthorized) => {}
            Err(error) => return Err(NotAsked::of(&error)),
        }
    }
    let new = new_token(host, (owner, first), numbers).await;
    let token = new.map_err(|error| NotAsked::of(&error))?;
    let token = token.ok_or(NotAsked::Refused)?.token;
    let answered = Github::of_app(host, &token).directory_ids(&asked).await;
    let (seen, budget) = answered.map_err(|error| NotAsked::of(&error))?;
    Ok((asked.into_iter().zip(seen).collect(), budget))
}

/// What is left of the limit, as far as a token that is kept can tell.
async fn budget(host: &impl Host, kept: Option<RepositoriesToken>) -> Option<Budget> {
    let token = kept?.token;
    let (_, budget) = Github::of_app(host, &token).directory_ids(&[]).await.ok()?;
    budget
}

/// A token for all repositories of the owner whose fabrics are due, so that the rounds that follow have it, too; or for these alone,
/// where the App does not see all.
async fn new_token(
    host: &impl Host,
    (owner, first): (&str, &Due),
    numbers: Vec<u64>,
) -> Result<Option<RepositoriesToken>, GithubError> {
    let message = LooksMessage::Repositories {
        owner: owner.to_owned(),
        due: due_at(host),
        limit: MOST_REPOSITORIES as u64,
    };
    let all = match ask_looks(host, message).await {
        Ok(LooksReply::Repositories(all)) => all,
        _ => Vec::new(),
    };
    let of = (owner, &first.repository);
    if numbers.iter().all(|number| all.contains(number)) && all.len() > numbers.len() {
        let token = repositories_token(host, of, all).await?;
        if token.is_some() {
            return Ok(token);
        }
    }
    repositories_token(host, of, numbers).await
}

/// What came of a round.
#[derive(Default)]
struct Noted {
    /// As they were.
    unchanged: Vec<FabricId>,
    /// To be looked at by themselves.
    alone: Vec<FabricId>,
    /// As they were, which their objects are told later.
    later: Vec<FoundAgain>,
    /// To be looked at a few minutes later.
    put_off: Vec<FabricId>,
}

impl Noted {
    /// Compares what was seen with what is known, and tells the objects as long as this job may ask somebody.
    async fn compare(
        &mut self,
        host: &impl Host,
        known: Vec<Due>,
        seen: Vec<(AskedBranch, Option<SeenBranch>)>,
    ) {
        let mut found = Vec::new();
        for (asked, branch) in seen {
            let of_branch = known
                .iter()
                .filter(|due| due.repository == asked.repo && due.branch == asked.branch);
            let mut same = Vec::new();
            for (at, due) in of_branch.enumerate() {
                let tree = branch.as_ref().and_then(|branch| {
                    let id = (*branch.directories.get(at)?)?;
                    (due.known == Some((branch.repository.number, id))).then_some(id)
                });
                match tree {
                    Some(tree) => same.push((due.fabric.clone(), tree)),
                    None => self.alone.push(due.fabric.clone()),
                }
            }
            if let Some(branch) = branch.filter(|_| !same.is_empty()) {
                found.push(found_again(host, same, branch));
            }
        }
        for mut found in found {
            let left = MOST_ASKED.saturating_sub(host.asked() + ASKED_LAST);
            let left = usize::try_from(left).unwrap_or_default();
            let rest = found.fabrics.split_off(left.min(found.fabrics.len()));
            for fabrics in rest.chunks(IN_A_JOB) {
                self.later.push(FoundAgain {
                    fabrics: fabrics.to_vec(),
                    // What a commit says stays out of the queue.
                    head: SeenHead {
                        commit: None,
                        ..found.head.clone()
                    },
                    ..found.clone()
                });
            }
            let told = tell(host, &found).await;
            for ((fabric, _), reply) in found.fabrics.into_iter().zip(told) {
                match reply {
                    Ok(FabricReply::Busy) => self.alone.push(fabric),
                    // One that is gone takes its row along; what does not answer is told next time.
                    _ => self.unchanged.push(fabric),
                }
            }
            self.unchanged
                .extend(rest.into_iter().map(|(fabric, _)| fabric));
        }
    }

    fn looks(&self, host: &impl Host) -> Vec<Look> {
        let unchanged = self.unchanged.iter();
        let unchanged = unchanged.map(|fabric| next_look(host, fabric, Some(Found::Unchanged)));
        let alone = self.alone.iter();
        let alone = alone.map(|fabric| next_look(host, fabric, None));
        let put_off = self.put_off.iter();
        let put_off = put_off.map(|fabric| look_at(host, fabric, None));
        unchanged.chain(alone).chain(put_off).collect()
    }

    fn jobs(&self) -> Vec<Job> {
        let look = |fabric: &FabricId| Job::Look {
            fabric: fabric.clone(),
        };
        let later = self.later.iter();
        let later = later.map(|found| Job::FoundAgain(Box::new(found.clone())));
        self.alone.iter().map(look).chain(later).collect()
    }
}

fn found_again(
    host: &impl Host,
    fabrics: Vec<(FabricId, ObjectId)>,
    branch: SeenBranch,
) -> FoundAgain {
    FoundAgain {
        fabrics,
        head: SeenHead {
            id: branch.head,
            committed_at: branch.committed_at,
            commit: branch.commit,
        },
        is_private: branch.is_private,
        repository: (branch.repository.number, branch.repository.node_id),
        at_ms: host.now_ms(),
    }
}

/// Tells the objects of fabrics that they were found again.
async fn tell(host: &impl Host, found: &FoundAgain) -> Vec<Result<FabricReply, ObjectUnavailable>> {
    let (number, node_id) = found.repository.clone();
    let repository = RecordedRepository::from(&RepositoryId { number, node_id });
    let mut replies = Vec::new();
    for fabrics in found.fabrics.chunks(TOLD_AT_ONCE) {
        let told = fabrics.iter().map(async |(fabric, tree)| {
            let message = FabricMessage::FoundAgain {
                tree: *tree,
                head: Box::new(found.head.clone()),
                visibility: match found.is_private {
                    true => Visibility::Private,
                    false => Visibility::Public,
                },
                repository: repository.clone(),
                now_ms: found.at_ms,
            };
            ask(host, fabric.as_str(), &message).await
        });
        replies.extend(join_all(told).await);
    }
    replies
}

/// Tells the objects of fabrics that a round found again; those of whom that does not say all are looked at.
pub(crate) async fn note_found_again(
    host: &impl Host,
    found: &FoundAgain,
) -> Result<(), ObjectUnavailable> {
    let told = tell(host, found).await;
    let mut looks = Vec::new();
    for ((fabric, _), reply) in found.fabrics.iter().zip(told) {
        if reply? == FabricReply::Busy {
            let fabric = fabric.clone();
            looks.push(Job::Look { fabric });
        }
    }
    enqueue(host, &looks, 0)
        .await
        .map_err(|error| ObjectUnavailable(error.to_string()))
}
