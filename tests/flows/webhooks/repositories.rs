//! What becomes of repositories, of the App, and of those who signed in through it.

use flows::World;
use serde_json::json;

use super::{field, number, told};
use crate::fabric;

fn change(world: &World, action: &str) -> serde_json::Value {
    json!({ "action": action, "repository": { "id": number(world), "private": false } })
}

fn make_private(world: &World, is_private: bool) {
    let changed = world
        .standin
        .change_repository("acme/network", |repository| repository.private = is_private);
    changed.unwrap();
}

#[tokio::test]
async fn what_became_private_is_hidden_at_once_even_while_github_does_not_answer() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let socket = world.watch(&id, "").await.unwrap();
    make_private(&world, true);
    world.fault(
        json!({ "match": { "path_contains": "/" }, "times": 9, "action": { "status": 503 } }),
    );
    told(
        &world,
        "guid-1",
        "repository",
        &change(&world, "privatized"),
    )
    .await;
    world.host.work_job().await;
    assert!(socket.ended().is_some(), "it ends");
    for path in ["status.json", "badge.svg"] {
        let answer = world
            .send("GET", &format!("/f/{id}/{path}"), "", &[], None)
            .await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert!(world.watch(&id, "").await.is_none());
    world.standin.forget_faults();
    world.host.work_all_jobs().await;
    assert_eq!(field(&world, &id, "visibility").await, "private");
}

#[tokio::test]
async fn that_a_repository_is_public_is_only_believed_once_github_says_so() {
    let world = World::new();
    make_private(&world, true);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    told(
        &world,
        "guid-1",
        "repository",
        &change(&world, "publicized"),
    )
    .await;
    world.work_jobs().await;
    assert_eq!(field(&world, &id, "visibility").await, "private");
    make_private(&world, false);
    world.host.advance(10_000);
    told(
        &world,
        "guid-2",
        "repository",
        &change(&world, "publicized"),
    )
    .await;
    world.work_jobs().await;
    assert_eq!(field(&world, &id, "visibility").await, "public");
    // What is said of a repository that is public is not believed for longer than until GitHub is asked.
    told(
        &world,
        "guid-3",
        "repository",
        &change(&world, "privatized"),
    )
    .await;
    world.work_jobs().await;
    assert_eq!(field(&world, &id, "visibility").await, "public");
}

#[tokio::test]
async fn what_the_app_may_read_by_now_is_looked_at() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let before = field(&world, &id, "head").await;
    world.push("main", &[("gitops/unmanaged/README.md", None)]);
    let repositories = json!([{ "id": number(&world) }, { "id": 424_243 }]);
    for (guid, event, payload) in [
        (
            "guid-1",
            "installation",
            json!({ "action": "created", "repositories": repositories }),
        ),
        (
            "guid-2",
            "installation_repositories",
            json!({ "action": "added", "repositories_added": repositories, "repositories_removed": [] }),
        ),
    ] {
        assert_eq!(told(&world, guid, event, &payload).await, 1);
        world.work_jobs().await;
        assert_ne!(field(&world, &id, "head").await, before, "{event}");
    }
}

#[tokio::test]
async fn who_takes_the_apps_right_back_is_signed_out_everywhere() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    let again = world.sign_in_with_app("ada").await;
    let other = world.sign_in_with_app("otto").await;
    let person = ada.get("/api/session").await.body["user"]["id"].clone();
    let payload = json!({ "action": "revoked", "sender": { "id": person, "login": "ada" } });
    assert_eq!(
        told(&world, "guid-1", "github_app_authorization", &payload).await,
        1
    );
    world.work_jobs().await;
    for person in [&ada, &again] {
        assert_eq!(person.get("/api/fabrics").await.status, 401);
    }
    assert_eq!(other.get("/api/fabrics").await.status, 200);
}
