//! Reading a fabric: its record with a tag, its history, and who may watch it.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

#[tokio::test]
async fn a_record_that_did_not_change_is_not_sent_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    for (number, reader) in ["standin-admin", "standin-reader", ""].iter().enumerate() {
        let cookie = match *reader {
            "" => String::new(),
            token => world.sign_in(token).await.cookie,
        };
        let first = world.send("GET", &path, &cookie, &[], None).await;
        assert_eq!(first.status, 200);
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        let same = world
            .send("GET", &path, &cookie, &[("if-none-match", &tag)], None)
            .await;
        assert_eq!((same.status, &same.body), (304, &Value::Null));
        let file = format!("gitops/notes-{number}.txt");
        world.push("main", &[(&file, Some("x\n".into()))]);
        ada.validate(&id).await;
        let changed = world
            .send("GET", &path, &cookie, &[("if-none-match", &tag)], None)
            .await;
        assert_eq!(changed.status, 200);
        assert!(changed.body["version"].as_u64() > first.body["version"].as_u64());
    }
}

#[tokio::test]
async fn the_history_says_who_did_what_when_and_how_it_ended() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    ada.post(&format!("{path}/validate-gitops"), &Value::Null)
        .await;
    world.fault(json!({ "match": { "graphql_contains": "Snapshot" }, "times": 1, "action": { "status": 401, "body": { "message": "Bad credentials" } } }));
    ada.post(&format!("{path}/validate-gitops"), &Value::Null)
        .await;
    let answer = ada.get(&format!("{path}/history")).await;
    assert_eq!((answer.status, &answer.body["kept"]), (200, &json!(200)));
    let entries = answer.body["entries"].as_array().unwrap();
    let outcomes: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                entry["kind"].as_str().unwrap(),
                entry["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        outcomes.last(),
        Some(&("create", "committed")),
        "{outcomes:?}"
    );
    let create = &entries[entries.len() - 1];
    assert_eq!(
        (&create["actor"], &create["github_requests"]),
        (&json!("ada"), &json!(2))
    );
    assert_eq!(create["commit"], world.head("main").as_str());
    assert!(create["started_at"].is_string() && create["duration_ms"].is_u64());
    let export = ada.get(&format!("{path}/history?download=1")).await;
    assert_eq!(export.body, answer.body);
    let name = export.headers["content-disposition"].to_str().unwrap();
    assert!(name.contains(&format!("{id}.json")), "{name}");
}

#[tokio::test]
async fn a_history_is_for_people_who_are_signed_in_and_may_read_the_fabric() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut private = fabric("gitops");
    private["git_repository"] = json!("acme/private");
    let id = ada.created(&private).await;
    let path = format!("/api/fabrics/{id}/history");
    assert_eq!(ada.get(&path).await.status, 200);
    let outsider = world.sign_in("standin-outsider").await;
    let nothing = outsider
        .get(&format!("/api/fabrics/{}/history", "a".repeat(26)))
        .await;
    let hidden = outsider.get(&path).await;
    assert_eq!(
        (hidden.status, hidden.text("code")),
        (404, nothing.text("code"))
    );
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 401);
}

#[tokio::test]
async fn whoever_may_read_a_fabric_may_watch_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut private = fabric("gitops");
    private["git_repository"] = json!("acme/private");
    let private = ada.created(&private).await;
    let public = ada.created(&fabric("gitops")).await;
    let outsider = world.sign_in("standin-outsider").await;
    let upgrade = [("upgrade", "websocket"), ("connection", "upgrade")];
    for (cookie, id, status) in [
        (ada.cookie.as_str(), &private, 101),
        (outsider.cookie.as_str(), &private, 404),
        ("", &private, 404),
        ("", &public, 101),
        (outsider.cookie.as_str(), &public, 101),
    ] {
        let path = format!("/api/fabrics/{id}/events");
        let answer = world.send("GET", &path, cookie, &upgrade, None).await;
        assert_eq!(answer.status, status, "{id} {answer:?}");
    }
    let path = format!("/api/fabrics/{public}/events");
    let plain = world.send("GET", &path, "", &[], None).await;
    assert_eq!(
        (plain.status, plain.text("code")),
        (426, "upgrade_required")
    );
    let foreign = [
        ("upgrade", "websocket"),
        ("origin", "https://elsewhere.example"),
    ];
    let foreign = world.send("GET", &path, &ada.cookie, &foreign, None).await;
    assert_eq!((foreign.status, foreign.text("code")), (403, "cross_site"));
}
