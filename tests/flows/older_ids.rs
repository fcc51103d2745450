//! Repositories that are older than GitHub's node ids of today: what was recorded under the older ids stays theirs, and
//! nobody else's.

use edge_worker::host::Host;
use edge_worker::objects::Class;
use flows::{Person, World};
use github_standin::NodeIds;
use serde_json::{Value, json};

use crate::fabric;
use crate::names_nothing::kept;

/// `acme/network`, in both forms of node id.
const OLD: &str = "MDEwOlJlcG9zaXRvcnk1MDE=";
const NEXT: &str = "R_kgDOAAAB9Q";

/// Sets which form of node id `acme/network` has.
fn node_ids(world: &World, node_ids: NodeIds) {
    world
        .standin
        .change_repository("acme/network", |repository| repository.node_ids = node_ids)
        .unwrap();
}

fn named(name: &str, directory: &str) -> Value {
    let mut fabric = fabric(directory);
    fabric["name"] = json!(name);
    fabric
}

/// A fabric as the version before GitHub's numbers recorded it: under the older node id alone.
async fn recorded_before(world: &World, ada: &Person<'_>, fabric: &Value) -> String {
    node_ids(world, NodeIds::OnlyOld);
    let id = ada.created(fabric).await;
    world.host.forget_numbers();
    node_ids(world, NodeIds::Old);
    id
}

/// Which fabrics an object of a repository has claims of.
fn claims(world: &World, name: &str, fabric: &str) -> bool {
    world.host.object(Class::Repository, name).contains(fabric)
}

async fn listed(person: &Person<'_>) -> Vec<String> {
    let list = person.get("/api/fabrics").await;
    flows::fields_of(&list.body["fabrics"], &["name"])
}

#[tokio::test]
async fn every_question_to_github_asks_for_todays_node_ids() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    let id = ada.created(&fabric("sites/one")).await;
    ada.validate(&id).await;
    ada.get("/api/fabrics").await;
    world.host.advance(25 * 3_600_000);
    let path = format!("/f/{id}/status.json");
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
    let requests = world.standin.requests();
    let paths: Vec<&str> = requests
        .iter()
        .map(|request| request.path.as_str())
        .collect();
    for expected in ["/graphql", "/repos/acme/network"] {
        assert!(paths.contains(&expected), "{paths:?}");
    }
    for request in requests {
        assert!(request.asks_for_next_ids, "{request:?}");
    }
}

#[tokio::test]
async fn a_lost_index_finds_fabrics_whose_claims_are_under_the_older_id() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = recorded_before(&world, &ada, &named("east", "sites/east")).await;
    let index = edge_worker::objects::index::NAME;
    world.host.drop_database(Class::Index, index);
    assert_eq!(listed(&ada).await, ["east"]);
    let is_handed_over = claims(&world, NEXT, &id);
    assert!(!is_handed_over, "a list changes nothing of the claims");
}

#[tokio::test]
async fn a_fabric_recorded_under_the_older_id_goes_on_under_todays() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = recorded_before(&world, &ada, &named("east", "sites/east")).await;
    assert!(claims(&world, OLD, &id) && !claims(&world, NEXT, &id));

    assert_eq!(listed(&ada).await, ["east"], "found by its number");
    let path = format!("/api/fabrics/{id}");
    for below in ["", "/history", "/permission", "/shares"] {
        let answer = ada.get(&format!("{path}{below}")).await;
        assert_eq!(answer.status, 200, "{below}: {answer:?}");
    }
    assert_eq!(ada.validate(&id).await.status, 200);
    assert_eq!(listed(&ada).await, ["east"]);
    let index = world
        .host
        .object(Class::Index, edge_worker::objects::index::NAME);
    assert!(
        index.contains(OLD),
        "as the version before looks for it: {index}"
    );

    for (name, directory, code) in [
        ("west", "sites/east", "fabric_exists"),
        ("west", "sites", "fabric_exists"),
        ("east", "sites/west", "name_taken"),
    ] {
        let answer = ada.create(&named(name, directory)).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (409, code),
            "{answer:?}"
        );
        assert_eq!(answer.body["fabric"], json!(id));
    }
    assert!(claims(&world, NEXT, &id), "its claim was handed over");
    assert!(
        claims(&world, OLD, &id),
        "and stays where the version before looks for it"
    );
    let west = ada.created(&named("west", "sites/west")).await;
    assert!(claims(&world, NEXT, &west) && !claims(&world, OLD, &west));
    assert_eq!(listed(&ada).await, ["east", "west"]);
}

#[tokio::test]
async fn claims_are_handed_over_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = recorded_before(&world, &ada, &named("east", "sites/east")).await;
    let forgotten = ada.delete(&format!("/api/fabrics/{id}")).await;
    assert_eq!(forgotten.status, 200, "{forgotten:?}");
    assert!(claims(&world, OLD, &id) && !claims(&world, NEXT, &id));
    let again = ada.create(&named("east", "sites/east")).await;
    assert_eq!(
        again.status, 201,
        "what was given up does not come back from the source: {again:?}"
    );
}

#[tokio::test]
async fn claims_are_handed_over_however_many_ask_at_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = recorded_before(&world, &ada, &named("east", "sites/east")).await;
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=sites/east";
    assert_eq!(ada.get(path).await.body["claim"]["fabric"], json!(id));
    assert!(!claims(&world, NEXT, &id), "nobody claimed anything");
    let body = ada.approve(&named("west", "sites/west")).await;
    let path = "/api/fabrics";
    let writes: Vec<_> = (0..10).map(|_| ada.post(path, &body)).collect();
    let answers = flows::join_all(writes).await;
    let made = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(made.count(), 1, "{answers:?}");
    assert!(claims(&world, NEXT, &id));
}

#[tokio::test]
async fn an_interrupted_hand_over_is_repeated_without_loss() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = recorded_before(&world, &ada, &named("east", "sites/east")).await;
    // The source has given its claims, and the one that asked for them died.
    let hand_over = json!({ "HandOver": { "successor": NEXT } }).to_string();
    let given = world.host.call(Class::Repository, OLD, hand_over).await;
    assert!(given.unwrap().contains(&id));
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=sites/east";
    let mut written = Vec::new();
    for _ in 0..2 {
        let seen = ada.get(path).await;
        assert_eq!(seen.body["claim"]["fabric"], json!(id), "{seen:?}");
        let [.., rows, _] = world.host.costs();
        written.push((kept(&world), rows));
    }
    assert_eq!(written[0], written[1], "who only asks repeats nothing");
    let refused = ada.create(&named("west", "sites/east")).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "fabric_exists"),
        "{refused:?}"
    );
    // A second one that was as far as this brings an old list, which no longer changes anything.
    assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
    let claim =
        json!({ "fabric": id, "branch": "main", "directory": "sites/east", "name": "east" });
    let late = json!({ "TakeOver": { "source": OLD, "claims": [claim] } }).to_string();
    world
        .host
        .call(Class::Repository, NEXT, late)
        .await
        .unwrap();
    assert_eq!(ada.create(&named("west", "sites/east")).await.status, 201);
}

#[tokio::test]
async fn the_older_object_leads_to_its_successor() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = recorded_before(&world, &ada, &named("east", "sites/east")).await;
    assert_eq!(ada.validate(&id).await.status, 200);
    let west = ada.created(&named("west", "sites/west")).await;
    assert!(claims(&world, NEXT, &id));
    // A server that gives the older ids again, as after its own going back.
    node_ids(&world, NodeIds::OnlyOld);
    for (taken, by) in [("sites/east", &id), ("sites/west", &west)] {
        let refused = ada.create(&named("north", taken)).await;
        assert_eq!(refused.status, 409, "{refused:?}");
        assert_eq!(refused.body["fabric"], json!(by));
    }
    assert_eq!(listed(&ada).await, ["east", "west"]);
    // Turns are nobody's to hand over: a write goes on under either id.
    assert_eq!(ada.create(&named("north", "sites/north")).await.status, 201);
}

#[tokio::test]
async fn a_server_that_knows_only_the_older_ids_is_served_and_may_be_upgraded() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    node_ids(&world, NodeIds::OnlyOld);
    let east = ada.created(&named("east", "sites/east")).await;
    assert_eq!(ada.validate(&east).await.status, 200);
    assert_eq!(listed(&ada).await, ["east"]);
    node_ids(&world, NodeIds::Old);
    assert_eq!(ada.validate(&east).await.status, 200);
    assert_eq!(ada.create(&named("west", "sites/east")).await.status, 409);
    world.host.advance(6 * 60_000);
    assert_eq!(listed(&ada).await, ["east"]);
}

/// What the version before tells the object of a repository.
async fn tell(world: &World, name: &str, message: Value) {
    let reply = world
        .host
        .call(Class::Repository, name, message.to_string());
    assert_eq!(reply.await.unwrap(), r#"{"Reply":"Granted"}"#);
}

fn claim_of(fabric: &str, directory: &str, name: &str) -> Value {
    let claim = json!({ "fabric": fabric, "branch": "main", "directory": directory, "name": name });
    json!({ "Claim": { "claim": claim, "besides": "Nothing" } })
}

#[tokio::test]
async fn a_hand_over_does_not_replace_newer_claims() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let first = ada.created(&named("first", "sites/first")).await;
    let second = ada.created(&named("second", "sites/second")).await;
    world.host.forget_numbers();
    // GitHub gave today's id to the version before at some time: the older object has what was so before.
    tell(&world, OLD, claim_of(&first, "sites/second", "first")).await;
    let mut wanted = named("second", "sites/second");
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=sites/second";
    assert_eq!(ada.get(path).await.body["claim"]["fabric"], json!(second));
    world.push("main", &[("sites/second/managed/README.md", None)]);
    wanted["repair"] = json!(true);
    let plan = ada.post("/api/plan", &wanted).await;
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    let path = format!("/api/fabrics/{second}/repair");
    let repaired = ada.post(&path, &body).await;
    assert_eq!(repaired.status, 200, "its owner goes on");
}

#[tokio::test]
async fn a_rollback_and_an_upgrade_leave_no_duplicate_or_stale_claim() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let gone = recorded_before(&world, &ada, &named("gone", "sites/gone")).await;
    ada.validate(&gone).await;
    assert_eq!(ada.create(&named("x", "sites/gone")).await.status, 409);
    assert!(claims(&world, NEXT, &gone));
    // The version before knows no hand-over: it makes one fabric, and forgets the other.
    world
        .host
        .sql(Class::Repository, OLD, "DELETE FROM handed_over");
    node_ids(&world, NodeIds::OnlyOld);
    let west = ada.created(&named("west", "sites/west")).await;
    assert_eq!(
        ada.delete(&format!("/api/fabrics/{gone}")).await.status,
        200
    );
    assert!(claims(&world, OLD, &west) && !claims(&world, OLD, &gone));
    let led = format!("INSERT INTO handed_over (one, successor) VALUES (1, '{NEXT}')");
    world.host.sql(Class::Repository, OLD, &led);
    world
        .host
        .sql(Class::Fabric, &west, "UPDATE place SET number = NULL");
    // Forward again.
    node_ids(&world, NodeIds::Old);
    assert_eq!(ada.validate(&west).await.status, 200);
    let taken = ada.create(&named("other", "sites/west")).await;
    assert_eq!((taken.status, taken.text("code")), (409, "fabric_exists"));
    assert_eq!(
        taken.body["fabric"],
        json!(west),
        "validating claimed it here"
    );
    let free = "/api/snapshot?repository=acme/network&branch=main&directory=sites/gone";
    assert_eq!(ada.get(free).await.body["claim"], Value::Null);
    assert_eq!(ada.create(&named("gone", "sites/gone")).await.status, 201);
}

#[tokio::test]
async fn the_list_works_with_a_repository_without_a_number() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&named("east", "sites/east")).await;
    let node = |id: &str, number: Value, name: &str| json!({ "id": id, "databaseId": number, "nameWithOwner": name, "isPrivate": false, "isArchived": false, "viewerPermission": "ADMIN", "defaultBranchRef": null });
    let nodes = [
        node(NEXT, json!(501), "acme/network"),
        node("R_kgAH", Value::Null, "acme/odd"),
    ];
    let page = json!({ "hasNextPage": false, "endCursor": null });
    let viewer = json!({ "repositories": { "nodes": nodes, "pageInfo": page } });
    world.fault(json!({
        "match": { "operation": "Repositories" },
        "action": { "status": 200, "body": { "data": { "viewer": viewer } } },
    }));
    assert_eq!(listed(&ada).await, ["east"]);
}
