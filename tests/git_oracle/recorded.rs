//! Ids against what GitHub itself answered: the recordings of `@octokit/fixtures`.

use std::path::Path;

use data_encoding::BASE64;
use serde_json::Value;
use shared::git::{Entry, ObjectId, Tree, blob_id};

/// The answers to `PUT contents` of a recorded scenario: request and response.
fn recorded_files(scenario: &str) -> Vec<(Value, Value)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!(
        "../node_modules/@octokit/fixtures/scenarios/api.github.com/{scenario}/raw-fixture.json"
    ));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make setup`", path.display()));
    let exchanges: Vec<Value> = serde_json::from_str(&text).unwrap();
    exchanges
        .into_iter()
        .filter(|exchange| exchange["method"] == "put" && exchange["status"] == 201)
        .map(|exchange| (exchange["body"].clone(), exchange["response"].clone()))
        .collect()
}

fn id(value: &Value) -> ObjectId {
    ObjectId::parse(value.as_str().unwrap()).unwrap()
}

/// Puts the recorded files into an empty root one after another, and gives the ids of the roots.
fn check(scenario: &str) -> Vec<String> {
    let mut root = Tree::default();
    let mut roots = Vec::new();
    for (request, response) in recorded_files(scenario) {
        let content = BASE64
            .decode(request["content"].as_str().unwrap().as_bytes())
            .unwrap();
        let blob = blob_id(&content);
        assert_eq!(blob, id(&response["content"]["sha"]));
        root.insert(Entry::file(
            response["content"]["name"].as_str().unwrap(),
            blob,
        ));
        assert_eq!(root.id(), id(&response["commit"]["tree"]["sha"]));
        roots.push(root.id().to_string());
    }
    roots
}

#[test]
fn a_file_created_on_github_has_the_ids_that_github_gave_it() {
    assert_eq!(
        check("create-file"),
        ["1beb5e7fc6a813cf4e24c20a4e0a21c73d01a93f"]
    );
}

#[test]
fn two_commits_on_github_have_the_trees_that_github_gave_them() {
    assert_eq!(
        check("git-refs"),
        [
            "e083eec6504705df270696e506e84328bb24fc28",
            "61541b33729da14ec74d056dc7b63314e40f2309"
        ]
    );
}
