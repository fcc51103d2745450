//! What `GET /api/health` says of what is done without a request.

use serde::{Deserialize, Serialize};

/// The queue of jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobsHealth {
    /// Whether there is a queue: where it is missing nothing is done by itself.
    pub queue: bool,
    /// How many jobs failed for good within two weeks; at most a hundred. None where the storage does not say.
    pub failed: Option<usize>,
    /// When the last of them did.
    pub last_failed_at: Option<String>,
    /// Which they were, the newest first; for the operator alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_jobs: Option<Vec<FailedJob>>,
}

/// A job that failed for good: which it was, without content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedJob {
    /// When it was given up.
    pub at: String,
    /// What kind of job.
    pub job: String,
    /// The GUID of GitHub's delivery that it came of.
    pub delivery: Option<String>,
    /// What GitHub said.
    pub github_event: Option<String>,
    /// GitHub's number of the repository.
    pub repository_number: Option<u64>,
}

/// The webhook of one repository, as its administrator types it into GitHub's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryWebhook {
    /// *Payload URL*.
    pub url: String,
    /// *Secret*: good for this repository alone.
    pub secret: String,
    /// *Content type*.
    pub content_type: String,
    /// Which events to choose.
    pub events: Vec<String>,
}

/// The GitHub App, as GitHub last said that it is registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppHealth {
    /// When GitHub was asked.
    pub checked_at: String,
    /// Whether GitHub takes the App's private key.
    pub key_is_taken: bool,
    /// What the App may not do and Hedgerow needs, such as `checks=write`: add it in the App's settings on GitHub.
    pub missing_permissions: Vec<String>,
    /// What GitHub does not tell the App and Hedgerow needs: subscribe to it there.
    pub missing_events: Vec<String>,
    /// How many of the deliveries of the last three days failed, and are tried again.
    pub undelivered: usize,
}
