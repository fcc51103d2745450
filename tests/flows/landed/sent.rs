//! What is sent, read again: messages to objects, requests and answers. The sender may be an older version: a page
//! that stays open, a program, the Worker from before while a new one is deployed.

use std::collections::BTreeSet;

use edge_worker::objects::{self, Class, Tables};
use flows::{Database, openapi};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::api;
use shared::git::blob_id;
use shared::status::StatusDocument;

use super::assert_contains;
use super::world::versions;

const CLASSES: [Class; 4] = [
    Class::Fabric,
    Class::Repository,
    Class::Session,
    Class::Index,
];

/// What a write of a fabric that exists reads of its body; the flows send the whole plan along.
const OF_A_WRITE: [&str; 7] = [
    "files",
    "approval",
    "force",
    "take",
    "mode",
    "unexpected",
    "archive_date",
];
const OF_A_REPAIR: [&str; 2] = ["unexpected", "archive_date"];

/// What an object answers to a message, on an empty database.
fn ask(class: Class, message: &Value) -> Value {
    let reply = objects::handle(&Tables::of(class, Database::open()), &message.to_string());
    serde_json::from_str(&reply).unwrap()
}

/// The variants that stand where `"?"` is in a message, as serde lists them.
fn variants(class: Class, message: &Value) -> Vec<String> {
    let reply = ask(class, message);
    let failed = reply["Failed"].as_str().unwrap();
    let (_, expected) = failed.split_once("expected ").unwrap();
    let names = expected.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

#[test]
fn every_message_is_still_understood() {
    for landed in versions() {
        let messages = landed.all_json("messages");
        for class in CLASSES {
            let all = messages[class.binding()].as_object().unwrap();
            for example in all
                .values()
                .flat_map(|examples| examples.as_array().unwrap())
            {
                let reply = ask(class, &example["message"]);
                assert!(reply.get("Failed").is_none(), "{reply}: {example:#}");
            }
        }
    }
}

/// Who only asks to sign in leaves nothing, also where a landed version asks for them.
#[test]
fn a_sign_in_that_a_landed_version_begins_leaves_nothing() {
    let mut asked = 0;
    for landed in versions() {
        let messages = landed.all_json("messages");
        let examples = messages[Class::Session.binding()]["BeginLogin"].as_array();
        for example in examples.into_iter().flatten() {
            let database = Database::open();
            let message = example["message"].to_string();
            let reply = objects::handle(&Tables::of(Class::Session, &database), &message);
            assert_eq!(reply, r#"{"Reply":"Done"}"#);
            assert_eq!(database.to_sql(), "", "{message}");
            asked += 1;
        }
    }
    assert!(asked > 0, "no landed version began a sign-in");
}

/// What only older versions send, or what they left is asked for with; the older recordings show it.
const NO_LONGER_SENT: &[(&str, &str)] = &[
    ("FABRIC", "Forget"),
    ("SESSION", "BeginLogin"),
    ("SESSION", "Close"),
    ("SESSION", "TakeLogin"),
];

#[test]
fn the_newest_version_shows_every_message_of_today() {
    let newest = versions().pop().unwrap();
    let messages = newest.all_json("messages");
    for class in CLASSES {
        let all = messages[class.binding()].as_object().unwrap();
        let named: BTreeSet<&str> = all
            .keys()
            .flat_map(|name| std::iter::once(name.as_str()).chain(name.split('.')))
            .collect();
        let mut wanted = variants(class, &json!("?"));
        assert!(wanted.len() > 2, "{wanted:?}");
        if class == Class::Fabric {
            let shares = variants(class, &json!({ "Shares": "?" }));
            wanted.extend(shares.iter().map(|share| format!("Shares.{share}")));
            let events = variants(class, &json!({ "Finish": { "event": "?" } }));
            let shown = all["Finish"].to_string();
            for event in events {
                let is_shown = [format!("\"{event}\":{{"), format!("\"event\":\"{event}\"")];
                assert!(
                    is_shown.iter().any(|text| shown.contains(text)),
                    "no example of the event {event}"
                );
            }
        }
        for name in &wanted {
            let is_of_old = NO_LONGER_SENT.contains(&(class.binding(), name.as_str()));
            assert!(
                named.contains(name.as_str()) || is_of_old,
                "no example of {}'s {name}: record the version",
                class.binding()
            );
        }
    }
}

/// Reads a value as this version does, writes it again, and finds everything that was there.
fn reads<T: Serialize + DeserializeOwned>(value: &Value, what: &str) {
    let read: T = serde_json::from_value(value.clone())
        .unwrap_or_else(|error| panic!("{what}: {error}\n{value:#}"));
    assert_contains(&json!(read), value, what);
}

fn reads_request(route: &str, method: &str, body: &Value) {
    let what = &format!("the body of {method} {route}");
    let mut body = body.clone();
    let is_repair = route.ends_with("/repair");
    if is_repair || route.ends_with("/init-gitops") {
        let is_read =
            |name: &str| OF_A_WRITE.contains(&name) && (is_repair || !OF_A_REPAIR.contains(&name));
        body.as_object_mut()
            .unwrap()
            .retain(|name, _| is_read(name));
    }
    let body = &body;
    match (method, route) {
        ("POST", "/api/auth/token") => reads::<api::TokenSignIn>(body, what),
        ("POST", "/api/plan") => reads::<api::PlanRequest>(body, what),
        ("POST", "/api/fabrics") => reads::<api::CreateFabric>(body, what),
        ("PATCH", "/api/fabrics/{id}") if body.get("pull_request_checks").is_some() => {
            reads::<api::SetPullRequestChecks>(body, what);
        }
        ("PATCH", "/api/fabrics/{id}") => reads::<api::ChangeFabric>(body, what),
        ("DELETE", "/api/fabrics/{id}") => reads::<api::ForgetFabric>(body, what),
        ("POST", "/api/fabrics/{id}/init-gitops") => reads::<api::ApprovedChange>(body, what),
        ("POST", "/api/fabrics/{id}/repair") => reads::<api::RepairFabric>(body, what),
        ("POST", "/api/fabrics/{id}/shares") => reads::<api::NewShare>(body, what),
        ("POST", "/api/fabrics/{id}/validate-gitops") => reads::<api::ValidateGitops>(body, what),
        // Nobody reads it.
        ("DELETE", "/api/fabrics/{id}/shares/{share}") | ("POST", "/api/auth/logout") => {}
        // GitHub sends these.
        ("POST", route) if route.starts_with("/api/webhooks/github") => {}
        // Lines of a backup have a test of their own.
        ("POST", "/api/operator/restore") => {}
        _ => panic!("{what} is read by nobody"),
    }
}

fn reads_answer(route: &str, method: &str, body: &Value) {
    let what = &format!("the answer of {method} {route}");
    // The router answers as to GET; whoever serves it leaves the body away.
    let method = if method == "HEAD" { "GET" } else { method };
    match (method, route) {
        ("GET", "/api/health") => reads::<api::Health>(body, what),
        ("GET", "/api/session") | ("POST", "/api/auth/token") => reads::<api::Session>(body, what),
        ("GET", "/api/snapshot") => reads::<api::SnapshotAnswer>(body, what),
        ("GET", "/api/branches") => reads::<api::BranchesAnswer>(body, what),
        ("GET", "/api/blob") => reads::<api::BlobAnswer>(body, what),
        ("GET", "/api/repositories") => reads::<api::RepositoriesAnswer>(body, what),
        ("GET", "/api/fabrics") => reads::<api::FabricsAnswer>(body, what),
        ("POST", "/api/plan") => reads::<api::PlanAnswer>(body, what),
        ("POST", "/api/fabrics" | "/api/fabrics/{id}/init-gitops")
        | ("GET" | "PATCH", "/api/fabrics/{id}") => {
            reads::<api::FabricAnswer>(body, what);
        }
        ("DELETE", "/api/fabrics/{id}") => reads::<api::Forgotten>(body, what),
        ("POST", "/api/fabrics/{id}/repair") => reads::<api::Repaired>(body, what),
        ("POST", "/api/fabrics/{id}/validate-gitops") => reads::<api::ValidateAnswer>(body, what),
        ("GET", "/api/fabrics/{id}/history") => reads::<api::HistoryAnswer>(body, what),
        ("GET", "/api/fabrics/{id}/permission") => reads::<api::PermissionAnswer>(body, what),
        ("POST", "/api/fabrics/{id}/shares") => reads::<api::CreatedShare>(body, what),
        ("GET", "/api/fabrics/{id}/shares") => reads::<api::SharesAnswer>(body, what),
        ("GET", "/api/shares/{secret}") => reads::<api::SharedFabric>(body, what),
        ("GET", "/api/fabrics/{id}/looks") => reads::<api::LooksAnswer>(body, what),
        ("GET", "/api/fabrics/{id}/webhook") => reads::<api::RepositoryWebhook>(body, what),
        ("GET", "/f/{id}/status.json") => reads::<StatusDocument>(body, what),
        // GitHub reads nothing of it.
        ("POST", route) if route.starts_with("/api/webhooks/github") => {}
        // Programs of others read these: the form is fixed elsewhere, or the fields are counted by an operator's script.
        ("GET", "/f/{id}/badge.json")
        | ("POST", "/api/operator/restore")
        | ("GET", "/api/operator/backup") => {}
        _ => panic!("{what} is read by nobody"),
    }
}

/// Asserts that today's description of the API has a place for a request.
fn assert_taken(request: &Value) {
    let text = |name: &str| request[name].as_str().unwrap();
    let headers = request["headers"].as_object().unwrap();
    let headers = headers.iter().map(|(name, value)| {
        let name: http::HeaderName = name.parse().unwrap();
        (name, value.as_str().unwrap().parse().unwrap())
    });
    let body = match &request["body"] {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    let found = openapi::request_violations(&openapi::Exchange {
        method: text("method"),
        path: text("path"),
        query: text("query"),
        request: &headers.collect(),
        body: &body,
        status: 0,
        answer: &http::HeaderMap::new(),
        text: "",
    });
    assert!(found.is_empty(), "{found:?}: {request:#}");
}

#[test]
fn every_request_and_every_answer_is_still_read() {
    for landed in versions() {
        let mut read = 0;
        for (_, by_status) in landed.all_json("api") {
            for example in by_status
                .as_object()
                .unwrap()
                .values()
                .flat_map(|all| all.as_array().unwrap())
            {
                let (route, method) = (
                    example["route"].as_str().unwrap(),
                    example["request"]["method"].as_str().unwrap(),
                );
                let (sent, status) = (
                    &example["request"]["body"],
                    example["answer"]["status"].as_u64().unwrap(),
                );
                let body = &example["answer"]["body"];
                if status < 300 {
                    assert_taken(&example["request"]);
                }
                if status < 300 && sent.is_object() {
                    reads_request(route, method, sent);
                    read += 1;
                }
                if body["code"].is_string() && status >= 400 {
                    // The page reads this one from the text, where it counts.
                    let mut body = body.clone();
                    body.as_object_mut().unwrap().remove("nothing_left");
                    reads::<api::Problem>(&body, &format!("the problem of {method} {route}"));
                    read += 1;
                } else if !body.is_null() {
                    reads_answer(route, method, body);
                    read += 1;
                }
            }
        }
        assert!(read > 100, "{read}");
        for frame in landed.json("frames.json").as_object().unwrap().values() {
            reads::<api::FabricAnswer>(&frame["reader"], "what a socket sends");
            reads::<api::FabricAnswer>(&frame["public"], "what a socket sends to everybody");
        }
    }
}

/// A body that is read and written again, byte for byte: a repeat is the same write only where its bytes are the same.
fn rewritten<T: Serialize + DeserializeOwned>(body: &str) -> String {
    let read: T = serde_json::from_str(body).unwrap();
    serde_json::to_string(&read).unwrap()
}

#[test]
fn a_write_that_a_tab_keeps_is_repeated_byte_for_byte() {
    for landed in versions() {
        let browser = landed.json("browser.json");
        let session = browser["commit"]["session"].as_object().unwrap();
        let sent = session["hedgerow-sent"].as_str().unwrap();
        // First the commit itself was kept there; now it is the id of a write, which is kept like every other.
        let body = match session.get(&format!("hedgerow-open-{sent}")) {
            Some(write) => {
                let write: Value = serde_json::from_str(write.as_str().unwrap()).unwrap();
                write["body"].as_str().unwrap().to_owned()
            }
            None => {
                let (_, body) = sent.split_once("\"body\":").unwrap();
                body.strip_suffix('}').unwrap().to_owned()
            }
        };
        assert_eq!(rewritten::<api::CreateFabric>(&body), body);
        // The tab finds the write under a name that follows from the bytes.
        let name = blob_id(format!("/api/fabrics\n{body}").as_bytes());
        assert!(session.contains_key(&format!("hedgerow-open-{name}")));
    }
    let tree = "9d1f0c2b3a49586776859493a2b1c0d1e2f30415";
    let body = |decided: &str| {
        format!(
            r#"{{"files":{{"a/b":"{tree}"}},"approval":{{"head":null,"tree":"{tree}"}},"force":false,"take":["a/b"]{decided},"mode":"pull_request"}}"#
        )
    };
    // As 0.1.0 sent them.
    let (plain, repair) = (
        body(""),
        body(r#","unexpected":"archive","archive_date":"2026-11-29""#),
    );
    assert_eq!(rewritten::<api::ApprovedChange>(&plain), plain);
    assert_eq!(rewritten::<api::RepairFabric>(&repair), repair);
}
