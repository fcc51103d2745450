//! A push: who is looked at because of it, and how often.

use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};

use super::{field, push, told};
use crate::fabric;

/// Somebody changes a file of the directory with git.
fn break_it(world: &World) {
    world.push("main", &[("gitops/unmanaged/README.md", None)]);
}

fn put_it_right(world: &World) {
    world.push(
        "main",
        &[("gitops/unmanaged/README.md", Some("x\n".into()))],
    );
}

/// How often GitHub was asked, but for tokens.
fn reads(world: &World) -> usize {
    let requests = world.standin.requests();
    requests
        .iter()
        .filter(|asked| asked.graphql.is_some())
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_that_touches_a_directory_is_looked_at_and_its_open_pages_are_told() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let mut hook = world.hooked().await;
    let socket = world.watch(&id, "").await.unwrap();
    break_it(&world);
    assert_eq!(world.take(&mut hook).await.body["jobs"], 1);
    assert_eq!(world.work_jobs().await, 1);
    let status = json!("invalid_structure");
    assert_eq!(field(&world, &id, "gitops_directory_status").await, status);
    let told = socket.told();
    assert_eq!(
        told.last().unwrap()["gitops_directory_status"],
        status,
        "{told:?}"
    );
    put_it_right(&world);
    world.take(&mut hook).await;
    world.work_jobs().await;
    let status = json!("initialized");
    assert_eq!(field(&world, &id, "gitops_directory_status").await, status);
    assert_eq!(world.host.jobs(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_commit_that_comes_back_asks_github_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut hook = world.hooked().await;
    let id = ada.created(&fabric("gitops")).await;
    let before = field(&world, &id, "version").await;
    world.standin.forget_requests();
    assert_eq!(world.take(&mut hook).await.body["jobs"], 1);
    assert_eq!(world.work_jobs().await, 1);
    assert_eq!(world.standin.requests().len(), 0);
    assert_eq!(field(&world, &id, "version").await, before);
}

#[tokio::test]
async fn a_push_is_dropped_only_where_it_provably_touches_no_directory() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    let elsewhere = push(&world, &["docs/a.md", "gitops2/a.md"]);
    assert_eq!(told(&world, "guid-1", "push", &elsewhere).await, 0);
    let inside = push(&world, &["docs/a.md", "gitops/a.md"]);
    assert_eq!(told(&world, "guid-2", "push", &inside).await, 1);
    for (field, value) in [
        ("forced", json!(true)),
        ("created", json!(true)),
        ("deleted", json!(true)),
        ("commits", json!([])),
    ] {
        let mut doubtful = elsewhere.clone();
        doubtful[field] = value;
        assert_eq!(
            told(&world, "guid-3", "push", &doubtful).await,
            1,
            "{field}"
        );
    }
    for reference in ["refs/heads/other", "refs/tags/main"] {
        let mut other = inside.clone();
        other["ref"] = json!(reference);
        other["forced"] = json!(true);
        assert_eq!(
            told(&world, "guid-4", "push", &other).await,
            0,
            "{reference}"
        );
    }
    let mut unknown = inside.clone();
    unknown["repository"]["id"] = json!(987_654);
    assert_eq!(told(&world, "guid-5", "push", &unknown).await, 0);
}

#[tokio::test]
async fn a_late_older_push_does_not_turn_a_page_back() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    break_it(&world);
    let older = push(&world, &["gitops/unmanaged/README.md"]);
    put_it_right(&world);
    let newer = push(&world, &["gitops/unmanaged/README.md"]);
    let status = json!("initialized");
    told(&world, "guid-2", "push", &newer).await;
    world.work_jobs().await;
    assert_eq!(field(&world, &id, "gitops_directory_status").await, status);
    world.host.advance(60_000);
    told(&world, "guid-1", "push", &older).await;
    world.work_jobs().await;
    assert_eq!(field(&world, &id, "gitops_directory_status").await, status);
    let head = json!(world.head("main"));
    assert_eq!(field(&world, &id, "head").await, head);
}

#[tokio::test]
async fn a_delivery_is_worked_once_and_a_failed_one_is_given_back() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    break_it(&world);
    let payload = push(&world, &["gitops/unmanaged/README.md"]);
    told(&world, "guid-1", "push", &payload).await;
    let [job] = world.host.jobs().try_into().unwrap();
    // The first try fails on the way, after the delivery was claimed.
    world.fault(json!({ "match": { "path_contains": "/graphql" }, "times": 9, "action": { "status": 503 } }));
    assert!(world.host.work_job().await);
    assert_eq!(
        world.host.jobs(),
        std::slice::from_ref(&job),
        "it comes again"
    );
    let status = "gitops_directory_status";
    world.standin.forget_faults();
    assert_eq!(field(&world, &id, status).await, "initialized");
    world.host.work_all_jobs().await;
    assert_eq!(field(&world, &id, status).await, "invalid_structure");
    // The queue gives the same job again, and GitHub the same delivery, which changed nothing since.
    put_it_right(&world);
    world.standin.forget_requests();
    world.host.repeat_job(&job);
    told(&world, "guid-1", "push", &payload).await;
    world.host.work_all_jobs().await;
    assert_eq!(reads(&world), 0);
    // That is known for four days.
    let five_days_ms = 5 * 24 * 3_600_000_u64;
    let age = format!("UPDATE deliveries SET begun_ms = begun_ms - {five_days_ms}");
    for (class, name, _) in world.host.databases() {
        if class == Class::Repository {
            world.host.sql(class, &name, &age);
        }
    }
    let newer = push(&world, &["gitops/unmanaged/README.md"]);
    told(&world, "guid-1", "push", &newer).await;
    world.host.work_all_jobs().await;
    assert_eq!(field(&world, &id, status).await, "initialized");
}

#[tokio::test]
async fn what_cannot_be_worked_for_good_is_told_to_the_operator_without_content() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    break_it(&world);
    let payload = push(&world, &["gitops/unmanaged/README.md"]);
    told(&world, "guid-1", "push", &payload).await;
    world.fault(json!({ "match": { "path_contains": "/graphql" }, "times": 9999, "action": { "status": 503 } }));
    world.host.work_all_jobs().await;
    assert_eq!(world.host.failed_jobs().len(), 1);
    let lines = world.host.log_lines();
    let told = lines
        .iter()
        .find(|line| line.contains("\"job_failed\""))
        .unwrap();
    let told: Value = serde_json::from_str(told).unwrap();
    assert_eq!(told["delivery"], "guid-1");
    assert_eq!(told["github_event"], "push");
    assert_eq!(told["repository_number"], super::number(&world));
    assert!(!told.to_string().contains("README"), "{told}");
}

#[tokio::test]
async fn a_branch_that_is_taken_away_is_told_and_one_that_comes_back_as_well() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let head = world.head("main");
    let mut gone = push(&world, &[]);
    gone["deleted"] = json!(true);
    gone["after"] = json!("0".repeat(40));
    let repo = world.standin.repo("acme/network").unwrap();
    repo.git(&["update-ref", "refs/heads/other", &head])
        .unwrap();
    repo.git(&["update-ref", "-d", "refs/heads/main"]).unwrap();
    told(&world, "guid-1", "push", &gone).await;
    world.work_jobs().await;
    let status = "gitops_directory_status";
    assert_eq!(field(&world, &id, status).await, "invalid_structure");
    repo.git(&["update-ref", "refs/heads/main", &head]).unwrap();
    let mut back = push(&world, &[]);
    back["created"] = json!(true);
    world.host.advance(10_000);
    told(&world, "guid-2", "push", &back).await;
    world.work_jobs().await;
    assert_eq!(field(&world, &id, status).await, "initialized");
}
