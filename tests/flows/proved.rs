//! An answer counts only if it says what was asked: a success that names nothing, or something else, proves nothing.
//! `fault_matrix` has such answers to every call of the usual operations.

use flows::{Answer, Person, World};
use serde_json::{Value, json};

use crate::fabric;

const ELSEWHERE: &str = "0123456789abcdef0123456789abcdef01234567";

/// Moves the fabric's directory, which moves the branch with `PATCH git/refs`.
async fn move_directory(ada: &Person<'_>, id: &str) -> Answer {
    let mut body = fabric("gitops");
    body["to"] = json!({ "gitops_directory": "moved" });
    let plan = ada.post("/api/plan", &body).await;
    let body = json!({ "gitops_directory": "moved", "approval": plan.body["approval"] });
    let path = format!("/api/fabrics/{id}");
    ada.send("PATCH", &path, Some(&body)).await
}

#[tokio::test]
async fn a_branch_has_moved_only_if_the_answer_names_it_and_the_commit() {
    let refs = json!({ "method": "PATCH", "path_contains": "/git/refs/" });
    let other_commit = json!({ "ref": "refs/heads/main", "object": { "sha": ELSEWHERE } });
    let other_branch = json!({ "ref": "refs/heads/other", "object": { "sha": ELSEWHERE } });
    for body in [json!(""), json!({}), other_commit, other_branch] {
        for is_done in [false, true] {
            let world = World::new();
            let ada = world.sign_in("standin-admin").await;
            let id = ada.created(&fabric("gitops")).await;
            let before = world.commits("main");
            let mut action = json!({ "body": body });
            if !is_done {
                action["status"] = json!(200);
            }
            world.fault(json!({ "match": refs, "action": action }));
            let answer = move_directory(&ada, &id).await;
            let (outcome, directory, commits) = match is_done {
                true => ("committed", "moved", before + 1),
                false => ("unconfirmed", "gitops", before),
            };
            assert_eq!(
                answer.body["operation"]["outcome"], outcome,
                "{body}: {answer:?}"
            );
            assert_eq!(answer.text("gitops_directory"), directory, "{body}");
            assert_eq!(world.commits("main"), commits, "{body}");
            let commit = &answer.body["operation"]["commit"];
            assert!(!is_done || *commit == json!(world.head("main")), "{body}");
        }
    }
}

#[tokio::test]
async fn an_error_about_a_part_of_a_commits_answer_does_not_say_that_there_is_none() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    let before = world.commits("main");
    world.fault(json!({
        "match": { "operation": "Commit" },
        "action": { "body": {
            "data": { "createCommitOnBranch": { "commit": null, "ref": null } },
            "errors": [{ "type": "FORBIDDEN", "message": "Resource not accessible by integration", "path": ["createCommitOnBranch", "commit"] }],
        } },
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "committed",
        "{answer:?}"
    );
    assert_eq!(world.commits("main"), before + 1);
}

#[tokio::test]
async fn what_an_answer_does_not_mention_is_not_absent() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let repository = |more: Value| {
        let mut repository = json!({
            "id": "R_1", "databaseId": 1, "nameWithOwner": "acme/network", "url": "https://github.com/acme/network",
            "isPrivate": false, "isArchived": false, "isEmpty": false, "viewerPermission": "ADMIN",
        });
        let fields = repository.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        json!({ "data": { "repository": repository } })
    };
    for body in [
        json!({ "data": {} }),
        repository(json!({})),
        repository(json!({ "defaultBranchRef": { "name": "main" }, "ref": null })),
        repository(
            json!({ "defaultBranchRef": { "name": "main" }, "ref": { "name": "other", "target": null } }),
        ),
    ] {
        let fault = json!({ "match": { "operation": "Snapshot" }, "times": 9, "action": { "status": 200, "body": body } });
        world.fault(fault);
        let answer = ada.validate(&id).await;
        world.standin.forget_faults();
        assert_eq!(
            (answer.status, answer.text("code")),
            (502, "github_answer"),
            "{body}: {answer:?}"
        );
    }
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(record.text("gitops_directory_status"), "initialized");
}

#[tokio::test]
async fn a_token_for_something_else_is_not_used() {
    let world = World::new();
    world.host.go_back(25 * 60 * 60 * 1000);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.host.advance(25 * 60 * 60 * 1000);
    world.standin.forget_requests();
    let other = json!({
        "token": "ghs_other", "expires_at": "2099-01-01T00:00:00Z", "permissions": { "metadata": "read" },
        "repositories": [{ "full_name": "acme/other" }],
    });
    world.fault(json!({ "match": { "path_contains": "access_tokens" }, "times": 9, "action": { "status": 201, "body": other } }));
    let path = format!("/api/fabrics/{id}");
    let seen = world.send("GET", &path, "", &[], None).await;
    assert_eq!(seen.text("name"), "fabric-1", "{seen:?}");
    let asked = world.standin.requests();
    let last = asked.last().unwrap();
    assert_eq!(
        (last.path.as_str(), &last.login),
        ("/repos/acme/network", &None),
        "asked as anybody"
    );
}
