//! What happens when the branch is no longer the one that was approved.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

#[tokio::test]
async fn a_head_moved_outside_the_directory_needs_no_new_approval() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops/fabric-1")).await;
    let theirs = world.push("main", &[("docs/elsewhere.md", Some("new\n".into()))]);
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    assert_eq!(world.standin.requests().len(), 2);
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD^"]),
        theirs,
        "committed on top of the other push"
    );
    assert_eq!(
        clone.git(&["rev-parse", "HEAD:gitops/fabric-1"]),
        body["approval"]["tree"].as_str().unwrap()
    );
    assert!(clone.files(".").contains_key("docs/elsewhere.md"));
}

#[tokio::test]
async fn a_commit_between_query_and_write_is_built_upon() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops/fabric-1")).await;
    world.fault(json!({
        "match": { "graphql_contains": "createCommitOnBranch" },
        "action": { "move_head": { "repository": "acme/network", "branch": "main", "files": { "docs/race.md": "raced\n" }, "message": "Race" } }
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    assert_eq!(
        answer.body["operation"]["github_requests"], 4,
        "query, stale write, query, write"
    );
    let clone = world.clone("acme/network", "main");
    assert_eq!(clone.git(&["log", "-1", "--format=%s", "HEAD^"]), "Race");
    assert!(clone.files(".").contains_key("docs/race.md"));
}

#[tokio::test]
async fn a_creation_that_others_always_overtake_leaves_nothing() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops/fabric-1")).await;
    world.fault(json!({
        "match": { "graphql_contains": "createCommitOnBranch" },
        "times": 6,
        "action": { "move_head": { "repository": "acme/network", "branch": "main", "files": { "docs/race.md": "raced\n" }, "message": "Race" } }
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "head_moved"),
        "{answer:?}"
    );
    assert_eq!(world.host.fabrics(), 0);
    let again = ada.create(&fabric("gitops/fabric-1")).await;
    assert_eq!(again.status, 201, "{again:?}");
}

#[tokio::test]
async fn a_directory_changed_since_the_approval_is_refused_with_the_new_snapshot() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops/fabric-1")).await;
    let theirs = world.push(
        "main",
        &[(
            "gitops/fabric-1/raw/pending/vpc.yaml",
            Some("kind: VPC\n".into()),
        )],
    );
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "directory_changed"),
        "{answer:?}"
    );
    let snapshot = &answer.body["snapshot"];
    assert_eq!(snapshot["head"], theirs.as_str());
    let listings = snapshot["listings"].as_array().unwrap();
    assert!(
        listings
            .iter()
            .any(|listing| listing["path"] == "gitops/fabric-1/raw/pending"),
        "the page can diff at once"
    );
    assert_eq!(
        (world.head("main"), world.host.fabrics()),
        (theirs, 0),
        "nothing written, nothing stored"
    );
}

#[tokio::test]
async fn a_directory_that_changes_between_query_and_write_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops/fabric-1")).await;
    world.fault(json!({
        "match": { "graphql_contains": "createCommitOnBranch" },
        "action": { "move_head": { "repository": "acme/network", "branch": "main", "files": { "gitops/fabric-1/raw/README.md": "mine\n" }, "message": "Race" } }
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "directory_changed"),
        "{answer:?}"
    );
    assert_eq!(world.host.fabrics(), 0);
    assert_eq!(
        world
            .clone("acme/network", "main")
            .git(&["log", "-1", "--format=%s"]),
        "Race"
    );
    let again = ada.create(&fabric("gitops/fabric-1")).await;
    assert_eq!(
        again.status, 201,
        "the directory was not left claimed: {again:?}"
    );
}

#[tokio::test]
async fn force_does_not_overwrite_a_readme_changed_since_the_approval() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", Some("seen\n".into()))]);
    let mut forced = fabric("gitops");
    forced["force"] = json!(true);
    let body = ada.approve(&forced).await;
    let theirs = world.push("main", &[("gitops/raw/README.md", Some("unseen\n".into()))]);
    let answer = ada
        .post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "directory_changed"),
        "{answer:?}"
    );
    assert_eq!(world.head("main"), theirs);
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        record.text("gitops_directory_status"),
        "initialized",
        "a refusal leaves the state as it was"
    );
}

#[tokio::test]
async fn an_approval_of_an_unknown_head_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    body["approval"]["head"] = json!("1111111111111111111111111111111111111111");
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "directory_changed")
    );
    body["approval"]["head"] = Value::Null;
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.status, 201,
        "a directory that did not exist then does not exist now: {answer:?}"
    );
}

#[tokio::test]
async fn at_the_root_a_push_outside_the_three_roots_needs_no_new_approval() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("/")).await;
    world.push("main", &[("Makefile", Some("all:\n".into()))]);
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    let other = ada.create(&fabric("fabrics/two")).await;
    assert_eq!(
        other.status, 201,
        "`/` reserves only its three roots: {other:?}"
    );
}
