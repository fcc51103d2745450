//! What is told of deletions while a first change waits or is lost, and in plans.

use flows::World;
use serde_json::{Value, json};

use super::{deleted, made_with, paths, remove};
use crate::fabric;

const VPCS: [&str; 2] = ["gitops/managed/vpcs/a.yaml", "gitops/managed/vpcs/b.yaml"];

#[tokio::test]
async fn what_goes_while_the_first_change_waits_or_is_lost_is_told() {
    for (mode, outcome) in [("pull_request", "pull_request"), ("commit", "unconfirmed")] {
        let world = World::with_fast_clock();
        let ada = world.sign_in("standin-admin").await;
        super::add(&world, &VPCS);
        let mut body = ada.approve(&fabric("gitops")).await;
        body["mode"] = json!(mode);
        if mode == "commit" {
            world.fault(json!({ "match": { "operation": "Commit" }, "times": 9, "action": { "status": 502 } }));
            world.fault(json!({ "match": { "operation": "History" }, "times": 9, "action": { "status": 502 } }));
        }
        let made = ada.post("/api/fabrics", &body).await;
        assert_eq!(made.body["operation"]["outcome"], outcome, "{made:?}");
        world.standin.forget_faults();
        let id = made.text("id").to_owned();
        remove(&world, &VPCS);
        assert_eq!(ada.validate(&id).await.status, 200);
        let expected = ["managed/vpcs/a.yaml", "managed/vpcs/b.yaml"];
        assert_eq!(paths(&ada, &id).await, expected, "{mode}");
        let told = deleted(&ada, &id).await;
        assert_eq!(told[0]["commit"]["id"], world.head("main"), "{told:?}");
    }
}

#[tokio::test]
async fn every_plan_for_a_fabric_s_directory_tells_what_was_deleted() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &VPCS).await;
    remove(&world, &VPCS[1..]);
    for asked in [
        json!({}),
        json!({ "repair": true }),
        json!({ "to": { "gitops_directory": "sites/east" } }),
        json!({ "to": { "name": "other" } }),
        json!({ "remove_files": true }),
        json!({ "repair": true, "proposal": id }),
    ] {
        let mut body = fabric("gitops");
        for (field, value) in asked.as_object().unwrap() {
            body[field] = value.clone();
        }
        let plan = ada.post("/api/plan", &body).await;
        assert_eq!(plan.status, 200, "{plan:?}");
        // A proposal is compared with another branch: it has what the record tells, which nobody has looked at yet.
        let expected = match asked.get("proposal") {
            Some(_) => Value::Null,
            None => json!(["managed/vpcs/b.yaml"]),
        };
        assert_eq!(plan.body["deleted"][0]["paths"], expected, "{asked}");
    }
    ada.validate(&id).await;
    let mut body = fabric("gitops");
    body["proposal"] = json!(id);
    let plan = ada.post("/api/plan", &body).await;
    assert_eq!(plan.body["deleted"][0]["count"], 1, "{plan:?}");
    // Of a directory that no fabric has, nothing is told.
    let plan = ada.post("/api/plan", &fabric("other")).await;
    assert!(plan.body.get("deleted").is_none(), "{plan:?}");
}
