//! What a fabric object can be asked, and what it answers.

use serde::{Deserialize, Serialize};
use shared::api::Share;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::{BranchName, DirectoryPath, FabricId, FabricName, RepoName};
use shared::problem::Explanation;
use shared::record::{
    Compared, FabricRecord, HistoryEntry, OperationKind, OperationOutcome, Partly,
    PullRequestChecks, SeenHead, Visibility,
};
use shared::report::{Finding, Report};

use crate::objects::shares::{ShareMessage, ShareReply};
use crate::objects::{Class, Kept, Message};
use crate::repository_id::RecordedRepository;

/// What a fabric object can be asked.
#[derive(Serialize, Deserialize)]
pub(crate) enum FabricMessage {
    /// Keeps a new record; `creator` is GitHub's number of who made it.
    Create {
        record: Box<FabricRecord>,
        creator: u64,
        /// The repository, once GitHub was asked.
        #[serde(flatten)]
        repository: RecordedRepository,
        #[serde(default)]
        now_ms: u64,
    },
    Get {
        now_ms: u64,
        /// A backup is about to bring the fabric back: for a minute, claims are its own though it has no record yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        restores: bool,
        /// Another fabric wants its place or name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wanted: Option<Wanted>,
        /// The index may have lost the fabric's row: it is written again, before the answer if it can be.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        relist: bool,
    },
    /// An operation is still under way: it is over at `until_ms` if nothing is heard of it until then.
    Renew {
        operation: String,
        until_ms: u64,
    },
    /// GitHub confirmed who may see the repository.
    Confirm {
        visibility: Visibility,
        /// The repository that GitHub found by its name; none if nobody may see it.
        #[serde(flatten)]
        repository: RecordedRepository,
        #[serde(default)]
        now_ms: u64,
    },
    /// Asks whether GitHub may be asked now who may see the repository, without a person.
    MayAsk {
        now_ms: u64,
    },
    /// A write is about to be sent: what would prove it, and when it is over if nothing is heard of it.
    Begin {
        intent: Intent,
        until_ms: u64,
        /// Where the fabric was when the write was planned.
        #[serde(default)]
        place: Option<Place>,
        /// What the fabric's directory held then: comparisons begin there where the record was compared with nothing yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Compared>,
    },
    /// An operation is over.
    Finish {
        entry: HistoryEntry,
        event: Box<Event>,
        now_ms: u64,
        /// Whether its commit was looked for and not found, and a later answer of GitHub may still show it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        look_again: bool,
        /// Where it was found or done; of another place the record takes nothing.
        #[serde(default)]
        place: Option<Place>,
        #[serde(default, skip_serializing_if = "Remembers::is_always")]
        remembers: Remembers,
    },
    /// The branch's history settled an operation whose outcome was not known.
    Settle {
        operation: String,
        outcome: OperationOutcome,
        commit: Option<(ObjectId, String)>,
        /// As in `Finish`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        look_again: bool,
        /// How far it came, where it did not reach its end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partly: Option<Partly>,
    },
    /// Ends what has taken too long. Of a fabric that somebody else's operation forgot there is none to go on with.
    Expire {
        now_ms: u64,
        /// The operation whose Worker is known to be no more: it ends now.
        #[serde(default)]
        operation: Option<String>,
    },
    /// The branch was read without a person, and the directory has this id. Where that is all there is to know, the time is noted.
    FoundAgain {
        tree: ObjectId,
        head: Box<SeenHead>,
        visibility: Visibility,
        /// The repository that GitHub found by its name.
        #[serde(flatten)]
        repository: RecordedRepository,
        now_ms: u64,
    },
    /// Gives the history, the latest first.
    History {
        now_ms: u64,
        /// An operation which may have forgotten the fabric: if it did, that is all there is of the history.
        #[serde(default)]
        forgotten_by: Option<String>,
    },
    /// The fabric was renamed or moved on the branch, or follows another one.
    Rename {
        spec: Box<FabricSpec>,
        /// Whose it is; while another operation is under way, the record is that one's.
        operation: String,
        /// Where it was before; one that is elsewhere by now stays.
        #[serde(default)]
        from: Option<Place>,
        /// What another branch was found to hold, and when.
        #[serde(default)]
        found: Option<Box<(Report, u64)>>,
    },
    /// Sets how the pull requests are checked that touch the fabric.
    SetPullRequestChecks {
        how: PullRequestChecks,
    },
    /// Keeps what the last full scan of the directory's tree found.
    #[serde(rename = "KeepDepth")]
    KeepFullScan {
        #[serde(rename = "depth")]
        scan: FullScan,
    },
    /// Gives what the last full scan found, if it was of this tree.
    #[serde(rename = "Depth")]
    FullScan {
        tree: ObjectId,
    },
    /// GitHub calls the repository by another name now.
    RepositoryRenamed {
        repository: RepoName,
    },
    /// This pull request was merged or closed.
    PullRequestEnded {
        url: String,
    },
    Shares(ShareMessage),
    /// Gives all that is known, for a backup.
    Export,
    Import {
        #[serde(rename = "fabric")]
        line: BackupLine,
        /// Whose line it is, for one of a fabric that was forgotten.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<FabricId>,
        /// The version with which the index knows that the fabric was forgotten.
        #[serde(default)]
        forgotten: Option<u64>,
        /// Also if it was forgotten.
        #[serde(default)]
        revives: bool,
        #[serde(default, skip_serializing_if = "Takes::is_everything")]
        takes: Takes,
        #[serde(default)]
        now_ms: u64,
    },
    Forget,
    /// The same, for an operation; not while another one is under way.
    ForgetFor {
        operation: String,
        now_ms: u64,
        /// It takes back what it made itself: a fabric to which another operation wrote stays, and of one of which nobody
        /// was told nothing is left.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        takes_back: bool,
    },
}

/// What becomes of a fabric of which nothing is on GitHub, and surely nothing will be, where another one wants its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Wanted {
    /// Nothing: it only says that it would give way.
    Asks,
    /// It is forgotten.
    Takes,
}

/// Where a fabric is in its repository, and under which name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub branch: BranchName,
    pub directory: DirectoryPath,
    /// None from versions that compared no names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<FabricName>,
}

impl Place {
    pub(crate) fn of(spec: &FabricSpec) -> Self {
        Self {
            branch: spec.branch.clone(),
            directory: spec.gitops_directory.clone(),
            name: Some(spec.name.clone()),
        }
    }

    /// Tells whether a record is of this place.
    pub(crate) fn is_of(&self, record: &FabricRecord) -> bool {
        let is_named = self.name.as_ref().is_none_or(|name| *name == record.name);
        is_named && self.branch == record.branch && self.directory == record.gitops_directory
    }
}

/// A write that is about to be sent: with these, its truth can be found later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The operation, as in the commit's trailer.
    pub operation: String,
    pub kind: OperationKind,
    /// The login of who asked.
    pub actor: String,
    pub started_ms: u64,
    /// The commit that the write builds on.
    pub parent: Option<ObjectId>,
    /// The root tree that it leads to.
    pub root: ObjectId,
    /// The branch that is written, where that is not the fabric's own.
    #[serde(default)]
    pub branch: Option<BranchName>,
    /// What the fabric is once the commit is there, where that is another name or directory.
    #[serde(default)]
    pub becomes: Option<Box<FabricSpec>>,
    /// The commit at which the branch is made for this write, kept before the request that makes it. It is taken back where the write does not happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<ObjectId>,
    /// Whether the history says already how it ended. A later answer of GitHub may show that it is otherwise; until then it
    /// holds nothing up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_presumed: bool,
}

impl Intent {
    /// Tells whether it is a move whose outcome is not known.
    pub(crate) fn is_unsettled_move(&self) -> bool {
        self.becomes.is_some() && !self.is_presumed
    }
}

/// Whether the history has an entry of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Remembers {
    #[default]
    Always,
    /// Where it found nothing new, it is one line with those before it.
    IfNew,
    /// None, of a look by somebody of whom nobody knows that they may push. What is new counts nonetheless.
    Never,
    /// Where it found something new, of a look by the App without a person. That the App does not see the repository is new once,
    /// where it saw it before.
    ByApp,
}

impl Remembers {
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands a reference over"
    )]
    fn is_always(&self) -> bool {
        *self == Self::Always
    }
}

/// How much is taken of a line of a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Takes {
    /// All of it: the place of its record is the fabric's.
    #[default]
    Everything,
    /// All but the record, which is not later, or not to be changed now.
    AllButRecord,
    /// Only which share links were revoked.
    Revocations,
}

impl Takes {
    fn is_everything(&self) -> bool {
        *self == Self::Everything
    }
}

/// What a backup has of one fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum BackupLine {
    Fabric(Box<FabricBackup>),
    Forgotten(Tombstone),
    /// A fabric whose record only another version can read: a line of the first kind as that one reads it.
    Unreadable(serde_json::Map<String, serde_json::Value>),
}

/// A row that only another version can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnreadableRow {
    pub table: String,
    /// The fabric, the operation or the share link that it is about.
    pub key: String,
    /// What it holds; of a record the line itself has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Of a share link, the hash of its secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// What is left of a fabric that was forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tombstone {
    /// The version with which it was forgotten.
    pub version: u64,
    /// When that was, where it is known.
    pub forgotten_ms: Option<u64>,
    /// The ids of links that had been revoked.
    #[serde(default)]
    pub revoked: Vec<String>,
    /// When GitHub last said that the repository is not public, where that was its last word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_ms: Option<u64>,
}

/// All that a fabric's object knows for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FabricBackup<R = Kept<FabricRecord>> {
    pub record: R,
    /// GitHub's number of who created the fabric.
    pub creator: u64,
    /// The repository, once known.
    #[serde(flatten)]
    pub repository: RecordedRepository,
    /// When GitHub last said who may see the repository.
    pub confirmed_ms: Option<u64>,
    /// What was done, the oldest first.
    pub history: Vec<Kept<HistoryEntry>>,
    /// Operations whose outcome is not known.
    pub unsettled: Vec<Kept<Intent>>,
    /// The share links, with the hashes of their secrets.
    pub shares: Vec<(Kept<Share>, String)>,
    /// The ids of links that were revoked; none in a line of a version that kept none.
    #[serde(default)]
    pub revoked: Option<Vec<String>>,
    /// What else there is, for the version that can read it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<UnreadableRow>,
}

/// What a full scan found in a directory's tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FullScan {
    pub tree: ObjectId,
    /// What the scan found beyond the layout's own listings.
    pub findings: Vec<Finding>,
    /// What could not be read; such a scan is not kept.
    pub unread: Vec<String>,
    /// The rules by which it was made ([`shared::contents::RULES`]); 0 of versions that had no number for them.
    #[serde(default)]
    pub rules: u32,
}

/// What an operation found or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The branch holds what was approved.
    Committed {
        head: ObjectId,
        tree: ObjectId,
        url: Option<String>,
        report: Report,
    },
    /// The branch was read, when the record had this version.
    Checked {
        report: Report,
        version: u64,
        /// What was told deleted until this version of the record was meant, says somebody with push permission.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meant: Option<u64>,
    },
    /// A write failed, or its outcome is not known.
    Failed { failure: Explanation },
    /// GitHub could not be asked.
    Unreachable { failure: Explanation },
    /// The change waits in a pull request; the directory is as it was.
    Proposed { url: String },
    /// Nothing changed.
    Nothing,
}

#[allow(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is soon taken apart"
)]
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FabricReply {
    /// The record as it is now.
    Record {
        record: Box<FabricRecord>,
        creator: u64,
        last: Option<HistoryEntry>,
        /// Operations whose outcome is not known yet.
        unsettled: Vec<Intent>,
        /// The repository, once known.
        #[serde(flatten)]
        repository: RecordedRepository,
        /// When GitHub last said who may see the repository.
        confirmed_ms: Option<u64>,
        /// The version that the record has in the backup which it was revived from, if nothing has changed it since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<u64>,
        /// What the write that is under way makes of the fabric, where that is another name or directory.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moves_to: Option<Box<FabricSpec>>,
    },
    Shares(ShareReply),
    /// All that is known.
    #[serde(rename = "Archived")]
    Backup(BackupLine),
    /// The history, the latest first.
    History(Vec<HistoryEntry>),
    /// What the last full scan of that tree found.
    #[serde(rename = "Depth")]
    FullScan(FullScan),
    /// There is no such fabric.
    Unknown,
    /// Nothing waits.
    Nothing,
    /// Another operation is under way.
    Busy,
}

impl Message for FabricMessage {
    type Reply = FabricReply;
    const CLASS: Class = Class::Fabric;

    fn linked_to(mut reply: FabricReply, github_url: &str) -> FabricReply {
        // Lines of a backup are as they are stored; restoring them leaves such addresses out.
        if let FabricReply::Record { record, .. } = &mut reply {
            record.keep_links_to(github_url);
        }
        reply
    }
}
