//! What people deleted since a fabric's directory was last compared: the tree of then beside that of now.

use std::collections::BTreeSet;

use shared::contents::{Contents, Lost, Walk, file_paths, lost};
use shared::fabric::FabricSpec;
use shared::git::{CommitFacts, EntryKind, ObjectId};
use shared::layout::Root;
use shared::names::FabricId;
use shared::record::{Compared, Comparison, Deletion, FabricRecord, Visibility};
use shared::snapshot::Snapshot;

use super::full_scan::{answer_walk, asks_left};
use crate::access::load;
use crate::github::{BranchSnapshot, Github, GithubError, PROPOSALS};
use crate::host::Host;
use crate::session::SignedIn;

/// The most paths whose commits are asked for, and how many in one request.
const MOST_COMMITS: usize = 100;
const AT_ONCE: usize = 25;

/// The directory as a snapshot has it.
pub(super) fn compared(spec: &FabricSpec, snapshot: &Snapshot) -> Compared {
    let directory = &spec.gitops_directory;
    let tree = |path: &str| {
        let entry = snapshot.entry(path)?;
        (entry.kind() == EntryKind::Directory).then_some(entry.id)
    };
    let parts = match directory.is_root() {
        true => Root::ALL
            .iter()
            .filter_map(|root| Some((root.name().to_owned(), tree(root.name())?)))
            .collect(),
        false => tree(directory.git_path())
            .map(|tree| (String::new(), tree))
            .into_iter()
            .collect(),
    };
    Compared {
        tree: snapshot.directory_id(directory),
        head: snapshot.head().map(|head| head.commit),
        parts,
        directory: Some(directory.clone()),
        until: None,
    }
}

/// Compares what the branch holds with what the record compared last: no request where the directory is the same. What cannot be
/// compared is told as well ([`Deletion::uncompared`]); mostly a later comparison then begins at the same tree. `contents` is what
/// was read already.
pub(super) async fn compare<H: Host>(
    github: &Github<'_, H>,
    record: &FabricRecord,
    spec: &FabricSpec,
    branch_snapshot: &BranchSnapshot,
    contents: Option<Contents>,
) -> Option<Comparison> {
    branch_snapshot.head?;
    let snapshot = &branch_snapshot.snapshot;
    let (repo, top) = (
        &branch_snapshot.repository.name,
        spec.gitops_directory.git_path(),
    );
    let to = compared(spec, snapshot);
    let before = record.last_compared();
    let from = before.as_ref().and_then(|before| before.tree);
    let made = |to, deleted| Some(Comparison { from, to, deleted });
    let seen = before
        .as_ref()
        .map(|before| before.until.as_deref().unwrap_or(before).tree);
    let is_seen = seen == Some(to.tree);
    let is_same = match seen {
        Some(_) => {
            is_seen && !lacks_commits(&record.deleted) && !record.deleted.iter().any(is_unknown)
        }
        None => record.deleted.is_empty(),
    };
    if is_same {
        let to = match &before {
            Some(before) if before.until.is_some() => open_from(before, to),
            _ => to,
        };
        return made(to, record.deleted.clone());
    }
    let now = match contents {
        Some(contents) => Ok(contents),
        None if to.tree.is_none() => Ok(Contents::default()),
        None => {
            let walk = Walk::new(&spec.gitops_directory, snapshot, asks_left(github));
            answer_walk(github, repo, walk, |_| true).await
        }
    };
    let now = now.ok().filter(|now| now.unread().next().is_none());
    let told = now
        .as_ref()
        .map(|now| still_deleted(&record.deleted, &file_paths(top, now)));
    let Some(before) = before else {
        // Where it was not read, the next comparison finds out what is back.
        return made(to, told?);
    };
    let again = |told, reason| {
        let unknown = unknown(record, &before, (spec, &to), is_seen, reason);
        made(open_from(&before, to.clone()), with_unknown(told, unknown))
    };
    let (Some(now), Some(mut told)) = (now, told) else {
        return again(record.deleted.clone(), Deletion::UNREAD);
    };
    let parts = before.parts.iter().map(|(below, tree)| {
        let path = match below.as_str() {
            "" => top.to_owned(),
            below => spec.gitops_directory.join(below),
        };
        (path, *tree)
    });
    let walk = Walk::from_trees(parts.collect::<Vec<_>>(), asks_left(github)).knowing(&now);
    let then = match answer_walk(github, repo, walk, |_| true).await {
        Ok(then) if then.unread().next().is_none() => Ok(then),
        Ok(_) => Err(Deletion::TOO_LARGE),
        Err(error) => Err(reason(&error)),
    };
    let was_too_large = |told: &Deletion| {
        is_unknown(told) && told.uncompared.as_deref() == Some(Deletion::TOO_LARGE)
    };
    let then = match then {
        Ok(then) => then,
        // No later comparison could begin there, or once more it took too much: they begin here from now on, and it is told until
        // somebody says that it was meant.
        Err(reason)
            if reason == Deletion::GONE
                || reason == Deletion::TOO_LARGE && record.deleted.iter().any(was_too_large) =>
        {
            let mut unknown = unknown(record, &before, (spec, &to), is_seen, reason);
            unknown.is_open = false;
            told.retain(|told| !is_unknown(told));
            for told in &mut told {
                told.is_open = false;
            }
            return made(to, with_unknown(told, unknown));
        }
        Err(reason) => return again(told, reason),
    };
    // What was found by an open comparison is found again by this one.
    let (open, mut deleted): (Vec<_>, Vec<_>) = told.drain(..).partition(|told| told.is_open);
    let known: BTreeSet<&str> = paths(&deleted).collect();
    let mut lost = lost(spec, &then, &now);
    lost.retain(|lost| !known.contains(lost.path.as_str()));
    let mut room = Deletion::MAX_PATHS.saturating_sub(known.len());
    let is_whole = lost.len() <= room;
    let (new, is_asked) = by_commit(github, spec, branch_snapshot, (&before, &open), lost).await;
    let is_open = !(is_whole && is_asked);
    for mut group in new {
        let mut same = open.iter().filter(|told| told.is_same(&group));
        let same = same.find(|told| told.count >= group.count);
        // Nothing new is told where only the commit is known better.
        let told_in = |path| open.iter().find(|told| told.paths.contains(path));
        let told = group.paths.iter().map(|path| Some(told_in(path)?.found_in));
        let told: Option<Vec<u64>> = told.collect();
        let told = told.and_then(|told| told.into_iter().max());
        group.found_in = same.map(|told| told.found_in).or(told).unwrap_or(0);
        group.is_open = is_open;
        group.paths.truncate(room);
        group.moved_to.truncate(room);
        room -= group.paths.len();
        deleted.push(group);
    }
    let to = match is_open {
        true => open_from(&before, to),
        false => to,
    };
    made(to, deleted)
}

/// What people deleted from a place that a fabric has, for a plan there: what its record tells, compared with what was read now,
/// where that is its branch. Drafts are their creator's.
pub(super) async fn deleted_from<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    person: &SignedIn,
    (fabric, spec): (Option<&FabricId>, &FabricSpec),
    branch_snapshot: &BranchSnapshot,
) -> Vec<Deletion> {
    let Some(fabric) = fabric else {
        return Vec::new();
    };
    let Ok(known) = load(host, fabric).await else {
        return Vec::new();
    };
    let record = &known.record;
    let is_readable = record.visibility != Visibility::Draft || known.creator == person.user.id;
    let is_there = record.branch == spec.branch
        && record.gitops_directory == spec.gitops_directory
        && known
            .same_repository(&branch_snapshot.repository.id)
            .is_ok();
    if !is_readable || !is_there {
        return Vec::new();
    }
    if branch_snapshot.read_branch() != &spec.branch {
        return record.deleted.clone();
    }
    let comparison = compare(github, record, spec, branch_snapshot, None).await;
    comparison.map_or_else(|| record.deleted.clone(), |comparison| comparison.deleted)
}

/// The next comparison begins where this one did.
fn open_from(before: &Compared, to: Compared) -> Compared {
    Compared {
        until: Some(Box::new(to)),
        ..before.clone()
    }
}

fn paths(told: &[Deletion]) -> impl Iterator<Item = &str> {
    told.iter()
        .flat_map(|told| told.paths.iter().map(String::as_str))
}

/// Tells whether it is what could not be compared, and is compared again by the next comparison.
fn is_unknown(told: &Deletion) -> bool {
    told.is_open && told.uncompared.is_some()
}

/// Why nothing can be compared without this answer.
fn reason(error: &GithubError) -> &'static str {
    match error {
        GithubError::NoRepository(_) => Deletion::GONE,
        GithubError::NotUnderstood => Deletion::NOT_UNDERSTOOD,
        _ => Deletion::NO_ANSWER,
    }
}

/// What could not be compared: since when, and whether it is told already, is known where the record tells it.
fn unknown(
    record: &FabricRecord,
    before: &Compared,
    (spec, to): (&FabricSpec, &Compared),
    is_seen: bool,
    reason: &str,
) -> Deletion {
    let told = record.deleted.iter().find(|told| is_unknown(told));
    let same = told.filter(|_| is_seen);
    let directory = before.directory.as_ref().unwrap_or(&spec.gitops_directory);
    Deletion {
        commit: None,
        directory: directory.clone(),
        paths: Vec::new(),
        count: 0,
        moved_to: Vec::new(),
        is_emptied: false,
        kept_in: before.head,
        found_in: same.map_or(0, |told| told.found_in),
        is_open: true,
        uncompared: Some(reason.to_owned()),
        until: same.map_or(to.head, |told| told.until),
        since: told.and_then(|told| told.since.clone()),
    }
}

/// What is told, with this in the place of what could not be compared before. Of what no comparison finds any more there is one.
fn with_unknown(mut told: Vec<Deletion>, mut unknown: Deletion) -> Vec<Deletion> {
    let is_ended = |told: &Deletion| told.uncompared.is_some() && !told.is_open;
    if let Some(ended) = told
        .iter()
        .find(|told| is_ended(told))
        .filter(|_| !unknown.is_open)
    {
        unknown.kept_in = ended.kept_in;
        unknown.directory = ended.directory.clone();
        unknown.since = ended.since.clone();
        unknown.found_in = 0;
    }
    told.retain(|told| !(is_unknown(told) || is_ended(told) && !unknown.is_open));
    told.push(unknown);
    told
}

/// Tells whether GitHub did not answer whose commits it was.
fn lacks_commits(told: &[Deletion]) -> bool {
    let mut open = told.iter().filter(|told| told.is_open);
    let count: usize = told.iter().map(|told| told.count).sum();
    count <= MOST_COMMITS && open.any(|told| told.commit.is_none())
}

/// What is not back. Of what is not listed by its path nothing is known until all of the rest is back.
fn still_deleted(told: &[Deletion], here: &BTreeSet<String>) -> Vec<Deletion> {
    let left = told.iter().filter_map(|deletion| {
        let mut left = deletion.clone();
        let still = deletion.places();
        (left.paths, left.moved_to) = still.filter(|(path, _)| !here.contains(*path)).fold(
            <(Vec<_>, Vec<_>)>::default(),
            |mut left, (path, place)| {
                left.0.push(path.clone());
                left.1.extend(place.cloned());
                left
            },
        );
        left.count -= deletion.paths.len() - left.paths.len();
        let is_back = left.paths.is_empty() && !deletion.paths.is_empty();
        (!is_back && left.count > 0 || left.uncompared.is_some()).then_some(left)
    });
    left.collect()
}

/// Groups what was lost by the newest commit that touched it and by what became of it, and says whether GitHub answered. What a
/// commit of ours moved was approved with what it does.
async fn by_commit<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    branch_snapshot: &BranchSnapshot,
    (before, open): (&Compared, &[Deletion]),
    lost: Vec<Lost>,
) -> (Vec<Deletion>, bool) {
    let mut groups: Vec<Deletion> = Vec::new();
    // Where it was then: it may have moved since.
    let directory = before.directory.as_ref().unwrap_or(&spec.gitops_directory);
    let mut add = |commit: Option<&CommitFacts>, lost: Lost| {
        let one = Deletion {
            commit: commit.cloned(),
            directory: directory.clone(),
            paths: vec![lost.path],
            count: 1,
            moved_to: lost.moved_to.into_iter().collect(),
            is_emptied: lost.is_emptied,
            kept_in: commit.map_or(before.head, |commit| commit.parent),
            found_in: 0,
            is_open: false,
            uncompared: None,
            until: None,
            since: None,
        };
        match groups.iter_mut().find(|group| group.is_same(&one)) {
            Some(group) => {
                group.count += 1;
                group.paths.extend(one.paths);
                group.moved_to.extend(one.moved_to);
            }
            None => groups.push(one),
        }
    };
    let head = branch_snapshot.head_commit.as_ref();
    // The only commit since then made all of it. Whether it is ours is asked only where something moved.
    let parents: &[ObjectId] = &branch_snapshot.parents;
    let is_only = before.head.is_some() && parents == before.head.as_slice() && head.is_some();
    if is_only && lost.iter().all(|lost| lost.moved_to.is_none()) {
        for lost in lost {
            add(head, lost);
        }
        return (groups, true);
    }
    // Whose they were is known of those that were listed before.
    let mut rest = Vec::new();
    for lost in lost {
        let mut known = open.iter().filter(|told| told.commit.is_some());
        match known.find(|told| told.paths.contains(&lost.path)) {
            Some(told) => add(told.commit.as_ref(), lost),
            None => rest.push(lost),
        }
    }
    // What came with a merge since then is that merge's, where its own commit is not looked for.
    let is_last = is_only || before.head.is_some() && parents.first() == before.head.as_ref();
    let last = head.filter(|_| is_last);
    let commit = branch_snapshot.snapshot.head().map(|head| head.commit);
    let repository = &branch_snapshot.repository;
    let mut is_asked = true;
    for (index, some) in rest.chunks(AT_ONCE).enumerate() {
        let full = some.iter().map(|lost| directory.join(&lost.path));
        let full: Vec<String> = full.collect();
        let commits = match commit {
            Some(commit) if is_asked && index * AT_ONCE < MOST_COMMITS => {
                github.last_commits(repository, commit, &full).await
            }
            _ => Ok(Vec::new()),
        };
        is_asked &= commits.is_ok();
        let mut commits = commits.unwrap_or_default().into_iter();
        for lost in some {
            let found = commits.next().flatten();
            let last = last.filter(|_| is_asked);
            let is_ours = match &found {
                Some((_, is_ours)) => *is_ours,
                None => last.is_some_and(merges_ours),
            };
            if !(is_ours && lost.moved_to.is_some()) {
                let found = found.as_ref().map(|(facts, _)| facts);
                add(found.or(last), lost.clone());
            }
        }
    }
    (groups, is_asked)
}

/// Tells whether a commit merges a pull request of ours, by what GitHub calls such a merge.
fn merges_ours(commit: &CommitFacts) -> bool {
    commit.subject.starts_with("Merge pull request ")
        && commit.subject.contains(&format!("/{PROPOSALS}/"))
}
