//! By which means is told, and what a fabric can be set to.

use flows::World;
use github_standin::Access::{Read, Write};
use serde_json::{Value, json};

use super::{
    CHECK, KUSTOMIZATION, check, conclusion, file, github, open, permit, run, runs, set, show_at,
    with_fabric,
};

async fn statuses(world: &World, commit: &str) -> Vec<Value> {
    let path = format!("/commits/{commit}/statuses");
    let listed = github(world, "GET", &path, "standin-reader", None).await;
    listed.as_array().unwrap().clone()
}

#[tokio::test]
async fn where_the_app_may_not_run_checks_a_commit_status_of_the_same_name_says_it() {
    let (mut world, id) = with_fabric().await;
    show_at(&mut world, "https://hedgerow.example");
    permit(
        &world,
        &[
            ("contents", Write),
            ("pull_requests", Write),
            ("statuses", Write),
        ],
    );
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    assert_eq!(runs(&world, &head, "all").await.len(), 0);
    let told = statuses(&world, &head).await;
    let (newest, first) = (&told[0], &told[1]);
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&newest["context"], &newest["state"]),
        (&json!(CHECK), &json!("failure"))
    );
    assert_eq!(
        newest["description"],
        "1 new problem because of this pull request (#1)"
    );
    assert_eq!(
        newest["target_url"],
        json!(format!("https://hedgerow.example/f/{id}"))
    );
    assert_eq!(first["state"], "pending");
    let mended = world.push(
        "topic",
        &[(KUSTOMIZATION, None), ("gitops/raw/a.yaml", file("a"))],
    );
    check(&world, number).await;
    let path = format!("/commits/{mended}/status");
    let combined = github(&world, "GET", &path, "standin-reader", None).await;
    assert_eq!(combined["state"], "success", "{combined:#}");
}

#[tokio::test]
async fn an_app_that_may_say_nothing_says_nothing_and_the_log_says_why() {
    let (world, _) = with_fabric().await;
    permit(&world, &[("contents", Read), ("pull_requests", Read)]);
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    assert_eq!(statuses(&world, &head).await.len(), 0);
    let lines = world.host.log_lines();
    let told = lines
        .iter()
        .filter(|line| line.contains("pull_request_not_checked"));
    let told: Vec<_> = told
        .filter(|line| line.contains("may not report checks"))
        .collect();
    assert_eq!(told.len(), 1, "{lines:#?}");
}

#[tokio::test]
async fn a_fabric_can_be_set_to_a_check_alone_or_to_nothing() {
    let (world, id) = with_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    let usual = run(&world, &head).await;
    assert_eq!(
        (conclusion(&usual), &usual["output"]["annotations_count"]),
        ((CHECK, "failure"), &json!(1))
    );
    set(&ada, &id, "check_only").await;
    check(&world, number).await;
    let alone = run(&world, &head).await;
    assert_eq!(
        (conclusion(&alone), &alone["output"]["annotations_count"]),
        ((CHECK, "failure"), &json!(0))
    );
    set(&ada, &id, "off").await;
    check(&world, number).await;
    assert_eq!(conclusion(&run(&world, &head).await), (CHECK, "skipped"));
    let again = world.push("topic", &[("gitops/raw/a.yaml", file("a"))]);
    check(&world, number).await;
    assert_eq!(runs(&world, &again, "all").await.len(), 0);
    set(&ada, &id, "comment_free").await;
    check(&world, number).await;
    assert_eq!(conclusion(&run(&world, &again).await), (CHECK, "failure"));
}

#[tokio::test]
async fn more_annotations_than_github_takes_at_once_are_added_one_request_after_another() {
    let (world, _) = with_fabric().await;
    let paths: Vec<String> = (0..70)
        .map(|n| format!("gitops/managed/vpcs/{n:02}.txt"))
        .collect();
    let mut files: Vec<_> = paths
        .iter()
        .map(|path| (path.as_str(), file("x")))
        .collect();
    files.push((KUSTOMIZATION, file("x")));
    let head = world.push("topic", &files);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    let run = run(&world, &head).await;
    assert_eq!(run["output"]["annotations_count"], 71);
    assert_eq!(conclusion(&run), (CHECK, "failure"));
    let first = &super::annotations(&world, &run).await[0];
    assert_eq!(
        (&first["path"], &first["annotation_level"]),
        (&json!(KUSTOMIZATION), &json!("failure"))
    );
}
