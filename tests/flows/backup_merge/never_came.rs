//! A backup was about to bring a fabric back, and never did: what is left of that goes away by itself.

use edge_worker::objects::Class;
use serde_json::Value;
use shared::names::FabricId;

use super::world;

/// The row as landed versions left it, of a fabric that is not there: since no time and for no version, or of a line from which
/// one was revived that is gone.
const ROWS: [&str; 2] = ["(1, NULL, NULL, NULL)", "(1, NULL, 7, 3)"];

#[tokio::test]
async fn an_object_that_a_backup_never_reached_is_empty_and_deletes_itself() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    for (number, row) in (1..).zip(ROWS) {
        let id = FabricId::from_bytes([number; 16]);
        let made = format!(
            "CREATE TABLE restored (one INTEGER PRIMARY KEY CHECK (one = 1), until_ms INTEGER, version INTEGER, as_of INTEGER); INSERT INTO restored VALUES {row};"
        );
        world.host.put_database(Class::Fabric, id.as_str(), &made);
        let path = format!("/api/fabrics/{id}");
        assert_eq!(ada.get(&path).await.status, 404, "{row}");
        world.host.run_due_alarms(Class::Fabric, 5 * 60_000);
        assert_eq!(world.host.object(Class::Fabric, id.as_str()), "", "{row}");
        let objects = world.host.databases();
        let left = objects.iter().find(|(_, name, _)| *name == id.as_str());
        assert!(
            left.is_none_or(|(.., statements)| statements.is_empty()),
            "{left:?}"
        );
    }
}

#[tokio::test]
async fn an_object_that_was_asked_whether_a_fabric_comes_back_waits_a_minute_for_it() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = FabricId::from_bytes([9; 16]);
    ada.created(&super::place(1)).await;
    let lines = crate::backup::backup(&world).await;
    let lines = super::with(&lines, |line| {
        line["record"]["id"] = Value::from(id.as_str())
    });
    // The line is lost after its object was asked.
    world.host.refuse_message(r#""Import""#);
    crate::backup::restore(&world, &lines).await;
    assert_ne!(world.host.object(Class::Fabric, id.as_str()), "");
    world.host.run_due_alarms(Class::Fabric, 5 * 60_000);
    assert_eq!(world.host.object(Class::Fabric, id.as_str()), "");
}
