//! Writes that were unconfirmed or under way when a backup was made.

use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};

use super::{
    approved, assert_agrees, changed, directory, elsewhere, later, of, one_fabric, place, with,
    world,
};
use crate::backup::{backup, restore};

#[tokio::test]
async fn a_write_that_was_unconfirmed_or_under_way_learns_of_its_commit_wherever_it_is_restored() {
    let mut world = world();
    let ada = world.sign_in("standin-admin").await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "drop": "after" } }));
    world.fault(json!({ "match": { "graphql_contains": "query History" }, "times": 100, "action": { "status": 503 } }));
    let unconfirmed = ada.create(&place(1)).await;
    assert_eq!(
        unconfirmed.body["operation"]["outcome"], "unconfirmed",
        "{unconfirmed:?}"
    );
    world.standin.forget_faults();
    let body = ada.approve(&place(2)).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    world.standin.forget_requests();
    let during = async {
        world.is_asked("createCommitOnBranch").await;
        world.host.tell_young();
        let lines = backup(&world).await;
        world.release();
        lines
    };
    let (created, older) = tokio::join!(ada.post("/api/fabrics", &body), during);
    assert_eq!(
        created.body["operation"]["outcome"], "committed",
        "{created:?}"
    );
    let under_way = created.text("id").to_owned();
    let unconfirmed = unconfirmed.text("id").to_owned();
    let later = backup(&world).await;

    for later in [None, Some(later)] {
        elsewhere(&mut world).await;
        let ada = world.sign_in("standin-admin").await;
        assert_eq!(restore(&world, &older).await["restored"], 2);
        let told = ada.get(&format!("/api/fabrics/{under_way}")).await;
        assert_eq!(told.body["operation"]["outcome"], "unconfirmed", "{told:?}");
        if let Some(later) = &later {
            let outcome = restore(&world, later).await;
            assert_eq!(
                outcome["restored"], 1,
                "the commit is known by now: {outcome}"
            );
            let told = ada.get(&format!("/api/fabrics/{under_way}")).await;
            assert_eq!(told.text("gitops_directory_status"), "initialized");
            assert_eq!(told.body["operation"]["outcome"], "committed", "{told:?}");
            assert_eq!(restore(&world, &older).await["unchanged"], 2);
        }
        for id in [&unconfirmed, &under_way] {
            assert_eq!(ada.validate(id).await.body["valid"], true);
            let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
            let entries = of(&history.body["entries"]);
            let created: Vec<&Value> = entries
                .iter()
                .filter(|entry| entry["kind"] == "create")
                .collect();
            assert_eq!(created.len(), 1);
            assert_eq!(created[0]["outcome"], "committed", "{history:?}");
            assert!(created[0]["commit"].is_string());
        }
        assert_agrees(&world, &ada).await;
    }
}

#[tokio::test]
async fn a_write_that_the_history_has_let_go_of_is_not_taken_from_an_old_backup() {
    let (world, id, _) = one_fabric().await;
    let ada = world.sign_in("standin-admin").await;
    let path = format!("/api/fabrics/{id}");
    let mut now = place(1);
    let body = approved(&ada, &now, directory(2)).await;
    world.fault(json!({ "match": { "path_contains": "/git/refs/" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let lines = backup(&world).await;
        world.release();
        lines
    };
    let (moved, lines) = tokio::join!(changed(&ada, &id, &body), meanwhile);
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    world.host.advance(60_000);
    now["gitops_directory"] = json!("places/p2");
    let moved = changed(&ada, &id, &approved(&ada, &now, directory(3)).await).await;
    assert_eq!(moved.text("gitops_directory"), "places/p3", "{moved:?}");
    // So much is done later that the history tells of nothing else.
    for statement in [
        "INSERT INTO history (operation, entry) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT 'later-' || i, json_set((SELECT entry FROM history ORDER BY number DESC LIMIT 1), '$.operation', 'later-' || i) FROM n",
        "DELETE FROM history WHERE number <= (SELECT MAX(number) FROM history) - 200",
    ] {
        world.host.sql(Class::Fabric, &id, statement);
    }
    let history = ada.get(&format!("{path}/history")).await.body;
    assert_eq!(restore(&world, &lines).await["unchanged"], 1);
    assert_eq!(ada.get(&format!("{path}/history")).await.body, history);
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory"), "places/p3", "{record:?}");
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_write_that_is_only_presumed_to_have_failed_is_merged_alike_in_any_order() {
    let mut world = world();
    let ada = world.sign_in("standin-admin").await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "drop": "after" } }));
    world.fault(json!({ "match": { "graphql_contains": "query History" }, "times": 100, "action": { "status": 503 } }));
    let created = ada.create(&place(1)).await;
    assert_eq!(created.body["operation"]["outcome"], "unconfirmed");
    world.standin.forget_faults();
    let id = created.text("id").to_owned();
    let open = backup(&world).await;
    let presumed = with(&open, |line| {
        later(line, 1);
        line["history"][0]["outcome"] = json!("failed");
        line["unsettled"][0]["is_presumed"] = json!(true);
    });
    let over = with(&presumed, |line| {
        later(line, 1);
        line["unsettled"] = json!([]);
    });
    for order in [[&open, &presumed], [&presumed, &open]] {
        drop(elsewhere(&mut world).await);
        for lines in order {
            restore(&world, lines).await;
        }
        let ada = world.sign_in("standin-admin").await;
        assert_eq!(ada.validate(&id).await.body["valid"], true);
        let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
        let mut entries = of(&history.body["entries"]).into_iter();
        let create = entries.find(|entry| entry["kind"] == "create").unwrap();
        assert_eq!(create["outcome"], "committed", "{order:?}");
    }
    for order in [[&presumed, &over], [&over, &presumed]] {
        drop(elsewhere(&mut world).await);
        for lines in order {
            restore(&world, lines).await;
        }
        let line: Value = serde_json::from_str(&backup(&world).await).unwrap();
        assert_eq!(line["unsettled"], json!([]), "{order:?}");
    }
}
