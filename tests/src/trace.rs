//! What is sent, written down while tests run: messages to objects with their replies, and requests with their answers.
//!
//! Only where the variable `HEDGEROW_TRACES` names a folder. A file holds one example of one shape, so that a whole run
//! of the tests leaves hundreds of them, and not tens of thousands.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

/// Fields whose text is one of a few words, which are told apart.
const WORDS: [&str; 16] = [
    "actual",
    "besides",
    "check",
    "code",
    "end",
    "expected",
    "gitops_directory_status",
    "kind",
    "method",
    "mode",
    "outcome",
    "permission",
    "severity",
    "state",
    "visibility",
    "what",
];
/// The headers that an exchange is kept with.
const HEADERS: [&str; 12] = [
    "accept",
    "allow",
    "cache-control",
    "content-disposition",
    "content-type",
    "etag",
    "idempotency-key",
    "if-none-match",
    "location",
    "retry-after",
    "x-next-cursor",
    "x-robots-tag",
];

fn folder() -> Option<&'static PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER
        .get_or_init(|| std::env::var_os("HEDGEROW_TRACES").map(PathBuf::from))
        .as_ref()
}

/// Keeps a message to an object, and its reply.
pub fn message(class: &str, message: &str, reply: &str) {
    if folder().is_none() {
        return;
    }
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let message = read(message);
    let kind = format!("{class}-{}", variant(&message));
    keep(&kind, &json!({ "message": message, "reply": read(reply) }));
}

/// Keeps a request and its answer. What only a browser reads, pages and pictures, is left out.
pub fn exchange(
    request: (&str, &str, &http::HeaderMap, &[u8]),
    answer: (u16, &http::HeaderMap, &str),
) {
    if folder().is_none() {
        return;
    }
    let (method, address, headers, body) = request;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kind = format!("{method}-{}-{}", route(path).replace('/', "_"), answer.0);
    let answered = serde_json::from_str::<Value>(answer.2);
    let is_lines = answer
        .1
        .get("content-type")
        .is_some_and(|kind| kind == "application/x-ndjson");
    let answered = match answered {
        Ok(body) => body,
        Err(_) if answer.2.is_empty() => Value::Null,
        Err(_) if is_lines => json!(answer.2),
        Err(_) => return,
    };
    let sent =
        serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)));
    let sent = if body.is_empty() { Value::Null } else { sent };
    keep(
        &kind,
        &json!({
            "route": route(path),
            "request": { "method": method, "path": path, "query": query, "headers": kept(headers), "body": sent },
            "answer": { "status": answer.0, "headers": kept(answer.1), "body": answered },
        }),
    );
}

/// The variant of a message, and of the message within it.
pub fn variant(message: &Value) -> String {
    let Value::Object(fields) = message else {
        return message.as_str().unwrap_or("?").to_owned();
    };
    let is_variant = |name: &str| name.starts_with(char::is_uppercase);
    match fields.iter().next() {
        Some((name, inner)) if fields.len() == 1 && is_variant(name) => {
            let inner = match inner {
                Value::Object(inner) if inner.keys().all(|name| is_variant(name)) => inner,
                Value::String(inner) if is_variant(inner) => return format!("{name}.{inner}"),
                _ => return name.clone(),
            };
            format!("{name}.{}", variant(&Value::Object(inner.clone())))
        }
        _ => "?".to_owned(),
    }
}

/// A path with what differs from one fabric to the next replaced.
pub fn route(path: &str) -> String {
    let mut segments: Vec<&str> = path.split('/').collect();
    match segments.as_mut_slice() {
        ["", "api", "fabrics", id, "shares", share] => (*id, *share) = ("{id}", "{share}"),
        ["", "api", "fabrics", id, ..] | ["", "f", id, ..] => *id = "{id}",
        ["", "api", "shares", secret] | ["", "s", secret, ..] => *secret = "{secret}",
        _ => {}
    }
    segments.join("/")
}

/// What a value is made of: its paths, the kinds of what stands there, and the words of [`WORDS`].
pub fn shape(value: &Value) -> BTreeSet<String> {
    let mut shape = BTreeSet::new();
    walk(value, "", &mut shape);
    shape
}

fn walk(value: &Value, path: &str, shape: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(word) if is_word(path, word) => word,
        Value::String(_) => "text",
        Value::Array(items) => {
            for item in items {
                walk(item, &format!("{path}[]"), shape);
            }
            "list"
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_name = name
                    .chars()
                    .all(|letter| letter.is_ascii_alphabetic() || "_-".contains(letter));
                let name = if is_name { name } else { "*" };
                walk(value, &format!("{path}.{name}"), shape);
            }
            "object"
        }
    };
    shape.insert(format!("{path}: {kind}"));
}

/// Whether a text is one of a few.
fn is_word(path: &str, text: &str) -> bool {
    let field = path.rsplit('.').next().unwrap_or_default();
    let is_variant = ["message", "Reply", "Shares"].contains(&field);
    text.len() < 30 && (is_variant || WORDS.contains(&field))
}

fn kept(headers: &http::HeaderMap) -> Value {
    let mut kept = Map::new();
    for name in HEADERS {
        if let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) {
            kept.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(kept)
}

fn keep(kind: &str, example: &Value) {
    let Some(folder) = folder() else {
        return;
    };
    let mut hasher = DefaultHasher::new();
    shape(example).hash(&mut hasher);
    std::fs::create_dir_all(folder).unwrap();
    let kind: String = kind.chars().take(120).collect();
    let file = folder.join(format!("{kind}-{:016x}.json", hasher.finish()));
    if !file.exists() {
        std::fs::write(file, serde_json::to_string_pretty(example).unwrap()).unwrap();
    }
}
