//! What is asked for again, and what goes wrong meanwhile.

use serde_json::json;

use super::{
    CHECK, KUSTOMIZATION, check, conclusion, file, github, open, queue, run, runs, with_fabric,
};

#[tokio::test]
async fn a_commit_whose_checks_are_asked_for_again_is_checked_again() {
    let (world, _) = with_fabric().await;
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    let first = run(&world, &head).await;
    assert_eq!(
        first["external_id"].as_str().unwrap().split(':').next(),
        Some("1")
    );
    let job = json!({ "CommitCheck": { "repository": 501, "name": "acme/network", "head": head } });
    world.host.repeat_job(&job.to_string());
    world.host.work_all_jobs().await;
    let again = run(&world, &head).await;
    assert_ne!(again["id"], first["id"]);
    assert_eq!(conclusion(&again), (CHECK, "failure"));
}

#[tokio::test]
async fn where_github_fails_the_check_does_not_look_as_if_it_went_on_and_is_done_later() {
    let (world, _) = with_fabric().await;
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    world.fault(json!({ "match": { "graphql_contains": "query Commits" }, "times": 3, "action": { "status": 502 } }));
    queue(&world, number);
    world.work_jobs().await;
    assert_eq!(conclusion(&run(&world, &head).await), (CHECK, "cancelled"));
    world.host.work_all_jobs().await;
    assert_eq!(conclusion(&run(&world, &head).await), (CHECK, "failure"));
}

#[tokio::test]
async fn nothing_is_said_of_a_repository_that_took_the_name_and_nothing_of_a_closed_pull_request() {
    let (world, _) = with_fabric().await;
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    let job = json!({ "PullRequestCheck": { "repository": 777, "name": "acme/network", "number": number } });
    world.host.repeat_job(&job.to_string());
    world.host.work_all_jobs().await;
    assert_eq!(runs(&world, &head, "all").await.len(), 0);
    let body = json!({ "state": "closed" });
    github(
        &world,
        "PATCH",
        &format!("/pulls/{number}"),
        "standin-admin",
        Some(body),
    )
    .await;
    check(&world, number).await;
    assert_eq!(runs(&world, &head, "all").await.len(), 0);
}

#[tokio::test]
async fn reading_and_reporting_change_no_record_and_no_branch() {
    let (world, id) = with_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let before = ada.get(&format!("/api/fabrics/{id}")).await.body;
    let (main, topic) = (
        world.head("main"),
        world.push("topic", &[(KUSTOMIZATION, file("x"))]),
    );
    let number = open(&world, "topic").await;
    check(&world, number).await;
    assert_eq!(ada.get(&format!("/api/fabrics/{id}")).await.body, before);
    assert_eq!((world.head("main"), world.head("topic")), (main, topic));
}
