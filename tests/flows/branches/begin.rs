//! A branch that does not exist: it begins from the default branch, and appears only with the whole commit on it.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

fn wanted() -> Value {
    let mut wanted = fabric("gitops/fabric-1");
    wanted["branch"] = json!("fabrics/next");
    wanted
}

#[tokio::test]
async fn the_snapshot_names_the_base_of_a_missing_branch() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let answer = ada
        .get("/api/snapshot?repository=acme/network&branch=fabrics/next&directory=fabrics")
        .await;
    assert_eq!(answer.body["head"], Value::Null);
    assert_eq!(
        answer.body["base"],
        json!({ "branch": "main", "head": world.head("main") })
    );
    let listings = answer.body["listings"].as_array().unwrap();
    assert!(listings.iter().any(|listing| listing["path"] == "fabrics"));
    let plan = ada.post("/api/plan", &wanted()).await;
    assert_eq!(plan.body["approval"]["head"], world.head("main").as_str());
    assert_eq!(plan.body["base"]["branch"], "main");
}

#[tokio::test]
async fn the_branch_appears_with_one_commit_on_the_default_branch() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let main = world.head("main");
    let body = ada.approve(&wanted()).await;
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    let paths: Vec<String> = world
        .standin
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .collect();
    assert_eq!(
        paths[paths.len() - 3..],
        [
            "POST /repos/acme/network/git/trees",
            "POST /repos/acme/network/git/commits",
            "POST /repos/acme/network/git/refs"
        ],
        "the branch comes last"
    );
    let clone = world.clone("acme/network", "fabrics/next");
    assert_eq!(clone.git(&["rev-parse", "HEAD^"]), main);
    assert_eq!(
        clone.git(&["rev-parse", "HEAD:gitops/fabric-1"]),
        body["approval"]["tree"].as_str().unwrap()
    );
    assert_eq!(
        clone
            .git(&["ls-tree", "HEAD", "scripts/check"])
            .split(' ')
            .next(),
        Some("100755"),
        "what was there keeps its modes"
    );
    assert_eq!(world.head("main"), main, "the default branch is as it was");
}

#[tokio::test]
async fn nothing_is_visible_where_a_step_before_the_branch_fails() {
    for (path, status) in [("git/trees", 403), ("git/commits", 422), ("git/refs", 422)] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&wanted()).await;
        world.fault(json!({
            "match": { "path_contains": path, "method": "POST" },
            "action": { "status": status, "body": { "message": "No" } }
        }));
        let answer = ada.post("/api/fabrics", &body).await;
        let expected = if status == 403 { 403 } else { 409 };
        assert_eq!(answer.status, expected, "{path}: {answer:?}");
        assert_eq!(world.host.fabrics(), 0, "{path}");
        let repo = world.standin.repo("acme/network").unwrap();
        assert_eq!(repo.head("fabrics/next"), None, "{path}");
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(answer.text("gitops_directory_status"), "initialized");
    }
}

#[tokio::test]
async fn a_tree_that_is_not_the_approved_one_never_becomes_visible() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&wanted()).await;
    let other = world.standin.repo("acme/network").unwrap();
    let other = other.git(&["rev-parse", "main^{tree}"]).unwrap();
    world.fault(json!({
        "match": { "path_contains": "git/trees", "method": "POST" },
        "action": { "status": 201, "body": { "sha": other.trim(), "url": "", "truncated": false, "tree": [] } }
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "tree_mismatch"),
        "{answer:?}"
    );
    let repo = world.standin.repo("acme/network").unwrap();
    assert_eq!(repo.head("fabrics/next"), None);
}

#[tokio::test]
async fn a_branch_created_meanwhile_is_built_upon() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&wanted()).await;
    let theirs = world.push("fabrics/next", &[("docs/theirs.md", Some("x\n".into()))]);
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    let clone = world.clone("acme/network", "fabrics/next");
    assert_eq!(clone.git(&["rev-parse", "HEAD^"]), theirs);
}

#[tokio::test]
async fn a_missing_branch_is_never_valid() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let answer = ada.create(&wanted()).await;
    let id = answer.text("id").to_owned();
    let repo = world.standin.repo("acme/network").unwrap();
    repo.git(&["update-ref", "refs/heads/main", "refs/heads/fabrics/next"])
        .unwrap();
    repo.delete_branch("fabrics/next").unwrap();
    let report = ada.validate(&id).await;
    assert_eq!(report.body["valid"], false, "{report:?}");
    assert_eq!(report.body["head"], Value::Null);
}
