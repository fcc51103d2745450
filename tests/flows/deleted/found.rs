//! What counts as deleted, and whose commit it is.

use flows::{Person, World};
use serde_json::{Value, json};

use super::{add, deleted, made_with, meant, paths, remove, same};
use crate::fabric;

async fn made(ada: &Person<'_>, directory: &str) -> String {
    ada.created(&fabric(directory)).await
}

async fn verdict(ada: &Person<'_>, id: &str) -> Value {
    ada.get(&format!("/f/{id}/status.json")).await.body["verdict"].clone()
}

#[tokio::test]
async fn a_copy_that_was_there_before_is_no_move() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made(&ada, "/").await;
    same(&world, &["managed/vpcs/a.yaml", "unmanaged/old/a.yaml"]);
    ada.validate(&id).await;
    remove(&world, &["managed/vpcs/a.yaml"]);
    ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["managed/vpcs/a.yaml"]);
}

#[tokio::test]
async fn one_new_path_stands_for_one_lost_file_and_yaml_beside_the_roots_counts() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made(&ada, "gitops").await;
    same(&world, &["gitops/raw/a.yaml", "gitops/raw/b.yaml"]);
    let beside = ["gitops/vpcs/x.yaml", "gitops/y.json", "gitops/notes.txt"];
    add(&world, &beside);
    ada.validate(&id).await;
    let moved = Some("same: 1\n".into());
    let gone = ["gitops/raw/a.yaml", "gitops/raw/b.yaml"];
    let mut files: Vec<_> = gone
        .iter()
        .chain(&beside)
        .map(|path| (*path, None))
        .collect();
    files.push(("gitops/unmanaged/b.yaml", moved));
    world.push("main", &files);
    ada.validate(&id).await;
    assert_eq!(
        paths(&ada, &id).await,
        ["raw/a.yaml", "vpcs/x.yaml", "y.json"]
    );
}

#[tokio::test]
async fn a_pull_request_hides_nothing_that_was_deleted() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &["gitops/raw/a.yaml"]).await;
    remove(&world, &["gitops/raw/a.yaml", "gitops/raw/README.md"]);
    let mut asked = fabric("gitops");
    asked["repair"] = json!(true);
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"], "mode": "pull_request" });
    let proposed = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
    assert!(
        proposed.body["pull_request_url"].is_string(),
        "{proposed:?}"
    );
    ada.validate(&id).await;
    let verdict = verdict(&ada, &id).await;
    assert_eq!(
        (verdict["code"].clone(), verdict["sentence"].clone()),
        ("needs_you".into(), "1 file was deleted.".into())
    );
}

#[tokio::test]
async fn whose_commit_it_was_is_asked_of_the_commit_that_was_compared() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &["gitops/raw/a.yaml"]).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    let gone = world.head("main");
    add(&world, &["gitops/raw/c.yaml"]);
    world.fault(json!({ "match": { "operation": "LastCommits" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    tokio::join!(ada.validate(&id), async {
        world.is_asked("LastCommits").await;
        add(&world, &["gitops/raw/a.yaml"]);
        world.release();
    });
    let told = deleted(&ada, &id).await;
    assert_eq!(told[0]["commit"]["id"], gone.as_str(), "{told:?}");
    // It is back, and goes again.
    ada.validate(&id).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    add(&world, &["gitops/raw/d.yaml"]);
    // What GitHub does not find, or finds in another repository, is not told.
    for found in [
        json!({ "databaseId": 1, "object": { "p0": { "nodes": [] } } }),
        Value::Null,
    ] {
        let body = json!({ "data": { "repository": found } });
        world.fault(json!({ "match": { "operation": "LastCommits" }, "times": 1, "action": { "status": 200, "body": body } }));
        ada.validate(&id).await;
        let told = deleted(&ada, &id).await;
        assert_eq!(told[0]["is_open"], true, "{told:?}");
    }
}

#[tokio::test]
async fn what_a_merge_deleted_has_an_author_to_the_last_file() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let all: Vec<String> = (0..103)
        .map(|number| format!("gitops/raw/{number:03}.yaml"))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let id = made_with(&world, &ada, &all).await;
    let before = world.head("main");
    remove(&world, &all);
    let side = world.head("main");
    let repository = world.standin.repo("acme/network").unwrap();
    let tree = format!("{side}^{{tree}}");
    let merge = repository
        .git(&[
            "-c",
            "user.name=Merger",
            "-c",
            "user.email=merger@example.com",
            "commit-tree",
            &tree,
            "-p",
            &before,
            "-p",
            &side,
            "-m",
            "Merge it",
        ])
        .unwrap();
    let merge = merge.trim();
    repository
        .git(&["update-ref", "refs/heads/main", merge])
        .unwrap();
    ada.validate(&id).await;
    let told = deleted(&ada, &id).await;
    let told: Vec<_> = told
        .iter()
        .map(|told| (told["commit"]["id"].clone(), told["count"].clone()))
        .collect();
    assert_eq!(told, [(json!(side), json!(100)), (json!(merge), json!(3))]);
}

#[tokio::test]
async fn after_a_move_that_was_not_compared_the_old_place_is_told() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &["gitops/raw/a.yaml"]).await;
    let path = format!("/api/fabrics/{id}");
    let tree = ada.get(&path).await.body["tree"].clone();
    remove(&world, &["gitops/raw/a.yaml"]);
    let gone = world.head("main");
    let mut asked = fabric("gitops");
    asked["to"] = json!({ "gitops_directory": "sites/east" });
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "gitops_directory": "sites/east", "approval": plan.body["approval"] });
    let at = format!("/repos/acme/network/git/trees/{}", tree.as_str().unwrap());
    world.fault(json!({ "match": { "method": "GET", "path": at }, "times": 9, "action": { "status": 502 } }));
    let moved = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(deleted(&ada, &id).await[0]["uncompared"], "no_answer");
    world.standin.forget_faults();
    ada.validate(&id).await;
    let told = &deleted(&ada, &id).await[0];
    assert_eq!(
        (&told["commit"]["id"], &told["directory"]),
        (&json!(gone), &json!("gitops"))
    );
}

#[tokio::test]
async fn what_was_meant_is_what_the_record_told() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &["gitops/raw/a.yaml"]).await;
    let path = format!("/api/fabrics/{id}");
    let validate = format!("{path}/validate-gitops");
    let before = ada.get(&path).await.body["version"].as_u64().unwrap();
    remove(&world, &["gitops/raw/a.yaml"]);
    ada.validate(&id).await;
    // What they saw told nothing of it, or they cannot have seen it.
    for version in [before, before + 100] {
        let body = json!({ "deletions_meant_until": version });
        let answer = ada.post(&validate, &body).await;
        assert_eq!(answer.status, 400, "{version}: {answer:?}");
        assert_eq!(answer.body["errors"][0]["field"], "deletions_meant_until");
    }
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
    assert_eq!(meant(&ada, &id).await.status, 200);
    assert!(deleted(&ada, &id).await.is_empty());
}

#[tokio::test]
async fn a_renamed_branch_goes_on_where_the_old_one_was_compared() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &["gitops/raw/a.yaml"]).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    add(&world, &["gitops/raw/c.yaml"]);
    let repository = world.standin.repo("acme/network").unwrap();
    repository.git(&["branch", "-m", "main", "trunk"]).unwrap();
    let mut asked = fabric("gitops");
    asked["to"] = json!({ "branch": "trunk" });
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "branch": "trunk", "approval": plan.body["approval"] });
    let followed = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(followed.status, 200, "{followed:?}");
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
}

#[tokio::test]
async fn neither_a_first_pull_request_nor_a_draft_hides_what_was_deleted() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    add(&world, &["gitops/raw/a.yaml"]);
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    let made = ada.post("/api/fabrics", &body).await;
    let id = made.text("id").to_owned();
    ada.validate(&id).await;
    assert_eq!(verdict(&ada, &id).await["code"], "waiting_for_merge");
    remove(&world, &["gitops/raw/a.yaml"]);
    ada.validate(&id).await;
    let lost = (json!("needs_you"), json!("1 file was deleted."));
    let now = verdict(&ada, &id).await;
    assert_eq!((now["code"].clone(), now["sentence"].clone()), lost);
    // Without the pull request it is a draft, of which nothing was ever there but what people had.
    let url = format!("{}/repos/acme/network/pulls/1", world.standin.url());
    let closed = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .patch(url)
        .header("user-agent", "test")
        .header("authorization", "Bearer standin-admin")
        .body("{\"state\":\"closed\"}");
    assert!(closed.send().await.unwrap().status().is_success());
    ada.validate(&id).await;
    let now = verdict(&ada, &id).await;
    assert_eq!((now["code"].clone(), now["sentence"].clone()), lost);
    assert_eq!(meant(&ada, &id).await.status, 200);
    assert_eq!(verdict(&ada, &id).await["code"], "draft");
}

#[tokio::test]
async fn a_word_that_it_was_meant_is_json_or_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &["gitops/raw/a.yaml"]).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    ada.validate(&id).await;
    let path = format!("/api/fabrics/{id}");
    let version = ada.get(&path).await.body["version"].clone();
    let body = json!({ "deletions_meant_until": version }).to_string();
    let validate = format!("{path}/validate-gitops");
    let send = async |kind: Option<&str>, body: &str| {
        let kind = kind.map(|kind| ("content-type", kind));
        let headers: Vec<_> = kind.into_iter().chain([("cookie", ada.cookie())]).collect();
        world.send_text("POST", &validate, &headers, body).await
    };
    for kind in [None, Some("text/plain"), Some("application/jsonl")] {
        let refused = send(kind, &body).await;
        assert_eq!(
            (refused.status, refused.text("code")),
            (400, "invalid_json"),
            "{kind:?}"
        );
    }
    // What clients send that say nothing of it is not looked at.
    assert_eq!(send(Some("text/plain"), "go").await.status, 200);
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
    let kind = Some("application/json; charset=utf-8");
    assert_eq!(send(kind, &body).await.status, 200);
    assert!(deleted(&ada, &id).await.is_empty());
}
