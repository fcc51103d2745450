//! What people deleted below a fabric's directory: told until it is back, or until somebody says that it was meant.

use serde::{Deserialize, Serialize};

use super::FabricRecord;
use crate::contents::is_synced;
use crate::count::counted;
use crate::git::{CommitFacts, ObjectId};
use crate::names::{DirectoryPath, RepoName};
use crate::quote::sentence::Name;
use crate::quote::url;
use crate::report::{Finding, Severity};
use crate::timestamp::readable;

/// Files that were found deleted together, by one commit; or no file, where it could not be found out what was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// The commit; none where it is not known.
    pub commit: Option<CommitFacts>,
    /// The directory in which they were.
    pub directory: DirectoryPath,
    /// The paths below the directory; all deletions of a record list at most [`Deletion::MAX_PATHS`].
    pub paths: Vec<String>,
    /// How many files there are altogether.
    pub count: usize,
    /// Where each of the paths is now, below the directory too, where all were moved out of what is synced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved_to: Vec<String>,
    /// Whether the files are there still and hold nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_emptied: bool,
    /// A commit that still has them: the one before, or where no commit is known the one at which they were seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_in: Option<ObjectId>,
    /// The version of the record that told it first.
    #[serde(default)]
    pub found_in: u64,
    /// Whether it is found anew by each comparison, since more was deleted than a record lists ([`Compared::until`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_open: bool,
    /// Why it could not be found out what was deleted from `kept_in` until `until`, in a word: one of [`Deletion::GONE`] and its
    /// like, or a newer version's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncompared: Option<String>,
    /// The commit until which it could not be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<ObjectId>,
    /// Since when it could not, RFC 3339; none in a plan that finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// The directory as it was compared last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The directory's id; none if it did not exist.
    pub tree: Option<ObjectId>,
    /// The head at which it was read.
    pub head: Option<ObjectId>,
    /// The trees to read for it, by path below the directory: its own, or those of the three roots of a repository's root.
    pub parts: Vec<(String, ObjectId)>,
    /// The directory that it was then; today's where a version before said nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<DirectoryPath>,
    /// What it was compared with, where more was deleted than a record lists or it could not be compared: comparisons begin here
    /// until that is back, compared or was meant, since else nobody could tell which of it is back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Box<Compared>>,
}

/// What a comparison with an earlier tree showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The tree that it began from; the record takes nothing of a comparison that began elsewhere.
    pub from: Option<ObjectId>,
    /// What was compared with it.
    pub to: Compared,
    /// What is deleted, of before and new.
    pub deleted: Vec<Deletion>,
}

impl Comparison {
    /// The same where a write came after it, which left `to`.
    #[must_use]
    pub fn ending_at(mut self, to: Compared) -> Self {
        match &mut self.to.until {
            Some(until) => **until = to,
            None => self.to = to,
        }
        self
    }
}

impl Deletion {
    /// The most paths that a record lists.
    pub const MAX_PATHS: usize = 500;

    /// GitHub no longer has what the directory held then.
    pub const GONE: &str = "gone";
    /// What it held then takes more requests than one look may make.
    pub const TOO_LARGE: &str = "too_large";
    /// What it holds now was not read to the end.
    pub const UNREAD: &str = "unread";
    /// GitHub did not give what was asked for.
    pub const NO_ANSWER: &str = "no_answer";
    /// GitHub gave something else than what was asked for.
    pub const NOT_UNDERSTOOD: &str = "not_understood";

    /// What was deleted, by whom and in which commit, as a message.
    pub fn heading(&self) -> String {
        if let Some(reason) = &self.uncompared {
            return self.unknown(reason);
        }
        let verb = if self.count == 1 { "was" } else { "were" };
        let is_pruned = self.paths.iter().any(|path| self.is_pruned(path));
        format!(
            "{} {verb} {}{}{}",
            counted(self.count, "file"),
            self.became(),
            self.by(),
            if is_pruned { PRUNED } else { "" }
        )
    }

    /// What became of the files, after "was" or "were".
    fn became(&self) -> &'static str {
        match (self.moved_to.is_empty(), self.is_emptied) {
            (false, _) => "moved out of what the sync reads",
            (true, true) => "emptied",
            (true, false) => "deleted",
        }
    }

    /// Tells whether that a path's objects go has to be said.
    fn is_pruned(&self, path: &str) -> bool {
        !self.moved_to.is_empty() || self.is_emptied && is_synced(path)
    }

    /// Tells whether the same became of other files in the same commit.
    pub fn is_same(&self, other: &Self) -> bool {
        let id = |told: &Self| told.commit.as_ref().map(|commit| commit.id);
        id(self) == id(other) && self.became() == other.became()
    }

    /// Each path, with where it is now.
    pub fn places(&self) -> impl Iterator<Item = (&String, Option<&String>)> {
        let places = self.paths.iter().enumerate();
        places.map(|(index, path)| (path, self.moved_to.get(index)))
    }

    /// Where to see a file as it was; `github_url` is the address that people see GitHub at.
    pub fn address(&self, github_url: &str, repo: &RepoName, path: &str) -> Option<String> {
        let (kept_in, path) = (self.kept_in?, self.directory.join(path));
        let kept_in = kept_in.to_string();
        url::below(github_url, &[repo.as_str(), "blob", &kept_in, &path])
    }

    /// Where to see what changed while it was not compared, if GitHub still shows it.
    pub fn changes(&self, github_url: &str, repo: &RepoName) -> Option<String> {
        let (from, to) = (self.kept_in?, self.until?);
        let is_shown = self.uncompared.as_deref()? != Self::GONE;
        let both = format!("{from}...{to}");
        let address = is_shown.then(|| url::below(github_url, &[repo.as_str(), "compare", &both]));
        address.flatten()
    }

    /// What to do about it.
    pub fn next(&self) -> &'static str {
        match self.uncompared.as_deref() {
            None if !self.moved_to.is_empty() => "move it back, or say that it was meant",
            None => "take it back from the commit before, or say that it was meant",
            Some(Self::GONE) => {
                "whoever has a clone from before can compare the two commits; then say that it was meant"
            }
            Some(_) if self.is_open => {
                "validate again, or look at what changed on GitHub and say that it was meant"
            }
            Some(_) => "look at what changed on GitHub, and say that it was meant",
        }
    }

    fn unknown(&self, reason: &str) -> String {
        let short = |id: Option<ObjectId>| id.map(|id| id.short());
        let range = match (short(self.kept_in), short(self.until)) {
            (Some(from), Some(to)) => {
                format!(" between commit {} and commit {}", Name(&from), Name(&to))
            }
            (Some(from), None) => format!(" since commit {}", Name(&from)),
            (None, _) => String::new(),
        };
        let since = match &self.since {
            Some(since) => format!(", as of {}", readable(since)),
            None => String::new(),
        };
        let why = match reason {
            Self::GONE => "GitHub no longer has what the directory held then".to_owned(),
            Self::TOO_LARGE => {
                "reading what it held then takes more requests than one look may make".to_owned()
            }
            Self::UNREAD => "what it holds was not read to the end".to_owned(),
            Self::NO_ANSWER => "GitHub did not give what was asked for".to_owned(),
            Self::NOT_UNDERSTOOD => "GitHub's answer was not what was asked for".to_owned(),
            other => Name(other).to_string(),
        };
        format!("what people deleted{range} could not be compared{since}: {why}")
    }

    fn by(&self) -> String {
        match &self.commit {
            Some(commit) => format!(" in {}", commit.words()),
            None => ", in which commit is not known".to_owned(),
        }
    }

    /// One finding for each path, or one for what could not be compared.
    fn findings(&self) -> impl Iterator<Item = Finding> {
        let finding = |code: &str, path, message| Finding {
            severity: Severity::Warning,
            code: code.to_owned(),
            path,
            message: format!("{message}; {}", self.next()),
            should_be: None,
            default_branch: None,
        };
        let unknown = self.uncompared.iter().map(move |reason| {
            let path = self.directory.to_string();
            finding(Finding::NOT_COMPARED, path, self.unknown(reason))
        });
        let told = self.places().map(move |(path, place)| {
            let became = match place {
                Some(place) => format!("moved to {}", Name(&self.directory.join(place))),
                None => self.became().to_owned(),
            };
            let pruned = if self.is_pruned(path) { PRUNED } else { "" };
            let message = format!("was {became}{}{pruned}", self.by());
            finding(Finding::DELETED, self.directory.join(path), message)
        });
        unknown.chain(told)
    }
}

/// What becomes of the objects of what is synced no longer.
const PRUNED: &str = "; with prune, the sync deletes the objects from the cluster";

/// The findings about what was deleted.
pub fn deleted_findings(deleted: &[Deletion]) -> Vec<Finding> {
    deleted.iter().flat_map(Deletion::findings).collect()
}

impl FabricRecord {
    /// How many files were deleted.
    pub fn deleted_count(&self) -> usize {
        self.deleted.iter().map(|deletion| deletion.count).sum()
    }

    /// What became of the files that are told deleted, after "was" or "were".
    pub fn deleted_became(&self) -> &'static str {
        let told = self.deleted.iter().filter(|told| told.count > 0);
        let mut became = told.map(Deletion::became);
        let first = became.next().unwrap_or("deleted");
        match became.all(|other| other == first) {
            true => first,
            false => "deleted, moved or emptied",
        }
    }

    /// Tells whether it could not be found out all that was deleted.
    pub fn is_uncompared(&self) -> bool {
        self.deleted.iter().any(|told| told.uncompared.is_some())
    }

    /// The directory as it was compared last; what a version that compared nothing looked at last. Of a repository's root that
    /// one kept no tree that GitHub has.
    pub fn last_compared(&self) -> Option<Compared> {
        let looked_at = || {
            let tree = self.tree.filter(|_| !self.gitops_directory.is_root())?;
            Some(Compared {
                tree: Some(tree),
                head: self.head,
                parts: vec![(String::new(), tree)],
                directory: Some(self.gitops_directory.clone()),
                until: None,
            })
        };
        self.compared.clone().or_else(looked_at)
    }

    /// Takes a comparison, if it began where the last one ended. Else a later one has to begin there.
    pub(super) fn take_comparison(&mut self, comparison: Option<&Comparison>, now: &str) {
        self.compared = self.last_compared();
        let Some(comparison) = comparison else { return };
        let from = self.compared.as_ref().and_then(|before| before.tree);
        if from == comparison.from {
            let version = self.version + 1;
            let is_known = |told: &Deletion| {
                let mut known = self.deleted.iter();
                told.found_in == 0 || known.any(|known| known.found_in == told.found_in)
            };
            let told = comparison.deleted.iter();
            let mut told: Vec<Deletion> = told.filter(|told| is_known(told)).cloned().collect();
            for new in told.iter_mut().filter(|told| told.found_in == 0) {
                new.found_in = version;
            }
            let unknown = told.iter_mut().filter(|told| told.uncompared.is_some());
            for told in unknown.filter(|told| told.since.is_none()) {
                told.since = Some(now.to_owned());
            }
            self.deleted = told;
            self.compared = Some(comparison.to.clone());
        }
    }

    /// The record without what was compared: a comparison on another branch begins there. What was told deleted stays.
    #[must_use]
    pub fn on_another_branch(mut self) -> Self {
        self.compared = None;
        self.tree = None;
        for told in &mut self.deleted {
            told.is_open = false;
        }
        self
    }

    /// How many files somebody says were meant to be deleted, who saw the record until this version; none if nothing of what it
    /// tells. What is found anew by each comparison goes together or not at all.
    pub fn meant_until(&self, until: Option<u64>) -> Option<usize> {
        let told = self.deleted.iter();
        let meant = told.filter(|told| self.is_meant(told, until));
        let counts = meant.map(|told| told.count);
        counts.reduce(|sum, count| sum + count)
    }

    fn is_meant(&self, told: &Deletion, until: Option<u64>) -> bool {
        let mut open = self.deleted.iter().filter(|told| told.is_open);
        until.is_some_and(|until| {
            told.found_in <= until && !(told.is_open && open.any(|other| other.found_in > until))
        })
    }

    /// Somebody with push permission says that what was told deleted until this version was meant.
    pub fn deletions_were_meant(&mut self, until: Option<u64>) {
        let told = self.deleted.iter();
        let left: Vec<Deletion> = told
            .filter(|told| !self.is_meant(told, until))
            .cloned()
            .collect();
        if left.len() == self.deleted.len() {
            return;
        }
        let listed = deleted_findings(&self.deleted).len();
        self.deleted = left;
        if !self.deleted.iter().any(|told| told.is_open)
            && let Some(compared) = &mut self.compared
            && let Some(until) = compared.until.take()
        {
            *compared = *until;
        }
        let told = deleted_findings(&self.deleted);
        let drift = &mut self.drift;
        drift
            .findings
            .retain(|finding| !finding.is_of_deletion() || told.contains(finding));
        // Of the findings that a record counts it keeps only the first.
        let fewer = listed - told.len();
        drift.finding_count = drift.finding_count.saturating_sub(fewer);
    }
}
