//! What can be put into the queue of jobs.

use serde::{Deserialize, Serialize};
use shared::git::ObjectId;
use shared::names::{BranchName, FabricId, RepoName};
use shared::record::SeenHead;

use crate::host::{Host, NotQueued};

/// A job: one JSON of at most 2 KB, without a token and without content of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Job {
    /// GitHub said that something happened.
    Delivery(Box<Delivery>),
    /// Once an hour: what GitHub says of the App, and what it could not deliver. `round` counts those that follow at once, where there is
    /// more than one may ask.
    AskAboutApp { round: u32 },
    /// What is due by the clock is looked for.
    Schedule,
    /// The App looks at a fabric.
    Look { fabric: FabricId },
    /// Fabrics of this owner that are due are looked at, many at once.
    Round { owner: String },
    /// Directories were found again as they were.
    FoundAgain(Box<FoundAgain>),
    /// A pull request is new, or another one than before.
    PullRequestCheck(PullRequestCheck),
    /// Somebody asks again for what was said of a commit.
    CommitCheck {
        /// GitHub's number of the repository.
        repository: u64,
        name: RepoName,
        head: ObjectId,
    },
}

/// Directories of one branch that were found again as they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FoundAgain {
    pub fabrics: Vec<(FabricId, ObjectId)>,
    pub head: SeenHead,
    pub is_private: bool,
    /// The repository's number and node id.
    pub repository: (u64, String),
    pub at_ms: u64,
}

/// What came of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worked {
    Done,
    /// Not yet: it is to come again in so many seconds.
    Again {
        after_s: u32,
    },
    /// It never will be.
    Never,
}

/// What follows from a delivery, for one fabric where it can be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// `X-GitHub-Delivery`: the same when it is delivered again.
    pub guid: String,
    /// GitHub's word for what happened.
    pub event: String,
    /// GitHub's number of the repository that it is about.
    pub repository: Option<u64>,
    /// When it came.
    pub told_ms: u64,
    /// Whether it came by a webhook that was set up by hand, perhaps where the App reads nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_by_hand: bool,
    pub work: Work,
}

/// What a delivery is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Work {
    Fabric {
        fabric: FabricId,
        what: What,
    },
    /// All fabrics of the repository, or of one branch of it.
    Repository {
        branch: Option<BranchName>,
        what: What,
    },
    /// All fabrics of these repositories.
    Repositories(Vec<u64>),
    /// Somebody who no longer lets the App act for them, by their number.
    Person(u64),
}

/// What is to be done about a fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// Its branch is read, unless this is its head as far as it is known already.
    Look { head: Option<ObjectId> },
    /// Its branch is read where a pull request of the fabric's is open.
    LookIfProposed,
    /// Its repository is no longer for everybody.
    Hide,
}

/// The check of a pull request, or what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PullRequestCheck {
    /// GitHub's number of the repository that would take it.
    pub repository: u64,
    /// What that was called.
    pub name: RepoName,
    pub number: u64,
    /// The fabric that was checked last; none where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<FabricId>,
    /// The delivery that it follows from, which is worked once; none where somebody asked for it, or it is to be done once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// How often GitHub was asked in vain what merging would leave.
    #[serde(default)]
    pub tries: u8,
}

impl PullRequestCheck {
    /// The whole check.
    pub(crate) fn of(repository: u64, name: RepoName, number: u64) -> Self {
        Self {
            repository,
            name,
            number,
            after: None,
            guid: None,
            tries: 0,
        }
    }

    /// The same as what follows from a delivery.
    pub(crate) fn told_by(self, guid: &str) -> Self {
        let guid = Some(guid.to_owned());
        Self { guid, ..self }
    }

    /// The whole check once more.
    pub(crate) fn anew(&self) -> Self {
        Self::of(self.repository, self.name.clone(), self.number)
    }
}

/// The most jobs that a queue takes at once.
const AT_ONCE: usize = 100;

/// Puts jobs into the queue, to be worked in so many seconds at the earliest.
///
/// # Errors
/// [`NotQueued`] where none of the last hundred was taken, which is in the log.
pub(crate) async fn enqueue(host: &impl Host, jobs: &[Job], delay_s: u32) -> Result<(), NotQueued> {
    for jobs in jobs.chunks(AT_ONCE) {
        let texts: Result<Vec<String>, _> = jobs.iter().map(serde_json::to_string).collect();
        let texts = texts.map_err(|error| NotQueued(error.to_string()))?;
        host.enqueue(&texts, delay_s).await.inspect_err(|error| {
            let line = serde_json::json!({ "event": "jobs_not_queued", "jobs": jobs.len(), "error": error.to_string() });
            host.log(&line.to_string());
        })?;
    }
    Ok(())
}
