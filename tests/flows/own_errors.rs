//! What GitHub says of whoever asks, that their limit is spent or their token ended, says nothing of a fabric: others are told
//! nothing of it, and it gives nobody a right.

use flows::World;
use github_standin::Permission;
use serde_json::{Value, json};

use crate::fabric;

const HOUR_MS: u64 = 60 * 60 * 1000;

/// Every request of this login from then on meets a spent limit.
fn spend(world: &World, login: &str, skip: u32, matching: Value) {
    let mut matching = matching;
    matching["login"] = json!(login);
    world.fault(
        json!({ "match": matching, "skip": skip, "times": 1_000, "action": {
        "status": 403,
        "headers": { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" },
        "body": { "message": "API rate limit exceeded for user ID 1003." }
    } }),
    );
}

#[tokio::test]
async fn whose_limit_ends_during_a_look_changes_nothing_of_what_others_see() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let otto = world.sign_in("standin-outsider").await;
    let id = ada.created(&fabric("gitops")).await;
    let files = ["gitops/managed/vpcs/a.yaml", "gitops/raw/deep/er/b.yaml"];
    world.push("main", &files.map(|path| (path, Some("a: 1\n".into()))));
    ada.validate(&id).await;
    world.push("main", &files.map(|path| (path, None)));
    let record = format!("/api/fabrics/{id}");
    let mut entries = ada.get(&format!("{record}/history")).await.body["entries"].clone();
    let before = ada.get(&record).await.body;
    let mut looks = 0;
    loop {
        spend(&world, "otto", looks, json!({}));
        let answer = otto.validate(&id).await;
        world.standin.forget_faults();
        if answer.status == 200 {
            break;
        }
        looks += 1;
        assert_eq!(answer.text("code"), "rate_limited", "{answer:?}");
        assert_eq!(ada.get(&record).await.body, before, "request {looks}");
        let now = ada.get(&format!("{record}/history")).await.body["entries"].clone();
        assert_eq!(now, entries, "request {looks}");
        entries = now;
    }
    assert!(looks >= 3, "the look took {looks} requests");
    let after = ada.get(&record).await.body;
    assert_eq!(after["deleted"][0]["count"], 2, "{after}");
}

#[tokio::test]
async fn a_spent_limit_lets_nobody_go_on_reading_what_became_private() {
    let world = World::new();
    world.host.go_back(3 * HOUR_MS);
    let ada = world.sign_in("standin-admin").await;
    let otto = world.sign_in("standin-outsider").await;
    let id = ada.created(&fabric("gitops")).await;
    let record = format!("/api/fabrics/{id}");
    world.host.advance(2 * HOUR_MS);
    assert_eq!(otto.get(&record).await.status, 200);
    world.host.advance(2 * HOUR_MS);
    spend(&world, "otto", 0, json!({}));
    // What is still public everybody may read.
    assert_eq!(otto.get(&record).await.status, 200);
    world.host.advance(2 * HOUR_MS);
    let change = world
        .standin
        .change_repository("acme/network", |repository| repository.private = true);
    change.unwrap();
    assert_eq!(otto.get(&record).await.status, 404);
    for path in [record.clone(), format!("{record}/history")] {
        let answer = otto.get(&path).await;
        assert!(answer.status >= 400, "{path}: {answer:?}");
        assert!(!answer.text.contains("fabric-1"), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn a_repeat_gives_nothing_to_whoever_lost_the_right_to_read() {
    let world = World::with_fast_clock();
    let otto_may = |permission: Option<Permission>| {
        let change = world
            .standin
            .change_repository("acme/network", |repository| {
                repository.private = true;
                match permission {
                    Some(permission) => {
                        repository.permissions.insert("otto".to_owned(), permission);
                    }
                    None => drop(repository.permissions.remove("otto")),
                }
            });
        change.unwrap();
    };
    let otto = world.sign_in("standin-outsider").await;
    for step in 0.. {
        otto_may(Some(Permission::Write));
        let body = otto.approve(&fabric(&format!("sites/s{step}x"))).await;
        let key = format!("step {step}");
        world.host.die_in(step);
        let first = tokio::select! {
            answer = otto.post_once("/api/fabrics", &key, &body) => Some(answer),
            () = world.host.death() => None,
        };
        world.revive().await;
        if let Some(answer) = first {
            assert_eq!(answer.status, 201, "{answer:?}");
            assert!(step > 8, "it took {step} messages");
            break;
        }
        otto_may(None);
        let repeat = otto.post_once("/api/fabrics", &key, &body).await;
        assert_eq!(repeat.status, 404, "step {step}: {repeat:?}");
    }
}
