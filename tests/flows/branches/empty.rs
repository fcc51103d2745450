//! A repository without a commit: two commits, said beforehand, and completed by repeating.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

fn wanted() -> Value {
    let mut wanted = fabric("gitops/fabric-1");
    wanted["git_repository"] = json!("acme/empty");
    wanted
}

#[tokio::test]
async fn an_empty_repository_gets_the_two_commits_of_the_plan() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let plan = ada.post("/api/plan", &wanted()).await;
    assert_eq!(plan.body["commits"], 2, "{plan:?}");
    assert_eq!(plan.body["approval"]["head"], Value::Null);
    let answer = ada.create(&wanted()).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    let clone = world.clone("acme/empty", "main");
    assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), "2");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD:gitops/fabric-1"]),
        plan.body["approval"]["tree"].as_str().unwrap()
    );
    assert_eq!(
        clone.git(&["ls-tree", "-r", "--name-only", "HEAD^"]),
        "gitops/fabric-1/managed/metadata/directory-info.json"
    );
    let operation = answer.body["operation"]["operation"].as_str().unwrap();
    let trailers = clone.git(&[
        "log",
        "--format=%(trailers:key=Hedgerow-Operation,valueonly)",
    ]);
    let trailers: Vec<&str> = trailers.split_whitespace().collect();
    assert_eq!(trailers, [operation, &format!("{operation}/first")]);
}

#[tokio::test]
async fn when_the_second_commit_fails_repeating_completes_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&wanted()).await;
    world.fault(json!({
        "match": { "graphql_contains": "createCommitOnBranch" },
        "action": { "status": 403, "body": { "message": "Resource not accessible by personal access token" } }
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "error"),
        "{answer:?}"
    );
    assert_eq!(answer.body["operation"]["partly"], "first_commit_made");
    let error = &answer.body["directory_init_error"];
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("the first of two commits was made"),
        "{error}"
    );
    assert_eq!(answer.body["gitops_initialized"], false);
    let again = format!("/api/fabrics/{}/init-gitops", answer.text("id"));
    let answer = ada.post(&again, &body).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    let clone = world.clone("acme/empty", "main");
    assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), "2");
    assert_eq!(clone.files("gitops/fabric-1").len(), 14);
}

#[tokio::test]
async fn the_second_commit_follows_a_first_whose_answer_was_lost() {
    for drop in ["before", "after"] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&wanted()).await;
        world.fault(
            json!({ "match": { "path_contains": "/contents/" }, "action": { "drop": drop } }),
        );
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            answer.text("gitops_directory_status"),
            "initialized",
            "{drop}: {answer:?}"
        );
        let clone = world.clone("acme/empty", "main");
        assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), "2", "{drop}");
    }
}

#[tokio::test]
async fn somebody_elses_first_commit_is_not_mistaken_for_ours() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&wanted()).await;
    let repo = world.standin.repo("acme/empty").unwrap();
    let theirs = [(
        "gitops/fabric-1/raw/README.md".to_owned(),
        Some("mine\n".into()),
    )];
    repo.push("main", theirs.into_iter().collect(), "First")
        .unwrap();
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "directory_changed"),
        "{answer:?}"
    );
    assert_eq!(world.host.fabrics(), 0);
}
