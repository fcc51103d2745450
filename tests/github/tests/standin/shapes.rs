//! REST bodies against GitHub's OpenAPI description: whatever it requires is there.

use serde_json::Value;

use crate::client::{ADMIN, get, start};

/// What is required of each answer, members inside members, cut from npm `@octokit/openapi` 23.0.2 (MIT);
/// `true` stands for any value, a list for each of its elements.
const REQUIRED: &str = include_str!("required.json");

fn missing(required: &Value, body: &Value, path: &str, found: &mut Vec<String>) {
    match (required, body) {
        (Value::Object(members), Value::Object(body)) => {
            for (name, required) in members {
                let path = format!("{path}.{name}");
                match body.get(name) {
                    Some(body) => missing(required, body, &path, found),
                    None => found.push(path),
                }
            }
        }
        (Value::Array(each), Value::Array(bodies)) => {
            for body in bodies {
                missing(&each[0], body, &format!("{path}[]"), found);
            }
        }
        (Value::Bool(true), _) | (_, Value::Null) => {}
        (required, body) => found.push(format!("{path}: {body} where {required} is required")),
    }
}

#[tokio::test]
async fn answers_have_every_member_that_github_requires() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let id = |revision: &str| {
        repo.git(&["rev-parse", revision])
            .unwrap()
            .trim()
            .to_owned()
    };
    let required: Value = serde_json::from_str(REQUIRED).unwrap();
    for (operation, required) in required.as_object().unwrap() {
        let path = operation.strip_prefix("GET ").unwrap();
        let path = path
            .replace("{blob}", &id("main:README.md"))
            .replace("{commit}", &id("main"));
        let answer = get(&standin, &path, ADMIN).await;
        assert_eq!(answer.status, 200, "{path}");
        let mut found = Vec::new();
        missing(required, &answer.json(), "", &mut found);
        assert!(found.is_empty(), "{path}: {found:#?}");
    }
}
