//! The App looks at a fabric's branch as a person who validates it does, and records what it found.

use edge_worker::objects::Class;
use flows::World;
use github_standin::Selection;
use serde_json::json;

use super::{HOUR_MS, code, installed, look, push_readme, seen, state};
use crate::fabric;

#[tokio::test]
async fn what_people_push_is_found_and_told_without_a_person() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let socket = world.watch(&id, "").await.unwrap();
    world.standin.forget_requests();
    push_readme(&world, false);
    assert_eq!(look(&world, &id).await, "read");
    let asked = world.standin.requests();
    assert!(asked.len() <= 5, "{asked:?}");
    let app = Some("hedgerow-standin[bot]");
    let queries = asked.iter().filter(|asked| asked.graphql.is_some());
    assert!(queries.clone().all(|asked| asked.login.as_deref() == app));
    assert!(queries.count() > 0);
    let (record, history) = seen(&world, &id).await;
    assert_eq!(state(&record), json!(["invalid_structure", "ok"]));
    assert_eq!(
        history,
        ["validate unchanged Hedgerow", "create committed ada"]
    );
    drop(socket);
    push_readme(&world, true);
    assert_eq!(look(&world, &id).await, "read");
    let (record, history) = seen(&world, &id).await;
    assert_eq!(state(&record), json!(["initialized", "ok"]), "{record}");
    assert_eq!(history.len(), 3, "{history:?}");
}

/// The App has a token for `acme/network`. GitHub gives it one at its own time only.
async fn keep_token(world: &World) {
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("elsewhere")).await;
    assert_eq!(look(world, &id).await, "read");
}

#[tokio::test]
async fn a_look_that_finds_nothing_new_notes_the_time_and_nothing_else() {
    let world = World::new();
    keep_token(&world).await;
    world.host.go_back(20 * HOUR_MS);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    assert_eq!(look(&world, &id).await, "read");
    world.host.run_alarms();
    let (before, history) = seen(&world, &id).await;
    let kv = world.host.kv_writes();
    let written = world.host.rows_written(Class::Fabric, &id);
    world.standin.forget_requests();
    assert_eq!(look(&world, &id).await, "read");
    let asked: Vec<_> = world.standin.requests();
    assert_eq!(asked.len(), 1, "a token that is kept, and one query");
    assert_eq!(
        world.host.rows_written(Class::Fabric, &id),
        written,
        "within ten minutes not even the time is new"
    );
    for hours in 1..=11 {
        world.host.advance(HOUR_MS);
        // Somewhere else the branch goes on.
        let file = format!("elsewhere/{hours}");
        world.push("main", &[(&file, Some("x\n".into()))]);
        assert_eq!(look(&world, &id).await, "read");
        world.host.run_alarms();
        let (after, same) = seen(&world, &id).await;
        assert_ne!(after["checked_at"], before["checked_at"]);
        assert_eq!(after["head"], world.head("main"));
        assert_eq!((same, state(&after)), (history.clone(), state(&before)));
    }
    assert_eq!(world.host.kv_writes(), kv, "only times are new");
    world.host.advance(2 * HOUR_MS);
    assert_eq!(look(&world, &id).await, "read");
    world.host.run_alarms();
    assert_eq!(
        world.host.kv_writes(),
        kv + 1,
        "after half a day these, too"
    );
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_settled() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "drop": "after" } }));
    world.fault(
        json!({ "match": { "operation": "History" }, "times": 9, "action": { "drop": "before" } }),
    );
    let id = ada.post("/api/fabrics", &body).await.text("id").to_owned();
    world.standin.forget_faults();
    assert_eq!(seen(&world, &id).await.1, ["create unconfirmed ada"]);
    assert_eq!(look(&world, &id).await, "read");
    let (record, history) = seen(&world, &id).await;
    assert_eq!(state(&record), json!(["initialized", "ok"]));
    assert_eq!(history.last().unwrap(), "create committed ada");
}

#[tokio::test]
async fn a_pull_request_that_was_merged_is_noticed() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    let id = ada.post("/api/fabrics", &body).await.text("id").to_owned();
    let before = seen(&world, &id).await.0;
    assert!(before["pull_request_url"].is_string(), "{before}");
    assert_eq!(look(&world, &id).await, "read");
    assert!(seen(&world, &id).await.0["pull_request_url"].is_string());
    world.standin.merge_pull_request("acme/network", 1).unwrap();
    assert_eq!(look(&world, &id).await, "read");
    let (record, _) = seen(&world, &id).await;
    assert_eq!(record["pull_request_url"], json!(null));
    assert_eq!(state(&record), json!(["initialized", "ok"]));
}

#[tokio::test]
async fn without_the_app_nothing_is_read_and_nothing_recorded() {
    let world = World::new();
    let id = {
        let ada = world.sign_in("standin-admin").await;
        ada.created(&fabric("gitops")).await
    };
    installed(&world, Selection::Only([999].into()), false);
    let before = seen(&world, &id).await;
    assert_eq!(look(&world, &id).await, "not visible");
    assert_eq!(seen(&world, &id).await, before, "it never was");
    world.host.configure(|config| config.app = None);
    world.standin.forget_requests();
    assert_eq!(look(&world, &id).await, "no app");
    assert_eq!(world.standin.requests().len(), 0);
    assert_eq!(seen(&world, &id).await, before);
    assert_eq!(look(&world, &"a".repeat(26)).await, "no app");
}

#[tokio::test]
async fn a_repository_that_the_app_sees_no_more_is_told_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    assert_eq!(look(&world, &id).await, "read");
    installed(&world, Selection::All, true);
    for _ in 0..3 {
        assert_eq!(look(&world, &id).await, "not visible");
        let (record, history) = seen(&world, &id).await;
        assert_eq!(state(&record), json!(["initialized", "unknown"]));
        assert_eq!(code(&record), "app_not_installed");
        assert_eq!(
            history,
            ["validate failed Hedgerow", "create committed ada"]
        );
    }
    // What a person reads with their own token stays.
    assert_eq!(ada.validate(&id).await.status, 200);
    assert_eq!(look(&world, &id).await, "not visible");
    assert_eq!(
        state(&seen(&world, &id).await.0),
        json!(["initialized", "ok"])
    );
    installed(&world, Selection::All, false);
    assert_eq!(look(&world, &id).await, "read");
    installed(&world, Selection::All, true);
    assert_eq!(look(&world, &id).await, "not visible");
    assert_eq!(code(&seen(&world, &id).await.0), "app_not_installed");
}

#[tokio::test]
async fn a_repository_is_found_by_its_number_whatever_it_is_called() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world
        .standin
        .rename_repository("acme/network", "renamed")
        .unwrap();
    assert_eq!(look(&world, &id).await, "read");
    let (record, _) = seen(&world, &id).await;
    assert_eq!(record["git_repository"], "acme/renamed");
    assert_eq!(state(&record), json!(["initialized", "ok"]));
}

#[tokio::test]
async fn what_became_private_is_hidden_at_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
    world
        .standin
        .change_repository("acme/network", |repository| repository.private = true)
        .unwrap();
    assert_eq!(look(&world, &id).await, "read");
    world.host.run_alarms();
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
}

#[tokio::test]
async fn while_github_does_not_answer_nothing_is_recorded() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    assert_eq!(look(&world, &id).await, "read");
    let before = seen(&world, &id).await;
    world.fault(
        json!({ "match": { "graphql_contains": "Snapshot" }, "times": 9, "action": { "status": 503 } }),
    );
    assert_eq!(look(&world, &id).await, "later");
    world.standin.forget_faults();
    assert_eq!(seen(&world, &id).await, before);
    assert_eq!(look(&world, &"a".repeat(26)).await, "no fabric");
}
