//! Pull requests of forks, which are only read.

use serde_json::json;

use super::{CHECK, KUSTOMIZATION, check, conclusion, file, github, run, with_fabric};

#[tokio::test]
async fn a_forks_pull_request_is_checked_and_the_fork_is_only_read() {
    let (world, _) = with_fabric().await;
    let fork = world.standin.fork("acme/network", "otto").unwrap();
    let head = fork
        .push(
            "topic",
            [(KUSTOMIZATION.to_owned(), file("x"))].into(),
            "Break it",
        )
        .unwrap();
    let body = json!({ "title": "T", "head": "otto:topic", "base": "main" });
    let opened = github(&world, "POST", "/pulls", "standin-outsider", Some(body)).await;
    world.standin.forget_requests();
    check(&world, opened["number"].as_u64().unwrap()).await;
    let red = run(&world, &head).await;
    assert_eq!(conclusion(&red), (CHECK, "failure"));
    let requests = world.standin.requests();
    assert!(
        requests
            .iter()
            .all(|request| !request.path.contains("/otto/"))
    );
    assert_eq!(fork.head("topic").unwrap(), head);
}
