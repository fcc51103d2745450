//! What did not arrive is found, and delivered again.

use edge_worker::objects::{Class, index};
use flows::World;
use serde_json::{Value, json};

use super::{field, number};
use crate::fabric;

async fn health(world: &World) -> Value {
    world.send("GET", "/api/health", "", &[], None).await.body
}

/// Everything so far happened an hour earlier. GitHub itself takes a proof of the App's at its own time only.
fn an_hour_passes(world: &World) {
    world.standin.age_deliveries(3600);
    let sql = |statement| world.host.sql(Class::Index, index::NAME, statement);
    sql("UPDATE redelivered SET at_ms = at_ms - 3600000");
    sql("DELETE FROM notes");
}

fn asked_again(world: &World) -> usize {
    let requests = world.standin.requests();
    let attempts = requests
        .iter()
        .filter(|asked| asked.path.ends_with("/attempts"));
    attempts.count()
}

async fn tick(world: &World) {
    world.tick().await;
    world.host.work_all_jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_did_not_arrive_is_delivered_again_within_the_hour_and_worked() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let mut hook = world.hooked().await;
    world.push("main", &[("gitops/unmanaged/README.md", None)]);
    hook.next().await.answer(500);
    world.standin.forget_requests();
    tick(&world).await;
    assert_eq!(asked_again(&world), 1);
    let health_then = health(&world).await;
    assert_eq!(health_then["app"]["undelivered"], 1, "{health_then}");
    // The same delivery, by its GUID.
    assert_eq!(world.take(&mut hook).await.body["jobs"], 1);
    world.host.work_all_jobs().await;
    let status = "gitops_directory_status";
    assert_eq!(field(&world, &id, status).await, "invalid_structure");
    // That it failed once stays in GitHub's list.
    for _ in 0..2 {
        an_hour_passes(&world);
        tick(&world).await;
    }
    assert_eq!(asked_again(&world), 1, "it arrived");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_again_is_asked_for_once_an_hour() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    let mut hook = world.hooked().await;
    world.push("main", &[("gitops/unmanaged/README.md", None)]);
    hook.next().await.answer(503);
    world.standin.forget_requests();
    tick(&world).await;
    hook.next().await.answer(503);
    for times in [1, 2] {
        assert_eq!(asked_again(&world), times);
        // The clock ticks every ten minutes, whatever GitHub was asked.
        let asked = world.standin.requests().len();
        tick(&world).await;
        assert_eq!(world.standin.requests().len(), asked);
        if times == 1 {
            an_hour_passes(&world);
            tick(&world).await;
            hook.next().await.answer(503);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_too_long_is_not_delivered_again_but_looked_at() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let mut hook = world.hooked().await;
    world.push("main", &[("gitops/unmanaged/README.md", None)]);
    hook.next().await.answer(413);
    tick(&world).await;
    assert_eq!(asked_again(&world), 0);
    let status = "gitops_directory_status";
    assert_eq!(field(&world, &id, status).await, "invalid_structure");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_may_be_asked_for_at_once_is_asked_for_one_part_after_another() {
    let world = World::with_fast_clock();
    let mut hook = world.hooked().await;
    let payload = json!({ "action": "created", "repository": { "id": number(&world) } });
    for _ in 0..130 {
        world.standin.emit("star", payload.clone());
    }
    for _ in 0..130 {
        hook.next().await.answer(500);
    }
    world.standin.forget_requests();
    tick(&world).await;
    assert_eq!(asked_again(&world), 130, "two pages of GitHub's list");
    for _ in 0..130 {
        assert_eq!(world.take(&mut hook).await.status, 202);
    }
    let line = world.host.log_lines();
    let most = line
        .iter()
        .filter(|line| line.contains("\"ask_about_app\""));
    let most = most.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let most = most
        .filter_map(|line| line["github_requests"].as_u64())
        .max();
    assert!(most < Some(45), "{most:?}");
}

#[tokio::test]
async fn an_app_of_before_is_told_with_what_it_lacks_and_set_up_has_the_clicks() {
    use github_standin::{Access, named};
    let world = World::with_fast_clock();
    tick(&world).await;
    let app = health(&world).await["app"].clone();
    assert_eq!(app["missing_permissions"], json!([]), "{app}");
    assert_eq!(app["missing_events"], json!([]));
    let page = world.send("GET", "/setup", "", &[], None).await;
    assert!(
        page.text.contains("all permissions and events"),
        "{}",
        page.text
    );
    let before = [
        ("contents", Access::Write),
        ("pull_requests", Access::Write),
        ("statuses", Access::Write),
    ];
    world
        .standin
        .register_app(named(&before), &["push", "repository"]);
    an_hour_passes(&world);
    tick(&world).await;
    let app = health(&world).await["app"].clone();
    let lacks = json!(["checks=write", "deployments=read", "metadata=read"]);
    assert_eq!(app["missing_permissions"], lacks);
    let events = json!([
        "check_run",
        "check_suite",
        "deployment_status",
        "pull_request",
        "status"
    ]);
    assert_eq!(app["missing_events"], events);
    let page = world.send("GET", "/setup", "", &[], None).await.text;
    for part in [
        "/organizations/acme/settings/apps/hedgerow-standin/permissions\"",
        "<li>Checks: Read and write</li>",
        "<li>Deployments: Read-only</li>",
        "<li>Pull request</li>",
        "http://localhost:8787/api/webhooks/github",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn without_an_app_the_clock_asks_github_nothing() {
    let world = World::with_fast_clock();
    world.host.configure(|config| config.app = None);
    tick(&world).await;
    assert_eq!(world.standin.requests().len(), 0);
    assert_eq!(health(&world).await["app"], Value::Null);
}

#[tokio::test]
async fn health_says_what_is_not_done_by_itself_and_the_operator_sees_which() {
    let world = World::with_fast_clock();
    let key = "0123456789abcdef0123456789abcdef";
    let secret = edge_worker::Secret::new(key.to_owned());
    world
        .host
        .configure(|config| config.operator_key = Some(secret));
    let jobs = health(&world).await["jobs"].clone();
    let nothing = json!({ "queue": true, "failed": 0, "last_failed_at": null });
    assert_eq!(jobs, nothing);
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/unmanaged/README.md", None)]);
    let payload = super::push(&world, &["gitops/unmanaged/README.md"]);
    super::told(&world, "guid-1", "push", &payload).await;
    world.fault(json!({ "match": { "path_contains": "/graphql" }, "times": 9999, "action": { "status": 503 } }));
    world.host.work_all_jobs().await;
    world.host.miss_queue(true);
    let seen = health(&world).await;
    assert_eq!(seen["jobs"]["queue"], false);
    assert_eq!(seen["jobs"]["failed"], 1);
    assert!(seen["jobs"]["last_failed_at"].is_string());
    assert!(!seen.to_string().contains("guid-1"), "{seen}");
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str())];
    let seen = world
        .send("GET", "/api/health", "", &headers, None)
        .await
        .body;
    let job = &seen["jobs"]["failed_jobs"][0];
    let which = [
        &job["job"],
        &job["delivery"],
        &job["github_event"],
        &job["repository_number"],
    ];
    let expected = [
        json!("delivery"),
        json!("guid-1"),
        json!("push"),
        json!(number(&world)),
    ];
    assert_eq!(which, expected.each_ref());
    let headers = [("authorization", "Bearer wrong")];
    let seen = world
        .send("GET", "/api/health", "", &headers, None)
        .await
        .body;
    assert_eq!(seen["jobs"]["failed_jobs"], Value::Null);
}
