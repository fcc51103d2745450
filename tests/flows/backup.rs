//! A backup has every fabric and no secret, and another Hedgerow that it is put into knows what the first one knew.

use edge_worker::Secret;
use edge_worker::objects::{Class, index};
use flows::{NativeHost, World};
use serde_json::{Value, json};

use crate::fabric;

const KEY: &str = "operators-key-for-tests";

pub fn with_key(world: &mut World) {
    world
        .host
        .configure(|config| config.operator_key = Some(Secret::new(KEY.to_owned())));
}

pub async fn backup(world: &World) -> String {
    let bearer = format!("Bearer {KEY}");
    let mut lines = String::new();
    let mut path = "/api/operator/backup".to_owned();
    loop {
        let page = world
            .send_text("GET", &path, &[("authorization", &bearer)], "")
            .await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, "application/x-ndjson")
        );
        lines += &page.text;
        match page.header("x-next-cursor") {
            "" => return lines,
            cursor => path = format!("/api/operator/backup?cursor={cursor}"),
        }
    }
}

pub async fn restore(world: &World, lines: &str) -> Value {
    restore_at(world, "/api/operator/restore", lines).await
}

/// The same, of fabrics that were forgotten as well.
pub async fn revive(world: &World, lines: &str) -> Value {
    restore_at(world, "/api/operator/restore?forgotten=1", lines).await
}

async fn restore_at(world: &World, path: &str, lines: &str) -> Value {
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", bearer.as_str())];
    let answer = world.send_text("POST", path, &headers, lines).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

#[tokio::test]
async fn an_index_that_was_lost_is_right_again_after_a_restore_of_what_is_known() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let lines = backup(&world).await;
    world.host.drop_database(Class::Index, index::NAME);
    assert_eq!(backup(&world).await, "");
    let outcome = restore(&world, &lines).await;
    assert_eq!(outcome["unchanged"], 1, "{outcome}");
    assert_eq!(backup(&world).await, lines);
    let list = ada.get("/api/fabrics").await.body;
    assert_eq!(list["fabrics"][0]["id"], json!(id));
}

#[tokio::test]
async fn a_backup_restored_into_an_empty_hedgerow_brings_everything_back() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    for number in 0..23 {
        let mut wanted = fabric(&format!("sites/{number}"));
        wanted["name"] = json!(format!("site-{number}"));
        wanted["git_repository"] = json!(if number == 0 {
            "acme/private"
        } else {
            "acme/fleet"
        });
        assert_eq!(ada.create(&wanted).await.status, 201);
    }
    let list = ada.get("/api/fabrics").await.body;
    let private = list["fabrics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["visibility"] == "private")
        .unwrap();
    let path = format!("/api/fabrics/{}", private["id"].as_str().unwrap());
    let share = ada
        .post(&format!("{path}/shares"), &json!({ "note": "kept" }))
        .await;
    let (before, history) = (
        ada.get(&path).await,
        ada.get(&format!("{path}/history")).await,
    );
    let lines = backup(&world).await;
    assert_eq!(
        lines.lines().count(),
        23,
        "a line for each, page after page"
    );

    let host = NativeHost::new(world.standin.url()).watching(&world.standin);
    let mut other = World::of(world.standin, host);
    with_key(&mut other);
    assert_eq!(
        restore(&other, &lines).await,
        json!({ "restored": 23, "unchanged": 0, "refused": [], "forgotten": [] })
    );
    assert_eq!(
        restore(&other, &lines).await["unchanged"],
        23,
        "once is enough"
    );
    let ada = other.sign_in("standin-admin").await;
    assert_eq!(ada.get("/api/fabrics").await.body, list);
    assert_eq!(ada.get(&path).await.body, before.body);
    assert_eq!(ada.get(&format!("{path}/history")).await.body, history.body);
    let secret = share.text("url").rsplit('/').next().unwrap();
    let shared = other
        .send("GET", &format!("/api/shares/{secret}"), "", &[], None)
        .await;
    assert_eq!(shared.body["record"]["name"], "site-0", "links still open");
    assert_eq!(
        backup(&other).await,
        lines,
        "and a backup of it is the same backup"
    );
    let public = list["fabrics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["visibility"] == "public")
        .unwrap();
    let public = format!("/api/fabrics/{}", public["id"].as_str().unwrap());
    assert_eq!(other.send("GET", &public, "", &[], None).await.status, 200);
    let mut again = fabric("sites/0");
    again["git_repository"] = json!("acme/private");
    let taken = ada.create(&again).await;
    assert_eq!(
        (taken.status, taken.text("code")),
        (409, "fabric_exists"),
        "claims are back, too"
    );
}

#[tokio::test]
async fn only_the_operators_key_opens_the_routes_and_damaged_lines_are_named() {
    let mut world = World::new();
    let get = async |world: &World, key: &str| {
        let headers = [("authorization", key)];
        let read = world
            .send_text("GET", "/api/operator/backup", &headers, "")
            .await;
        let write = world
            .send_text("POST", "/api/operator/restore", &headers, "")
            .await;
        (read.status, write.status)
    };
    assert_eq!(
        get(&world, "Bearer ").await,
        (404, 404),
        "without a key configured nobody may"
    );
    with_key(&mut world);
    for wrong in ["", "Bearer ", "Bearer x", KEY, "Basic b3BlcmF0b3I="] {
        assert_eq!(get(&world, wrong).await, (404, 404), "{wrong}");
    }
    assert_eq!(get(&world, &format!("Bearer {KEY}")).await, (200, 200));
    let outcome = restore(&world, "{}\n\nnot json\n{\"format\":2}\n{\"format\":3}\n").await;
    assert_eq!(outcome["restored"], 0);
    let refused: Vec<_> = outcome["refused"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(refused.len(), 4);
    assert!(refused[1].starts_with("line 3: "), "{refused:?}");
    let why = "line 5: its format 3 is one that a later version of Hedgerow wrote";
    assert_eq!(refused[3], why);
}

#[tokio::test]
async fn a_version_that_no_fabric_comes_to_is_refused_and_the_others_are_put_back() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let line: Value = serde_json::from_str(backup(&world).await.trim()).unwrap();
    assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
    let forgotten: Value = serde_json::from_str(backup(&world).await.trim()).unwrap();
    world.host.drop_database(Class::Fabric, &id);
    for version in [u64::MAX, (1 << 53) + 1] {
        let (mut line, mut forgotten) = (line.clone(), forgotten.clone());
        line["record"]["version"] = json!(version);
        forgotten["version"] = json!(version);
        let answer = revive(&world, &format!("{line}\n{forgotten}")).await;
        let refused = answer["refused"].as_array().unwrap();
        assert_eq!(refused.len(), 2, "{answer}");
        for (at, why) in refused.iter().enumerate() {
            let why = why.as_str().unwrap();
            let said = format!("line {}: its version {version} is none", at + 1);
            assert!(why.starts_with(&said), "{why}");
        }
    }
    let mut latest = line;
    latest["record"]["version"] = json!(1_u64 << 53);
    assert_eq!(revive(&world, &latest.to_string()).await["restored"], 1);
    let looked = ada.validate(&id).await;
    assert_eq!(looked.status, 200, "{looked:?}");
}
