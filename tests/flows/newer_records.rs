//! After going back a version: what a newer one stored under words that this one does not know is read, shown as it is, never
//! taken for something good or public, and written back as it was.

use edge_worker::objects::{Class, index};
use flows::World;
use serde_json::json;

use crate::backup::{backup, restore, with_key};
use crate::fabric;

/// Words of today, and of a newer version, as they stand in what is stored.
const WORDS: [(&str, &str); 5] = [
    (
        r#""gitops_directory_status":"initialized""#,
        r#""gitops_directory_status":"quarantined""#,
    ),
    (r#""state":"ok""#, r#""state":"suspected""#),
    (r#""severity":"note""#, r#""severity":"ominous""#),
    (r#""outcome":"committed""#, r#""outcome":"superseded""#),
    (r#""kind":"create""#, r#""kind":"transplant""#),
];

/// Lets a newer version have stored what the objects hold.
fn written_by_a_newer_version(world: &World, words: &[(&str, &str)]) {
    for (class, name, _) in world.host.databases() {
        let columns: &[(&str, &str)] = match class {
            Class::Fabric => &[
                ("fabric", "record"),
                ("history", "entry"),
                ("outbox", "text"),
            ],
            Class::Index => &[("fabrics", "summary")],
            Class::Repository | Class::Session => &[],
        };
        for (table, column) in columns {
            for (today, newer) in words {
                let statement = format!(
                    "UPDATE {table} SET {column} = replace({column}, '{today}', '{newer}')"
                );
                world.host.sql(class, &name, &statement);
            }
        }
    }
    for (key, copy) in world.host.copies() {
        let newer = words
            .iter()
            .fold(copy, |copy, (today, newer)| copy.replace(today, newer));
        world.host.put_copy(&key, &newer);
    }
}

#[tokio::test]
async fn words_of_a_newer_version_are_shown_and_survive() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let readme = ("gitops/README.md", Some("ours now\n".into()));
    world.push("main", &[readme]);
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    written_by_a_newer_version(&world, &WORDS);

    let path = format!("/api/fabrics/{id}");
    let read = ada.get(&path).await;
    assert_eq!(read.text("gitops_directory_status"), "quarantined");
    assert_eq!(read.body["check"]["state"], "suspected");
    assert_eq!(
        read.body["drift"]["findings"][0]["severity"], "ominous",
        "{read:?}"
    );
    let history = ada.get(&format!("{path}/history")).await;
    let created = history.body["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&created["kind"], &created["outcome"]),
        (&json!("transplant"), &json!("superseded"))
    );
    let list = ada.get("/api/fabrics").await;
    let row = &list.body["fabrics"][0];
    assert_eq!(row["gitops_directory_status"], "quarantined");

    let get = async |path: String| world.send("GET", &path, "", &[], None).await;
    let status = get(format!("/f/{id}/status.json")).await;
    assert_eq!(status.body["verdict"]["word"], "Not known", "{status:?}");
    let badge = get(format!("/f/{id}/badge.svg")).await.text;
    assert!(badge.contains("Not known"), "{badge}");
    let page = get(format!("/f/{id}")).await.text;
    assert!(page.contains("quarantined"), "{page}");

    // Elsewhere, and back.
    let lines = backup(&world).await;
    for word in [
        "quarantined",
        "suspected",
        "ominous",
        "superseded",
        "transplant",
    ] {
        assert!(lines.contains(word), "{word}: {lines}");
    }
    world.host.drop_database(Class::Fabric, &id);
    world.host.drop_database(Class::Index, index::NAME);
    assert_eq!(restore(&world, &lines).await["restored"], 1);
    assert_eq!(backup(&world).await, lines);

    // What is read now is said in today's words, and what was done stays.
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    let read = ada.get(&path).await;
    assert_eq!(read.text("gitops_directory_status"), "initialized");
    let history = ada.get(&format!("{path}/history")).await;
    assert!(history.body.to_string().contains("superseded"));
}

#[tokio::test]
async fn what_a_newer_version_calls_by_another_word_is_private() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let words = [(r#""visibility":"public""#, r#""visibility":"partners""#)];
    written_by_a_newer_version(&world, &words);
    for path in ["status.json", "badge.svg"] {
        let path = format!("/f/{id}/{path}");
        let answer = world.send("GET", &path, "", &[], None).await;
        assert_ne!(answer.status, 200, "{path}");
    }
    let read = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(read.status, 200, "{read:?}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_hides_no_other_and_stays() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let other = ada.created(&fabric("other")).await;
    world.host.sql(
        Class::Fabric,
        &id,
        "INSERT INTO history (operation, entry) VALUES ('newer', '{}')",
    );
    world.host.sql(
        Class::Fabric,
        &id,
        "INSERT INTO unsettled (operation, intent) VALUES ('newer', '{}')",
    );
    let unreadable = format!("UPDATE fabrics SET summary = '{{}}' WHERE fabric = '{id}'");
    world.host.sql(Class::Index, index::NAME, &unreadable);
    let path = format!("/api/fabrics/{id}");
    assert_eq!(ada.get(&path).await.status, 200);
    let history = ada.get(&format!("{path}/history")).await;
    assert_eq!(history.body["entries"].as_array().unwrap().len(), 1);
    let list = ada.get("/api/fabrics").await;
    assert_eq!(list.body["fabrics"][0]["id"], json!(other));
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    assert!(world.host.object(Class::Fabric, &id).contains("newer"));
}

#[tokio::test]
async fn what_the_storage_says_is_for_the_log() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let unreadable = "UPDATE fabric SET record = 'no record'";
    world.host.sql(Class::Fabric, &id, unreadable);
    let answer = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (answer.text("code"), answer.text("detail")),
        (
            "storage_unavailable",
            "Hedgerow's own storage did not answer"
        )
    );
    let log = world.host.everything();
    assert!(log.contains("storage_failed"), "{log}");
    assert!(
        log.contains("expected ident") || log.contains("expected value"),
        "{log}"
    );
}
