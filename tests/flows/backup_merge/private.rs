//! What is known not to be public stays so, whatever a file says, and nobody is shown what only a file calls public.

use std::collections::BTreeSet;

use edge_worker::objects::{Class, index};
use flows::World;
use serde_json::{Value, json};

use super::{elsewhere, later, one_fabric, with};
use crate::backup::{backup, restore, revive};

const DAY_MS: u64 = 24 * 3_600_000;

fn set_private(world: &World, is_private: bool) {
    let changed = world.standin.change_repository("acme/fleet", |repository| {
        repository.private = is_private;
    });
    changed.unwrap();
}

/// What everybody is answered who asks for a fabric in any form, and whether any of it is told.
async fn shown(world: &World, id: &str) -> (BTreeSet<u16>, bool) {
    let (mut shown, mut is_told) = (BTreeSet::new(), false);
    for path in [
        format!("/api/fabrics/{id}"),
        format!("/f/{id}"),
        format!("/f/{id}/status.json"),
        format!("/f/{id}/badge.svg"),
    ] {
        let answer = world.send("GET", &path, "", &[], None).await;
        let names = ["name-1", "places/p1", "acme/fleet"];
        is_told |= names.iter().any(|name| answer.text.contains(name));
        shown.insert(answer.status);
    }
    (shown, is_told)
}

/// Nobody but those who may read the repository learns anything, nor is anything kept for others.
async fn assert_hidden(world: &World, id: &str, what: &str) {
    world.host.run_alarms();
    assert!(
        !world.host.copies().contains_key(id),
        "{what}: a copy in KV"
    );
    assert_eq!(shown(world, id).await, ([404].into(), false), "{what}");
    assert!(world.watch(id, "").await.is_none(), "{what}");
    assert_eq!(world.host.live_record(id).public_until_ms, 0, "{what}");
    let outsider = world.sign_in("standin-outsider").await;
    let path = format!("/api/fabrics/{id}");
    assert_eq!(outsider.get(&path).await.status, 404, "{what}");
    let list = outsider.get("/api/fabrics").await;
    assert!(!list.text.contains(id), "{what}");
    let ada = world.sign_in("standin-admin").await;
    let seen = ada.get(&path).await;
    assert_eq!(seen.text("visibility"), "private", "{what}");
}

/// A Hedgerow that learnt that a public fabric's repository is private, and a backup from before.
async fn became_private(validates: bool) -> (World, String, String) {
    let (world, id, public) = one_fabric().await;
    assert_eq!(shown(&world, &id).await, ([200].into(), true));
    world.host.advance(DAY_MS / 2);
    set_private(&world, true);
    match validates {
        true => {
            let ada = world.sign_in("standin-admin").await;
            assert_eq!(ada.validate(&id).await.status, 200);
        }
        // Whoever comes by, a day later.
        false => {
            world.host.advance(DAY_MS);
            assert_eq!(shown(&world, &id).await, ([404].into(), false));
        }
    }
    assert_hidden(&world, &id, "as it was found").await;
    (world, id, public)
}

/// A line whose record is later than whatever is known.
fn newer(line: &mut Value) {
    later(line, 50);
}

fn lose_object(world: &World, id: &str) {
    world.host.drop_database(Class::Fabric, id);
    world.host.drop_database(Class::Index, index::NAME);
}

#[tokio::test]
async fn what_became_private_stays_so_whichever_line_comes_back() {
    for validates in [true, false] {
        let (world, id, public) = became_private(validates).await;
        let newer = with(&public, newer);
        let to_come = with(&public, |line| {
            later(line, 100);
            line["confirmed_ms"] = json!(u64::MAX >> 12);
        });
        for (what, lines) in [("older", &public), ("newer", &newer), ("to come", &to_come)] {
            for _ in 0..2 {
                let outcome = restore(&world, lines).await;
                assert_eq!(outcome["refused"], json!([]), "{outcome}");
                assert_hidden(&world, &id, what).await;
            }
        }
        // Until GitHub says again that it is public.
        set_private(&world, false);
        let ada = world.sign_in("standin-admin").await;
        assert_eq!(ada.validate(&id).await.status, 200);
        world.host.run_alarms();
        assert_eq!(shown(&world, &id).await, ([200].into(), true));
    }
}

#[tokio::test]
async fn what_became_private_outlives_its_being_forgotten_here_and_elsewhere() {
    let (mut world, id, public) = became_private(true).await;
    let private = backup(&world).await;
    {
        let ada = world.sign_in("standin-admin").await;
        assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
    }
    let forgotten = backup(&world).await;
    assert_eq!(revive(&world, &public).await["restored"], 1);
    assert_hidden(&world, &id, "revived").await;
    for order in [
        [&forgotten, &public],
        [&public, &forgotten],
        [&private, &public],
        [&public, &private],
    ] {
        drop(elsewhere(&mut world).await);
        world.host.advance(DAY_MS / 2);
        for lines in order {
            revive(&world, lines).await;
        }
        assert_hidden(&world, &id, &format!("{order:?}")).await;
    }
    // A line that is not restored tells it, too.
    drop(elsewhere(&mut world).await);
    world.host.advance(DAY_MS / 2);
    restore(&world, &with(&public, newer)).await;
    assert_eq!(restore(&world, &private).await["unchanged"], 1);
    assert_hidden(&world, &id, "an older line").await;
}

#[tokio::test]
async fn what_only_a_file_calls_public_is_shown_to_nobody_before_github_was_asked() {
    let (mut world, id, public) = one_fabric().await;
    for is_private in [true, false] {
        set_private(&world, is_private);
        // Elsewhere, and where the object lost its storage and a copy was left.
        for is_elsewhere in [true, false] {
            match is_elsewhere {
                true => drop(elsewhere(&mut world).await),
                false => lose_object(&world, &id),
            }
            assert_eq!(restore(&world, &public).await["restored"], 1);
            world.host.run_alarms();
            world.fault(json!({ "times": 100, "action": { "status": 503 } }));
            let (answers, is_told) = shown(&world, &id).await;
            assert!(answers.contains(&503) && !is_told, "{answers:?}");
            assert_eq!(world.host.live_record(&id).public_until_ms, 0);
            world.standin.forget_faults();
            world.host.advance(61_000);
            match is_private {
                true => {
                    assert_eq!(shown(&world, &id).await, ([404].into(), false));
                    assert_hidden(&world, &id, "asked").await;
                }
                false => {
                    assert_eq!(shown(&world, &id).await, ([200].into(), true));
                    assert!(world.host.live_record(&id).public_until_ms > 0);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_private_line_takes_away_the_copy_that_a_lost_object_left() {
    let (mut world, id, _) = one_fabric().await;
    let copy = world.host.copies()[&id].clone();
    set_private(&world, true);
    {
        let ada = world.sign_in("standin-admin").await;
        assert_eq!(ada.validate(&id).await.status, 200);
    }
    let private = backup(&world).await;
    drop(elsewhere(&mut world).await);
    world.host.put_copy(&id, &copy);
    assert_eq!(restore(&world, &private).await["restored"], 1);
    assert_hidden(&world, &id, "restored").await;
}

#[tokio::test]
async fn a_link_stays_revoked_whichever_line_comes_back_and_wherever_it_was_revoked() {
    let (mut world, id, _) = one_fabric().await;
    let (opened, with_link) = {
        let ada = world.sign_in("standin-admin").await;
        let path = format!("/api/fabrics/{id}");
        let share = ada.post(&format!("{path}/shares"), &json!({})).await;
        let (_, secret) = share.text("url").rsplit_once('/').unwrap();
        let with_link = backup(&world).await;
        let revoke = format!("{path}/shares/{}", share.text("id"));
        assert_eq!(ada.delete(&revoke).await.status, 204);
        (format!("/api/shares/{secret}"), with_link)
    };
    let revoked = backup(&world).await;
    let newer = with(&with_link, newer);
    let status = async |world: &World| world.send("GET", &opened, "", &[], None).await.status;
    for lines in [&with_link, &newer, &with_link] {
        restore(&world, lines).await;
        assert_eq!(status(&world).await, 404);
    }
    // Where the object lost its storage, and elsewhere, a line that tells it is as good in any order.
    for is_elsewhere in [false, true] {
        for order in [[&revoked, &newer], [&newer, &revoked]] {
            match is_elsewhere {
                true => drop(elsewhere(&mut world).await),
                false => lose_object(&world, &id),
            }
            for lines in [order[0], order[1], order[0]] {
                restore(&world, lines).await;
            }
            assert_eq!(status(&world).await, 404, "{order:?}");
        }
    }
}
