//! Whose a place is while lines are put back and people write.

use edge_worker::objects::Class;
use flows::{Person, World};
use serde_json::{Value, json};

use super::{
    approved, assert_agrees, changed, directory, elsewhere, later, one_fabric, place, with,
};
use crate::backup::{restore, revive, with_key};

#[tokio::test]
async fn an_older_line_neither_claims_its_old_place_nor_frees_the_new_one() {
    let (world, id, lines) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let body = approved(&ada, &place(1), directory(2)).await;
    let moved = changed(&ada, &id, &body).await;
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    assert_eq!(restore(&world, &lines).await["unchanged"], 1);
    let taken = ada.create(&place(2)).await;
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str())
    );
    assert_eq!(
        ada.create(&{
            let mut wanted = place(1);
            wanted["name"] = json!("another");
            wanted
        })
        .await
        .status,
        201
    );
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_move_goes_on_while_an_older_backup_is_restored() {
    let (world, id, lines) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let body = approved(&ada, &place(1), directory(2)).await;
    world.fault(json!({ "match": { "path_contains": "/git/refs/" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let outcome = restore(&world, &lines).await;
        let taken = ada.create(&place(2)).await;
        world.release();
        (outcome, taken)
    };
    let (moved, (outcome, taken)) = tokio::join!(changed(&ada, &id, &body), meanwhile);
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    assert_eq!(outcome["unchanged"], 1);
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str())
    );
    assert_agrees(&world, &ada).await;
}

/// Approves and asks for a fabric that has to be refused, and gives the code.
async fn refused(ada: &Person<'_>, wanted: &Value) -> String {
    let body = ada.approve(wanted).await;
    // One that were granted the place would be held as well.
    let answer = tokio::select! {
        answer = ada.post("/api/fabrics", &body) => answer,
        () = tokio::time::sleep(std::time::Duration::from_secs(10)) => panic!("it was granted"),
    };
    answer.text("code").to_owned()
}

#[tokio::test]
async fn a_change_that_has_not_begun_to_write_keeps_its_claim_whatever_is_restored() {
    let (mut world, id, lines) = one_fabric().await;
    let as_it_is = with(&lines, |_| {});
    let later_there = with(&lines, |line| later(line, 5));
    let later_elsewhere = with(&later_there, |line| {
        line["record"]["gitops_directory"] = json!("places/p3");
    });
    for (restored, is_later, busy) in [
        (&as_it_is, 0, ""),
        (&later_there, 1, ""),
        (&later_elsewhere, 1, "operation_in_progress"),
    ] {
        for to in [directory(2), json!({ "name": "name-2" })] {
            let ada = elsewhere(&mut world).await;
            let body = approved(&ada, &place(1), to.clone()).await;
            drop(ada);
            assert_eq!(restore(&world, &lines).await["restored"], 1);
            let ada = world.sign_in("standin-admin").await;
            let is_renamed = to.get("name").is_some();
            let taken = ["fabric_exists", "name_taken"][usize::from(is_renamed)];
            let begins = "{\"Begin\":{\"intent\"";
            world.host.hold(begins);
            let meanwhile = async {
                world.host.holds(begins).await;
                let outcome = restore(&world, restored).await;
                let mut wanted = place(2);
                if is_renamed {
                    wanted["gitops_directory"] = json!("places/p9");
                }
                // A rename has nothing to lose where the fabric is elsewhere now.
                if !is_renamed || busy.is_empty() {
                    assert_eq!(refused(&ada, &wanted).await, taken);
                }
                world.host.let_go(begins);
                outcome
            };
            let (answer, outcome) = tokio::join!(changed(&ada, &id, &body), meanwhile);
            assert_eq!(outcome["restored"], is_later, "{outcome}");
            assert_eq!(answer.text("code"), busy, "{answer:?}");
            assert_agrees(&world, &ada).await;
            if busy.is_empty() {
                // Back, for the next one.
                let now = ada.get(&format!("/api/fabrics/{id}")).await.body;
                let mut before = json!({});
                for (field, _) in to.as_object().unwrap() {
                    before[field] = place(1)[field].clone();
                }
                let body = approved(&ada, &now, before).await;
                assert_eq!(changed(&ada, &id, &body).await.status, 200);
            }
        }
    }
}

#[tokio::test]
async fn a_change_that_comes_too_late_takes_nothing_from_the_one_that_is_under_way() {
    // The clock of this one runs as it does for whoever writes.
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let first = approved(&ada, &place(1), directory(2)).await;
    let second = approved(&ada, &place(1), directory(3)).await;
    let repair = {
        let mut asked = place(1);
        asked["repair"] = json!(true);
        let plan = ada.post("/api/plan", &asked).await;
        json!({ "files": plan.body["files"], "approval": plan.body["approval"] })
    };
    world.fault(json!({ "match": { "path_contains": "/git/refs/" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let path = format!("/api/fabrics/{id}/repair");
        let late = async { tokio::join!(changed(&ada, &id, &second), ada.post(&path, &repair)) };
        let taken = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let code = refused(&ada, &place(2)).await;
            world.release();
            code
        };
        tokio::join!(late, taken)
    };
    let (moved, ((late, repaired), code)) = tokio::join!(changed(&ada, &id, &first), meanwhile);
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    assert_ne!(late.status, 200, "{late:?}");
    assert_ne!(repaired.status, 500, "{repaired:?}");
    assert_eq!(code, "fabric_exists");
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_place_is_one_fabrics_alone_while_it_is_restored() {
    let (mut world, id, lines) = one_fabric().await;
    let path = format!("/api/fabrics/{id}");

    // Nobody knows the fabric yet, and its place is its own all the same.
    let ada = elsewhere(&mut world).await;
    let cookie = ada.cookie().to_owned();
    let ada = world.person(&cookie);
    let body = ada.approve(&place(1)).await;
    let create = ada.post("/api/fabrics", &body);
    let imports = "{\"Import\":";
    world.host.hold(imports);
    let meanwhile = async {
        world.host.holds(imports).await;
        let taken = create.await;
        world.host.let_go(imports);
        taken
    };
    let (outcome, taken) = tokio::join!(restore(&world, &lines), meanwhile);
    assert_eq!(outcome["restored"], 1, "{outcome}");
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str())
    );
    assert_agrees(&world, &ada).await;

    // What was refused leaves nothing behind: once the place is free, the same line is put back.
    let ada = elsewhere(&mut world).await;
    let other = ada.created(&place(1)).await;
    let why = format!("line 1: fabric {other} has its directory or name now");
    drop(ada);
    let outcome = restore(&world, &lines).await;
    assert_eq!(outcome["refused"], json!([why]));
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.get(&path).await.status, 404);
    assert_agrees(&world, &ada).await;
    assert_eq!(
        ada.delete(&format!("/api/fabrics/{other}")).await.status,
        200
    );
    assert_eq!(restore(&world, &lines).await["restored"], 1);
    assert_agrees(&world, &ada).await;

    // Whoever found a claim of nobody gives it up only after the fabric is back.
    let cookie = elsewhere(&mut world).await.cookie().to_owned();
    let ada = world.person(&cookie);
    ada.created(&place(2)).await;
    let today = |(class, name, _): &(Class, String, String)| {
        *class == Class::Repository && name.starts_with("R_")
    };
    let (_, repository, _) = world.host.databases().into_iter().find(today).unwrap();
    let claim = format!("INSERT INTO claimed VALUES ('{id}', 'main', 'places/p1', 'name-1')");
    world.host.sql(Class::Repository, &repository, &claim);
    let forgets = format!("\"Forget\":{{\"fabric\":\"{id}\"");
    world.host.hold(&forgets);
    let restoring = async {
        world.host.holds(&forgets).await;
        let outcome = restore(&world, &lines).await;
        world.host.let_go(&forgets);
        outcome
    };
    let wanted = place(1);
    let (taken, outcome) = tokio::join!(ada.create(&wanted), restoring);
    assert_eq!(outcome["restored"], 1, "{outcome}");
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str()),
        "{taken:?}"
    );
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_place_that_a_backup_has_reserved_is_freed_by_no_change_that_finds_the_fabric_gone() {
    let (mut world, id, lines) = one_fabric().await;
    let repo = world.standin.repo("acme/fleet").unwrap();
    repo.branch("other", "main").unwrap();
    let (path, imports) = (format!("/api/fabrics/{id}"), "{\"Import\":");
    for messages in 5..8 {
        drop(elsewhere(&mut world).await);
        assert_eq!(restore(&world, &lines).await["restored"], 1);
        let ada = world.sign_in("standin-admin").await;
        let body = approved(&ada, &place(1), json!({ "branch": "other" })).await;
        let mut wanted = place(1);
        wanted["name"] = json!("another");
        let another = ada.approve(&wanted).await;
        let is_gone = tokio::sync::Notify::new();
        let forgotten = Box::pin(async {
            assert_eq!(ada.delete(&path).await.status, 200);
            world.host.hold(imports);
            is_gone.notify_one();
            world.host.holds(imports).await;
        });
        let late = async {
            let change = Box::pin(changed(&ada, &id, &body));
            Box::pin(world.host.interrupt(messages, change, forgotten)).await;
            let refused = ada.post("/api/fabrics", &another).await;
            world.host.let_go(imports);
            refused
        };
        let back = async {
            is_gone.notified().await;
            Box::pin(revive(&world, &lines)).await
        };
        let (refused, outcome) = tokio::join!(Box::pin(late), Box::pin(back));
        assert_eq!(outcome["restored"], 1, "{messages}: {outcome}");
        assert_eq!(
            (refused.text("code"), refused.text("fabric")),
            ("fabric_exists", id.as_str()),
            "{messages}"
        );
    }
}
