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
    let told = list.body["left_out"][0]["message"].as_str().unwrap();
    assert!(told.starts_with("a fabric is missing"), "{told}");
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

/// Fields of a newer version: in the record, in a part of it, and in what was done.
const FIELDS: [(&str, &str, &str, &str); 4] = [
    ("fabric", "record", "{", r#"{"weather":{"wind":7},"#),
    (
        "fabric",
        "record",
        r#""drift":{"#,
        r#""drift":{"trend":"rising","#,
    ),
    ("history", "entry", "{", r#"{"mood":"calm","#),
    ("unsettled", "intent", "{", r#"{"ticket":"OPS-7","#),
];

/// What a fabric's object holds, as it is written there.
fn stored(world: &World, id: &str) -> String {
    let rows = world.host.object(Class::Fabric, id);
    rows.replace("\\\"", "\"")
}

/// Puts fields of a newer version into what a fabric's object holds, once.
fn with_newer_fields(world: &World, id: &str) {
    for (table, column, today, newer) in FIELDS {
        let statement = format!(
            "UPDATE {table} SET {column} = substr({column}, 1, instr({column}, '{today}') - 1) || '{newer}' \
             || substr({column}, instr({column}, '{today}') + length('{today}')) WHERE instr({column}, '{today}') > 0"
        );
        world.host.sql(Class::Fabric, id, &statement);
    }
}

#[tokio::test]
async fn fields_of_a_newer_version_survive_writes_backups_and_restores() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    // A write whose outcome is not known, so that there is something to settle.
    let action = json!({ "drop": "after" });
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": action }));
    world.fault(
        json!({ "match": { "operation": "History" }, "times": 9, "action": { "drop": "before" } }),
    );
    world.push("main", &[("gitops/managed/README.md", None)]);
    let body = ada.approve(&fabric("gitops")).await;
    ada.post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    world.standin.forget_faults();
    with_newer_fields(&world, &id);
    let stored = || stored(&world, &id);
    for newer in ["weather", "rising", "calm", "OPS-7"] {
        assert!(stored().contains(newer), "{newer}: {}", stored());
    }

    let lines = backup(&world).await;
    for newer in ["weather", "rising", "calm", "OPS-7"] {
        assert!(lines.contains(newer), "{newer}: {lines}");
    }
    world.host.drop_database(Class::Fabric, &id);
    world.host.drop_database(Class::Index, index::NAME);
    assert_eq!(restore(&world, &lines).await["restored"], 1);
    assert_eq!(backup(&world).await, lines);

    // The record changes and its drift does not.
    world.host.sql(Class::Fabric, &id, "DELETE FROM unsettled");
    let shown = ada.get(&format!("/api/fabrics/{id}")).await;
    assert!(!shown.text.contains("weather"), "{shown:?}");
    let before = shown.body["version"].as_u64();
    let share = json!({ "note": "for the auditors" });
    ada.post(&format!("/api/fabrics/{id}/shares"), &share).await;
    world.push(
        "main",
        &[("gitops/managed/notes.yaml", Some("a: 1\n".into()))],
    );
    let validated = ada.validate(&id).await;
    assert_eq!(validated.status, 200, "{validated:?}");
    let after = ada.get(&format!("/api/fabrics/{id}")).await;
    assert!(after.body["version"].as_u64() > before, "{after:?}");
    assert!(stored().contains(r#""weather":{"wind":7}"#), "{}", stored());
    assert!(!stored().contains("rising"), "it was of another drift");
    assert!(stored().contains("calm"), "{}", stored());
}

#[tokio::test]
async fn what_cannot_be_read_is_in_a_backup_as_it_is_and_comes_back() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/shares");
    let link = ada.post(&path, &json!({ "note": "kept" })).await;
    assert_eq!(link.status, 201, "{link:?}");
    for statement in [
        r#"INSERT INTO history (operation, entry) VALUES ('later', '{"steps":["a","b"]}')"#,
        r#"INSERT INTO unsettled (operation, intent) VALUES ('later', '{"plan":7}')"#,
        r#"UPDATE shares SET share = '{"scope":"drift"}'"#,
    ] {
        world.host.sql(Class::Fabric, &id, statement);
    }
    assert_eq!(ada.get(&path).await.status, 200);
    let lines = backup(&world).await;
    let line: serde_json::Value = serde_json::from_str(&lines).unwrap();
    let tables: Vec<_> = line["unreadable"].as_array().unwrap().iter().collect();
    let named = |row: &&serde_json::Value| row["table"].as_str().unwrap().to_owned();
    let tables: Vec<String> = tables.iter().map(named).collect();
    assert_eq!(tables, ["history", "unsettled", "shares"]);

    world.host.drop_database(Class::Fabric, &id);
    world.host.drop_database(Class::Index, index::NAME);
    assert_eq!(restore(&world, &lines).await["restored"], 1);
    let stored = stored(&world, &id);
    for text in [r#"["a","b"]"#, r#"{"plan":7}"#, r#"{"scope":"drift"}"#] {
        assert!(stored.contains(text), "{text}: {stored}");
    }
    assert_eq!(backup(&world).await, lines);

    // A version that can read it takes it for what it is.
    let entry = line["history"][0]
        .to_string()
        .replace(line["history"][0]["operation"].as_str().unwrap(), "later");
    let mut readable = line.clone();
    readable["unreadable"][0]["text"] = json!(entry);
    world.host.drop_database(Class::Fabric, &id);
    assert_eq!(restore(&world, &readable.to_string()).await["restored"], 1);
    let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
    assert!(history.text.contains(r#""later""#), "{history:?}");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_in_a_backup_and_refused_by_name() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let other = ada.created(&fabric("other")).await;
    let whole = backup(&world).await;
    let newer = "UPDATE fabric SET record = replace(record, '\"version\":', '\"revision\":')";
    world.host.sql(Class::Fabric, &id, newer);
    let lines = backup(&world).await;
    assert_eq!(lines.lines().count(), 2);
    let of = |id: &str| {
        let line = lines.lines().find(|line| line.contains(id)).unwrap();
        serde_json::from_str::<serde_json::Value>(line).unwrap()
    };
    assert_eq!(
        of(&id)["unreadable"],
        json!([{ "table": "fabric", "key": id }])
    );
    assert!(of(&id)["record"]["revision"].is_u64());
    assert_eq!(of(&id)["history"].as_array().unwrap().len(), 1);
    assert!(of(&other)["unreadable"].is_null());

    // What is stored here stays, and keeps no other line from being restored.
    world.host.drop_database(Class::Fabric, &other);
    for lines in [&whole, &lines] {
        let outcome = restore(&world, lines).await;
        let refused = outcome["refused"].as_array().unwrap();
        assert_eq!(refused.len(), 1, "{outcome}");
        assert!(refused[0].as_str().unwrap().contains(&id), "{outcome}");
    }
    assert_eq!(backup(&world).await, lines);
    assert_eq!(ada.get(&format!("/api/fabrics/{other}")).await.status, 200);

    // The version that wrote it reads the line.
    let back = of(&id).to_string().replace("\"revision\":", "\"version\":");
    world.host.drop_database(Class::Fabric, &id);
    let outcome = restore(&world, &back).await;
    assert_eq!(outcome["restored"], 1, "{outcome}");
    assert_eq!(ada.get(&format!("/api/fabrics/{id}")).await.status, 200);
}
