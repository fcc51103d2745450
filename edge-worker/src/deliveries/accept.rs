//! From what a delivery says to the jobs that follow from it.

use shared::pull_request_check::{is_check_name, pull_request_of};

use super::claims::{claims_of, is_touched};
use crate::github::webhook::{AppNamed, Event, Push, Told};
use crate::host::Host;
use crate::jobs::queue::{Delivery, Job, PullRequestCheck, What, Work};
use crate::objects::repository::Claim;

/// How many repositories one job is about: each is asked for its fabrics, and one invocation may not ask without end.
const REPOSITORIES: usize = 40;

/// Whose webhook it came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hook {
    App,
    /// One that was set up by hand.
    Repository,
}

/// What has to be done about a delivery; nothing where it concerns no fabric.
pub(crate) async fn jobs_of(host: &impl Host, hook: Hook, guid: &str, told: Told) -> Vec<Job> {
    let job = |work| {
        Job::Delivery(Box::new(Delivery {
            guid: guid.to_owned(),
            event: told.name.clone(),
            repository: told.repository,
            told_ms: host.now_ms(),
            is_by_hand: hook == Hook::Repository,
            work,
        }))
    };
    let (branch, paths, what) = match told.event {
        Event::PullRequestChanged { .. } | Event::CheckAgain { .. } => {
            return checks_of(host, guid, told).await;
        }
        Event::Other => return Vec::new(),
        Event::Revoked(person) => return vec![job(Work::Person(person))],
        Event::Installed(repositories) => {
            let some = repositories.chunks(REPOSITORIES);
            return some
                .map(|some| job(Work::Repositories(some.to_vec())))
                .collect();
        }
        Event::Push(Push {
            branch,
            head,
            paths,
        }) => (Some(branch), paths, What::Look { head }),
        Event::PullRequestClosed(branch) => (Some(branch), None, What::LookIfProposed),
        Event::RepositoryChanged => (None, None, What::Look { head: None }),
        Event::Hidden => (None, None, What::Hide),
    };
    let Some(repository) = told.repository else {
        return Vec::new();
    };
    let Ok(claims) = claims_of(host, repository).await else {
        // Whoever works it asks again.
        return vec![job(Work::Repository { branch, what })];
    };
    let is_meant = |claim: &Claim| match &branch {
        Some(branch) => is_touched(claim, branch, paths.as_deref()),
        None => true,
    };
    let fabrics = fabrics_of(claims.iter().filter(|claim| is_meant(claim)));
    let of_fabric = |fabric| {
        let what = what.clone();
        job(Work::Fabric { fabric, what })
    };
    fabrics.into_iter().map(of_fabric).collect()
}

/// What has to be checked of a pull request; nothing where it is for no fabric's branch, or somebody asks for what is not ours.
async fn checks_of(host: &impl Host, guid: &str, told: Told) -> Vec<Job> {
    let Some(repository) = told.repository else {
        return Vec::new();
    };
    let check = |repo, number| {
        let check = PullRequestCheck::of(repository, repo, number).told_by(guid);
        vec![Job::PullRequestCheck(check)]
    };
    match told.event {
        Event::PullRequestChanged { repo, number, base } => {
            // Whoever works it asks again.
            let claims = claims_of(host, repository).await;
            let is_meant = claims.map_or(true, |all| all.iter().any(|claim| claim.branch == base));
            match is_meant {
                true => check(repo, number),
                false => Vec::new(),
            }
        }
        Event::CheckAgain { app, .. } if !is_own(host, &app) => Vec::new(),
        Event::CheckAgain {
            repo,
            run: Some((name, external_id)),
            ..
        } => match pull_request_of(&external_id).filter(|_| is_check_name(&name)) {
            Some(number) => check(repo, number),
            None => Vec::new(),
        },
        Event::CheckAgain { repo, head, .. } => vec![Job::CommitCheck {
            repository,
            name: repo,
            head,
        }],
        _ => Vec::new(),
    }
}

fn is_own(host: &impl Host, app: &AppNamed) -> bool {
    let own = host.config().app.as_ref();
    own.is_some_and(|own| match &app.client_id {
        Some(client_id) => *client_id == own.client_id,
        None => app.id.to_string() == own.id,
    })
}

/// Each once: one that moves has two places.
pub(super) fn fabrics_of<'a>(
    claims: impl Iterator<Item = &'a Claim>,
) -> Vec<shared::names::FabricId> {
    let mut fabrics: Vec<_> = claims.map(|claim| claim.fabric.clone()).collect();
    fabrics.sort_unstable();
    fabrics.dedup();
    fabrics
}
