//! A pull request that touches many fabrics, each with a check of its own.

use flows::World;
use serde_json::json;

use super::{check, file, github, open, queue, runs, with_fabric};
use crate::fabric;

#[tokio::test]
async fn many_fabrics_are_checked_in_several_jobs_each_within_what_one_may_ask() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let names: Vec<String> = (0..9).map(|number| format!("site-{number}")).collect();
    for name in &names {
        let mut one = fabric(name);
        one["name"] = json!(name);
        ada.created(&one).await;
    }
    let paths: Vec<String> = names
        .iter()
        .map(|name| format!("{name}/raw/a.yaml"))
        .collect();
    let mut files: Vec<_> = paths
        .iter()
        .map(|path| (path.as_str(), file("a")))
        .collect();
    files.push(("site-3/managed/vpcs/kustomization.yaml", file("x")));
    let head = world.push("topic", &files);
    let number = open(&world, "topic").await;
    queue(&world, number);
    let mut jobs = 0;
    loop {
        world.standin.forget_requests();
        if !world.host.work_job().await {
            break;
        }
        jobs += 1;
        let asked = world.standin.requests().len();
        assert!(asked < 50, "{asked} requests");
    }
    assert!(jobs > 1);
    let runs = runs(&world, &head, "latest").await;
    assert_eq!(runs.len(), 9);
    for run in &runs {
        let expected = match run["name"].as_str().unwrap() {
            "hedgerow-check/site-3" => "failure",
            _ => "success",
        };
        assert_eq!(run["conclusion"], expected, "{run:#}");
        let said = run["output"]["summary"].as_str().unwrap();
        assert!(
            said.contains("This pull request touches 9 fabrics: "),
            "{said}"
        );
    }
}

#[tokio::test]
async fn what_failed_for_a_fabric_that_is_not_touched_any_more_is_taken_back() {
    let (world, _) = with_fabric().await;
    world
        .standin
        .repo("acme/network")
        .unwrap()
        .branch("release", "refs/heads/main")
        .unwrap();
    let head = world.push("topic", &[(super::KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    assert_eq!(
        runs(&world, &head, "latest").await[0]["conclusion"],
        "failure"
    );
    let body = json!({ "base": "release" });
    github(
        &world,
        "PATCH",
        &format!("/pulls/{number}"),
        "standin-admin",
        Some(body),
    )
    .await;
    check(&world, number).await;
    let runs = runs(&world, &head, "latest").await;
    assert_eq!((runs.len(), &runs[0]["conclusion"]), (1, &json!("skipped")));
}
