//! One commit for several writes to one branch. Each keeps its own approval, refusal, end and history; what cannot be carried out
//! together is carried out alone.

use futures_util::future::join_all;
use shared::change_set::ChangeSet;
use shared::git::ObjectId;
use shared::plan::Plan;
use shared::record::FabricRecord;
use shared::snapshot::Head;

use super::carry_out::{as_approved, refused};
use super::group_message::group_message;
use super::item::Item;
use super::memory::Token;
use super::message::Over;
use crate::github::{
    BranchSnapshot, CommitFailure, Found, Github, GithubError, NewCommit, SeenCommit, Start,
};
use crate::host::{Host, jittered};
use crate::objects::ObjectError;
use crate::objects::fabric::Intent;
use crate::operation::approve::{Agreed, approved_plan, require_writable};
use crate::operation::write::{Refusal, keep_intent, seen};
use crate::operation::write_and_record::{Written, record};
use crate::operation::write_outcome::{self, WriteOutcome};

/// The most files in a commit of several writes: `createCommitOnBranch` is one request, however many it carries.
const MOST_FILES: usize = 300;
/// How often a commit that was not answered is looked for and sent again.
const LOOKS: u32 = 3;
/// Half of the pause before that; each further one is twice as long.
const LOOK_PAUSE_MS: u64 = 125;

/// What became of one of the writes.
pub(super) enum Ended {
    Over(Box<Over>),
    /// It is to be carried out alone.
    Alone,
    /// There was no room for it.
    Later,
    /// The branch moved on: it is tried again.
    Again,
}

/// A write that is to be in the commit.
struct Member<'a> {
    /// Which of the writes it is.
    number: usize,
    item: &'a Item,
    agreed: Agreed,
    branch_snapshot: BranchSnapshot,
    plan: Plan,
    known: Option<Box<FabricRecord>>,
}

/// What all of them come to.
struct Whole {
    head: Head,
    changes: ChangeSet,
    /// The repository's root tree after the commit.
    root: ObjectId,
}

struct Group<'a, H> {
    github: Github<'a, H>,
    is_apps: bool,
    items: &'a [Item],
    ended: Vec<Option<Ended>>,
}

/// Makes one commit of several writes, and gives what became of each, with the head that the commit was built on. `begin` keeps that something of
/// a write may be sent from now on.
pub(super) async fn commit_together<H: Host>(
    host: &H,
    token: &Token,
    items: &[Item],
    begin: impl Fn(&str) -> Result<(), ObjectError>,
) -> (Vec<Ended>, Option<ObjectId>) {
    let mut group = Group {
        github: Github::new(host, token.secret()),
        is_apps: matches!(token, Token::App(_)),
        items,
        ended: items.iter().map(|_| None).collect(),
    };
    let head = group.commit(host, begin).await;
    let ended = group.ended.into_iter();
    (
        ended.map(|ended| ended.unwrap_or(Ended::Alone)).collect(),
        head,
    )
}

impl<'a, H: Host> Group<'a, H> {
    async fn commit(
        &mut self,
        host: &H,
        begin: impl Fn(&str) -> Result<(), ObjectError>,
    ) -> Option<ObjectId> {
        let (mut members, whole) = self.read(host).await?;
        if !self.keep_intents(host, &mut members, &whole).await {
            // The root tree is another one without those that cannot be written.
            self.wait_for(&members);
            return None;
        }
        if members
            .iter()
            .any(|member| begin(&member.item.operation).is_err())
        {
            return None;
        }
        let failed = match self.send(&members, &whole).await {
            Ok(seen) => {
                self.end_all(host, members, &whole, &seen).await;
                return Some(whole.head.commit);
            }
            Err(failed) => failed,
        };
        match failed.error {
            GithubError::Stale => {
                self.wait_for(&members);
                None
            }
            _ if failed.may_have_happened => match self.look_for(host, &members, &whole).await {
                Ok(Some(seen)) => {
                    self.end_all(host, members, &whole, &seen).await;
                    Some(whole.head.commit)
                }
                Ok(None) => {
                    self.wait_for(&members);
                    None
                }
                Err(_) => {
                    self.unconfirmed(host, members).await;
                    Some(whole.head.commit)
                }
            },
            // It is about one of them, or of all: each is told what GitHub says of its own.
            _ => None,
        }
    }

    /// These are tried together once more, with whatever waits by then. Each try is a run of the object of its own, since each may ask
    /// others only so often.
    fn wait_for(&mut self, members: &[Member<'_>]) {
        for member in members {
            let ended = &mut self.ended[member.number];
            if ended.is_none() {
                *ended = Some(Ended::Again);
            }
        }
    }

    /// Looks for a commit that was sent and not answered, and sends it again as long as the branch is where it was: at most one of
    /// them can be built on that. None where it is not there, and cannot arrive any more.
    async fn look_for(
        &self,
        host: &H,
        members: &[Member<'a>],
        whole: &Whole,
    ) -> Result<Option<SeenCommit>, GithubError> {
        let mut last = GithubError::NotUnderstood;
        for look in 0..LOOKS {
            match self.find(members, whole).await? {
                Found::Commit(seen) => return Ok(Some(seen)),
                Found::Absent => return Ok(None),
                Found::NotYet | Found::NotSeen => {}
            }
            host.sleep(jittered(host, LOOK_PAUSE_MS << look)).await;
            match self.send(members, whole).await {
                Ok(seen) => return Ok(Some(seen)),
                Err(failed) => last = failed.error,
            }
        }
        match self.find(members, whole).await? {
            Found::Commit(seen) => Ok(Some(seen)),
            Found::Absent => Ok(None),
            Found::NotYet | Found::NotSeen => Err(last),
        }
    }

    /// Reads the branch for all that are left, and plans each as it was approved. Who is refused has its end with that; nothing is
    /// given where nothing is left that can share a commit.
    async fn read(&mut self, host: &H) -> Option<(Vec<Member<'a>>, Whole)> {
        let items = self.items;
        let left: Vec<(usize, &'a Item, Agreed)> = items
            .iter()
            .enumerate()
            .filter(|(number, _)| self.ended[*number].is_none())
            .filter_map(|(number, item)| Some((number, item, item.agreed()?)))
            .collect();
        let (_, first, _) = left.first()?;
        let wanted: Vec<_> = left
            .iter()
            .map(|(_, item, agreed)| (&item.spec.gitops_directory, agreed.change.approval.head))
            .collect();
        let read = self
            .github
            .read_together(&first.name, &first.spec.branch, &wanted)
            .await
            .ok()?;
        let mut members: Vec<Member<'a>> = Vec::new();
        let mut changes = ChangeSet::default();
        for ((number, item, agreed), branch_snapshot) in left.into_iter().zip(read) {
            // Another repository may have the name by now, and rules may be new.
            let is_same = branch_snapshot.repository.id.number == item.repository.number;
            if !is_same || self.is_apps && !branch_snapshot.rules.is_for_all {
                return None;
            }
            let branch_snapshot = as_approved(branch_snapshot, item, self.is_apps);
            let plan = require_writable(&branch_snapshot, agreed.change.mode)
                .and_then(|()| approved_plan(&item.spec, &agreed, &branch_snapshot));
            let plan = match plan {
                Ok(plan) => plan,
                Err(refusal) => {
                    let over = refused(host, item, refusal).await;
                    self.ended[number] = Some(Ended::Over(Box::new(over)));
                    continue;
                }
            };
            if plan.is_up_to_date() || !matches!(branch_snapshot.start(), Some(Start::Head(_))) {
                self.ended[number] = Some(Ended::Alone);
                continue;
            }
            if changes.len() + plan.changes.len() > MOST_FILES {
                self.ended[number] = Some(match members.is_empty() {
                    true => Ended::Alone,
                    false => Ended::Later,
                });
                continue;
            }
            let meets = plan
                .changes
                .iter()
                .any(|(path, _)| changes.contains(path) || changes.has_below(path));
            if meets {
                self.ended[number] = Some(Ended::Later);
                continue;
            }
            for (path, change) in plan.changes.iter() {
                changes.insert(path, change.clone());
            }
            members.push(Member {
                number,
                item,
                agreed,
                branch_snapshot,
                plan,
                known: None,
            });
        }
        let whole = whole(host, &members, changes)?;
        Some((members, whole))
    }

    /// Keeps what would prove each write, and tells whether all still are to be written.
    async fn keep_intents(&mut self, host: &H, members: &mut [Member<'_>], whole: &Whole) -> bool {
        let kept =
            members.iter().map(|member| {
                let item = member.item;
                let intent = Intent {
                    operation: item.operation.clone(),
                    kind: item.kind,
                    actor: item.person.login.clone(),
                    started_ms: host.now_ms(),
                    parent: Some(whole.head.commit),
                    root: whole.root,
                    branch: Some(item.spec.branch.clone()),
                    becomes: None,
                    is_presumed: false,
                    made: None,
                };
                let found = seen(&item.spec, &member.branch_snapshot);
                async move {
                    keep_intent(host, item.fabric.as_str(), &intent, (&item.spec, found)).await
                }
            });
        let kept = join_all(kept).await;
        let mut are_all = true;
        for (member, kept) in members.iter_mut().zip(kept) {
            match kept {
                Ok(known) => member.known = known,
                Err(_) => {
                    are_all = false;
                    // Alone it is told why.
                    self.ended[member.number] = Some(Ended::Alone);
                }
            }
        }
        are_all
    }

    async fn send(
        &self,
        members: &[Member<'_>],
        whole: &Whole,
    ) -> Result<SeenCommit, CommitFailure> {
        let Some(first) = members.first() else {
            return Err(nothing_to_send());
        };
        let items = members
            .iter()
            .map(|member| (member.item, whole.head.commit));
        let message = group_message(self.github.host().config(), items.collect(), self.is_apps);
        let commit = NewCommit {
            repo: &first.branch_snapshot.repository.name,
            branch: &first.item.spec.branch,
            start: Start::Head(whole.head),
            message: &message,
            changes: &whole.changes,
            most_files: MOST_FILES,
            root: whole.root,
            author: None,
        };
        self.github.commit(&commit).await
    }

    async fn find(&self, members: &[Member<'_>], whole: &Whole) -> Result<Found, GithubError> {
        let Some(first) = members.first() else {
            return Ok(Found::Absent);
        };
        let proof = (first.item.operation.as_str(), Some(whole.head.commit));
        let (item, number) = (first.item, first.item.repository.number);
        self.github
            .find_commit(&item.name, number, &item.spec.branch, proof)
            .await
    }

    /// The commit was seen: each write has its end with it.
    async fn end_all(
        &mut self,
        host: &H,
        members: Vec<Member<'_>>,
        whole: &Whole,
        seen: &SeenCommit,
    ) {
        let outcome =
            |member: &Member| write_outcome::of_commit(whole.root, &member.plan, seen.clone());
        self.record_all(host, members, outcome).await;
    }

    async fn unconfirmed(&mut self, host: &H, members: Vec<Member<'_>>) {
        self.record_all(host, members, |_| write_outcome::unconfirmed())
            .await;
    }

    async fn record_all(
        &mut self,
        host: &H,
        members: Vec<Member<'_>>,
        outcome: impl Fn(&Member<'_>) -> WriteOutcome,
    ) {
        let github = &self.github;
        let recorded = members.into_iter().map(|member| {
            let write_outcome = outcome(&member);
            async move {
                let Member {
                    number,
                    item,
                    agreed,
                    branch_snapshot,
                    plan,
                    known,
                } = member;
                let task = item.task();
                let written = Written {
                    seen: Some((branch_snapshot, plan)),
                    known,
                    ended: Ok::<_, Refusal>(write_outcome),
                };
                let over = record(host, (github, item.requests), &task, &agreed, written).await;
                (number, over)
            }
        });
        for (number, over) in join_all(recorded).await {
            self.ended[number] = Some(Ended::Over(Box::new(over.into())));
        }
    }
}

/// The changes of all on one head, and the root tree that they lead to.
fn whole(host: &impl Host, members: &[Member<'_>], changes: ChangeSet) -> Option<Whole> {
    let first = &members.first()?.branch_snapshot.snapshot;
    let head = first.head()?;
    let mut snapshot = first.clone();
    for member in members {
        let listings = member.branch_snapshot.snapshot.listings().clone();
        snapshot = snapshot.with_listings(listings).ok()?;
    }
    match changes.root_after(&snapshot) {
        Ok(root) => Some(Whole {
            head,
            changes,
            root,
        }),
        Err(error) => {
            let line =
                serde_json::json!({ "event": "writes_not_shared", "error": error.to_string() });
            host.log(&line.to_string());
            None
        }
    }
}

fn nothing_to_send() -> CommitFailure {
    CommitFailure {
        error: GithubError::Stale,
        may_have_happened: false,
        was_sent: false,
    }
}
