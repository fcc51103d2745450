//! Records a version: `scripts/landed.sh` runs this. It drives the product, and writes what it stored and sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use edge_worker::objects::{self, Class, Tables};
use flows::{Database, Person, World, trace};
use github_standin::NodeIds;
use serde_json::{Value, json};
use shared::names::FabricId;

use super::world::{OLDER, OPERATOR_KEY, configure, is_older, root, write, write_json};

/// Which version is recorded: `0.1.0-e7a03ff`.
fn folder() -> PathBuf {
    let version = std::env::var("HEDGEROW_VERSION").unwrap();
    root().join(version)
}

fn wanted(repository: &str, name: &str) -> Value {
    json!({ "name": name, "git_repository": repository, "branch": "main", "gitops_directory": format!("sites/{name}") })
}

fn of_network(name: &str) -> Value {
    wanted("acme/network", name)
}

#[tokio::test]
#[ignore = "writes a folder that is never edited afterwards"]
async fn record_what_is_stored() {
    let folder = folder();
    let mut world = World::new();
    configure(&mut world);
    let world = &world;
    let ada = &world.sign_in("standin-admin").await;
    let mut ids = BTreeMap::new();

    // A repository from before today's node ids, whose claims were handed over since.
    world
        .standin
        .change_repository(OLDER, |repository| repository.node_ids = NodeIds::OnlyOld)
        .unwrap();
    ids.insert("older", ada.created(&wanted(OLDER, "older")).await);
    world.host.forget_numbers();
    is_older(world);
    ids.insert("since", ada.created(&wanted(OLDER, "since")).await);

    for name in [
        "plain",
        "drift",
        "renamed",
        "forgotten",
        "broken",
        "removed",
    ] {
        ids.insert(name, ada.created(&of_network(name)).await);
    }
    ada.validate(&ids["plain"]).await;
    let note: Value = json!({ "raw": "kept" });
    let file = |text: &str| Some(text.into());
    world.push(
        "main",
        &[
            ("sites/drift/raw/README.md", None),
            ("sites/drift/managed/README.md", file("# Mine\n")),
            (
                "sites/drift/managed/vpcs/notes.txt",
                file(&note.to_string()),
            ),
            (
                "sites/drift/unmanaged/manual-overrides/spine.yaml",
                file("kind: [\n"),
            ),
            ("sites/broken/raw/README.md", None),
        ],
    );
    ada.validate(&ids["drift"]).await;
    ada.validate(&ids["broken"]).await;
    ids.insert(
        "private",
        ada.created(&wanted("acme/private", "private")).await,
    );
    let shares = shares(ada, &ids["private"]).await;
    renamed(ada, &ids["renamed"]).await;
    ada.delete(&format!("/api/fabrics/{}", ids["forgotten"]))
        .await;
    ids.insert("proposed", proposed(ada).await);
    ids.insert("draft", draft(world, ada).await);
    too_many_drafts(world).await;
    ids.insert("refused", refused(world, ada).await);
    removed(world, ada, &ids["removed"]).await;
    not_written(ada).await;
    ids.insert("unsettled", unsettled(world, ada).await);
    let answered = answered(ada).await;
    ids.insert(
        "repeated",
        answered["answer"]["id"].as_str().unwrap().to_owned(),
    );
    installation(world, &ids["plain"]).await;
    ada.get("/api/fabrics").await;
    let app = world.sign_in_with_app("ada").await;
    let begun = begun(world).await;
    // The record changed, and what has to follow it waits.
    world.host.hold_deliveries(true);
    ids.insert("waiting", ada.created(&of_network("waiting")).await);
    world.host.hold_deliveries(false);
    let interrupted = interrupted(world, ada).await;
    ids.insert(
        "interrupted",
        interrupted["fabric"].as_str().unwrap().to_owned(),
    );
    let before = world.host.databases();
    let now_ms = edge_worker::host::Host::now_ms(&*world.host);
    write(world, &folder);
    assert_eq!(before.len(), world.host.databases().len());
    let mut answers = BTreeMap::new();
    let mut frames = BTreeMap::new();
    for (name, id) in ids.iter().filter(|(name, _)| **name != "forgotten") {
        let path = format!("/api/fabrics/{id}");
        let record = ada.get(&path).await;
        let history = ada.get(&format!("{path}/history")).await;
        assert_eq!((record.status, history.status), (200, 200), "{name}");
        answers.insert(
            *name,
            json!({ "record": record.body, "history": history.body }),
        );
        let live = world.host.live_record(id);
        let frame = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        frames.insert(
            *name,
            json!({ "reader": frame(&live.text), "public": frame(&live.public_text) }),
        );
    }
    write_json(&folder.join("answers.json"), &json!(answers));
    write_json(&folder.join("frames.json"), &json!(frames));
    let list = ada.get("/api/fabrics").await.body;
    let bearer = format!("Bearer {OPERATOR_KEY}");
    let backup = world
        .send_text(
            "GET",
            "/api/operator/backup",
            &[("authorization", &bearer)],
            "",
        )
        .await;
    fs::write(folder.join("backup.ndjson"), backup.text).unwrap();
    write_json(
        &folder.join("scenario.json"),
        &json!({
            "now_ms": now_ms,
            "fabrics": ids,
            "cookies": { "token": ada.cookie(), "app": app.cookie() },
            "list": list,
            "shares": shares,
            "answered": answered,
            "under_way": interrupted,
            "sign_in": begun,
            "heads": { "main": world.head("main") },
        }),
    );
}

async fn shares(ada: &Person<'_>, id: &str) -> Value {
    let path = format!("/api/fabrics/{id}/shares");
    let whole = ada
        .post(&path, &json!({ "note": "for the auditors" }))
        .await;
    let redacted = ada.post(&path, &json!({ "redacted": true })).await;
    assert_eq!((whole.status, redacted.status), (201, 201));
    json!({ "whole": whole.body, "redacted": redacted.body })
}

async fn renamed(ada: &Person<'_>, id: &str) {
    let mut fabric = of_network("renamed");
    fabric["to"] = json!({ "name": "moved", "gitops_directory": "sites/moved" });
    let plan = ada.post("/api/plan", &fabric).await;
    let mut body = fabric["to"].clone();
    body["approval"] = plan.body["approval"].clone();
    let path = format!("/api/fabrics/{id}");
    let answer = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn proposed(ada: &Person<'_>) -> String {
    let mut body = ada.approve(&wanted("acme/protected", "proposed")).await;
    body["mode"] = json!("pull_request");
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(answer.body["operation"]["outcome"], "pull_request");
    answer.text("id").to_owned()
}

async fn draft(world: &World, ada: &Person<'_>) -> String {
    let body = ada.approve(&of_network("draft")).await;
    let fault =
        json!({ "match": { "operation": "Snapshot" }, "times": 3, "action": { "status": 502 } });
    world.fault(fault);
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(answer.text("visibility"), "draft", "{answer:?}");
    answer.text("id").to_owned()
}

/// Somebody makes drafts until there are too many, and discards them.
async fn too_many_drafts(world: &World) {
    let rhea = world.sign_in("standin-reader").await;
    let mut made = Vec::new();
    for number in 0..6 {
        let body = rhea.approve(&of_network(&format!("draft-{number}"))).await;
        let fault = json!({ "match": { "operation": "Snapshot" }, "times": 3, "action": { "status": 502 } });
        world.fault(fault);
        let answer = rhea.post("/api/fabrics", &body).await;
        match number < 5 {
            true => made.push(answer.text("id").to_owned()),
            false => assert_eq!(answer.text("code"), "fabric_limit", "{answer:?}"),
        }
    }
    for id in made {
        let discarded = rhea.delete(&format!("/api/fabrics/{id}")).await;
        assert_eq!(discarded.status, 200, "{discarded:?}");
    }
}

/// A repair that was refused; a creation that is leaves nothing.
async fn refused(world: &World, ada: &Person<'_>) -> String {
    let id = ada.created(&of_network("refused")).await;
    world.push("main", &[("sites/refused/raw/README.md", None)]);
    let body = ada.approve(&of_network("refused")).await;
    world.fault(json!({
        "match": { "operation": "Commit" },
        "action": { "status": 403, "body": { "message": "Resource not accessible by personal access token" } },
    }));
    let path = format!("/api/fabrics/{id}/init-gitops");
    let answer = ada.post(&path, &body).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "error",
        "{answer:?}"
    );
    id
}

/// The directory is gone.
async fn removed(world: &World, ada: &Person<'_>, id: &str) {
    let repo = world.standin.repo("acme/network").unwrap();
    let files = repo
        .git(&["ls-tree", "-r", "--name-only", "main", "sites/removed"])
        .unwrap();
    let files: Vec<_> = files.lines().map(|path| (path, None)).collect();
    world.push("main", &files);
    ada.validate(id).await;
}

/// The commit is there, and the answer was lost.
async fn unsettled(world: &World, ada: &Person<'_>) -> String {
    let body = ada.approve(&of_network("unsettled")).await;
    world.fault(json!({ "match": { "operation": "Commit" }, "action": { "drop": "after" } }));
    world.fault(
        json!({ "match": { "operation": "History" }, "times": 6, "action": { "status": 503 } }),
    );
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(answer.body["operation"]["outcome"], "unconfirmed");
    answer.text("id").to_owned()
}

/// A write that is refused, whose key may be used again.
async fn not_written(ada: &Person<'_>) {
    let body = ada.approve(&of_network("elsewhere")).await;
    let mut other = body.clone();
    other["gitops_directory"] = json!("sites/plain");
    let answer = ada
        .post_once("/api/fabrics", "6f0d8a52-refused", &other)
        .await;
    assert_eq!(answer.status, 409, "{answer:?}");
}

/// A write that was answered, and may be repeated.
async fn answered(ada: &Person<'_>) -> Value {
    let body = ada.approve(&of_network("repeated")).await;
    let key = "6f0d8a52-answered";
    let answer = ada.post_once("/api/fabrics", key, &body).await;
    assert_eq!(answer.status, 201);
    json!({ "key": key, "path": "/api/fabrics", "body": body, "answer": answer.body })
}

/// The Worker dies before the commit is sent.
async fn interrupted(world: &World, ada: &Person<'_>) -> Value {
    let body = ada.approve(&of_network("interrupted")).await;
    world.fault(json!({ "match": { "operation": "Commit" }, "action": { "delay_ms": 60_000 } }));
    let key = "6f0d8a52-under-way";
    tokio::select! {
        answer = ada.post_once("/api/fabrics", key, &body) => panic!("{answer:?}"),
        () = world.is_asked("createCommitOnBranch") => {}
    }
    let taken = ada.post("/api/fabrics", &body).await;
    assert_eq!(taken.text("code"), "fabric_exists", "{taken:?}");
    json!({ "key": key, "path": "/api/fabrics", "body": body, "fabric": taken.text("fabric") })
}

/// Has the App asked who may see a fabric, which leaves an installation's token behind.
async fn installation(world: &World, id: &str) {
    let day = 25 * 3_600_000;
    world.host.advance(day);
    let path = format!("/f/{id}/status.json");
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
    world.host.go_back(day);
}

/// A sign-in that waits for GitHub.
async fn begun(world: &World) -> Value {
    let away = world
        .send("GET", "/api/auth/login?return_to=/fabrics", "", &[], None)
        .await;
    json!({ "location": away.header("location"), "cookie": away.cookie() })
}

/// Whether an example has a field or a word that none had before it.
fn shows_more(seen: &mut BTreeSet<String>, example: &Value) -> bool {
    let before = seen.len();
    seen.extend(trace::shape(example));
    seen.len() > before
}

/// Takes from the traces of a whole run what shows every field and every word once.
#[test]
#[ignore = "writes a folder that is never edited afterwards"]
fn record_what_is_sent() {
    let mut messages: BTreeMap<String, BTreeMap<String, Vec<Value>>> = BTreeMap::new();
    let mut exchanges: BTreeMap<String, BTreeMap<String, Vec<Value>>> = BTreeMap::new();
    let traces = std::env::var("HEDGEROW_TRACES").unwrap();
    send_what_is_rare();
    let paths = fs::read_dir(traces)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (fs::read_to_string(path).unwrap(), name)
        })
        .collect();
    // What is short is easy to read, and what comes first is kept.
    files.sort_by_key(|(text, name)| (text.len(), name.clone()));
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (text, name) in files {
        // What is refused for its size shows nothing else.
        if text.len() > 40_000 {
            continue;
        }
        let example: Value = serde_json::from_str(&text).unwrap();
        let class = name.split('-').next().unwrap().to_owned();
        let Some(route) = example["route"].as_str() else {
            let variant = trace::variant(&example["message"]);
            let examples = messages.entry(class.clone()).or_default().entry(variant);
            let examples = examples.or_default();
            // One type has all messages of a class, so what one variant shows need not be shown by another.
            let is_new = shows_more(seen.entry(class).or_default(), &example);
            if is_new || examples.is_empty() {
                examples.push(example);
            }
            continue;
        };
        let (request, answer) = (&example["request"], &example["answer"]);
        let status = answer["status"].as_u64().unwrap();
        if answer["body"]["code"] == "not_found" || status == 308 || route.len() > 60 {
            continue;
        }
        let file = route.trim_matches('/').replace('/', "_");
        let kind = format!("{} {status}", request["method"].as_str().unwrap());
        // Problems are alike on every route.
        let seen = match status {
            400.. => seen.entry("problems".to_owned()),
            _ => seen.entry(format!("{kind} {file}")),
        };
        let part = if status < 400 { &example } else { answer };
        let is_new = shows_more(seen.or_default(), part);
        let examples = exchanges.entry(file).or_default().entry(kind).or_default();
        if is_new || examples.is_empty() {
            examples.push(example);
        }
    }
    let folder = folder();
    for (class, messages) in &messages {
        write_examples(&folder.join("messages").join(class), messages);
    }
    for (route, exchanges) in &exchanges {
        write_examples(&folder.join("api").join(route), exchanges);
    }
}

/// Has objects answer what hardly anybody gets to hear.
fn send_what_is_rare() {
    let send = |class: Class, database: &Database, message: Value| {
        let message = message.to_string();
        let reply = objects::handle(&Tables::of(class, database), &message);
        trace::message(class.binding(), &message, &reply);
    };
    let fabric = Database::open();
    // No longer sent; an older Worker may.
    send(Class::Fabric, &fabric, json!({ "Expire": { "now_ms": 0 } }));
    let session = Database::open();
    let kept = json!({ "KeepInstallation": { "sealed": "c2VhbGVk", "until_ms": 2 } });
    send(Class::Session, &session, kept);
    let asked = json!({ "Installation": { "now_ms": 1 } });
    send(Class::Session, &session, asked);
    let repository = Database::open();
    for operation in ["first", "second"] {
        let acquire = json!({ "Acquire": { "operation": operation, "now_ms": 1, "until_ms": 2 } });
        send(Class::Repository, &repository, acquire);
    }
    let claim = |number: u32| {
        let fabric = FabricId::from_bytes(u128::from(number).to_be_bytes());
        json!({ "Claim": {
            "claim": { "fabric": fabric, "branch": "main", "directory": format!("sites/{number}"), "name": format!("site-{number}") },
            "besides": "TheOld",
        } })
    };
    for number in 0..1_001 {
        let message = claim(number).to_string();
        objects::handle(&Tables::of(Class::Repository, &repository), &message);
    }
    send(Class::Repository, &repository, claim(1_001));
}

/// An example a line.
fn write_examples(file: &Path, examples: &BTreeMap<String, Vec<Value>>) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let kinds = examples.iter().map(|(kind, examples)| {
        let lines: Vec<String> = examples
            .iter()
            .map(|example| format!("    {example}"))
            .collect();
        format!("  {}: [\n{}\n  ]", json!(kind), lines.join(",\n"))
    });
    let kinds: Vec<String> = kinds.collect();
    let text = format!("{{\n{}\n}}\n", kinds.join(",\n"));
    fs::write(file.with_extension("json"), text).unwrap();
}
