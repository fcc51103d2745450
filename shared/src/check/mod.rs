//! Is it true what a fabric's page says? Anybody can check it against GitHub, with the same code and without a token.
//!
//! [`SelfCheck`] says what to ask GitHub's REST for and takes the answers, until it has a verdict; the caller (the
//! page, in its reader's own browser) does the fetching. Public repositories only, 60 requests an hour and address.

mod answers;
mod command;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use answers::BranchAnswer;
pub use command::git_command;

use answers::ErrorAnswer;

use crate::contents::{Ask, Depth, TreeListing, Walk, findings};
use crate::diff::diff;
use crate::git::{CommitFacts, EntryKind, ObjectId, Tree};
use crate::layout::{Root, layout};
use crate::problem::{Code, Explanation};
use crate::quote::sentence::Name;
use crate::quote::url;
use crate::record::{CheckState, Compared, DirectoryStatus, Drift, FabricRecord};
use crate::report::{Finding, Report};
use crate::snapshot::{Head, Snapshot};
use crate::status::Verdict;

/// What is said of a directory that has all it needs, and is not the one that was compared last.
const NOT_COMPARED: &str = "The directory is not the one that was last validated; whether people deleted something only a validation tells.";

/// The most questions about the directory itself.
const MOST_ASKS: usize = 20;

/// A check under way.
#[derive(Clone, Debug)]
pub struct SelfCheck {
    claim: FabricRecord,
    stage: Stage,
    asked: u32,
}

/// What GitHub answered to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// The header `x-ratelimit-remaining`, if it is a number.
    pub remaining: Option<u64>,
    /// The header `x-ratelimit-reset`, if it is a number: seconds since 1970.
    pub reset: Option<u64>,
}

/// What the check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum CheckResult {
    /// The branch holds what the page says.
    True(Seen),
    /// The directory is not the one that the page tells of: it changed since the page's last check.
    Changed(Seen),
    /// The directory is the one that the page tells of, but what the page says of it is wrong.
    False {
        /// What is.
        seen: Seen,
        /// What the page says otherwise, for people.
        differences: Vec<String>,
    },
    /// GitHub could not be asked.
    Unknown {
        /// Why, and what to do.
        failure: Explanation,
        /// When GitHub answers again, in seconds since 1970, where it said so.
        until: Option<u64>,
    },
}

/// What the branch was seen to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The branch's head.
    pub head: ObjectId,
    /// The directory's id; null if it does not exist.
    pub tree: Option<ObjectId>,
    /// What was found there.
    pub report: Report,
    /// How many requests GitHub got.
    pub requests: u32,
}

impl CheckResult {
    /// What was seen; none where GitHub could not be asked.
    pub fn seen(&self) -> Option<&Seen> {
        match self {
            Self::True(seen) | Self::Changed(seen) | Self::False { seen, .. } => Some(seen),
            Self::Unknown { .. } => None,
        }
    }

    /// The record that was checked as it would be if it knew what was seen at `now`, RFC 3339 in UTC. It is no newer version:
    /// only a validation makes one. None while a write is under way, which the branch tells nothing of.
    pub fn shown(&self, claim: &FabricRecord, now: &str) -> Option<FabricRecord> {
        let seen = self.seen()?;
        if claim.gitops_directory_status == DirectoryStatus::Initializing {
            return None;
        }
        let mut record = claim.clone();
        record.checked(&seen.report, now);
        record.version = claim.version;
        // What people deleted is a validation's to find and to clear, and whose commit it is only a validation's to know. A public
        // record does not say what was compared last, so the tree that it knows stands for that in later looks, too.
        let compared = claim.compared.as_ref().map_or(claim.tree, |last| last.tree);
        let looked_at = || Compared {
            tree: claim.tree,
            head: claim.head,
            parts: Vec::new(),
            directory: Some(claim.gitops_directory.clone()),
            until: None,
        };
        record.compared.clone_from(&claim.compared);
        if record.tree != claim.tree {
            record.compared.get_or_insert_with(looked_at);
        }
        if compared.is_some() && compared != seen.tree && Verdict::of(&record) == Verdict::Healthy {
            record.check.state = CheckState::Unknown;
            record.check.code = Some(Code::Unread);
            record.check.message = Some(NOT_COMPARED.to_owned());
        }
        // How a write ended is a validation's to say, too.
        let error = claim.directory_init_error.as_ref();
        if error.is_some_and(|error| error.code == Code::Unconfirmed) {
            record.directory_init_error = error.cloned();
            record.gitops_directory_status = claim.gitops_directory_status;
        }
        if record.head == claim.head {
            record.head_commit.clone_from(&claim.head_commit);
        }
        Some(record)
    }
}

/// Tells whether a record as somebody has seen it to be says something else than the record as it is kept.
pub fn is_other(kept: &FabricRecord, shown: &FabricRecord) -> bool {
    kept.tree != shown.tree || kept.drift != shown.drift || Verdict::of(kept) != Verdict::of(shown)
}

#[derive(Clone, Debug)]
enum Stage {
    /// The branch: its head, and the head's root tree.
    Branch,
    /// The directories from the root down to the fabric's.
    Way(Way),
    /// The fabric's directory at any depth.
    Inside { way: Way, walk: Box<Walk>, ask: Ask },
    /// The end.
    Done(Box<CheckResult>),
}

#[derive(Clone, Debug)]
struct Way {
    head: Head,
    head_commit: Option<CommitFacts>,
    listings: BTreeMap<String, Tree>,
    ask: Ask,
}

impl SelfCheck {
    /// Begins to check what a record says.
    pub fn new(record: &FabricRecord) -> Self {
        Self {
            claim: record.clone(),
            stage: Stage::Branch,
            asked: 0,
        }
    }

    /// What to ask next: path and query below the address of GitHub's REST. None once there is a verdict.
    pub fn question(&self) -> Option<String> {
        let repository = format!("/repos/{}", self.claim.git_repository);
        let ask = match &self.stage {
            Stage::Branch => {
                let branch = url::path(self.claim.branch.as_str());
                return Some(format!("{repository}/branches/{branch}"));
            }
            Stage::Way(way) => &way.ask,
            Stage::Inside { ask, .. } => ask,
            Stage::Done(_) => return None,
        };
        let recursive = match ask.depth {
            Depth::Whole => "?recursive=1",
            Depth::Directory => "",
        };
        Some(format!("{repository}/git/trees/{}{recursive}", ask.tree))
    }

    /// The verdict, once there is one.
    pub fn verdict(&self) -> Option<&CheckResult> {
        match &self.stage {
            Stage::Done(verdict) => Some(verdict),
            _ => None,
        }
    }

    /// Takes GitHub's answer to the last question; none if nothing came.
    pub fn answer(&mut self, answered: Option<&Answered>) {
        self.asked += 1;
        let next = match refusal(answered) {
            Some(unknown) => Err(Box::new(unknown)),
            None => {
                let body = answered.map(|answered| answered.body.as_str());
                self.proceed(body.unwrap_or_default())
            }
        };
        self.stage = next.unwrap_or_else(Stage::Done);
    }

    fn proceed(&self, body: &str) -> Result<Stage, Box<CheckResult>> {
        match self.stage.clone() {
            Stage::Branch => {
                let branch: BranchAnswer = parsed(body)?;
                if branch.name != self.claim.branch.as_str() {
                    return Err(Box::new(unknown(
                        Code::BranchMissing,
                        &format!(
                            "the branch {} does not exist; GitHub calls it {} now",
                            Name(self.claim.branch.as_str()),
                            Name(&branch.name)
                        ),
                        "ask whoever looks after the fabric to give it the branch's new name",
                        None,
                    )));
                }
                let head = branch.head();
                let ask = Ask {
                    path: String::new(),
                    tree: head.tree,
                    depth: Depth::Directory,
                };
                Ok(Stage::Way(Way {
                    head,
                    head_commit: branch.head_commit(),
                    listings: BTreeMap::new(),
                    ask,
                }))
            }
            Stage::Way(way) => self.along(way, &parsed(body)?),
            Stage::Inside { way, mut walk, ask } => {
                walk.answer(&ask, &parsed::<TreeListing>(body)?)
                    .map_err(|error| not_understood(&error.to_string()))?;
                Ok(self.inside(way, *walk))
            }
            done @ Stage::Done(_) => Ok(done),
        }
    }

    /// One directory further down, or into the fabric's own.
    fn along(&self, mut way: Way, listing: &TreeListing) -> Result<Stage, Box<CheckResult>> {
        let mut walk = Walk::from_trees([], 0);
        walk.answer(&way.ask, listing)
            .map_err(|error| not_understood(&error.to_string()))?;
        let Some(tree) = walk.finish().listings().get(&way.ask.path).cloned() else {
            return Err(not_understood("a directory above it could not be verified"));
        };
        let directory = &self.claim.gitops_directory;
        let path = way.ask.path.clone();
        way.listings.insert(path.clone(), tree.clone());
        let child = |name: &str| {
            let entry = tree.get(name)?;
            (entry.kind() == EntryKind::Directory).then_some(entry.id)
        };
        let depth = path.split('/').filter(|name| !name.is_empty()).count();
        let names: Vec<&str> = directory.components().collect();
        let Some(name) = names.get(depth) else {
            // The repository's root is the directory.
            let roots =
                Root::ALL.map(|root| child(root.name()).map(|id| (root.name().to_owned(), id)));
            return Ok(self.inside(
                way,
                Walk::from_trees(roots.into_iter().flatten(), MOST_ASKS),
            ));
        };
        let Some(id) = child(name) else {
            return Ok(self.inside(way, Walk::from_trees([], 0)));
        };
        let next = names[..=depth].join("/");
        if depth + 1 == names.len() {
            return Ok(self.inside(way, Walk::from_trees([(next, id)], MOST_ASKS)));
        }
        way.ask = Ask {
            path: next,
            tree: id,
            depth: Depth::Directory,
        };
        Ok(Stage::Way(way))
    }

    fn inside(&self, way: Way, mut walk: Walk) -> Stage {
        match walk.next_ask() {
            Some(ask) => Stage::Inside {
                way,
                walk: Box::new(walk),
                ask,
            },
            None => Stage::Done(Box::new(self.judge(way, walk))),
        }
    }

    fn judge(&self, way: Way, walk: Walk) -> CheckResult {
        let contents = walk.finish();
        let spec = self.claim.spec();
        let directory = &spec.gitops_directory;
        let mut listings = way.listings;
        let needed = crate::snapshot::paths(directory);
        for (path, tree) in contents.listings() {
            if needed.contains(path) {
                listings.insert(path.clone(), tree.clone());
            }
        }
        let unread: Vec<String> = contents.unread().map(str::to_owned).collect();
        let is_lacking = |path: &&String| needed.contains(*path) && !listings.contains_key(*path);
        if let Some(path) = unread.iter().find(is_lacking) {
            return unknown(
                Code::Unread,
                &format!(
                    "GitHub lists only a part of {}, so there is nothing to compare with",
                    Name(path)
                ),
                "run the command for git, which reads everything",
                None,
            );
        }
        let snapshot = match Snapshot::verified(way.head, directory, listings) {
            Ok(snapshot) => snapshot,
            Err(error) => return *not_understood(&error.to_string()),
        };
        let tree = snapshot.directory_id(directory);
        let mut report = Report::new(
            &diff(&layout(&spec), directory, &snapshot),
            Some(way.head.commit),
            tree,
        )
        .with_depth(&findings(directory, &contents), &unread);
        report.committed_at = way
            .head_commit
            .as_ref()
            .and_then(|commit| commit.time.clone());
        report.head_commit = way.head_commit;
        let differences = differences(&self.claim, &report);
        let seen = Seen {
            head: way.head.commit,
            tree,
            report,
            requests: self.asked,
        };
        if seen.tree != self.claim.tree {
            CheckResult::Changed(seen)
        } else if differences.is_empty() {
            CheckResult::True(seen)
        } else {
            CheckResult::False { seen, differences }
        }
    }
}

/// What a page says of a directory that is not so. Of a write that failed or is under way the branch cannot tell.
fn differences(claim: &FabricRecord, report: &Report) -> Vec<String> {
    let mut found = Vec::new();
    match (claim.gitops_directory_status, report.valid) {
        (DirectoryStatus::Initialized, false) => {
            found.push(
                "the page says that the directory holds the layout, and it does not".to_owned(),
            );
        }
        (DirectoryStatus::InvalidStructure | DirectoryStatus::NotInitialized, true) => {
            found.push(
                "the page says that the directory does not hold the layout, and it does".to_owned(),
            );
        }
        _ => {}
    }
    // A record that was never read counts nothing.
    if claim.checked_at.is_none() {
        return found;
    }
    // Versions before this one counted what was never committed.
    let now = match claim.is_to_come(report) && claim.drift.missing == 0 {
        true => Drift::default(),
        false => Drift::of(report),
    };
    let said = &claim.drift;
    let mut counts = vec![
        ("missing", said.missing, now.missing),
        ("modified", said.modified, now.modified),
    ];
    // Where not everything was read, fewer of the deeper files may have been counted.
    let is_cut = said.finding_count > said.findings.len();
    let is_whole = report.unread.is_empty() && !is_cut && !said.findings.iter().any(is_unread);
    if is_whole {
        counts.push(("unexpected", said.unexpected, now.unexpected));
    }
    for (word, said, is) in counts {
        if said != is {
            found.push(format!(
                "{word} files: the page says {said}, GitHub shows {is}"
            ));
        }
    }
    if is_whole
        && found.is_empty()
        && let Some(path) = said.paths.iter().find(|path| !now.paths.contains(path))
    {
        found.push(format!(
            "the page says that {} differs, and it does not",
            Name(path)
        ));
    }
    found
}

fn is_unread(finding: &Finding) -> bool {
    finding.code == Finding::UNREAD
}

fn refusal(answered: Option<&Answered>) -> Option<CheckResult> {
    let Some(answered) = answered else {
        return Some(unknown(
            Code::GithubUnavailable,
            "GitHub did not answer this browser",
            "try again in a minute",
            None,
        ));
    };
    let is_spent = answered.remaining == Some(0) || answered.status == 429;
    match answered.status {
        200..=299 => None,
        403 | 429 if is_spent => Some(unknown(
            Code::RateLimited,
            "the 60 requests an hour that GitHub allows this address without a token are used up",
            "try again later, or run the command for git, which has no such limit",
            answered.reset,
        )),
        404 => Some(unknown(
            Code::NotFound,
            "GitHub does not show this repository or branch without a token",
            "check that the repository is public and the branch still exists",
            None,
        )),
        status => {
            let said =
                serde_json::from_str::<ErrorAnswer>(&answered.body).map(|error| error.message);
            let said = said.unwrap_or_else(|_| format!("status {status}"));
            Some(unknown(
                Code::GithubUnavailable,
                &format!("GitHub did not answer the question: {said}"),
                "try again in a minute",
                None,
            ))
        }
    }
}

fn parsed<T: for<'de> Deserialize<'de>>(body: &str) -> Result<T, Box<CheckResult>> {
    serde_json::from_str(body).map_err(|_| not_understood("it is not what GitHub describes"))
}

fn not_understood(reason: &str) -> Box<CheckResult> {
    Box::new(unknown(
        Code::GithubAnswer,
        &format!("GitHub's answer cannot be used: {reason}"),
        "try again, or run the command for git",
        None,
    ))
}

fn unknown(code: Code, message: &str, hint: &str, until: Option<u64>) -> CheckResult {
    CheckResult::Unknown {
        failure: Explanation {
            code,
            message: message.to_owned(),
            hint: hint.to_owned(),
        },
        until,
    }
}

#[cfg(test)]
mod tests;
