//! Which of several answers counts.

use std::time::Duration;

use flows::World;
use github_standin::Access::{Read, Write};
use serde_json::json;

use super::{
    CHECK, KUSTOMIZATION, check, conclusion, file, github, open, permit, queue, run, runs,
    with_fabric,
};

/// Waits until GitHub was asked so often.
async fn asked(world: &World, method: &str, part: &str, times: usize) {
    let is_it = |request: &&github_standin::RecordedRequest| {
        request.method == method && request.path.contains(part)
    };
    let until = async {
        while world.standin.requests().iter().filter(is_it).count() < times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let hang = Duration::from_secs(180);
    tokio::time::timeout(hang, until).await.expect("a request");
}

/// Checks a pull request that breaks a fabric, and holds back the request of the first check that the fault is about, until a second
/// check found that the branch is broken already.
async fn overtaken(world: &World, fault: (&str, &str, usize), skip: usize) -> String {
    let (method, path, times) = fault;
    let files = [(KUSTOMIZATION, file("x")), ("gitops/raw/a.yaml", file("a"))];
    let head = world.push("topic", &files);
    let number = open(world, "topic").await;
    world.fault(json!({
        "match": { "method": method, "path": path }, "skip": skip, "action": { "delay_ms": World::HELD_MS },
    }));
    queue(world, number);
    let first = world.host.work_jobs();
    let second = async {
        let part = path.rsplit('*').find(|part| part.len() > 1).unwrap();
        asked(world, method, part, times).await;
        world.push("main", &[(KUSTOMIZATION, file("x"))]);
        queue(world, number);
        while world.host.work_job().await {}
        world.release();
    };
    tokio::join!(first, second);
    head
}

#[tokio::test]
async fn a_check_that_learns_of_a_later_one_says_nothing() {
    let (world, _) = with_fabric().await;
    // The first is what the commit was told before.
    let list = ("GET", "/repos/acme/network/commits/*/check-runs", 2);
    let head = overtaken(&world, list, 1).await;
    let all = runs(&world, &head, "all").await;
    assert_eq!(all.len(), 2);
    assert_eq!(conclusion(&all[0]), (CHECK, "success"));
    assert_eq!(conclusion(&all[1]), (CHECK, "cancelled"));
    assert_eq!(conclusion(&run(&world, &head).await), (CHECK, "success"));
}

#[tokio::test]
async fn an_answer_that_arrives_late_does_not_take_the_place_of_a_newer_one() {
    let (world, _) = with_fabric().await;
    let end = ("PATCH", "/repos/acme/network/check-runs/*", 1);
    let head = overtaken(&world, end, 0).await;
    let all = runs(&world, &head, "all").await;
    assert_eq!(all.len(), 2);
    assert_eq!(conclusion(&all[1]), (CHECK, "failure"), "it was on its way");
    assert_eq!(conclusion(&run(&world, &head).await), (CHECK, "success"));
}

#[tokio::test]
async fn a_status_that_arrives_late_is_followed_by_what_the_newer_check_said() {
    let (world, _) = with_fabric().await;
    permit(
        &world,
        &[
            ("contents", Read),
            ("pull_requests", Read),
            ("statuses", Write),
        ],
    );
    let given = ("POST", "/repos/acme/network/statuses/*", 2);
    let head = overtaken(&world, given, 1).await;
    let path = format!("/commits/{head}/statuses");
    let all = github(&world, "GET", &path, "standin-reader", None).await;
    let all = all.as_array().unwrap().iter().rev();
    let states: Vec<_> = all.map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(
        states,
        ["pending", "pending", "success", "failure", "success"]
    );
}

#[tokio::test]
async fn a_head_that_moves_meanwhile_is_checked_as_well_and_each_commit_has_its_own_answer() {
    let (world, _) = with_fabric().await;
    let old = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    world.fault(json!({
        "match": { "graphql_contains": "query Commits" }, "action": { "delay_ms": World::HELD_MS },
    }));
    queue(&world, number);
    let first = world.host.work_jobs();
    let push = async {
        world.is_asked("query Commits").await;
        let new = world.push(
            "topic",
            &[(KUSTOMIZATION, None), ("gitops/raw/a.yaml", file("a"))],
        );
        world.release();
        new
    };
    let (_, new) = tokio::join!(first, push);
    // What GitHub tells of the push may be late: nobody waits for it.
    assert_eq!(conclusion(&run(&world, &old).await), (CHECK, "failure"));
    assert_eq!(conclusion(&run(&world, &new).await), (CHECK, "success"));
}

#[tokio::test]
async fn while_github_has_not_found_out_what_merging_leaves_it_is_asked_again() {
    let (world, _) = with_fabric().await;
    let later = |is: bool| {
        let change = |repo: &mut github_standin::Repository| repo.merges_later = is;
        let changed = world.standin.change_repository("acme/network", change);
        changed.unwrap();
    };
    later(true);
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    queue(&world, number);
    world.work_jobs().await;
    assert_eq!(runs(&world, &head, "all").await.len(), 0);
    assert_eq!(world.host.jobs().len(), 1, "it comes again");
    later(false);
    world.host.work_all_jobs().await;
    let said = run(&world, &head).await;
    let said = said["output"]["summary"].as_str().unwrap();
    assert!(said.contains("with what merging would leave"), "{said}");

    later(true);
    let head = world.push("topic", &[("gitops/raw/a.yaml", file("a"))]);
    check(&world, number).await;
    let said = run(&world, &head).await;
    let said = said["output"]["summary"].as_str().unwrap();
    let part = "GitHub did not say yet what merging into `main` would leave";
    assert!(said.contains(part), "{said}");
}

#[tokio::test]
async fn a_branch_that_moves_meanwhile_has_what_is_left_of_the_pull_request_checked_again() {
    let (world, _) = with_fabric().await;
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let number = open(&world, "topic").await;
    world.fault(json!({
        "match": { "graphql_contains": "query Commits" }, "action": { "delay_ms": World::HELD_MS },
    }));
    queue(&world, number);
    let first = world.host.work_jobs();
    let push = async {
        world.is_asked("query Commits").await;
        // Merging brings nothing any more.
        world.push(
            "main",
            &[(KUSTOMIZATION, file("x")), ("other.md", file("o"))],
        );
        world.release();
    };
    tokio::join!(first, push);
    assert_eq!(conclusion(&run(&world, &head).await), (CHECK, "skipped"));
}
