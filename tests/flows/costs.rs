//! What one operation costs: messages to objects, statements, rows written and alarms set.
//! `cargo test --test flows -- costs --nocapture` prints the table.
#![allow(
    clippy::print_stdout,
    reason = "the table is what whoever runs this alone wants to see"
)]

use edge_worker::objects::{Class, index};
use flows::World;
use serde_json::json;
use shared::names::FabricId;

use crate::fabric;

/// Counts what was done since the last time.
struct Counter<'a> {
    world: &'a World,
    before: [u64; 5],
    wrong: Vec<String>,
}

impl Counter<'_> {
    /// Holds an operation to its row in ARCHITECTURE.md: it costs no more, and not much less, than is written there.
    fn spent(&mut self, operation: &str) {
        let spent = self.so_far();
        self.hold(operation, spent);
    }

    /// Messages, statements, rows written and alarms set.
    fn so_far(&self) -> [u64; 4] {
        let now = self.world.host.costs();
        let [messages, statements, _, written, alarms] =
            std::array::from_fn(|at| now[at] - self.before[at]);
        [messages, statements, written, alarms]
    }

    fn hold(&mut self, operation: &str, spent: [u64; 4]) {
        let [messages, statements, written, alarms] = spent;
        println!("| {operation} | {messages} | {statements} | {written} | {alarms} |");
        let documented = documented(operation);
        let mut both = spent.iter().zip(documented);
        if !both.all(|(spent, written)| *spent <= written && written <= spent + spent / 10) {
            self.wrong
                .push(format!("{operation}: {spent:?} in place of {documented:?}"));
        }
        self.begin();
    }

    /// What follows is counted from here.
    fn begin(&mut self) {
        self.before = self.world.host.costs();
    }
}

/// What ARCHITECTURE.md says that an operation costs: messages, statements, rows written, and alarms set.
fn documented(operation: &str) -> [u64; 4] {
    let text = include_str!("../../ARCHITECTURE.md");
    let (_, text) = text.split_once("What one operation costs").unwrap();
    let begins = format!("| {operation} | ");
    let row = text.lines().find_map(|line| line.strip_prefix(&begins));
    let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for {operation:?}"));
    let mut cells = row.split('|').map(|cell| cell.trim().parse().unwrap());
    std::array::from_fn(|_| cells.next().unwrap())
}

#[tokio::test]
async fn an_operation_costs_what_is_written() {
    let world = World::new();
    // However long the machine takes, nobody says meanwhile that the work goes on.
    world.host.beat_every(3_600_000);
    let mut counter = Counter {
        world: &world,
        before: world.host.costs(),
        wrong: Vec::new(),
    };
    println!("| operation | messages | statements | rows written | alarms set |");
    world.sign_in("standin-admin").await;
    counter.spent("sign in with a token, the first time");
    let ada = world.sign_in("standin-admin").await;
    counter.spent("sign in with a token again");
    // The repository has others, everybody was told of them, and the index has its storage for long.
    ada.created(&json!({ "name": "first", "git_repository": "acme/network", "branch": "main", "gitops_directory": "first" })).await;
    ada.get("/api/fabrics").await;
    counter.begin();
    assert_eq!(ada.get("/api/fabrics").await.status, 200);
    counter.spent("list, in an index's first two days");
    let long = "UPDATE born SET at_ms = 0";
    world.host.sql(Class::Index, index::NAME, long);
    counter.begin();
    let fabric = fabric("gitops");
    let body = ada.approve(&fabric).await;
    counter.spent("plan");
    let created = ada.post("/api/fabrics", &body).await;
    assert_eq!(created.status, 201, "{created:?}");
    counter.spent("create and commit");
    let id = created.text("id").to_owned();
    let path = format!("/api/fabrics/{id}");
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    counter.spent("validate, nothing changed");
    world.host.advance(2_000);
    assert_eq!(ada.get(&path).await.status, 200);
    counter.spent("read a fabric, signed in");
    assert_eq!(ada.get("/api/fabrics").await.status, 200);
    counter.spent("list");
    assert_eq!(ada.get(&format!("{path}/history")).await.status, 200);
    counter.spent("read the history");
    let link = json!({ "note": "for the auditors" });
    assert_eq!(ada.post(&format!("{path}/shares"), &link).await.status, 201);
    counter.spent("make a share link, the first");
    world.push("main", &[("gitops/managed/README.md", None)]);
    let mut repair = fabric.clone();
    repair["repair"] = json!(true);
    let plan = ada.post("/api/plan", &repair).await.body;
    let approved = json!({ "files": plan["files"], "approval": plan["approval"] });
    counter.begin();
    let repaired = ada.post(&format!("{path}/repair"), &approved).await;
    assert_eq!(repaired.status, 200, "{repaired:?}");
    counter.spent("repair");
    let status = format!("/f/{id}/status.json");
    let status = world.send("GET", &status, "", &[], None).await;
    assert_eq!(status.status, 200);
    counter.spent("status.json, badge");
    let mut looks = Vec::new();
    let mut watchers = Vec::new();
    for number in 0..2 {
        let file = format!("gitops/own-{number}.txt");
        world.push("main", &[(&file, Some("own".into()))]);
        counter.begin();
        assert_eq!(ada.validate(&id).await.status, 200);
        looks.push(counter.so_far());
        if number == 0 {
            counter.begin();
            watchers.extend(world.watch(&id, ada.cookie()).await);
            counter.spent("watch: open a socket");
        }
    }
    let more = std::array::from_fn(|at| looks[1][at] - looks[0][at]);
    assert_eq!(watchers[0].told().len(), 2, "at once, and what is new");
    counter.hold("watch: be told of a validation", more);
    watchers.pop().unwrap().leave();
    counter.spent("watch: leave");
    assert!(counter.wrong.is_empty(), "{:#?}", counter.wrong);
}

#[tokio::test]
async fn what_a_version_without_a_count_took_away_is_made_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/shares");
    let link = json!({ "note": "for the auditors" });
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
        assert_eq!(
            is_empty,
            class != Class::Session,
            "{class:?} {name} {storage}"
        );
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
