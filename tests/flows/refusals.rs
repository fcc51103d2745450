//! Requests that must not write, and must say why.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

/// Sends a changed approval and expects a refusal that names this path, with nothing written.
async fn mismatch(change: impl Fn(&mut Value), path: &str) {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    let head = world.head("main");
    change(&mut body);
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "approval_mismatch"),
        "{answer:?}"
    );
    assert_eq!(answer.body["path"], path);
    assert_eq!((world.head("main"), world.host.fabrics()), (head, 0));
    assert!(
        world
            .standin
            .requests()
            .iter()
            .all(|request| !format!("{request:?}").contains("createCommitOnBranch"))
    );
}

#[tokio::test]
async fn a_tampered_blob_is_refused_by_its_path() {
    let other = json!("1111111111111111111111111111111111111111");
    mismatch(
        |body| body["files"]["gitops/raw/README.md"] = other.clone(),
        "gitops/raw/README.md",
    )
    .await;
}

#[tokio::test]
async fn an_additional_path_is_refused() {
    let other = json!("1111111111111111111111111111111111111111");
    mismatch(
        |body| body["files"][".github/workflows/x.yml"] = other.clone(),
        ".github/workflows/x.yml",
    )
    .await;
}

#[tokio::test]
async fn a_left_out_path_is_refused() {
    let leave_out = |body: &mut Value| {
        body["files"]
            .as_object_mut()
            .unwrap()
            .remove("gitops/managed/vpcs/.gitkeep");
    };
    mismatch(leave_out, "gitops/managed/vpcs/.gitkeep").await;
}

#[tokio::test]
async fn a_tampered_tree_is_refused() {
    let other = json!("1111111111111111111111111111111111111111");
    mismatch(|body| body["approval"]["tree"] = other.clone(), "gitops").await;
}

#[tokio::test]
async fn a_name_that_was_not_approved_is_refused() {
    mismatch(
        |body| body["name"] = json!("fabric-2"),
        "gitops/managed/README.md",
    )
    .await;
}

#[tokio::test]
async fn people_without_permission_are_refused_and_nothing_is_stored() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    for token in ["standin-reader", "standin-outsider"] {
        let person = world.sign_in(token).await;
        let answer = person.post("/api/fabrics", &body).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (403, "permission_missing"),
            "{answer:?}"
        );
        assert!(answer.text("hint").contains("write access"));
    }
    let nobody = world
        .send("POST", "/api/fabrics", "", &[], Some(&body))
        .await;
    assert_eq!((nobody.status, nobody.text("code")), (401, "signed_out"));
    assert_eq!(world.host.fabrics(), 0);
}

#[tokio::test]
async fn repositories_that_cannot_be_seen_or_do_not_exist_look_alike() {
    let world = World::new();
    let otto = world.sign_in("standin-outsider").await;
    let mut answers = Vec::new();
    for repository in ["acme/private", "acme/nowhere"] {
        let mut wanted = fabric("gitops");
        wanted["git_repository"] = json!(repository);
        let answer = otto.post("/api/plan", &wanted).await;
        answers.push((
            answer.status,
            answer.text("code").to_owned(),
            answer.text("detail").replace(repository, ""),
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(
        (answers[0].0, answers[0].1.as_str()),
        (404, "repository_not_found")
    );
}

#[tokio::test]
async fn unwritable_repositories_and_branches_are_named() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for (repository, branch, status, code) in [
        ("acme/empty", "main", 409, "repository_empty"),
        ("acme/network", "nowhere", 409, "branch_missing"),
    ] {
        let mut wanted = fabric("gitops");
        wanted["git_repository"] = json!(repository);
        wanted["branch"] = json!(branch);
        let mut body = ada.approve(&wanted).await;
        body["mode"] = json!("pull_request");
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (status, code),
            "there is nothing that a pull request could be against: {answer:?}"
        );
    }
    assert_eq!(world.host.fabrics(), 0);
    world
        .standin
        .change_repository("acme/network", |repository| repository.archived = true)
        .unwrap();
    let answer = ada.create(&fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (403, "repository_archived"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_protected_branch_is_a_refusal_with_the_reason() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/protected");
    let snapshot = ada
        .get("/api/snapshot?repository=acme/protected&branch=main&directory=gitops")
        .await;
    assert_eq!(
        snapshot.body["rules"]["pull_request_required"], true,
        "hinted before writing"
    );
    let answer = ada.create(&wanted).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "branch_protected"),
        "{answer:?}"
    );
    assert!(answer.text("detail").contains("pull request"), "{answer:?}");
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let wrong = json!({ "name": "Fabric", "git_repository": "acme", "branch": "a..b", "gitops_directory": "/a/../b" });
    let answer = ada.post("/api/plan", &wrong).await;
    assert_eq!(answer.status, 400);
    let fields: Vec<_> = answer.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        ["name", "git_repository", "branch", "gitops_directory"]
    );
    assert!(world.standin.requests().is_empty());
}

#[tokio::test]
async fn bodies_that_are_no_json_or_too_large_are_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let large = json!({ "name": "a".repeat(300_000) });
    assert_eq!(ada.post("/api/plan", &large).await.status, 413);
    let answer = ada.post("/api/plan", &json!([])).await;
    assert_eq!((answer.status, answer.text("code")), (400, "invalid_json"));
}
