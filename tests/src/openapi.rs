//! Our own OpenAPI document as a witness: every exchange of the tests is held against it, request and answer.
//!
//! The document leaves objects open, since fields may be added to any answer. Here they are closed, so that a field that
//! it does not describe is found. What was seen is written down for `tests/oracles`, which asks whether everything was.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// A request and its answer.
pub struct Exchange<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub request: &'a http::HeaderMap,
    pub body: &'a [u8],
    pub status: u16,
    pub answer: &'a http::HeaderMap,
    pub text: &'a str,
}

/// The document, as it is served.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../docs/openapi.json");
    serde_json::from_str(text).unwrap()
});

/// What any route may answer, as the document's `default` says.
const ANYWHERE: [u16; 6] = [413, 414, 429, 500, 502, 503];
/// What a write reads besides is in its schema; what the plan was asked with and answered may come along.
const OF_PLANS: [&str; 2] = ["PlanRequest", "Plan"];

/// Asserts that the document describes an exchange.
pub fn assert_described(exchange: &Exchange<'_>) {
    let found = violations(exchange);
    let Exchange {
        method,
        path,
        status,
        text,
        ..
    } = exchange;
    assert!(
        found.is_empty(),
        "docs/openapi.json does not describe {method} {path} ({status}): {found:#?}\n{text}"
    );
}

/// What the document does not say of an exchange.
pub fn violations(exchange: &Exchange<'_>) -> Vec<String> {
    let Some((path, methods)) = path_of(exchange.path) else {
        return match exchange.status {
            308 => Vec::new(),
            400..=499 => of_problem(exchange),
            status => vec![format!("there is no such path, and the answer is {status}")],
        };
    };
    match methods.get(exchange.method.to_lowercase()) {
        Some(operation) => of_operation(exchange, path, operation),
        None if exchange.status == 405 || is_anywhere(exchange) => of_problem(exchange),
        None => vec![format!("{path} has no {}", exchange.method)],
    }
}

/// What the document does not say of a request, whatever is answered.
pub fn request_violations(exchange: &Exchange<'_>) -> Vec<String> {
    let found = path_of(exchange.path);
    let operation = found.and_then(|(path, methods)| {
        let operation = methods.get(exchange.method.to_lowercase())?;
        Some((path, operation))
    });
    match operation {
        Some((path, operation)) => {
            let name = operation["operationId"].as_str().unwrap();
            of_request(exchange, path, name, operation)
        }
        None => vec!["there is no such operation".to_owned()],
    }
}

/// The described path that a path is of, with its methods.
fn path_of(path: &str) -> Option<(&'static str, &'static Value)> {
    let fits = |pattern: &str| {
        let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given))
                    if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
                _ => return false,
            }
        }
    };
    // A path without parameters is meant before one with them.
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let found = paths.filter(|(path, _)| fits(path));
    let (path, methods) = found.min_by_key(|(path, _)| path.matches('{').count())?;
    Some((path, methods))
}

fn of_operation(exchange: &Exchange<'_>, path: &str, operation: &Value) -> Vec<String> {
    let name = operation["operationId"].as_str().unwrap();
    let status = exchange.status.to_string();
    let answers = operation["responses"].as_object().unwrap();
    let answer = match answers.get(&status) {
        Some(answer) => {
            seen(name, &status);
            resolved(answer)
        }
        None if is_anywhere(exchange) => resolved(&answers["default"]),
        None => return vec![format!("{name} does not answer {status}")],
    };
    let mut found = of_answer(exchange, name, answer);
    if exchange.status < 400 {
        found.extend(of_request(exchange, path, name, operation));
    }
    found
}

fn of_answer(exchange: &Exchange<'_>, name: &str, answer: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (header, described) in answer["headers"].as_object().into_iter().flatten() {
        let is_required = resolved(described)["required"] == true;
        if is_required && !exchange.answer.contains_key(header.as_str()) {
            found.push(format!("the header {header} is missing"));
        }
    }
    let kind = exchange.answer.get("content-type");
    let kind = kind.map_or("", |kind| kind.to_str().unwrap());
    let kind = kind.split(';').next().unwrap();
    match answer["content"].as_object() {
        // What runs the Worker leaves the body of HEAD out.
        _ if exchange.method == "HEAD" || exchange.text.is_empty() => {}
        None => found.push("there is a body".to_owned()),
        Some(content) => match content.get(kind) {
            Some(described) if kind.ends_with("json") && !kind.ends_with("ndjson") => {
                let id = format!("{name} {} {kind}", exchange.status);
                let body: Value = serde_json::from_str(exchange.text).unwrap_or(Value::Null);
                found.extend(invalid(&id, &described["schema"], &body));
                let is_problem = exchange.status >= 400;
                let problem = if is_problem {
                    &body
                } else {
                    &body["directory_init_error"]
                };
                if let Some(code) = problem["code"].as_str() {
                    seen("problems", code);
                }
            }
            Some(_) => {}
            None => found.push(format!("the body is {kind:?}")),
        },
    }
    found
}

fn of_request(exchange: &Exchange<'_>, path: &str, name: &str, operation: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let shared = &DOCUMENT["paths"][path]["parameters"];
    let lists = [shared, &operation["parameters"]];
    let all = lists.into_iter().filter_map(Value::as_array).flatten();
    let parameters: Vec<&Value> = all.map(resolved).collect();
    for pair in exchange.query.split('&').filter(|pair| !pair.is_empty()) {
        let sent = pair.split('=').next().unwrap();
        let is_described = parameters
            .iter()
            .any(|parameter| parameter["in"] == "query" && parameter["name"] == sent);
        if !is_described {
            found.push(format!("there is no parameter {sent}"));
        }
    }
    for header in ["idempotency-key", "if-none-match"] {
        let is_described = parameters.iter().any(|parameter| {
            let known = parameter["name"].as_str().unwrap();
            parameter["in"] == "header" && known.eq_ignore_ascii_case(header)
        });
        if exchange.request.contains_key(header) && !is_described {
            found.push(format!("the header {header} is not taken"));
        }
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let kind = exchange.request.get("content-type");
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    // A body of another kind is taken where none need be, and not looked at.
    if schema.is_null() || exchange.body.is_empty() || !is_json {
        return found;
    }
    let mut body: Value = serde_json::from_slice(exchange.body).unwrap();
    let mut own = Map::new();
    properties(schema, &mut own);
    let mut of_plans = Map::new();
    for name in OF_PLANS {
        properties(&DOCUMENT["components"]["schemas"][name], &mut of_plans);
    }
    if own.contains_key("approval")
        && let Some(fields) = body.as_object_mut()
    {
        fields.retain(|name, _| own.contains_key(name) || !of_plans.contains_key(name));
    }
    found.extend(invalid(&format!("{name} request"), schema, &body));
    found
}

/// What is answered where no operation is meant.
fn of_problem(exchange: &Exchange<'_>) -> Vec<String> {
    let problem = &DOCUMENT["components"]["responses"]["ProblemOrPage"];
    of_answer(exchange, "no operation", problem)
}

fn is_anywhere(exchange: &Exchange<'_>) -> bool {
    let is_cross_site = exchange.status == 403 && exchange.text.contains("\"cross_site\"");
    ANYWHERE.contains(&exchange.status) || is_cross_site
}

/// What a reference stands for.
fn resolved(value: &Value) -> &Value {
    match value["$ref"].as_str() {
        Some(reference) => DOCUMENT
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference} leads nowhere")),
        None => value,
    }
}

/// The fields that a schema names, with those of its parts.
fn properties(schema: &Value, found: &mut Map<String, Value>) {
    let schema = resolved(schema);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(name.clone(), property.clone());
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        properties(part, found);
    }
}

/// What is wrong with a value, at most five complaints.
pub fn invalid(id: &str, schema: &Value, value: &Value) -> Vec<String> {
    static COMPILED: LazyLock<std::sync::Mutex<BTreeMap<String, &'static Validator>>> =
        LazyLock::new(Default::default);
    static SCHEMAS: OnceLock<Value> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(|| {
        let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
        let closed = schemas
            .iter()
            .map(|(name, schema)| (name.clone(), closed(schema, false)));
        Value::Object(closed.collect())
    });
    let known = COMPILED.lock().unwrap().get(id).copied();
    let validator = known.unwrap_or_else(|| {
        let whole =
            json!({ "allOf": [closed(schema, true)], "components": { "schemas": schemas } });
        let built = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&whole)
            .unwrap();
        // One for each operation and status, as long as the tests run.
        let built: &'static Validator = Box::leak(Box::new(built));
        COMPILED.lock().unwrap().insert(id.to_owned(), built);
        built
    });
    let errors = validator.iter_errors(value).take(5);
    errors
        .map(|error| {
            let text: String = error.to_string().chars().take(300).collect();
            format!("at `{}`: {text}", error.instance_path())
        })
        .collect()
}

/// A schema that takes no field which it does not name. Parts of `allOf` stay open: the schema that combines them is closed.
fn closed(schema: &Value, is_whole: bool) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let mut closed_members = Map::new();
    for (name, member) in members {
        let member = match (name.as_str(), member) {
            ("properties", Value::Object(fields)) => fields
                .iter()
                .map(|(name, field)| (name.clone(), closed(field, true)))
                .collect(),
            ("items" | "additionalProperties", member) => closed(member, true),
            ("allOf" | "oneOf", Value::Array(parts)) => {
                parts.iter().map(|part| closed(part, false)).collect()
            }
            (_, member) => member.clone(),
        };
        closed_members.insert(name.clone(), member);
    }
    let has_fields = ["properties", "allOf", "oneOf", "$ref"]
        .iter()
        .any(|name| members.contains_key(*name));
    if is_whole && has_fields && !members.contains_key("additionalProperties") {
        // A map of a component has a rule for what it does not name.
        closed_members.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    Value::Object(closed_members)
}

/// Writes down that something was seen.
fn seen(what: &str, which: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/api-exchanges");
    let file = folder.join(what).join(which);
    if !file.exists() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }
}
