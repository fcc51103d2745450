//! What GitHub shows of a pull request that touches a fabric: read through GitHub's own API, as anybody does who looks at it.

mod forks;
mod hooked;
mod many;
mod means;
mod order;
mod told;
mod verdicts;

use flows::{Person, World};
use github_standin::{File, Installation, Selection, named};
use serde_json::{Value, json};

use crate::fabric;

const CHECK: &str = "hedgerow-check/fabric-1";
const KUSTOMIZATION: &str = "gitops/managed/vpcs/kustomization.yaml";

/// Asks GitHub's REST as somebody.
async fn github(
    world: &World,
    method: &str,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/repos/acme/network{path}", world.standin.url());
    let mut request = client
        .request(method.parse().unwrap(), url)
        .header("user-agent", "test")
        .header("authorization", format!("Bearer {token}"));
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{method} {path}: {answer:?}");
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// A world with one fabric on `main`, and its id.
async fn with_fabric() -> (World, String) {
    let world = World::with_fast_clock();
    let id = {
        let ada = world.sign_in("standin-admin").await;
        ada.created(&fabric("gitops")).await
    };
    (world, id)
}

/// Says where Hedgerow is.
fn show_at(world: &mut World, url: &str) {
    world
        .host
        .configure(|config| config.public_url = url.to_owned());
}

fn file(text: &str) -> Option<File> {
    Some(text.into())
}

/// Opens a pull request from a branch into `main` and gives its number.
async fn open(world: &World, head: &str) -> u64 {
    let body = json!({ "title": "T", "head": head, "base": "main" });
    let opened = github(world, "POST", "/pulls", "standin-admin", Some(body)).await;
    opened["number"].as_u64().unwrap()
}

/// Has a pull request checked, as what GitHub says of it does.
async fn check(world: &World, number: u64) {
    queue(world, number);
    world.host.work_all_jobs().await;
    assert_eq!(world.host.failed_jobs(), [] as [&str; 0]);
}

fn queue(world: &World, number: u64) {
    let job = json!({ "PullRequestCheck": { "repository": 501, "name": "acme/network", "number": number } });
    world.host.repeat_job(&job.to_string());
}

/// The latest check run of each name at a commit, or all of them, newest first.
async fn runs(world: &World, commit: &str, which: &str) -> Vec<Value> {
    let path = format!("/commits/{commit}/check-runs?filter={which}");
    let listed = github(world, "GET", &path, "standin-reader", None).await;
    listed["check_runs"].as_array().unwrap().clone()
}

/// The one check run at a commit.
async fn run(world: &World, commit: &str) -> Value {
    let mut runs = runs(world, commit, "latest").await;
    assert_eq!(runs.len(), 1, "{runs:#?}");
    assert_eq!(runs[0]["status"], "completed", "{runs:#?}");
    runs.remove(0)
}

fn conclusion(run: &Value) -> (&str, &str) {
    (
        run["name"].as_str().unwrap(),
        run["conclusion"].as_str().unwrap(),
    )
}

async fn annotations(world: &World, run: &Value) -> Vec<Value> {
    let path = format!("/check-runs/{}/annotations?per_page=100", run["id"]);
    let listed = github(world, "GET", &path, "standin-reader", None).await;
    listed.as_array().unwrap().clone()
}

/// Sets how a fabric's pull requests are checked.
async fn set(person: &Person<'_>, id: &str, how: &str) {
    let body = json!({ "pull_request_checks": how });
    let answer = person
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Gives the App these permissions instead of what it has from the start.
fn permit(world: &World, permissions: &[(&str, github_standin::Access)]) {
    world.standin.install(Installation {
        id: 7_001,
        app: github_standin::APP_ID,
        account: "acme".to_owned(),
        repositories: Selection::All,
        permissions: named(permissions),
        suspended: false,
    });
}
