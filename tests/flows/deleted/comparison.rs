//! From which tree a comparison begins, and when the next one begins at a later one.

use flows::World;
use serde_json::{Value, json};

use super::{add, deleted, made_with, meant, paths, remove, same};
use crate::backup::{backup, restore, with_key};
use crate::fabric;

pub(super) fn tree_fault(tree: &Value, times: u32, action: Value) -> Value {
    let path = format!("/repos/acme/network/git/trees/{}", tree.as_str().unwrap());
    json!({ "match": { "method": "GET", "path": path }, "times": times, "action": action })
}

/// A fabric with a file of a person, which was looked at, and the tree of then.
pub(super) async fn with_file(world: &World) -> (flows::Person<'_>, String, Value) {
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(world, &ada, &["gitops/raw/a.yaml", "gitops/raw/b.yaml"]).await;
    let tree = ada.get(&format!("/api/fabrics/{id}")).await.body["tree"].clone();
    (ada, id, tree)
}

#[tokio::test]
async fn what_cannot_be_compared_now_is_compared_by_the_next_look() {
    let cut = json!({ "sha": "0".repeat(40), "tree": [], "truncated": true });
    let refused = json!({ "status": 403, "body": { "message": "Resource not accessible" } });
    for (action, reason) in [
        (json!({ "status": 502 }), "no_answer"),
        (refused, "no_answer"),
        (json!({ "status": 200, "body": cut }), "too_large"),
        (json!({ "status": 200, "body": {} }), "not_understood"),
    ] {
        let world = World::with_fast_clock();
        let (ada, id, tree) = with_file(&world).await;
        remove(&world, &["gitops/raw/a.yaml"]);
        world.fault(tree_fault(&tree, 4, action.clone()));
        assert_eq!(ada.validate(&id).await.status, 200);
        let told = deleted(&ada, &id).await;
        assert_eq!((told.len(), &told[0]["uncompared"]), (1, &json!(reason)));
        world.standin.forget_faults();
        if reason != "no_answer" {
            add(&world, &["gitops/raw/c.yaml"]);
        }
        ada.validate(&id).await;
        assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"], "{action}");
        assert_eq!(deleted(&ada, &id).await.len(), 1, "{action}");
    }
}

#[tokio::test]
async fn whose_commit_it_was_is_asked_again_where_github_did_not_say() {
    let world = World::with_fast_clock();
    let (ada, id, _) = with_file(&world).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    let gone = world.head("main");
    add(&world, &["gitops/raw/c.yaml"]);
    world.fault(
        json!({ "match": { "operation": "LastCommits" }, "times": 4, "action": { "status": 502 } }),
    );
    ada.validate(&id).await;
    assert_eq!(deleted(&ada, &id).await[0]["commit"], Value::Null);
    world.standin.forget_faults();
    let path = format!("/api/fabrics/{id}");
    let seen = json!({ "deletions_meant_until": ada.get(&path).await.body["version"] });
    ada.validate(&id).await;
    let told = deleted(&ada, &id).await;
    assert_eq!((told.len(), &told[0]["commit"]["id"]), (1, &json!(gone)));
    assert!(told[0].get("is_open").is_none(), "{told:?}");
    // That the commit is known now makes nothing new of it: who saw it before may say that it was meant.
    let validate = format!("{path}/validate-gitops");
    assert_eq!(ada.post(&validate, &seen).await.status, 200);
    assert!(deleted(&ada, &id).await.is_empty());
}

#[tokio::test]
async fn what_was_meant_is_recorded_or_nothing_is() {
    let world = World::with_fast_clock();
    let (ada, id, _) = with_file(&world).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    ada.validate(&id).await;
    let path = format!("/api/fabrics/{id}");
    let validate = format!("{path}/validate-gitops");
    let version = ada.get(&path).await.body["version"].clone();
    let body = json!({ "deletions_meant_until": version });
    let history = async || ada.get(&format!("{path}/history")).await.text;
    // While somebody writes the record is theirs to change: the answer says so, and the history nothing of it.
    world.push("main", &[("gitops/raw/README.md", None)]);
    let mut asked = fabric("gitops");
    asked["repair"] = json!(true);
    let plan = ada.post("/api/plan", &asked).await;
    let change = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    world.fault(
        json!({ "match": { "operation": "Commit" }, "action": { "delay_ms": World::HELD_MS } }),
    );
    let repair = format!("{path}/repair");
    let (repaired, refused) = tokio::join!(ada.post(&repair, &change), async {
        ada.sees_a_write(&id).await;
        let refused = ada.post(&validate, &body).await;
        world.release();
        refused
    });
    assert_eq!(repaired.status, 200, "{repaired:?}");
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "operation_in_progress")
    );
    assert!(!history().await.contains("meant"));
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
    // What cannot be compared takes nothing from what a person says of what they saw.
    let tree = ada.get(&path).await.body["tree"].clone();
    add(&world, &["gitops/raw/c.yaml"]);
    remove(&world, &["gitops/raw/b.yaml"]);
    world.fault(tree_fault(&tree, 3, json!({ "status": 502 })));
    let answer = ada.post(&validate, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(paths(&ada, &id).await.is_empty());
    assert!(history().await.contains("\"meant\":1"));
    world.standin.forget_faults();
    add(&world, &["gitops/raw/d.yaml"]);
    ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["raw/b.yaml"]);
}

#[tokio::test]
async fn what_moved_by_force_or_is_gone_with_its_directory_is_told() {
    // The branch is set back to before the file, whose commit is no longer on it.
    let world = World::with_fast_clock();
    world.host.advance(10_000);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let before = world.head("main");
    add(&world, &["gitops/raw/a.yaml"]);
    ada.validate(&id).await;
    let last = world.head("main");
    let repository = world.standin.repo("acme/network").unwrap();
    repository
        .git(&["update-ref", "refs/heads/main", &before])
        .unwrap();
    ada.validate(&id).await;
    let told = deleted(&ada, &id).await;
    assert_eq!(told[0]["paths"], json!(["raw/a.yaml"]), "{told:?}");
    assert_eq!(
        (&told[0]["commit"], &told[0]["kept_in"]),
        (&Value::Null, &json!(last))
    );
    // The whole directory is gone: the layout is missing, and what people had is told.
    let world = World::new();
    let (ada, id, _) = with_file(&world).await;
    let all = ada.approve(&fabric("gitops")).await["files"].clone();
    let all: Vec<String> = all.as_object().unwrap().keys().cloned().collect();
    let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
    all.extend(["gitops/raw/a.yaml", "gitops/raw/b.yaml"]);
    remove(&world, &all);
    ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml", "raw/b.yaml"]);
    let status = ada.get(&format!("/f/{id}/status.json")).await;
    let sentence = status.body["verdict"]["sentence"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        sentence.ends_with("are missing, and 2 files were deleted."),
        "{sentence}"
    );
    // A repair brings the layout, and not what people had.
    let mut asked = fabric("gitops");
    asked["repair"] = json!(true);
    let plan = ada.post("/api/plan", &asked).await;
    assert_eq!(plan.body["deleted"][0]["count"], 2, "{plan:?}");
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
    let status = ada.get(&format!("/f/{id}/status.json")).await;
    assert_eq!(status.body["verdict"]["sentence"], "2 files were deleted.");
}

#[tokio::test]
async fn a_root_directory_is_its_three_roots_and_twins_do_not_stand_for_each_other() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("/")).await;
    same(
        &world,
        &["raw/a.yaml", "raw/b.yaml", "src/main.rs", "raw/moves.yaml"],
    );
    add(&world, &["managed/vpcs/a.yaml", "notes.txt"]);
    ada.validate(&id).await;
    remove(
        &world,
        &[
            "raw/a.yaml",
            "managed/vpcs/a.yaml",
            "src/main.rs",
            "notes.txt",
        ],
    );
    ada.validate(&id).await;
    assert_eq!(
        paths(&ada, &id).await,
        ["managed/vpcs/a.yaml", "raw/a.yaml"]
    );
    let told = deleted(&ada, &id).await;
    assert_eq!(told[0]["commit"]["id"], world.head("main"));
}

#[tokio::test]
async fn a_move_and_another_branch_take_along_what_was_deleted() {
    let world = World::new();
    let (ada, id, _) = with_file(&world).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    // Nobody looked between the deletion and the move.
    let mut asked = fabric("gitops");
    asked["to"] = json!({ "gitops_directory": "sites/east" });
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "gitops_directory": "sites/east", "approval": plan.body["approval"] });
    let path = format!("/api/fabrics/{id}");
    let moved = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
    ada.validate(&id).await;
    assert_eq!(
        paths(&ada, &id).await,
        ["raw/a.yaml"],
        "and what moved is not"
    );
    // A branch that is there follows, and holds neither; one more is gone from it meanwhile.
    let repository = world.standin.repo("acme/network").unwrap();
    repository.git(&["branch", "trunk", "main"]).unwrap();
    let mut asked = fabric("sites/east");
    asked["to"] = json!({ "branch": "trunk" });
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "branch": "trunk", "approval": plan.body["approval"] });
    let followed = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(followed.status, 200, "{followed:?}");
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
    let back = ("sites/east/raw/a.yaml", Some("back: 1\n".into()));
    world.push("trunk", &[back]);
    ada.validate(&id).await;
    assert!(deleted(&ada, &id).await.is_empty());
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_and_a_backup_lose_no_deletion() {
    let mut world = World::with_fast_clock();
    with_key(&mut world);
    let (ada, id, _) = with_file(&world).await;
    let lines = backup(&world).await;
    world.push(
        "main",
        &[("gitops/raw/a.yaml", None), ("gitops/raw/README.md", None)],
    );
    let mut asked = fabric("gitops");
    asked["repair"] = json!(true);
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    world.fault(json!({ "match": { "operation": "Commit" }, "action": { "drop": "after" } }));
    world.fault(
        json!({ "match": { "operation": "History" }, "times": 9, "action": { "status": 502 } }),
    );
    let lost = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
    assert_eq!(lost.body["operation"]["outcome"], "unconfirmed", "{lost:?}");
    world.standin.forget_faults();
    ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
    // Elsewhere the line of before knows what the directory held then.
    let host = flows::NativeHost::new(world.standin.url());
    world.host = host.watching(&world.standin).with_fast_clock().shared();
    with_key(&mut world);
    restore(&world, &lines).await;
    let ada = world.sign_in("standin-admin").await;
    ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
}

#[tokio::test]
async fn more_than_a_record_lists_is_counted_and_known_to_be_back() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let all: Vec<String> = (0..510)
        .map(|number| format!("gitops/raw/{number:03}.yaml"))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let id = made_with(&world, &ada, &all).await;
    remove(&world, &all);
    ada.validate(&id).await;
    let told = deleted(&ada, &id).await;
    assert_eq!((told.len(), &told[0]["count"]), (1, &json!(510)));
    assert_eq!(told[0]["paths"].as_array().unwrap().len(), 500);
    let found_in = told[0]["found_in"].clone();
    // What comes back of what is not listed counts, and all is told by the same commit still.
    add(&world, &all[505..]);
    ada.validate(&id).await;
    let told = deleted(&ada, &id).await;
    assert_eq!(told[0]["count"], 505, "{:?}", told[0]["count"]);
    assert_eq!(told[0]["found_in"], found_in);
    // One more goes: whoever saw the record of before says nothing of it.
    let version = ada.get(&format!("/api/fabrics/{id}")).await.body["version"].clone();
    remove(&world, &all[509..]);
    ada.validate(&id).await;
    let body = json!({ "deletions_meant_until": version });
    let late = ada
        .post(&format!("/api/fabrics/{id}/validate-gitops"), &body)
        .await;
    assert_eq!(late.status, 400, "{late:?}");
    assert_eq!(late.body["errors"][0]["field"], "deletions_meant_until");
    let total: u64 = deleted(&ada, &id)
        .await
        .iter()
        .map(|told| told["count"].as_u64().unwrap())
        .sum();
    assert_eq!(total, 506);
    assert_eq!(meant(&ada, &id).await.status, 200);
    assert!(deleted(&ada, &id).await.is_empty());
    remove(&world, &all[508..509]);
    ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["raw/508.yaml"]);
}
