//! Restoring is a merge: whatever happened before and after a backup, and however often and in whichever order its lines
//! come back, record, claims, index, history, share links and public copies agree, and what is later stays.

mod any_order;
mod dice;
mod forgotten;
mod messages;
mod never_came;
mod places;
mod play;
mod private;
mod writes;

use std::collections::BTreeSet;

use edge_worker::objects::Class;
use flows::{Answer, NativeHost, Person, World};
use github_standin::Limits;
use serde_json::{Value, json};

use crate::backup::{backup, with_key};
use crate::fabric;

fn world() -> World {
    let mut world = World::with_fast_clock();
    let limits = Limits {
        content_per_minute: 10_000,
        content_per_hour: 10_000,
        ..Limits::default()
    };
    world.standin.limit("ada", limits);
    with_key(&mut world);
    world
}

/// Another Hedgerow of the same GitHub, with nothing in it, and the person who is signed in there.
async fn elsewhere(world: &mut World) -> Person<'_> {
    let host = NativeHost::new(world.standin.url());
    world.host = host.watching(&world.standin).with_fast_clock().shared();
    with_key(world);
    world.sign_in("standin-admin").await
}

/// A Hedgerow with a fabric in the first place, the fabric's id, and a backup.
async fn one_fabric() -> (World, String, String) {
    let world = world();
    let id = world
        .sign_in("standin-admin")
        .await
        .created(&place(1))
        .await;
    let lines = backup(&world).await;
    (world, id, lines)
}

/// What approves that a fabric becomes another.
async fn approved(ada: &Person<'_>, from: &Value, to: Value) -> Value {
    let mut asked = json!({ "to": to });
    for field in ["name", "git_repository", "branch", "gitops_directory"] {
        asked[field] = from[field].clone();
    }
    let plan = ada.post("/api/plan", &asked).await;
    let mut body = asked["to"].clone();
    body["approval"] = plan.body["approval"].clone();
    body
}

/// Changes a fabric.
async fn changed(ada: &Person<'_>, id: &str, body: &Value) -> Answer {
    ada.send("PATCH", &format!("/api/fabrics/{id}"), Some(body))
        .await
}

/// A fabric's directory in another place.
fn directory(number: u64) -> Value {
    json!({ "gitops_directory": format!("places/p{number}") })
}

/// The lines of a backup, changed.
fn with(lines: &str, change: impl Fn(&mut Value)) -> String {
    let changed = lines.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        change(&mut line);
        format!("{line}\n")
    });
    changed.collect()
}

/// Makes a line so much later.
fn later(line: &mut Value, versions: u64) {
    let version = line["record"]["version"].as_u64().unwrap();
    line["record"]["version"] = json!(version + versions);
}

/// A place of its own for each number.
fn place(number: u64) -> Value {
    let mut wanted = fabric(&format!("places/p{number}"));
    wanted["name"] = json!(format!("name-{number}"));
    wanted["git_repository"] = json!("acme/fleet");
    wanted
}

fn of(list: &Value) -> Vec<Value> {
    list.as_array().unwrap().clone()
}

async fn fabrics(ada: &Person<'_>) -> Vec<Value> {
    of(&ada.get("/api/fabrics").await.body["fabrics"])
}

fn claims(world: &World) -> BTreeSet<Vec<String>> {
    let repositories = world.host.databases().into_iter();
    let rows = repositories
        .filter(|(class, ..)| *class == Class::Repository)
        .flat_map(|(.., sql)| {
            let lines = sql.lines().map(str::to_owned).collect::<Vec<_>>();
            lines.into_iter().filter_map(|line| {
                let row = line.strip_prefix("INSERT INTO claimed VALUES (")?;
                let values = row.trim_end_matches(");").split(", ");
                Some(
                    values
                        .map(|value| value.trim_matches('\'').to_owned())
                        .collect(),
                )
            })
        });
    rows.collect()
}

/// All that is told of all fabrics.
async fn told(world: &World, ada: &Person<'_>) -> Value {
    let mut all = Vec::new();
    for row in fabrics(ada).await {
        let path = format!("/api/fabrics/{}", row["id"].as_str().unwrap());
        let mut parts = vec![row];
        for part in ["", "/history", "/shares"] {
            let answer = ada.get(&format!("{path}{part}")).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            parts.push(answer.body);
        }
        all.push(parts);
    }
    json!({ "fabrics": all, "claims": claims(world) })
}

/// Holds whatever knows of a fabric against its record.
async fn assert_agrees(world: &World, ada: &Person<'_>) {
    let rows = fabrics(ada).await;
    assert_eq!(world.host.fabrics(), rows.len(), "{rows:?}");
    let mut expected = BTreeSet::new();
    for row in &rows {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        let fields = ["id", "branch", "gitops_directory", "name"];
        expected.insert(fields.map(text).to_vec());
        let record = ada.get(&format!("/api/fabrics/{}", text("id"))).await.body;
        for field in fields {
            assert_eq!(record[field], row[field]);
        }
        let copy = &world.host.copies()[&text("id")];
        let copy: Value = serde_json::from_str(copy).unwrap();
        // It is written where it tells something new; times and the version alone are none.
        for told in [
            "gitops_directory_status",
            "head",
            "tree",
            "drift",
            "commit_url",
        ] {
            assert_eq!(copy[told], record[told], "{copy} {record}");
        }
        assert!(copy["version"].as_u64() <= record["version"].as_u64());
        let history = ada
            .get(&format!("/api/fabrics/{}/history", text("id")))
            .await;
        assert!(!of(&history.body["entries"]).is_empty());
    }
    assert_eq!(claims(world), expected);
    assert_eq!(world.host.copies().len(), rows.len());
    let places: BTreeSet<_> = rows
        .iter()
        .map(|row| row["gitops_directory"].as_str())
        .collect();
    assert_eq!(places.len(), rows.len(), "no two overlap: {rows:?}");
    let lines = backup(world).await;
    let lines = lines
        .lines()
        .filter(|line| line.starts_with("{\"format\":1,"));
    assert_eq!(lines.count(), rows.len(), "and so does the next backup");
}
