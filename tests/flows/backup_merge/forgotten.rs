//! Fabrics that were forgotten, here or elsewhere, and links that were revoked.

use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};

use super::{
    approved, assert_agrees, changed, directory, elsewhere, later, of, one_fabric, place, with,
};
use crate::backup::{backup, restore, revive};

#[tokio::test]
async fn what_was_forgotten_is_skipped_and_named_and_comes_back_whole_on_request() {
    let (world, id, _) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let history = ada.get(&format!("{path}/history")).await.body;
    let lines = backup(&world).await;
    assert_eq!(ada.delete(&path).await.status, 200);
    for _ in 0..2 {
        let outcome = restore(&world, &lines).await;
        assert_eq!(
            (&outcome["restored"], &outcome["refused"]),
            (&json!(0), &json!([]))
        );
        let named = outcome["forgotten"][0].as_str().unwrap();
        assert!(
            named.starts_with(&format!("line 1: fabric {id} was forgotten at 20")),
            "{named}"
        );
        assert_eq!(ada.get(&path).await.status, 404);
        assert_agrees(&world, &ada).await;
    }
    assert_eq!(revive(&world, &lines).await["restored"], 1);
    assert_eq!(revive(&world, &lines).await["unchanged"], 1);
    assert_eq!(restore(&world, &lines).await["unchanged"], 1);
    assert_eq!(ada.get(&format!("{path}/history")).await.body, history);
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    let opened = world
        .send("GET", &format!("/api/shares/{secret}"), "", &[], None)
        .await;
    assert_eq!(opened.status, 200);
    assert_agrees(&world, &ada).await;
    // And it can be forgotten again.
    assert_eq!(ada.delete(&path).await.status, 200);
    assert_eq!(
        restore(&world, &lines).await["forgotten"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(ada.created(&place(1)).await.len(), 26);
    let outcome = revive(&world, &lines).await;
    assert_eq!(
        outcome["refused"].as_array().unwrap().len(),
        1,
        "its place is another's now"
    );
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_link_that_was_revoked_stays_so_when_a_forgotten_fabric_comes_back() {
    let (mut world, id, _) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    let opened = format!("/api/shares/{secret}");
    let with_link = backup(&world).await;
    let revoke = format!("{path}/shares/{}", share.text("id"));
    assert_eq!(ada.delete(&revoke).await.status, 204);
    let with_revocation = backup(&world).await;
    assert_eq!(ada.delete(&path).await.status, 200);
    // A version that kept no revocations forgot them here.
    world.host.sql(Class::Fabric, &id, "DELETE FROM revoked");
    let old = with(&with_link, |line| {
        let revoked = line.as_object_mut().unwrap().remove("revoked");
        assert!(
            revoked.is_some(),
            "a version that kept none wrote none: {line}"
        );
    });
    assert_eq!(revive(&world, &old).await["restored"], 1);
    let status = async |world: &World| world.send("GET", &opened, "", &[], None).await.status;
    assert_eq!(status(&world).await, 404, "it may be one that was revoked");

    // Elsewhere the fabric is forgotten before the line comes that tells of the revocation.
    elsewhere(&mut world).await;
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(restore(&world, &with_link).await["restored"], 1);
    assert_eq!(status(&world).await, 200);
    assert_eq!(ada.delete(&path).await.status, 200);
    let outcome = restore(&world, &with_revocation).await;
    assert_eq!(outcome["forgotten"].as_array().unwrap().len(), 1);
    assert_eq!(revive(&world, &with_link).await["restored"], 1);
    assert_eq!(status(&world).await, 404);
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_line_that_is_refused_still_tells_which_links_were_revoked() {
    let (mut world, id, _) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    let opened = format!("/api/shares/{secret}");
    let with_link = backup(&world).await;
    let revoke = format!("{path}/shares/{}", share.text("id"));
    assert_eq!(ada.delete(&revoke).await.status, 204);
    let revoked = backup(&world).await;
    let status = async |world: &World| world.send("GET", &opened, "", &[], None).await.status;
    for is_known in [true, false] {
        let ada = elsewhere(&mut world).await;
        let other = ada.created(&place(if is_known { 2 } else { 1 })).await;
        drop(ada);
        let mut line = revoked.clone();
        if is_known {
            assert_eq!(restore(&world, &with_link).await["restored"], 1);
            assert_eq!(status(&world).await, 200);
            line = with(&line, |line| {
                later(line, 5);
                line["record"]["gitops_directory"] = json!("places/p2");
            });
        }
        let outcome = restore(&world, &line).await;
        assert_eq!(outcome["refused"].as_array().unwrap().len(), 1, "{outcome}");
        if !is_known {
            let ada = world.sign_in("standin-admin").await;
            assert_eq!(
                ada.delete(&format!("/api/fabrics/{other}")).await.status,
                200
            );
            assert_eq!(restore(&world, &with_link).await["restored"], 1);
        }
        assert_eq!(status(&world).await, 404);
        let ada = world.sign_in("standin-admin").await;
        assert_agrees(&world, &ada).await;
    }
}

/// Every order of these.
fn orders<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    for (place, first) in all.iter().enumerate() {
        let mut rest = all.to_vec();
        rest.remove(place);
        for mut order in orders(&rest) {
            order.insert(0, first.clone());
            found.push(order);
        }
    }
    found
}

#[tokio::test]
async fn of_lines_that_revive_a_fabric_the_newest_counts_in_any_order() {
    let (mut world, id, first) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    let mut now = place(1);
    let mut named = async |name: &str| {
        let body = approved(&ada, &now, json!({ "name": name })).await;
        assert_eq!(changed(&ada, &id, &body).await.status, 200);
        now["name"] = json!(name);
        backup(&world).await
    };
    let second = named("second").await;
    let third = named("third").await;
    let revoke = format!("{path}/shares/{}", share.text("id"));
    assert_eq!(ada.delete(&revoke).await.status, 204);
    let mut history = of(&ada.get(&format!("{path}/history")).await.body["entries"]);
    assert_eq!(ada.delete(&path).await.status, 200);
    let forgotten = backup(&world).await;
    let tombstone: Value = serde_json::from_str(&forgotten).unwrap();
    assert_eq!(
        (&tombstone["format"], &tombstone["forgotten"]),
        (&json!(2), &json!(id))
    );
    let version = tombstone["version"].as_u64().unwrap();
    history.sort_by_key(Value::to_string);

    for order in orders(&[&first, &second, &third, &forgotten]) {
        let ada = elsewhere(&mut world).await;
        drop(ada);
        for lines in &order {
            let outcome = revive(&world, lines).await;
            assert_eq!(
                (&outcome["refused"], &outcome["forgotten"]),
                (&json!([]), &json!([]))
            );
        }
        for lines in &order {
            assert_eq!(revive(&world, lines).await["unchanged"], 1);
        }
        let ada = world.sign_in("standin-admin").await;
        let record = ada.get(&path).await;
        assert_eq!(record.text("name"), "third", "{order:?}");
        assert!(
            record.body["version"].as_u64().unwrap() > version,
            "{record:?}"
        );
        let mut told = of(&ada.get(&format!("{path}/history")).await.body["entries"]);
        told.sort_by_key(Value::to_string);
        assert_eq!(told, history);
        let opened = world
            .send("GET", &format!("/api/shares/{secret}"), "", &[], None)
            .await;
        assert_eq!(
            opened.status, 404,
            "it was revoked before the fabric was forgotten"
        );
        assert_agrees(&world, &ada).await;
        // What somebody does with it is later than all of them.
        let mut now = place(1);
        now["name"] = json!("third");
        let body = approved(&ada, &now, json!({ "name": "fourth" })).await;
        assert_eq!(changed(&ada, &id, &body).await.status, 200);
        for lines in &order {
            assert_eq!(revive(&world, lines).await["unchanged"], 1);
        }
        assert_eq!(ada.get(&path).await.text("name"), "fourth");
        assert_agrees(&world, &ada).await;
        now["name"] = json!("fourth");
        let body = approved(&ada, &now, json!({ "name": "third" })).await;
        assert_eq!(changed(&ada, &id, &body).await.status, 200);
    }
    for order in orders(&[&first, &second, &forgotten]) {
        let ada = elsewhere(&mut world).await;
        drop(ada);
        for lines in &order {
            restore(&world, lines).await;
        }
        let ada = world.sign_in("standin-admin").await;
        assert_eq!(ada.get(&path).await.status, 404, "{order:?}");
        assert_agrees(&world, &ada).await;
        assert_eq!(
            backup(&world).await,
            forgotten,
            "and a backup of it says so, too"
        );
    }
}

#[tokio::test]
async fn what_was_forgotten_elsewhere_is_forgotten_here_unless_it_is_later_or_being_written() {
    let (mut world, id, lines) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let path = format!("/api/fabrics/{id}");
    assert_eq!(ada.delete(&path).await.status, 200);
    let forgotten = backup(&world).await;
    // A version whose objects kept nothing of it, and another that kept no time.
    world.host.sql(Class::Fabric, &id, "DELETE FROM forgotten");
    assert_eq!(backup(&world).await, forgotten);

    let ada = elsewhere(&mut world).await;
    drop(ada);
    assert_eq!(restore(&world, &lines).await["restored"], 1);
    let ada = world.sign_in("standin-admin").await;
    let body = approved(&ada, &place(1), directory(2)).await;
    world.fault(json!({ "match": { "path_contains": "/git/refs/" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let outcome = restore(
            &world,
            &with(&forgotten, |line| line["version"] = json!(50)),
        )
        .await;
        world.release();
        outcome
    };
    let (moved, outcome) = tokio::join!(changed(&ada, &id, &body), meanwhile);
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    let why =
        format!("line 1: somebody is writing to fabric {id}; restore the line again afterwards");
    assert_eq!(outcome["refused"], json!([why]));
    assert_eq!(
        restore(&world, &forgotten).await["unchanged"],
        1,
        "it is later here"
    );
    assert_agrees(&world, &ada).await;
    let forgotten = with(&forgotten, |line| line["version"] = json!(50));
    let outcome = restore(&world, &forgotten).await;
    let named = outcome["forgotten"][0].as_str().unwrap();
    let why = format!("line 1: fabric {id} was forgotten at 20");
    assert!(named.starts_with(&why), "{named}");
    assert_eq!(ada.get(&path).await.status, 404);
    assert_agrees(&world, &ada).await;
    assert_eq!(restore(&world, &forgotten).await["unchanged"], 1);
    ada.created(&place(1)).await;
}

#[tokio::test]
async fn a_link_of_a_version_that_kept_no_revocations_goes_with_a_later_line_in_any_order() {
    let (mut world, id, _) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    let opened = format!("/api/shares/{secret}");
    let old = with(&backup(&world).await, |line| {
        line.as_object_mut().unwrap().remove("revoked");
    });
    // It was revoked by a version that forgot so, and that changes no record.
    let tells = with(&old, |line| {
        (line["shares"], line["revoked"]) = (json!([]), json!([]));
    });
    let later_tells = with(&tells, |line| later(line, 1));
    let later = with(&old, |line| {
        later(line, 1);
        line["shares"] = json!([]);
    });
    assert_eq!(ada.delete(&path).await.status, 200);
    let forgotten = backup(&world).await;
    for new in [&tells, &later_tells, &later, &forgotten] {
        let mut kept = Vec::new();
        for order in [[&old, new, &old], [new, &old, new]] {
            drop(elsewhere(&mut world).await);
            for lines in order {
                revive(&world, lines).await;
            }
            let answer = world.send("GET", &opened, "", &[], None).await;
            assert_eq!(answer.status, 404, "{order:?}");
            kept.push(backup(&world).await);
        }
        assert_eq!(kept[0], kept[1]);
    }
}

#[tokio::test]
async fn what_the_index_lost_of_a_forgotten_fabric_comes_back_with_its_line() {
    let (world, id, _) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
    let forgotten = backup(&world).await;
    let lost = format!("DELETE FROM fabrics WHERE fabric = '{id}'");
    let (_, index, _) = {
        let mut objects = world.host.databases().into_iter();
        objects.find(|(class, ..)| *class == Class::Index).unwrap()
    };
    world.host.sql(Class::Index, &index, &lost);
    assert_eq!(backup(&world).await, "");
    assert_eq!(restore(&world, &forgotten).await["unchanged"], 1);
    assert_eq!(backup(&world).await, forgotten);
}

#[tokio::test]
async fn a_backup_says_the_later_of_what_the_index_and_the_fabrics_object_know_of_its_end() {
    let (world, id, _) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
    let forgotten = backup(&world).await;
    for version in ["version - 1", "version + 2"] {
        let statement = format!("UPDATE forgotten SET version = {version}");
        world.host.sql(Class::Fabric, &id, &statement);
        let later = with(&forgotten, |line| {
            let before = line["version"].as_u64().unwrap();
            line["version"] = json!(before + u64::from(version.contains('+')));
        });
        assert_eq!(with(&backup(&world).await, |_| {}), later);
    }
}
