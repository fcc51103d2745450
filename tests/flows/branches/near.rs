//! A branch that does not exist: those with near names are told wherever somebody meets it.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

const REPO: &str = "acme/network";

fn on(branch: &str) -> Value {
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!(branch);
    wanted
}

fn branch(world: &World, name: &str) {
    let repo = world.standin.repo(REPO).unwrap();
    repo.branch(name, "main").unwrap();
}

fn snapshot(branch: &str) -> String {
    format!("/api/snapshot?repository={REPO}&branch={branch}&directory=gitops")
}

/// How often GitHub was asked for near names.
fn asked(world: &World) -> usize {
    let requests = world.standin.requests().into_iter();
    let documents = requests.filter_map(|asked| Some(asked.graphql?.document));
    documents
        .filter(|document| document.contains("NearBranches"))
        .count()
}

#[tokio::test]
async fn a_mistyped_branch_is_told_with_what_was_meant_before_it_is_made() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for name in ["release/1.4", "hedgerow/mian", "unlike"] {
        branch(&world, name);
    }
    for (typed, meant) in [
        ("mian", json!(["main"])),
        ("origin/main", json!(["main"])),
        ("master", json!(["main"])),
        ("Release_1-4", json!(["release/1.4"])),
        ("another", Value::Null),
    ] {
        let read = ada.get(&snapshot(typed)).await;
        assert_eq!((read.status, &read.body["head"]), (200, &Value::Null));
        assert_eq!(read.body["near_branches"], meant, "{typed}");
        let plan = ada.post("/api/plan", &on(typed)).await;
        assert_eq!(plan.body["base"]["branch"], "main", "{plan:?}");
        assert_eq!(plan.body["near_branches"], meant, "{typed}");
    }
    // Who may only read meets it as well.
    let reader = world.sign_in("standin-reader").await;
    let read = reader.get(&snapshot("mian")).await;
    assert_eq!(read.body["near_branches"], json!(["main"]), "{read:?}");

    // A branch that exists, and a repository that has none yet, cost nothing more.
    world.standin.forget_requests();
    let read = ada.get(&snapshot("main")).await;
    assert_eq!(read.body["near_branches"], Value::Null, "{read:?}");
    ada.post("/api/plan", &on("main")).await;
    let mut first = on("mian");
    first["git_repository"] = json!("acme/empty");
    let plan = ada.post("/api/plan", &first).await;
    assert_eq!(
        (plan.status, &plan.body["near_branches"]),
        (200, &Value::Null)
    );
    assert_eq!(asked(&world), 0);
}

#[tokio::test]
async fn among_many_branches_those_are_found_that_share_a_part_of_the_name() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for index in 0..101 {
        branch(&world, &format!("a/{index}"));
    }
    branch(&world, "production");
    world.standin.forget_requests();
    for typed in [
        "prodution",
        "produciton",
        "PRODUCTION",
        "team/production",
        "prod",
    ] {
        let read = ada.get(&snapshot(typed)).await;
        assert_eq!(read.body["near_branches"], json!(["production"]), "{typed}");
    }
    assert_eq!(asked(&world), 5, "one question each");
}

#[tokio::test]
async fn every_refusal_for_a_missing_branch_names_what_is_near() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&on("main")).await;
    let path = format!("/api/fabrics/{id}");
    let near = json!(["main"]);
    let mut other = on("main");
    other["to"] = json!({ "branch": "mian" });
    let plan = ada.post("/api/plan", &other).await;
    assert_eq!(plan.text("code"), "branch_missing", "{plan:?}");
    assert_eq!(plan.body["suggestions"], near);
    let approval = json!({ "head": world.head("main"), "tree": world.head("main") });
    let body = json!({ "branch": "mian", "approval": approval });
    let changed = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(changed.text("code"), "branch_missing", "{changed:?}");
    assert_eq!(changed.body["suggestions"], near);

    // What was approved of a branch that was renamed since.
    let mut created = fabric("gitops/second");
    created["name"] = json!("second");
    let created = ada.approve(&created).await;
    world.standin.rename_branch(REPO, "main", "main-2").unwrap();
    let near = json!(["main-2"]);
    let mut proposed = created.clone();
    proposed["mode"] = json!("pull_request");
    let mut move_to = on("main");
    move_to["to"] = json!({ "gitops_directory": "west" });
    let mut remove = on("main");
    remove["remove_files"] = json!(true);
    for (path, body) in [
        ("/api/fabrics", &created),
        ("/api/fabrics", &proposed),
        ("/api/plan", &move_to),
        ("/api/plan", &remove),
    ] {
        let refused = ada.post(path, body).await;
        assert_eq!(refused.text("code"), "branch_missing", "{refused:?}");
        assert_eq!(refused.body["suggestions"], near, "{path} {body}");
    }
}

#[tokio::test]
async fn where_github_does_not_tell_near_names_the_rest_counts() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let error = json!({ "type": "FORBIDDEN", "path": ["repository"], "message": "Resource not accessible" });
    world.fault(json!({ "match": { "operation": "NearBranches" }, "times": 2, "action": { "errors": [error] } }));
    let read = ada.get(&snapshot("mian")).await;
    assert_eq!(
        (
            read.status,
            &read.body["base"]["branch"],
            &read.body["near_branches"]
        ),
        (200, &json!("main"), &Value::Null),
        "{read:?}"
    );
    let mut other = on("mian");
    other["remove_files"] = json!(true);
    let refused = ada.post("/api/plan", &other).await;
    assert_eq!(refused.text("code"), "branch_missing", "{refused:?}");
    assert_eq!(refused.body["suggestions"], Value::Null);
}
