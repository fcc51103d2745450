//! What a person is told of what went wrong inside: what happened and what to do next. Why, in the words of a parser or of
//! the storage, is for the log, under the id of the request.

use edge_worker::objects::{Class, index};
use flows::{Answer, World};
use serde_json::{Value, json};

use crate::fabric;

/// Words of parsers, of SQLite and of JavaScript, which mean nothing to whoever reads an answer.
const OF_LIBRARIES: [&str; 9] = [
    "expected",
    "line 1 column",
    "EOF",
    "invalid type",
    "missing field",
    "no such",
    "database:",
    "TypeError",
    "JsValue",
];

fn detail(answer: &Answer) -> (u16, &str, &str) {
    let detail = answer.text("detail");
    let raw = OF_LIBRARIES.iter().find(|words| detail.contains(**words));
    assert_eq!(raw, None, "{detail}");
    (answer.status, answer.text("code"), detail)
}

/// The line of the log about an event in a request.
fn logged(world: &World, event: &str, answer: &Answer) -> Value {
    let lines = world.host.log_lines();
    let lines = lines.iter().map(|line| serde_json::from_str(line).unwrap());
    let mut lines = lines.filter(|line: &Value| {
        line["event"] == event && line["request_id"] == answer.body["request_id"]
    });
    lines.next().unwrap_or_else(|| panic!("no {event}"))
}

#[tokio::test]
async fn what_a_parser_says_of_githubs_answer_is_for_the_log() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=gitops";
    let secret = json!({ "data": "of a private plan" });
    for (body, why) in [
        (json!("no JSON"), "expected"),
        (json!({ "data": { "repository": {} } }), "is missing"),
        (secret, "invalid type: string …, expected"),
    ] {
        let action = json!({ "status": 200, "body": body });
        world.fault(json!({ "match": { "operation": "Snapshot" }, "times": 9, "action": action }));
        let answer = ada.get(path).await;
        world.standin.forget_faults();
        let told = "GitHub gave an answer that cannot be understood";
        assert_eq!(detail(&answer), (502, "github_answer", told));
        let line = logged(&world, "github_not_understood", &answer);
        assert!(line["error"].as_str().unwrap().contains(why), "{line}");
        assert!(!line.to_string().contains("private plan"), "{line}");
    }
}

#[tokio::test]
async fn what_the_storage_says_is_for_the_log_under_the_requests_id() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world
        .host
        .sql(Class::Fabric, &id, "UPDATE fabric SET record = '{}'");
    world
        .host
        .sql(Class::Index, index::NAME, "DROP TABLE fabrics");
    for path in [format!("/api/fabrics/{id}"), "/api/fabrics".to_owned()] {
        let answer = ada.get(&path).await;
        let told = "Hedgerow's own storage did not answer";
        assert_eq!(detail(&answer), (503, "storage_unavailable", told));
        logged(&world, "storage_failed", &answer);
    }
}

#[tokio::test]
async fn a_fabric_that_is_forgotten_while_it_is_validated_is_said_to_be() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.host.hold(r#""Finish""#);
    let forget = async {
        world.host.holds(r#""Finish""#).await;
        let forgotten = ada.delete(&format!("/api/fabrics/{id}")).await;
        world.host.let_go(r#""Finish""#);
        forgotten
    };
    let (validated, forgotten) = tokio::join!(ada.validate(&id), forget);
    assert_eq!(forgotten.status, 200, "{forgotten:?}");
    let told = "the fabric was forgotten while this was under way; what was committed by then is on its branch";
    assert_eq!(detail(&validated), (404, "fabric_not_found", told));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_by_its_field_or_its_place() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/repair");
    for (body, told) in [
        ("{", "it is not JSON, in line 1 before column 1"),
        ("{}", "the field `files` is missing"),
        (
            r#"{"files": 7}"#,
            "a field has another kind of value than it takes, in line 1 before column 12",
        ),
    ] {
        let headers = [
            ("content-type", "application/json"),
            ("cookie", ada.cookie()),
        ];
        let answer = world.send_text("POST", &path, &headers, body).await;
        let told = format!("the body cannot be read: {told}");
        assert_eq!(detail(&answer), (400, "invalid_json", told.as_str()));
    }
}
