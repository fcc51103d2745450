//! What a reader of Cloudflare's storage finds in the objects of sessions: SECURITY.md says it, and for how long.

use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};

use crate::fabric;

#[tokio::test]
async fn names_of_private_repositories_are_held_for_five_minutes_and_answers_for_a_day() {
    let world = World::new();
    let held = |what: &str| world.host.held_by(Class::Session).contains(what);
    let ada = world.sign_in("standin-admin").await;
    assert!(held("ada"), "who is signed in");
    assert!(!held("acme/private"));
    let listed = ada.get("/api/repositories").await;
    assert_eq!(listed.status, 200, "{listed:?}");
    assert!(held("acme/private"), "the list");
    world.host.advance(5 * 60_000);
    assert!(!held("acme/private"));

    let mut wanted = fabric("told-in-an-answer");
    wanted["git_repository"] = json!("acme/private");
    let body = ada.approve(&wanted).await;
    let made = ada.post_once("/api/fabrics", "a-key", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert!(held("told-in-an-answer"), "the answer under a key");
    // It is the person's, and outlives the session.
    assert_eq!(ada.post("/api/auth/logout", &Value::Null).await.status, 204);
    assert!(held("told-in-an-answer"));
    world.host.advance(24 * 60 * 60_000 + 1);
    assert!(!held("told-in-an-answer"));
}

#[tokio::test]
async fn signing_out_leaves_nothing_of_a_session() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    ada.get("/api/repositories").await;
    let held = world.host.held_by(Class::Session);
    assert!(held.contains("ada") && held.contains("acme/private"));
    assert_eq!(ada.post("/api/auth/logout", &Value::Null).await.status, 204);
    let held = world.host.held_by(Class::Session);
    assert!(
        !held.contains("ada") && !held.contains("acme/private"),
        "{held}"
    );
}

#[tokio::test]
async fn a_list_that_comes_after_signing_out_is_not_kept() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    world.host.hold("KeepRepositories");
    let list = ada.get("/api/repositories");
    let sign_out = async {
        world.host.holds("KeepRepositories").await;
        let ended = ada.post("/api/auth/logout", &Value::Null).await;
        assert_eq!(ended.status, 204, "{ended:?}");
        world.host.let_go("KeepRepositories");
    };
    tokio::join!(list, sign_out);
    let held = world.host.held_by(Class::Session);
    assert!(!held.contains("acme/private"), "{held}");
}
