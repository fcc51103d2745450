//! Works jobs, one at a time, each with its own line in the log.

use serde_json::{Value, json};
use shared::names::FabricId;

use super::queue::{Job, PullRequestCheck, Worked};
use crate::deliveries;
use crate::host::{Host, ObjectUnavailable, random};
use crate::objects::ask;
use crate::objects::index::{self, IndexMessage, OperatorMessage};
use crate::observed_host::Observed;
use crate::operation::{begin_rounds, look_and_note, look_round, note_found_again};
use crate::pull_request_check::{Ended, check_again, check_pull_request};

impl From<Ended> for Worked {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Done => Self::Done,
            Ended::Again { after_s } => Self::Again { after_s },
        }
    }
}

/// Works a job. Never panics and never fails.
pub async fn work(host: &impl Host, job: &str) -> Worked {
    let id = FabricId::from_bytes(random(host)).to_string();
    let host = Observed::new(host, &id);
    // One of a newer version waits for that version, or fails for good.
    let Ok(job) = serde_json::from_str::<Job>(job) else {
        host.log(&json!({ "event": "job_not_understood" }).to_string());
        return Worked::Again { after_s: 300 };
    };
    let worked = match &job {
        Job::AskAboutApp { round } => Box::pin(deliveries::ask_about_app(&host, *round)).await,
        Job::Delivery(delivery) => Box::pin(deliveries::work(&host, delivery)).await,
        Job::Schedule => or_again(Box::pin(begin_rounds(&host)).await),
        Job::Round { owner } => or_again(Box::pin(look_round(&host, owner)).await),
        Job::FoundAgain(found) => or_again(Box::pin(note_found_again(&host, found)).await),
        Job::Look { fabric } => or_again(Box::pin(look_and_note(&host, fabric)).await),
        Job::PullRequestCheck(wanted) => Box::pin(check_pull_request(&host, wanted)).await.into(),
        Job::CommitCheck {
            repository,
            name,
            head,
        } => {
            let commit = PullRequestCheck::of(*repository, name.clone(), 0);
            Box::pin(check_again(&host, &commit, *head)).await.into()
        }
    };
    let mut line = about(&job);
    line["event"] = json!("job");
    line["outcome"] = match worked {
        Worked::Done => json!("done"),
        Worked::Again { after_s } => json!(format!("again in {after_s} s")),
        Worked::Never => json!("never"),
    };
    line["github_requests"] = json!(host.requests());
    line["asked"] = json!(host.asked());
    line["duration_ms"] = json!(host.duration_ms());
    host.log(&line.to_string());
    if worked == Worked::Never {
        tell_failed(&host, about(&job)).await;
    }
    worked
}

/// What could not be asked is asked again a minute later.
fn or_again(done: Result<(), ObjectUnavailable>) -> Worked {
    match done {
        Ok(()) => Worked::Done,
        Err(_) => Worked::Again { after_s: 60 },
    }
}

/// Says of a job that failed for good which one it was: the operator sees it in the log and in `/api/health`.
pub async fn bury(host: &impl Host, job: &str) {
    let about = serde_json::from_str::<Job>(job).map(|job| about(&job));
    tell_failed(host, about.unwrap_or_else(|_| json!({ "job": "unknown" }))).await;
}

async fn tell_failed(host: &impl Host, mut about: Value) {
    let failed = OperatorMessage::Failed {
        about: about.to_string(),
        now_ms: host.now_ms(),
    };
    about["event"] = json!("job_failed");
    host.log(&about.to_string());
    // That it is not in `/api/health` is in the log as well.
    let _ = ask(host, index::NAME, &IndexMessage::Operator(failed)).await;
}

/// Which job it is, without content.
fn about(job: &Job) -> Value {
    match job {
        Job::AskAboutApp { .. } => json!({ "job": "ask_about_app" }),
        Job::Delivery(delivery) => json!({
            "job": "delivery",
            "delivery": delivery.guid,
            "github_event": delivery.event,
            "repository_number": delivery.repository,
        }),
        Job::Schedule => json!({ "job": "schedule" }),
        Job::Look { fabric } => json!({ "job": "look", "fabric": fabric }),
        Job::Round { .. } => json!({ "job": "round" }),
        Job::FoundAgain(found) => json!({
            "job": "found_again",
            "repository_number": found.repository.0,
        }),
        Job::PullRequestCheck(wanted) => json!({
            "job": "pull_request_check",
            "repository_number": wanted.repository,
            "pull_request": wanted.number,
        }),
        Job::CommitCheck {
            repository, head, ..
        } => json!({
            "job": "commit_check",
            "repository_number": repository,
            "commit": head,
        }),
    }
}
