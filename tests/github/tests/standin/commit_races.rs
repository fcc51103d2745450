//! Compare-and-swap under load.

use std::sync::Arc;

use crate::client::{ADMIN, commit, files, input, refusal, start};
use crate::workdir::{Workdir, assert_sound};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_twenty_commits_on_the_same_head_wins() {
    let standin = Arc::new(start());
    let repo = standin.repo("acme/fleet").unwrap();
    let head = repo.head("main").unwrap();
    let attempts = (0..20).map(|number| {
        let (standin, head) = (standin.clone(), head.clone());
        tokio::spawn(async move {
            let text = number.to_string();
            let input = input("acme/fleet", &head, &[("number", &text)], &[]);
            commit(&standin, ADMIN, input).await
        })
    });
    let mut winners = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        if answer.get("errors").is_none() {
            let payload = &answer["data"]["createCommitOnBranch"];
            winners.push(payload["commit"]["oid"].as_str().unwrap().to_owned());
            continue;
        }
        let (kind, message) = refusal(&answer);
        assert_eq!(kind, "STALE_DATA");
        let expected =
            format!("Expected branch to point to \"{head}\" but it did not.  Pull and try again.");
        assert_eq!(message, expected);
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(repo.head("main").as_ref(), winners.first());
    assert_eq!(
        repo.git(&["rev-list", "--count", "main"]).unwrap().trim(),
        "2"
    );
    assert_sound(&repo);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pushes_and_commits_never_overwrite_each_other() {
    let standin = Arc::new(start());
    let repo = standin.repo("acme/fleet").unwrap();
    let clone = Workdir::clone(&standin, "acme/fleet", ADMIN).unwrap();
    let head = repo.head("main").unwrap();
    let by_hand = clone.commit("by-hand", "x");

    let pushing = tokio::task::spawn_blocking(move || clone.git(&["push", "origin", "main"]));
    let input = input("acme/fleet", &head, &[("by-api", "x")], &[]);
    let answer = commit(&standin, ADMIN, input).await;
    let pushed = pushing.await.unwrap();

    let committed = &answer["data"]["createCommitOnBranch"]["commit"]["oid"];
    assert_ne!(
        pushed.is_ok(),
        committed.is_string(),
        "exactly one of the two wins"
    );
    let winner = committed.as_str().unwrap_or(&by_hand);
    assert_eq!(repo.head("main").unwrap(), winner);
}

#[tokio::test]
async fn branch_that_moved_away_and_back_is_the_same_head() {
    let standin = start();
    let repo = standin.repo("acme/fleet").unwrap();
    let head = repo.head("main").unwrap();
    repo.push("main", files(&[("a", "a")]), "Away").unwrap();
    repo.branch("main", &head).unwrap();
    let answer = commit(
        &standin,
        ADMIN,
        input("acme/fleet", &head, &[("b", "b")], &[]),
    )
    .await;
    assert!(answer.get("errors").is_none(), "{answer}");
}
