//! What GitHub refuses or does not know of a question: what came is shown, and what is left out is said.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

fn names(answer: &Value) -> Vec<&str> {
    let rows = answer["repositories"].as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap()).collect()
}

/// What a server says to a document that names a field which it does not have: in which words is its own affair.
fn unknown(kind: &str, field: &str) -> Value {
    let message = format!("{kind} has no {field} here");
    let extensions = json!({ "code": "undefinedField", "typeName": kind, "fieldName": field });
    let error = json!({ "path": ["query"], "extensions": extensions, "message": message });
    json!({ "status": 200, "body": { "errors": [error] } })
}

/// How many questions of the Worker's had this in them.
fn asked(world: &World, part: &str) -> usize {
    let asked = world.standin.requests().into_iter();
    let documents = asked.filter_map(|asked| Some(asked.graphql?.document));
    documents.filter(|document| document.contains(part)).count()
}

#[tokio::test]
async fn an_organisation_without_single_sign_on_leaves_the_rest_of_the_lists() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    world.standin.require_sso("acme", true);
    let listed = ada.get("/api/repositories").await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let found = names(&listed.body);
    assert!(
        found.contains(&"acme/network") && !found.contains(&"acme/private"),
        "{found:?}"
    );
    let fabrics = ada.get("/api/fabrics").await;
    assert_eq!(fabrics.status, 200, "{fabrics:?}");
    assert_eq!(fabrics.body["fabrics"][0]["name"], "fabric-1");
    for answer in [&listed, &fabrics] {
        let left_out = answer.body["left_out"].as_array().unwrap();
        assert_eq!(left_out.len(), 1, "each reason once: {left_out:?}");
        assert_eq!(left_out[0]["code"], "sso_required");
        let text = |field: &str| left_out[0][field].as_str().unwrap().to_owned();
        assert!(text("message").starts_with("some repositories are left out: the organisation"));
        assert!(text("hint").contains("authorise the token"));
    }
    // A list that lacks some is kept for a minute, with what it lacks.
    world.standin.require_sso("acme", false);
    world.standin.forget_requests();
    world.host.advance(59_000);
    let again = ada.get("/api/repositories").await;
    assert_eq!(again.body, listed.body);
    assert_eq!(asked(&world, "viewer"), 0);
    world.host.advance(2_000);
    let whole = ada.get("/api/repositories").await;
    assert!(names(&whole.body).contains(&"acme/private"), "{whole:?}");
    assert_eq!(whole.body["left_out"], Value::Null);
}

#[tokio::test]
async fn rules_that_may_not_be_read_are_a_hint_that_is_missing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let error = json!({ "type": "FORBIDDEN", "path": ["repository", "ref", "rules"], "message": "Resource not accessible by integration" });
    world.fault(json!({ "match": { "operation": "Snapshot" }, "action": { "errors": [error] } }));
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    // What decides is refused as a whole.
    let error = json!({ "type": "FORBIDDEN", "path": ["repository", "l0"], "message": "Resource not accessible by integration" });
    world.fault(json!({ "match": { "operation": "Snapshot" }, "action": { "errors": [error] } }));
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(plan.status, 403, "{plan:?}");
}

#[tokio::test]
async fn an_older_server_is_asked_again_without_what_it_lacks() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for (part, action) in [
        ("rules(first", unknown("Ref", "rules")),
        (
            "createCommitOnBranch",
            unknown("Mutation", "createCommitOnBranch"),
        ),
    ] {
        world
            .fault(json!({ "match": { "graphql_contains": part }, "times": 99, "action": action }));
    }
    world.standin.forget_requests();
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    assert_eq!(asked(&world, "rules(first"), 1);
    let created = ada.create(&fabric("gitops")).await;
    assert_eq!(
        (created.status, created.text("gitops_directory_status")),
        (201, "initialized"),
        "{created:?}"
    );
    assert_eq!(asked(&world, "rules(first"), 0, "it is remembered");
    assert_eq!(asked(&world, "createCommitOnBranch"), 1);
    let mut other = fabric("elsewhere");
    other["name"] = json!("elsewhere");
    let created = ada.create(&other).await;
    assert_eq!(created.status, 201, "{created:?}");
    assert_eq!(asked(&world, "createCommitOnBranch"), 0, "and so is that");
}

#[tokio::test]
async fn a_server_without_the_input_of_a_commit_is_asked_without_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let extensions =
        json!({ "code": "variableRequiresValidType", "typeName": "CreateCommitOnBranchInput" });
    let error =
        json!({ "path": ["mutation"], "extensions": extensions, "message": "No such type" });
    world.fault(json!({ "match": { "operation": "Commit" }, "action": { "status": 200, "body": { "errors": [error] } } }));
    let created = ada.create(&fabric("gitops")).await;
    assert_eq!(
        created.text("gitops_directory_status"),
        "initialized",
        "{created:?}"
    );
}

#[tokio::test]
async fn a_server_that_lacks_more_is_said_to_be_too_old() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let action = unknown("TreeEntry", "nameRaw");
    world.fault(json!({ "match": { "operation": "Snapshot" }, "times": 9, "action": action }));
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(
        (plan.status, plan.text("code")),
        (502, "github_too_old"),
        "{plan:?}"
    );
    assert!(plan.text("detail").contains("nameRaw"), "{plan:?}");
    assert!(plan.text("hint").contains("Enterprise Server"), "{plan:?}");
}
