//! What people deleted is told, by whom and in which commit, until it is back or somebody who may push says that it was meant.

mod authors;
mod comparison;
mod everywhere;
mod found;
mod moved_out;
mod planned;
mod uncompared;

use flows::{Person, World, fields_of};
use serde_json::{Value, json};

use crate::fabric;

/// What the record tells deleted.
async fn deleted(ada: &Person<'_>, id: &str) -> Vec<Value> {
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    record.body["deleted"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// Its paths, below the directory.
async fn paths(ada: &Person<'_>, id: &str) -> Vec<String> {
    let groups = deleted(ada, id).await;
    let paths = groups
        .iter()
        .flat_map(|group| group["paths"].as_array().unwrap());
    let mut paths: Vec<String> = paths
        .map(|path| path.as_str().unwrap().to_owned())
        .collect();
    paths.sort();
    paths
}

/// Says that all that the record tells was meant.
async fn meant(ada: &Person<'_>, id: &str) -> flows::Answer {
    let path = format!("/api/fabrics/{id}");
    let version = ada.get(&path).await.body["version"].clone();
    let body = json!({ "deletions_meant_until": version });
    ada.post(&format!("{path}/validate-gitops"), &body).await
}

/// Makes files, each with its own content.
fn add(world: &World, paths: &[&str]) {
    let files: Vec<_> = paths
        .iter()
        .map(|path| (*path, Some(format!("{path}: 1\n").as_str().into())))
        .collect();
    world.push("main", &files);
}

/// Makes files with the same content.
fn same(world: &World, paths: &[&str]) {
    let files: Vec<_> = paths
        .iter()
        .map(|path| (*path, Some("same: 1\n".into())))
        .collect();
    world.push("main", &files);
}

/// A fabric in `gitops/` in which files of people were seen.
async fn made_with(world: &World, ada: &Person<'_>, paths: &[&str]) -> String {
    let id = ada.created(&fabric("gitops")).await;
    add(world, paths);
    ada.validate(&id).await;
    id
}

fn remove(world: &World, paths: &[&str]) {
    let files: Vec<_> = paths.iter().map(|path| (*path, None)).collect();
    world.push("main", &files);
}

#[tokio::test]
async fn what_was_deleted_needs_somebody_until_it_is_back_or_was_meant() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let rhea = world.sign_in("standin-reader").await;
    let id = ada.created(&fabric("gitops")).await;
    let record = format!("/api/fabrics/{id}");
    let validate = format!("{record}/validate-gitops");
    let (vpc, raw) = ("gitops/managed/vpcs/a.yaml", "gitops/raw/pending/b.yaml");
    world.push(
        "main",
        &[(vpc, Some("a: 1\n".into())), (raw, Some("b: 1\n".into()))],
    );
    ada.validate(&id).await;
    world.push(
        "main",
        &[
            (vpc, None),
            (raw, None),
            ("gitops/notes.txt", Some("n\n".into())),
        ],
    );
    let gone = world.head("main");
    let report = ada.validate(&id).await;
    let found = fields_of(&report.body["findings"], &["severity", "code", "path"]);
    assert_eq!(found[0], format!("warning deleted {vpc}"));
    assert_eq!(found[1], format!("warning deleted {raw}"));
    let status = async || ada.get(&format!("/f/{id}/status.json")).await.body["verdict"].clone();
    let told = async || {
        let told = ada.get(&record).await.body["deleted"].clone();
        told.as_array().map_or(0, |told| {
            told.iter()
                .map(|told| told["count"].as_u64().unwrap_or(0))
                .sum()
        })
    };
    let deleted = ada.get(&record).await.body["deleted"].clone();
    assert_eq!(deleted[0]["commit"]["id"], gone.as_str());
    assert!(deleted[0]["commit"]["author"].is_string(), "{deleted}");
    assert!(deleted[0]["commit"]["parent"].is_string(), "{deleted}");
    assert_eq!(status().await["sentence"], "2 files were deleted.");
    assert_eq!(status().await["code"], "needs_you");
    // Neither another look, nor an unrelated change, nor a reader clears it.
    ada.validate(&id).await;
    world.push("main", &[("gitops/raw/c.yaml", Some("c: 1\n".into()))]);
    ada.validate(&id).await;
    let version = ada.get(&record).await.body["version"].clone();
    let meant = json!({ "deletions_meant_until": version });
    assert_eq!(rhea.post(&validate, &meant).await.status, 403);
    assert_eq!(told().await, 2);
    // One is back, with other content.
    world.push("main", &[(vpc, Some("a: 2\n".into()))]);
    ada.validate(&id).await;
    assert_eq!(status().await["sentence"], "1 file was deleted.");
    // What is deleted later is not cleared unseen.
    let version = ada.get(&record).await.body["version"].clone();
    let meant = json!({ "deletions_meant_until": version });
    world.push("main", &[(vpc, None)]);
    ada.validate(&id).await;
    assert_eq!(ada.post(&validate, &meant).await.status, 200);
    let left = ada.get(&record).await.body["deleted"].clone();
    assert_eq!(left[0]["paths"], json!(["managed/vpcs/a.yaml"]));
    let version = ada.get(&record).await.body["version"].clone();
    let answer = ada
        .post(&validate, &json!({ "deletions_meant_until": version }))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (told().await, status().await["code"].clone()),
        (0, "healthy".into())
    );
    let history = ada.get(&format!("{record}/history")).await;
    assert!(history.text.contains("\"meant\":1"), "{history:?}");
}

#[tokio::test]
async fn what_was_moved_or_edited_is_not_lost_and_each_commit_is_told_as_its_own() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let files = ["raw/a.yaml", "raw/b.yaml", "raw/c.yaml", "raw/d.yaml"];
    let push = |content: fn(&str) -> Option<String>, files: &[&str]| {
        for file in files {
            let path = format!("gitops/{file}");
            world.push(
                "main",
                &[(
                    path.as_str(),
                    content(file).map(|text| text.as_str().into()),
                )],
            );
        }
    };
    push(|file| Some(format!("{file}: 1\n")), &files);
    ada.validate(&id).await;
    push(|_| None, &["raw/a.yaml", "raw/b.yaml", "raw/c.yaml"]);
    world.push(
        "main",
        &[
            ("gitops/unmanaged/c.yaml", Some("raw/c.yaml: 1\n".into())),
            ("gitops/raw/d.yaml", Some("edited\n".into())),
        ],
    );
    ada.validate(&id).await;
    let deleted = ada.get(&format!("/api/fabrics/{id}")).await.body["deleted"].clone();
    let deleted = deleted.as_array().unwrap().clone();
    assert_eq!(deleted.len(), 2, "{deleted:?}");
    assert_ne!(deleted[0]["commit"]["id"], deleted[1]["commit"]["id"]);
    assert_eq!(deleted[0]["paths"], json!(["raw/a.yaml"]));
    assert_eq!(deleted[1]["paths"], json!(["raw/b.yaml"]));
}

#[tokio::test]
async fn a_write_tells_what_was_deleted_before_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/a.yaml", Some("a: 1\n".into()))]);
    ada.validate(&id).await;
    world.push(
        "main",
        &[
            ("gitops/raw/a.yaml", None),
            ("gitops/unmanaged/README.md", None),
        ],
    );
    let mut asked = fabric("gitops");
    asked["repair"] = json!(true);
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    let repaired = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
    assert_eq!(repaired.status, 200, "{repaired:?}");
    let deleted = ada.get(&format!("/api/fabrics/{id}")).await.body["deleted"].clone();
    assert_eq!(deleted[0]["paths"], json!(["raw/a.yaml"]), "{deleted}");
}

#[tokio::test]
async fn an_edited_readme_and_a_file_beside_the_roots_are_no_problem_anywhere() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut edited = fabric("sites/zeta");
    edited["name"] = json!("zeta");
    let first = ada.created(&edited).await;
    world.push(
        "main",
        &[
            ("sites/zeta/raw/README.md", Some("edited\n".into())),
            ("sites/zeta/notes.txt", Some("note\n".into())),
        ],
    );
    ada.validate(&first).await;
    let verdict = ada.get(&format!("/f/{first}/status.json")).await.body["verdict"].clone();
    assert_eq!(verdict["code"], "healthy");
    let mut second = fabric("sites/alpha");
    second["name"] = json!("alpha");
    ada.created(&second).await;
    let list = ada.get("/api/fabrics").await;
    assert_eq!(
        list.body["fabrics"][0]["name"], "alpha",
        "by name, not by drift"
    );
    assert_eq!(list.body["fabrics"][1]["verdict"], "healthy");
    assert_eq!(list.body["fabrics"][1]["action"], Value::Null);
}
