//! GitHub's own OpenAPI description as a witness: every REST exchange is held against it, request and answer.

mod operation;
mod schema;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

use operation::Operation;

/// The description cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenApiError {
    /// The file cannot be read.
    #[error("cannot read GitHub's OpenAPI description {0}: {1}")]
    Read(PathBuf, std::io::Error),
    /// The file is not what it should be.
    #[error("GitHub's OpenAPI description is not understood: {0}")]
    Parse(#[from] serde_json::Error),
}

/// One exchange, as far as the description has something to say about it.
pub(crate) struct Exchange<'a> {
    pub method: &'a str,
    /// From the API's root: `/repos/acme/network`.
    pub path: &'a str,
    pub query: Option<&'a str>,
    pub request: &'a [u8],
    pub status: u16,
    /// The answer's body; nothing if a fault made the answer.
    pub answer: Option<&'a [u8]>,
    /// Whether the answer says that it is JSON.
    pub is_json: bool,
}

/// Something in an exchange that GitHub's description forbids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The method and the path.
    pub operation: String,
    /// The status of the answer; 0 where a fault made it.
    pub status: u16,
    /// Whose mistake it is.
    pub side: Side,
    /// What is wrong.
    pub problem: String,
}

/// The two sides of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The client asked for what GitHub does not take.
    Request,
    /// The stand-in answered what GitHub does not answer.
    Answer,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation {
            operation,
            status,
            side,
            problem,
        } = self;
        write!(f, "{operation} ({status}), {side:?}: {problem}")
    }
}

/// Returns where GitHub's description lies beside this checkout; says so once where it does not.
pub(crate) fn beside_checkout() -> Option<PathBuf> {
    static FOUND: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let path = root.join("../shared/fixtures/github/openapi-subset.json");
        if !path.exists() {
            eprintln!(
                "skipped: no GitHub OpenAPI description beside this checkout, so REST exchanges are not checked"
            );
        }
        path.exists().then_some(path)
    });
    FOUND.clone()
}

/// What the fixtures leave out of the description: the operations of check runs.
const CHECKS: &str = include_str!("checks.json");

/// Adds another part of the same description.
fn extend(description: &mut Value, part: &Value) {
    match (description, part) {
        (Value::Object(members), Value::Object(part)) => {
            for (name, value) in part {
                match members.get_mut(name) {
                    Some(known) => extend(known, value),
                    None => drop(members.insert(name.clone(), value.clone())),
                }
            }
        }
        (description, part) => *description = part.clone(),
    }
}

/// The description, with its schemas compiled as they are needed.
pub(crate) struct OpenApi {
    operations: Vec<Operation>,
}

/// Several stand-ins of one process share a description.
static LOADED: LazyLock<Mutex<HashMap<PathBuf, Arc<OpenApi>>>> = LazyLock::new(Mutex::default);

impl OpenApi {
    pub fn load(path: &Path) -> Result<Arc<Self>, OpenApiError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = loaded.get(path) {
            return Ok(known.clone());
        }
        let text = std::fs::read(path).map_err(|error| OpenApiError::Read(path.into(), error))?;
        let mut description: Value = serde_json::from_slice(&text)?;
        extend(&mut description, &serde_json::from_str(CHECKS)?);
        let api = Arc::new(OpenApi {
            operations: operation::all(&description),
        });
        loaded.insert(path.to_owned(), api.clone());
        Ok(api)
    }

    /// Returns what is wrong with an exchange; nothing if GitHub could have had it.
    pub fn violations(&self, exchange: &Exchange<'_>) -> Vec<Violation> {
        let found = self
            .operations
            .iter()
            .filter(|operation| operation.covers(exchange.method, exchange.path))
            .max_by_key(|operation| operation.literals());
        let problems = match found {
            None => vec![(Side::Request, "there is no such operation".to_owned())],
            Some(operation) => operation.violations(exchange),
        };
        let worded = problems.into_iter().map(|(side, problem)| Violation {
            operation: format!("{} {}", exchange.method, exchange.path),
            status: exchange.status,
            side,
            problem,
        });
        worded.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(exchange: Exchange<'_>) -> Option<Vec<String>> {
        let api = OpenApi::load(&beside_checkout()?).expect("the fixtures are readable");
        let found = api.violations(&exchange);
        Some(found.iter().map(ToString::to_string).collect())
    }

    fn exchange<'a>(method: &'a str, path: &'a str, request: &'a str) -> Exchange<'a> {
        Exchange {
            method,
            path,
            query: None,
            request: request.as_bytes(),
            status: 0,
            answer: None,
            is_json: true,
        }
    }

    #[test]
    fn what_github_does_not_take_is_found() {
        let trees = "/repos/acme/network/git/trees";
        let entry = |mode: &str| format!("{{\"tree\": [{{\"path\": \"a\", \"mode\": {mode}}}]}}");
        let (good, bad, number) = (entry("\"100644\""), entry("\"100600\""), entry("100644"));
        for (asked, part) in [
            (exchange("POST", trees, &good), ""),
            (exchange("POST", trees, &bad), "\"100600\" is not one of"),
            (exchange("POST", trees, &number), "100644 is not"),
            (exchange("POST", trees, ""), "the body is missing"),
            (
                exchange("POST", trees, "{}"),
                "\"tree\" is a required property",
            ),
            (exchange("PUT", trees, &good), "there is no such operation"),
            (
                exchange("GET", "/repos/acme/network/git/ref/heads/a/b", ""),
                "",
            ),
            (
                Exchange {
                    query: Some("pages=2"),
                    ..exchange("GET", "/user/repos", "")
                },
                "there is no query parameter `pages`",
            ),
            (
                Exchange {
                    query: Some("per_page=many"),
                    ..exchange("GET", "/user/repos", "")
                },
                "`per_page=many` is not taken",
            ),
        ] {
            let what = format!("{} {}", asked.method, asked.path);
            let Some(found) = violations(asked) else {
                return;
            };
            match part {
                "" => assert!(found.is_empty(), "{what}: {found:?}"),
                part => assert!(
                    found.iter().any(|text| text.contains(part)),
                    "{what}: {found:?}"
                ),
            }
        }
    }

    #[test]
    fn what_github_does_not_answer_is_found() {
        let answered = |status: u16, answer: &'static str| Exchange {
            status,
            answer: Some(answer.as_bytes()),
            ..exchange("GET", "/repos/acme/network/git/ref/heads/main", "")
        };
        let good = r#"{"ref": "refs/heads/main", "node_id": "R", "url": "https://x/y", "object":
            {"type": "commit", "sha": "1111111111111111111111111111111111111111", "url": "https://x/y"}}"#;
        for (asked, part) in [
            (answered(200, good), ""),
            (answered(200, "{}"), "is a required property"),
            (answered(200, "<html>"), "expected value"),
            (answered(202, good), "status 202 is not described"),
            (answered(500, r#"{"message": "Server Error"}"#), ""),
            (answered(500, r#"{"message": 1}"#), "1 is not of type"),
        ] {
            let Some(found) = violations(asked) else {
                return;
            };
            match part {
                "" => assert!(found.is_empty(), "{found:?}"),
                part => assert!(
                    found.iter().any(|text| text.contains(part)),
                    "{part}: {found:?}"
                ),
            }
        }
    }
}
