//! The public copy: written after the record, never left behind.

use edge_worker::objects::{Class, fabric, handle, index_outbox};
use flows::{Database, World};
use serde_json::{Value, json};
use shared::fabric::{FabricInput, FabricSpec};
use shared::names::FabricId;
use shared::record::{FabricRecord, Visibility};

fn ask(database: &Database, message: &Value) -> Value {
    serde_json::from_str(&handle(Class::Fabric, database, &message.to_string())).unwrap()
}

fn with_record(visibility: Visibility) -> Database {
    let input: FabricInput = serde_json::from_value(crate::fabric("gitops")).unwrap();
    let spec = FabricSpec::parse(&input).unwrap();
    let record = FabricRecord::new(FabricId::from_bytes([1; 16]), &spec, visibility);
    let database = Database::open();
    let created = ask(
        &database,
        &json!({ "Create": { "record": record, "creator": 1 } }),
    );
    assert!(created["Reply"]["Record"].is_object(), "{created}");
    list(&database);
    database
}

/// Writes the row of the index, so that only the public copy waits.
fn list(database: &Database) {
    let (version, row) = index_outbox::waiting(database).unwrap().unwrap();
    assert!(row.contains("fabric-1"));
    index_outbox::written(database, version).unwrap();
}

#[test]
fn the_first_copy_is_due_at_once_and_the_next_a_second_later() {
    let database = with_record(Visibility::Public);
    assert_eq!(fabric::next_alarm(&database, 10_000), Ok(Some(0)));
    let (_, version, text) = fabric::waiting_copy(&database).unwrap().unwrap();
    assert!(text.unwrap().contains("fabric-1"));
    fabric::copy_written(&database, version, 10_000).unwrap();
    let next_look = fabric::next_alarm(&database, 10_000).unwrap();
    assert!(
        next_look.is_some_and(|after_ms| after_ms > 60_000),
        "{next_look:?}"
    );
    ask(
        &database,
        &json!({ "Confirm": { "visibility": "private" } }),
    );
    assert_eq!(
        fabric::next_alarm(&database, 10_300),
        Ok(Some(0)),
        "the row of the index has no such limit"
    );
    list(&database);
    assert_eq!(fabric::next_alarm(&database, 10_300), Ok(Some(700)));
    let (_, _, text) = fabric::waiting_copy(&database).unwrap().unwrap();
    assert_eq!(text, None, "a private fabric has no public copy");
}

#[test]
fn a_copy_that_was_being_written_does_not_outlive_its_fabric() {
    let database = with_record(Visibility::Public);
    let (key, being_written, _) = fabric::waiting_copy(&database).unwrap().unwrap();
    ask(&database, &json!("Forget"));
    fabric::copy_written(&database, being_written, 10_000).unwrap();
    let (waiting, _, text) = fabric::waiting_copy(&database).unwrap().unwrap();
    assert_eq!((waiting, text), (key, None), "the deletion still waits");
}

#[test]
fn a_copy_that_failed_is_tried_again() {
    let database = with_record(Visibility::Public);
    fabric::copy_failed(&database, 10_000).unwrap();
    assert!(fabric::waiting_copy(&database).unwrap().is_some());
    assert_eq!(fabric::next_alarm(&database, 10_000), Ok(Some(1_000)));
}

#[test]
fn a_row_of_the_index_that_failed_is_tried_again_and_a_forgotten_fabric_leaves_none() {
    let database = with_record(Visibility::Private);
    ask(&database, &json!("Forget"));
    let (version, row) = index_outbox::waiting(&database).unwrap().unwrap();
    assert!(row.contains(r#""entry":null"#), "{row}");
    index_outbox::failed(&database, 10_000).unwrap();
    let (_, copied, _) = fabric::waiting_copy(&database).unwrap().unwrap();
    fabric::copy_written(&database, copied, 10_000).unwrap();
    assert_eq!(fabric::next_alarm(&database, 10_000), Ok(Some(1_000)));
    index_outbox::written(&database, version).unwrap();
    fabric::copy_compared(&database, None, 200_000).unwrap();
    assert_eq!(fabric::next_alarm(&database, 200_000), Ok(None));
}

#[test]
fn a_confirmed_deletion_is_not_checked_again() {
    let database = with_record(Visibility::Public);
    ask(&database, &json!("Forget"));
    let (_, version, text) = fabric::waiting_copy(&database).unwrap().unwrap();
    assert_eq!(text, None);
    fabric::copy_written(&database, version, 10_000).unwrap();
    let (version, _) = index_outbox::waiting(&database).unwrap().unwrap();
    index_outbox::written(&database, version).unwrap();
    fabric::copy_compared(&database, None, 200_000).unwrap();
    assert_eq!(fabric::next_alarm(&database, 200_000), Ok(None));
}

#[tokio::test]
async fn a_copy_that_kv_lost_is_written_again_by_itself() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada
        .create(&crate::fabric("gitops"))
        .await
        .text("id")
        .to_owned();
    let path = format!("/api/fabrics/{id}");
    // Lost after KV's answer, and an older copy left in place.
    world.host.lose_copies(1);
    ada.post(&format!("{path}/validate-gitops"), &Value::Null)
        .await;
    let truth = ada.get(&path).await;
    let stale = world.send("GET", &path, "", &[], None).await;
    assert!(stale.body["version"].as_u64() < truth.body["version"].as_u64());
    world.host.advance(100_000);
    world.host.run_alarms();
    let repaired = world.send("GET", &path, "", &[], None).await;
    assert_eq!(repaired.body["version"], truth.body["version"]);
    // Gone days later.
    world.host.advance(100_000);
    world.host.run_alarms();
    world.host.drop_copy(&id);
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
    world.host.advance(25 * 3_600_000);
    world.host.run_alarms();
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
}
