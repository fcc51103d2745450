//! What one operation costs: messages to objects, statements, steps of SQLite, rows written and alarms set.
//! `cargo test --test flows -- costs --nocapture` prints the table.
#![allow(
    clippy::print_stdout,
    reason = "the table is what whoever runs this alone wants to see"
)]

use edge_worker::objects::Class;
use flows::World;
use shared::names::FabricId;

use crate::fabric;

/// Counts what was done since the last time.
struct Counter<'a> {
    world: &'a World,
    before: [u64; 5],
}

impl Counter<'_> {
    fn spent(&mut self, operation: &str, most: [u64; 5]) {
        let now = self.world.host.costs();
        let spent: [u64; 5] = std::array::from_fn(|at| now[at] - self.before[at]);
        let [messages, statements, steps, written, alarms] = spent;
        println!("| {operation} | {messages} | {statements} | {steps} | {written} | {alarms} |");
        for (spent, most) in spent.iter().zip(most) {
            assert!(*spent <= most, "{operation}: {spent} is more than {most}");
        }
        self.before = now;
    }
}

#[tokio::test]
async fn an_operation_costs_no_more_than_it_did() {
    let world = World::new();
    let mut counter = Counter {
        world: &world,
        before: world.host.costs(),
    };
    println!("| operation | messages | statements | steps | rows written | alarms set |");
    let ada = world.sign_in("standin-admin").await;
    counter.spent("sign in with a token", [1, 11, 330, 2, 1]);
    let fabric = fabric("gitops");
    let body = ada.approve(&fabric).await;
    counter.spent("plan", [4, 10, 150, 0, 0]);
    let created = ada.post("/api/fabrics", &body).await;
    assert_eq!(created.status, 201, "{created:?}");
    counter.spent("create and commit", [12, 181, 3900, 29, 4]);
    let id = created.text("id").to_owned();
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    counter.spent("validate, nothing changed", [7, 108, 2300, 9, 2]);
    world.host.advance(2_000);
    let path = format!("/api/fabrics/{id}");
    assert_eq!(ada.get(&path).await.status, 200);
    counter.spent("read a fabric, signed in", [2, 18, 430, 0, 0]);
    assert_eq!(ada.get("/api/fabrics").await.status, 200);
    counter.spent("list for the first time", [15, 52, 1500, 6, 1]);
    assert_eq!(ada.get("/api/fabrics").await.status, 200);
    counter.spent("list again", [3, 12, 700, 0, 0]);
    let private = serde_json::json!({ "name": "own", "git_repository": "acme/private", "branch": "main", "gitops_directory": "own" });
    let path = format!("/api/fabrics/{}", ada.created(&private).await);
    counter.before = world.host.costs();
    assert_eq!(ada.get(&path).await.status, 200);
    counter.spent("read a private fabric, signed in", [2, 18, 310, 0, 0]);
    let path = format!("/f/{id}/status.json");
    let status = world.send("GET", &path, "", &[], None);
    assert_eq!(status.await.status, 200);
    counter.spent("status.json", [0; 5]);
}

#[tokio::test]
async fn what_a_version_without_a_count_took_away_is_made_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/shares");
    let link = serde_json::json!({ "note": "for the auditors" });
    assert_eq!(ada.post(&path, &link).await.status, 201);
    world.host.sql(Class::Fabric, &id, "DROP TABLE shares");
    assert_eq!(ada.get(&path).await.status, 200);
    assert_eq!(ada.post(&path, &link).await.status, 201);
    assert_eq!(ada.get(&path).await.status, 200);
}

#[tokio::test]
async fn reading_what_never_was_writes_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let nobody = FabricId::from_bytes([7; 16]).as_str().to_owned();
    ada.approve(&fabric("gitops")).await;
    for path in ["", "/history", "/shares"] {
        let path = format!("/api/fabrics/{nobody}{path}");
        assert_eq!(ada.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(world.host.object(Class::Fabric, &nobody), "");
    assert_eq!(world.host.next_alarm(Class::Fabric, &nobody), None);
    assert_eq!(ada.get("/api/fabrics").await.status, 200);
    for (class, name, storage) in world.host.databases() {
        let is_empty = world.host.object(class, &name).is_empty();
        let is_asked = matches!(class, Class::Fabric | Class::Repository);
        assert_eq!(is_empty, is_asked, "{class:?} {name} {storage}");
    }
}

#[tokio::test]
async fn a_session_that_was_deleted_whole_can_be_opened_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for (class, name, _) in world.host.databases() {
        if class == Class::Session {
            world.host.drop_database(class, &name);
        }
    }
    assert_eq!(ada.get("/api/fabrics").await.status, 401);
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.get("/api/fabrics").await.status, 200);
}
