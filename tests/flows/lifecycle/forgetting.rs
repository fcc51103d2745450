//! The end of a fabric: its record, and the files of the layout where that is asked for.

use flows::World;
use serde_json::{Value, json};

use super::{preview, text};
use crate::fabric;

#[tokio::test]
async fn forgetting_a_fabric_leaves_the_branch_as_it_is_and_frees_its_place() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let head = world.head("main");
    let path = format!("/api/fabrics/{id}");
    let reader = world.sign_in("standin-reader").await;
    assert_eq!(reader.send("DELETE", &path, None).await.status, 403);
    let answer = ada.send("DELETE", &path, None).await;
    assert_eq!(
        (answer.status, &answer.body["operation"]),
        (200, &Value::Null),
        "{answer:?}"
    );
    assert_eq!(world.head("main"), head);
    assert_eq!(ada.get(&path).await.status, 404);
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
    assert_eq!(
        ada.create(&fabric("gitops")).await.status,
        201,
        "the place is free"
    );
}

#[tokio::test]
async fn removal_takes_the_layouts_own_files_and_nothing_else() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push(
        "main",
        &[
            ("gitops/managed/vpcs/vpc-1.yaml", text("kind: VPC\n")),
            ("gitops/raw/README.md", text("our words\n")),
        ],
    );
    let path = format!("/api/fabrics/{id}");
    let without = ada
        .send("DELETE", &path, Some(&json!({ "remove_files": true })))
        .await;
    assert_eq!(
        (without.status, without.text("code")),
        (400, "invalid_request")
    );
    let plan = preview(&ada, &fabric("gitops"), json!({ "remove_files": true })).await;
    assert_eq!(
        plan.body["deletions"].as_array().unwrap().len(),
        12,
        "{plan:?}"
    );
    let old = world.push("main", &[("elsewhere/x", text("x\n"))]);
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    let moved = ada.send("DELETE", &path, Some(&body)).await;
    assert_eq!(
        (moved.status, moved.text("code")),
        (409, "head_moved"),
        "{moved:?}"
    );
    assert_eq!(world.head("main"), old);
    let plan = preview(&ada, &fabric("gitops"), json!({ "remove_files": true })).await;
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    let answer = ada.send("DELETE", &path, Some(&body)).await;
    assert_eq!(
        (answer.status, answer.body["operation"]["outcome"].as_str()),
        (200, Some("committed")),
        "{answer:?}"
    );
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD^{tree}"]),
        plan.body["approval"]["tree"]
    );
    let left: Vec<String> = clone.files("gitops").into_keys().collect();
    assert_eq!(
        left,
        [
            "gitops/managed/vpcs/.gitkeep",
            "gitops/managed/vpcs/vpc-1.yaml",
            "gitops/raw/README.md"
        ]
    );
    assert_eq!(ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_removal_that_fails_forgets_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let plan = preview(&ada, &fabric("gitops"), json!({ "remove_files": true })).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "status": 403, "body": { "message": "Resource not accessible by personal access token" } } }));
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    let path = format!("/api/fabrics/{id}");
    let answer = ada.send("DELETE", &path, Some(&body)).await;
    assert!(answer.status >= 400, "{answer:?}");
    let record = ada.get(&path).await;
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            &record.body["gitops_initialized"]
        ),
        ("error", &json!(true))
    );
    assert_eq!(record.body["operation"]["kind"], "remove");
}

#[tokio::test]
async fn a_draft_is_forgotten_by_its_creator_alone() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "graphql_contains": "Snapshot" }, "times": 3, "action": { "status": 503 } }));
    let draft = ada.post("/api/fabrics", &body).await;
    assert_eq!(draft.text("visibility"), "draft", "{draft:?}");
    let path = format!("/api/fabrics/{}", draft.text("id"));
    let reader = world.sign_in("standin-reader").await;
    assert_eq!(reader.send("DELETE", &path, None).await.status, 404);
    assert_eq!(ada.send("DELETE", &path, None).await.status, 200);
    assert_eq!(ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_fabric_is_not_forgotten_while_a_write_is_under_way() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("commit");
    let path = format!("/api/fabrics/{id}");
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let init = format!("{path}/init-gitops");
    let write = ada.post(&init, &body);
    let forget = async {
        ada.sees_a_write(&id).await;
        let forgotten = ada.send("DELETE", &path, None).await;
        world.release();
        forgotten
    };
    let (written, forgotten) = tokio::join!(write, forget);
    assert_eq!(
        (forgotten.status, forgotten.text("code")),
        (409, "operation_in_progress"),
        "{forgotten:?}"
    );
    assert_eq!(
        (written.status, written.text("gitops_directory_status")),
        (200, "initialized"),
        "{written:?}"
    );
    assert_eq!(ada.send("DELETE", &path, None).await.status, 200);
}
