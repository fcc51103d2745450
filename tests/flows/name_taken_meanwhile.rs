//! A name that is taken between two requests of one operation: what has it then is not read, written, or believed. Its
//! taker made it as like the first as can be: the same commits, and the same people.

use edge_worker::objects::Class;
use flows::World;
use github_standin::{Files, RecordedRequest, Repository};
use serde_json::{Value, json};

use crate::fabric;

/// A fabric of `acme/fleet` on this branch.
fn of_fleet(name: &str, branch: &str) -> Value {
    let mut wanted = fabric(name);
    wanted["git_repository"] = json!("acme/fleet");
    wanted["branch"] = json!(branch);
    wanted
}

/// `acme/fleet` is `acme/before` from now on, and another one has its name.
fn take_the_name(world: &World) {
    let twin = Repository {
        id: 999,
        ..world.standin.repo("acme/fleet").unwrap().settings
    };
    let renamed = world.standin.rename_repository("acme/fleet", "before");
    renamed.unwrap();
    let files = Files::from([("README.md".to_owned(), Some("# Fleet\n".into()))]);
    world.standin.add_repository(twin, Some(files)).unwrap();
}

/// Waits until GitHub was asked `count` times for an operation.
async fn asked(world: &World, operation: &str, count: usize) {
    let is_asked = |request: &&RecordedRequest| {
        let graphql = request.graphql.as_ref();
        graphql.is_some_and(|graphql| graphql.operation.as_deref() == Some(operation))
    };
    while world.standin.requests().iter().filter(is_asked).count() < count {
        tokio::task::yield_now().await;
    }
}

/// The commits of both repositories are the first ones, which are the same.
fn assert_unwritten(world: &World, head: &Value) {
    for name in ["acme/fleet", "acme/before"] {
        let repo = world.standin.repo(name).unwrap();
        assert_eq!(json!(repo.head("main")), *head, "{name}");
        assert_eq!(repo.head("prod"), None, "{name}");
    }
}

/// GitHub says, once it is let go on, that the head has moved, or whatever the error is.
fn refused_later(kind: &str) -> Value {
    let error = json!({ "type": kind, "message": "Expected branch to point to another." });
    json!({
        "match": { "operation": "Commit" },
        "action": { "delay_ms": World::HELD_MS, "status": 200, "body": { "data": { "createCommitOnBranch": null }, "errors": [error] } },
    })
}

/// What GitHub said of the first repository a moment before.
fn standing(world: &World) -> Value {
    let settings = world.standin.repo("acme/fleet").unwrap().settings;
    let repository = json!({ "id": "R_x", "databaseId": settings.id, "isPrivate": false, "isArchived": false, "viewerPermission": "ADMIN" });
    json!({
        "match": { "operation": "RepositoryAccess" },
        "action": { "status": 200, "body": { "data": { "repository": repository } } },
    })
}

#[tokio::test]
async fn a_name_taken_between_two_attempts_gets_no_commit() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&of_fleet("gitops", "main")).await;
    world.fault(refused_later("STALE_DATA"));
    let take = async {
        asked(&world, "Commit", 1).await;
        take_the_name(&world);
        world.release();
    };
    let (answer, ()) = tokio::join!(ada.post("/api/fabrics", &body), take);
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "error"),
        "{answer:?}"
    );
    let error = &answer.body["directory_init_error"]["code"];
    assert_eq!(error, "repository_not_found", "{answer:?}");
    assert_unwritten(&world, &body["approval"]["head"]);
}

#[tokio::test]
async fn a_name_taken_while_waiting_for_the_lock_gets_no_commit() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let first = ada.approve(&of_fleet("one", "main")).await;
    let second = ada.approve(&of_fleet("two", "main")).await;
    world.fault(refused_later("FORBIDDEN"));
    let follow = async {
        asked(&world, "Commit", 1).await;
        let take = async {
            asked(&world, "Snapshot", 2).await;
            // The second one has read its branch and waits for its turn.
            while world.host.fabrics() < 2 {
                tokio::task::yield_now().await;
            }
            take_the_name(&world);
            world.release();
        };
        tokio::join!(ada.post("/api/fabrics", &second), take).0
    };
    let (_, answer) = tokio::join!(ada.post("/api/fabrics", &first), follow);
    assert_eq!(
        (answer.status, answer.text("code")),
        (404, "repository_not_found"),
        "{answer:?}"
    );
    assert_unwritten(&world, &first["approval"]["head"]);
}

#[tokio::test]
async fn a_name_taken_between_reading_branch_and_base_gets_no_commit() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&of_fleet("gitops", "prod")).await;
    world.fault(
        json!({ "match": { "operation": "Snapshot" }, "skip": 1, "action": { "delay_ms": World::HELD_MS } }),
    );
    let take = async {
        asked(&world, "Snapshot", 2).await;
        take_the_name(&world);
        world.release();
    };
    let (answer, ()) = tokio::join!(ada.post("/api/fabrics", &body), take);
    assert_eq!(
        (answer.status, answer.text("code")),
        (404, "repository_not_found"),
        "{answer:?}"
    );
    assert_unwritten(&world, &body["approval"]["head"]);
    assert_eq!(world.host.fabrics(), 0);
}

#[tokio::test]
async fn a_name_taken_during_a_reread_is_not_believed() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&of_fleet("gitops", "main")).await;
    let path = format!("/api/fabrics/{id}");
    let before = ada.get(&path).await;
    // GitHub answers the first reading from before the commit, so it is read again.
    world.standin.forget_requests();
    world.fault(json!({ "match": { "operation": "Snapshot" }, "action": { "stale": true } }));
    let take = async {
        asked(&world, "Snapshot", 1).await;
        while world.standin.requests()[0].status.is_none() {
            tokio::task::yield_now().await;
        }
        take_the_name(&world);
        world.release();
    };
    let (answer, ()) = tokio::join!(ada.validate(&id), take);
    assert_eq!(
        (answer.status, answer.text("code")),
        (404, "fabric_not_found"),
        "{answer:?}"
    );
    assert_eq!(ada.get(&path).await.body, before.body);
}

#[tokio::test]
async fn a_name_taken_before_its_pull_request_is_checked_leaves_that_as_known() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&of_fleet("gitops", "main")).await;
    body["mode"] = json!("pull_request");
    let created = ada.post("/api/fabrics", &body).await;
    let url = created.text("pull_request_url").to_owned();
    assert!(!url.is_empty(), "{created:?}");
    world.fault(standing(&world));
    take_the_name(&world);
    world.release();
    let answer = ada.validate(created.text("id")).await;
    assert_eq!(answer.status, 404, "{answer:?}");
    let path = format!("/api/fabrics/{}", created.text("id"));
    assert_eq!(ada.get(&path).await.text("pull_request_url"), url);
}

#[tokio::test]
async fn a_name_taken_before_settling_leaves_the_write_unsettled() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&of_fleet("gitops", "main")).await;
    let operation = "o".repeat(26);
    let head = world.standin.repo("acme/fleet").unwrap().head("main");
    let intent = json!({ "operation": operation, "kind": "repair", "actor": "ada", "started_ms": 1, "parent": head, "root": head });
    let insert = "INSERT INTO unsettled (operation, intent) VALUES";
    world.host.sql(
        Class::Fabric,
        &id,
        &format!("{insert} ('{operation}', '{intent}')"),
    );
    world.fault(standing(&world));
    take_the_name(&world);
    world.release();
    assert_eq!(ada.validate(&id).await.status, 404);
    let object = world.host.object(Class::Fabric, &id);
    assert!(object.contains(&operation), "{object}");
}
