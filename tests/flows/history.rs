//! The history tells what people who may push did. Whoever only looks pushes nothing out of it, and leaves nothing in it.

use edge_worker::objects::{Class, Tables, handle, index};
use flows::{World, fields_of};
use serde_json::{Value, json};
use shared::names::FabricId;
use shared::record::{FabricRecord, Visibility};

use crate::backup::{backup, restore, with_key};
use crate::fabric;

/// What each entry is, how it ended and, of validations that found nothing new, how many there were.
async fn told(world: &World, id: &str) -> Vec<String> {
    let ada = world.sign_in("standin-admin").await;
    let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
    let entries = history.body["entries"].as_array().unwrap().iter();
    entries.map(line).collect()
}

fn line(entry: &Value) -> String {
    let text = |field: &str| entry[field].as_str().unwrap().to_owned();
    let times = entry["nothing_new"].as_u64();
    let times = times.map(|times| format!(" {times}")).unwrap_or_default();
    format!(
        "{} {} {}{times}",
        text("kind"),
        text("outcome"),
        text("actor")
    )
}

#[tokio::test]
async fn whoever_may_only_read_leaves_no_entry_whatever_the_look_finds() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    let before = told(&world, &id).await;
    for token in ["standin-reader", "standin-outsider"] {
        let reader = world.sign_in(token).await;
        for _ in 0..3 {
            assert_eq!(reader.validate(&id).await.status, 200);
        }
        assert_eq!(told(&world, &id).await, before, "{token}");
        // What is new everybody is told.
        let is_there = ada.get(&path).await.body["gitops_initialized"] == json!(true);
        let readme = (!is_there).then(|| "x\n".into());
        world.push("main", &[("gitops/unmanaged/README.md", readme)]);
        assert_eq!(reader.validate(&id).await.body["valid"], json!(!is_there));
        let seen = reader.get(&path).await.body;
        assert_eq!(seen["gitops_initialized"], json!(!is_there), "{token}");
        assert_eq!(seen["operation"]["kind"], "create");
        assert_eq!(told(&world, &id).await, before, "{token}");
    }
    // Where GitHub cannot be asked nobody proves what they may do.
    world.fault(
        json!({ "match": { "graphql_contains": "Snapshot" }, "times": 9, "action": { "status": 503 } }),
    );
    let outsider = world.sign_in("standin-outsider").await;
    for person in [&outsider, &ada] {
        assert_eq!(
            person.validate(&id).await.text("code"),
            "github_unavailable"
        );
        assert_eq!(told(&world, &id).await, before);
    }
    assert_eq!(ada.get(&path).await.body["check"]["state"], "unknown");
}

#[tokio::test]
async fn a_readers_look_settles_a_write_and_adds_no_entry_of_its_own() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "drop": "after" } }));
    world.fault(
        json!({ "match": { "operation": "History" }, "times": 9, "action": { "drop": "before" } }),
    );
    let id = ada.post("/api/fabrics", &body).await.text("id").to_owned();
    world.standin.forget_faults();
    let open = "create unconfirmed ada";
    assert_eq!(told(&world, &id).await, [open]);
    let reader = world.sign_in("standin-reader").await;
    assert_eq!(reader.validate(&id).await.body["valid"], true);
    assert_eq!(told(&world, &id).await, ["create committed ada"]);
}

#[tokio::test]
async fn validations_that_find_nothing_new_are_one_line_and_those_that_do_their_own() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let made = "create committed ada";
    for times in 1..=3 {
        ada.validate(&id).await;
        let line = format!("validate unchanged ada {times}");
        assert_eq!(told(&world, &id).await, [line.as_str(), made]);
    }
    // A branch that went on elsewhere is no news of the fabric.
    world.push("main", &[("elsewhere/x", Some("x\n".into()))]);
    ada.validate(&id).await;
    let looked = "validate unchanged ada 4";
    assert_eq!(told(&world, &id).await, [looked, made]);
    let news = "validate unchanged ada";
    for notes in [Some("x\n".into()), None] {
        world.push("main", &[("gitops/raw/pending/notes.yaml", notes)]);
        ada.validate(&id).await;
    }
    assert_eq!(told(&world, &id).await, [news, news, looked, made]);
    // One line for all of them, where the last of them was.
    ada.validate(&id).await;
    let looked = "validate unchanged ada 1";
    assert_eq!(told(&world, &id).await, [looked, news, news, made]);
    let last = ada.get(&format!("/api/fabrics/{id}")).await.body;
    assert_eq!(last["operation"]["nothing_new"], 1, "{last}");
    let until = json!({ "deletions_meant_until": last["version"] });
    let meant = ada
        .post(&format!("/api/fabrics/{id}/validate-gitops"), &until)
        .await;
    assert_eq!(meant.status, 200, "{meant:?}");
    assert_eq!(told(&world, &id).await[..2], [news, looked]);
}

#[tokio::test]
async fn what_is_done_again_and_had_nothing_to_write_is_one_line_of_its_kind() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let made = "create committed ada";
    let again = async |what: &str| {
        let mut wanted = fabric("gitops");
        wanted["repair"] = json!(what == "repair");
        let plan = ada.post("/api/plan", &wanted).await.body;
        let body = json!({ "files": plan["files"], "approval": plan["approval"] });
        let done = ada.post(&format!("/api/fabrics/{id}/{what}"), &body).await;
        assert_eq!(done.body["operation"]["outcome"], "unchanged", "{done:?}");
    };
    for times in 1..=3 {
        again("init-gitops").await;
        let line = format!("initialize unchanged ada {times}");
        assert_eq!(told(&world, &id).await, [line.as_str(), made]);
    }
    let initialised = "initialize unchanged ada 3";
    ada.validate(&id).await;
    again("repair").await;
    again("repair").await;
    let (repaired, looked) = ("repair unchanged ada 2", "validate unchanged ada 1");
    assert_eq!(
        told(&world, &id).await,
        [repaired, looked, initialised, made]
    );
    // What it is that nothing is missing any more everybody is told, by an entry of its own.
    let readme = world.standin.repo("acme/network").unwrap();
    let readme = readme
        .git(&["show", "main:gitops/managed/README.md"])
        .unwrap();
    world.push("main", &[("gitops/managed/README.md", None)]);
    assert_eq!(ada.validate(&id).await.body["valid"], false);
    world.push(
        "main",
        &[("gitops/managed/README.md", Some(readme.as_str().into()))],
    );
    again("repair").await;
    let news = ["repair unchanged ada", "validate unchanged ada"];
    assert_eq!(told(&world, &id).await[..3], [news[0], news[1], repaired]);
}

/// An object with a fabric, and what asks it.
fn object() -> impl Fn(&Value) -> Value {
    let database = Tables::of(Class::Fabric, flows::Database::open());
    let ask = move |message: &Value| -> Value {
        serde_json::from_str(&handle(&database, &message.to_string())).unwrap()
    };
    let input = serde_json::from_value(fabric("gitops")).unwrap();
    let spec = shared::fabric::FabricSpec::parse(&input).unwrap();
    let record = FabricRecord::new(FabricId::from_bytes([1; 16]), &spec, Visibility::Public);
    ask(&json!({ "Create": { "record": record, "creator": 1 } }));
    ask
}

fn entry(operation: &str, kind: &str) -> Value {
    json!({ "operation": operation, "kind": kind, "actor": "ada", "started_at": "2026-01-02T12:00:00Z", "duration_ms": 1, "github_requests": 1, "outcome": "unchanged", "commit": null })
}

#[test]
fn a_history_keeps_the_last_two_hundred_and_of_validations_the_last_fifty() {
    let ask = object();
    let finish = |operation: String, kind: &str| {
        ask(
            &json!({ "Finish": { "entry": entry(&operation, kind), "event": "Nothing", "now_ms": 1 } }),
        );
    };
    let kept = || {
        let reply = ask(&json!({ "History": { "now_ms": 1 } }));
        fields_of(&reply["Reply"]["History"], &["operation"])
    };
    finish("made".to_owned(), "create");
    for number in 0..230 {
        finish(format!("v{number}"), "validate");
    }
    let told = kept();
    assert_eq!(told.len(), 51);
    assert_eq!([&told[0], &told[49], &told[50]], ["v229", "v180", "made"]);
    for number in 0..200 {
        finish(format!("r{number}"), "repair");
    }
    let told = kept();
    assert_eq!(told.len(), 250);
    assert_eq!([&told[0], &told[199], &told[200]], ["r199", "r0", "v229"]);
}

#[test]
fn a_validation_that_is_told_twice_is_counted_once() {
    let ask = object();
    for operation in ["a", "b", "b", "a"] {
        let finish = json!({ "Finish": { "entry": entry(operation, "validate"), "event": "Nothing", "now_ms": 1, "remembers": "IfNew" } });
        ask(&finish);
    }
    let reply = ask(&json!({ "History": { "now_ms": 1 } }));
    let told = &reply["Reply"]["History"][0];
    assert_eq!(
        told["operation"], "a",
        "the first was forgotten with its line"
    );
    assert_eq!(told["nothing_new"], 3);
}

#[tokio::test]
async fn lines_of_a_backup_have_one_line_for_all_that_looked() {
    let mut world = World::with_fast_clock();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    ada.validate(&id).await;
    let first = backup(&world).await;
    world.host.advance(60_000);
    ada.validate(&id).await;
    let approved = ada.approve(&fabric("gitops")).await;
    let repair = format!("/api/fabrics/{id}/repair");
    assert_eq!(ada.post(&repair, &approved).await.status, 200);
    let second = backup(&world).await;
    let expected = [
        "repair unchanged ada 1",
        "validate unchanged ada 2",
        "create committed ada",
    ];
    assert_eq!(told(&world, &id).await, expected);
    for order in [[&first, &second], [&second, &first]] {
        world.host.drop_database(Class::Fabric, &id);
        world.host.drop_database(Class::Index, index::NAME);
        for lines in order {
            restore(&world, lines).await;
        }
        assert_eq!(told(&world, &id).await, expected);
    }
}

#[tokio::test]
async fn looking_again_and_again_at_what_is_not_ones_own_writes_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let outsider = world.sign_in("standin-outsider").await;
    let cost = async || {
        let before = world.host.rows_written(Class::Fabric, &id);
        outsider.validate(&id).await;
        world.host.run_alarms();
        world.host.rows_written(Class::Fabric, &id) - before
    };
    cost().await;
    // The copy in KV was looked at, and the record is new.
    world.host.advance(100_000);
    world.host.run_alarms();
    ada.validate(&id).await;
    world.host.run_alarms();
    let watcher = world.watch(&id, "").await.unwrap();
    let version = || async { ada.get(&format!("/api/fabrics/{id}")).await.body["version"].clone() };
    let before = version().await;
    let told = watcher.told().len();
    for _ in 0..9 {
        world.host.advance(61_000);
        assert_eq!(cost().await, 0);
    }
    assert_eq!(version().await, before);
    assert_eq!(watcher.told().len(), told, "nobody is told");
    // Ten minutes later it is news that it is still so.
    world.host.advance(61_000);
    assert!(cost().await > 0);
    assert!(version().await.as_u64() > before.as_u64());
    // What the branch says anew everybody is told at once.
    world.host.advance(1_000);
    world.push("main", &[("elsewhere/x", Some("x\n".into()))]);
    assert!(cost().await > 0);
}
