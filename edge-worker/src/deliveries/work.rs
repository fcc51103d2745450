//! Works what follows from a delivery.

use shared::names::FabricId;
use shared::record::Visibility;

use super::accept::fabrics_of;
use super::claims::claims_of;
use super::once::{Turn, done, give_back, take_turn};
use crate::access::{keep_visibility, load};
use crate::api_error::ApiError;
use crate::heard::Heard;
use crate::host::{Host, random};
use crate::jobs::queue::{Delivery, Job, What, Work, Worked, enqueue};
use crate::operation::{LookedByApp, look_by_app, say_unread};
use crate::session;

/// How long nobody is asked again who did not answer.
const AFTER_S: u32 = 30;
/// The same while another delivery about the fabric is worked, which takes a second or two.
const AFTER_TURN_S: u32 = 4;
/// GitHub's limits are over within the hour.
const MOST_S: u64 = 3_600;

/// Works a delivery, or queues what it is about, one job for each fabric.
pub(crate) async fn work(host: &impl Host, delivery: &Delivery) -> Worked {
    match &delivery.work {
        Work::Fabric { fabric, what } => of_fabric(host, delivery, fabric, what).await,
        Work::Repository { branch, what } => {
            let Some(repository) = delivery.repository else {
                return Worked::Never;
            };
            let Ok(claims) = claims_of(host, repository).await else {
                return again(host, AFTER_S);
            };
            let is_meant = |known| branch.as_ref().is_none_or(|branch| branch == known);
            let claims = claims.iter().filter(|claim| is_meant(&claim.branch));
            let jobs = jobs(delivery, repository, fabrics_of(claims), what);
            queued(host, &jobs).await
        }
        Work::Repositories(repositories) => {
            let mut all = Vec::new();
            for repository in repositories {
                let Ok(claims) = claims_of(host, *repository).await else {
                    return again(host, AFTER_S);
                };
                let look = What::Look { head: None };
                all.extend(jobs(
                    delivery,
                    *repository,
                    fabrics_of(claims.iter()),
                    &look,
                ));
            }
            queued(host, &all).await
        }
        Work::Person(person) => match session::end_all_of(host, *person).await {
            Ok(()) => Worked::Done,
            Err(_) => again(host, AFTER_S),
        },
    }
}

fn jobs(delivery: &Delivery, repository: u64, fabrics: Vec<FabricId>, what: &What) -> Vec<Job> {
    let of_fabric = |fabric| {
        let what = what.clone();
        Job::Delivery(Box::new(Delivery {
            repository: Some(repository),
            work: Work::Fabric { fabric, what },
            ..delivery.clone()
        }))
    };
    fabrics.into_iter().map(of_fabric).collect()
}

async fn queued(host: &impl Host, jobs: &[Job]) -> Worked {
    match enqueue(host, jobs, 0).await {
        Ok(()) => Worked::Done,
        Err(_) => again(host, AFTER_S),
    }
}

async fn of_fabric(
    host: &impl Host,
    delivery: &Delivery,
    fabric: &FabricId,
    what: &What,
) -> Worked {
    let known = match load(host, fabric).await {
        Ok(known) => known,
        Err(ApiError::NoFabric) => return Worked::Done,
        Err(_) => return again(host, AFTER_S),
    };
    // It may have come to another repository since.
    let object = known.repository.object();
    let Some(object) = object.filter(|_| known.repository.number() == delivery.repository) else {
        return Worked::Done;
    };
    let (record, delivery) = (known.record, (object.as_str(), delivery));
    let is_known = match what {
        // Our own commit that comes back, or one that somebody who looked has seen.
        What::Look { head } => head.is_some() && *head == record.head,
        What::LookIfProposed => record.pull_request_url.is_none(),
        What::Hide => false,
    };
    if is_known || record.visibility == Visibility::Draft {
        return Worked::Done;
    }
    match take_turn(host, delivery, fabric, what).await {
        Ok(Turn::Taken) => {}
        Ok(Turn::Worked) => return Worked::Done,
        Ok(Turn::Later) => return again(host, AFTER_TURN_S),
        Err(_) => return again(host, AFTER_S),
    }
    let worked = match hidden(host, fabric, what).await {
        Ok(()) => match looked_at(host, fabric).await {
            Looked::Not if delivery.1.is_by_hand => told(host, fabric, what).await,
            Looked::Not => Worked::Done,
            Looked::At(worked) => worked,
        },
        Err(_) => again(host, AFTER_S),
    };
    // Only what was worked is over; the rest is somebody else's again, who may be this one's next try.
    let kept = match worked {
        Worked::Done => done(host, delivery, fabric).await,
        Worked::Again { .. } | Worked::Never => give_back(host, delivery, fabric).await,
    };
    match (worked, kept) {
        (Worked::Done, Err(_)) => again(host, AFTER_S),
        (worked, _) => worked,
    }
}

/// That a repository is no longer for everybody counts before GitHub is asked: its page, its copy and its sockets end now.
async fn hidden(host: &impl Host, fabric: &FabricId, what: &What) -> Result<(), ApiError> {
    if *what != What::Hide {
        return Ok(());
    }
    keep_visibility(host, fabric, Visibility::Private, None).await?;
    Heard::forget(fabric);
    Ok(())
}

/// Whether the App could look.
enum Looked {
    At(Worked),
    /// There is none, or it is not installed on the repository.
    Not,
}

async fn looked_at(host: &impl Host, fabric: &FabricId) -> Looked {
    Looked::At(match look_by_app(host, fabric).await {
        LookedByApp::NotVisible | LookedByApp::NoApp => return Looked::Not,
        LookedByApp::Read | LookedByApp::NoFabric => Worked::Done,
        LookedByApp::Later { until_ms: None } => again(host, AFTER_S),
        LookedByApp::Later {
            until_ms: Some(until_ms),
        } => {
            let wait_s = until_ms.saturating_sub(host.now_ms()) / 1000;
            let wait_s = wait_s.clamp(u64::from(AFTER_TURN_S), MOST_S);
            again(host, u32::try_from(wait_s).unwrap_or(AFTER_S))
        }
    })
}

/// Nobody may read the branch without a person: the record says that it changed, and whoever may see it reads it next.
async fn told(host: &impl Host, fabric: &FabricId, what: &What) -> Worked {
    let head = match what {
        What::Look { head } => head.as_ref(),
        What::LookIfProposed | What::Hide => None,
    };
    match say_unread(host, fabric, head).await {
        Ok(()) | Err(ApiError::NoFabric | ApiError::ForgottenMeanwhile) => Worked::Done,
        Err(_) => again(host, AFTER_S),
    }
}

/// Between one and two times as long, so that not all come back at once.
fn again(host: &impl Host, after_s: u32) -> Worked {
    let [byte] = random::<1>(host);
    let after_s = after_s + after_s * u32::from(byte) / 256;
    Worked::Again { after_s }
}
