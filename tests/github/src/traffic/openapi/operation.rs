//! One operation of the description: where it is, what it takes, what it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::schema::{Schema, converted};
use super::{Exchange, Side};

/// Parameters that may hold slashes.
const LONG: [&str; 5] = ["ref", "path", "branch", "basehead", "tree_sha"];

pub(super) struct Operation {
    method: String,
    segments: Vec<Segment>,
    query: BTreeMap<String, Schema>,
    request: Option<Schema>,
    wants_request: bool,
    answers: BTreeMap<u16, Option<Schema>>,
    /// For refusals that the description does not list; it lists none of the limits, for one.
    basic_error: Schema,
}

enum Segment {
    Literal(String),
    One,
    Several,
}

/// Returns every operation of the description.
pub(super) fn all(description: &Value) -> Vec<Operation> {
    let components = Arc::new(converted(description["components"]["schemas"].clone()));
    let mut operations = Vec::new();
    for (path, methods) in description["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            operations.push(read(description, &components, path, method, operation));
        }
    }
    operations
}

fn read(
    description: &Value,
    components: &Arc<Value>,
    path: &str,
    method: &str,
    operation: &Value,
) -> Operation {
    let segment = |text: &str| match text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
    {
        None => Segment::Literal(text.to_owned()),
        Some(name) if LONG.contains(&name) => Segment::Several,
        Some(_) => Segment::One,
    };
    let body = |content: &Value| {
        let schema = &content["application/json"]["schema"];
        (!schema.is_null()).then(|| Schema::new(schema, components))
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter_map(|parameter| {
        let parameter = resolve(description, parameter);
        let is_query = parameter["in"] == "query";
        let name = parameter["name"].as_str().filter(|_| is_query)?.to_owned();
        Some((name, Schema::new(&parameter["schema"], components)))
    });
    let answers = operation["responses"].as_object().into_iter().flatten();
    let answers = answers.filter_map(|(status, answer)| {
        let answer = resolve(description, answer);
        Some((status.parse().ok()?, body(&answer["content"])))
    });
    Operation {
        method: method.to_uppercase(),
        segments: path.split('/').skip(1).map(segment).collect(),
        query: query.collect(),
        request: body(&operation["requestBody"]["content"]),
        wants_request: operation["requestBody"]["required"] == true,
        answers: answers.collect(),
        basic_error: Schema::new(
            &serde_json::json!({"$ref": "#/components/schemas/basic-error"}),
            components,
        ),
    }
}

/// Follows a reference of the description.
fn resolve<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"]
        .as_str()
        .and_then(|text| text.strip_prefix('#'));
    target
        .and_then(|target| description.pointer(target))
        .unwrap_or(value)
}

impl Operation {
    pub fn covers(&self, method: &str, path: &str) -> bool {
        let segments: Vec<_> = path.split('/').skip(1).collect();
        self.method == method && fits(&self.segments, &segments)
    }

    /// How many parts of the path are fixed: the more, the closer the match.
    pub fn literals(&self) -> usize {
        let literal = |segment: &&Segment| matches!(segment, Segment::Literal(_));
        self.segments.iter().filter(literal).count()
    }

    pub fn violations(&self, exchange: &Exchange<'_>) -> Vec<(Side, String)> {
        let mut asked = self.in_query(exchange.query.unwrap_or(""));
        asked.extend(self.in_request(exchange.request));
        let answered = exchange
            .answer
            .map(|answer| self.in_answer(exchange, answer));
        let asked = asked.into_iter().map(|problem| (Side::Request, problem));
        let answered = answered.into_iter().flatten();
        asked
            .chain(answered.map(|problem| (Side::Answer, problem)))
            .collect()
    }

    fn in_query(&self, query: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            seen.insert(name);
            let Some(schema) = self.query.get(name) else {
                problems.push(format!("there is no query parameter `{name}`"));
                continue;
            };
            // What is written as a number or a truth value may be meant as a text too.
            let text = Value::String(value.to_owned());
            let typed = serde_json::from_str(value).unwrap_or(Value::Null);
            if !schema.violations(&text).is_empty() && !schema.violations(&typed).is_empty() {
                problems.push(format!("`{name}={value}` is not taken in the query"));
            }
        }
        problems
    }

    fn in_request(&self, body: &[u8]) -> Vec<String> {
        match (&self.request, body.is_empty()) {
            (Some(_), true) if self.wants_request => vec!["the body is missing".to_owned()],
            (_, true) => Vec::new(),
            (None, false) => vec!["no body is taken".to_owned()],
            (Some(schema), false) => match serde_json::from_slice(body) {
                Ok(body) => schema.violations(&body),
                Err(error) => vec![error.to_string()],
            },
        }
    }

    fn in_answer(&self, exchange: &Exchange<'_>, body: &[u8]) -> Vec<String> {
        let schema = match self.answers.get(&exchange.status) {
            Some(Some(schema)) => schema,
            Some(None) if body.is_empty() => return Vec::new(),
            // A raw file, or a refusal whose body the description leaves open.
            Some(None) => return Vec::new(),
            None if exchange.status == 304 => return Vec::new(),
            None if exchange.status >= 300 => &self.basic_error,
            None => return vec![format!("status {} is not described", exchange.status)],
        };
        // A proxy's plain text and the raw form of a file are not JSON, and say so.
        if !exchange.is_json {
            return Vec::new();
        }
        match serde_json::from_slice(body) {
            Ok(body) => schema.violations(&body),
            Err(error) => vec![error.to_string()],
        }
    }
}

fn fits(template: &[Segment], path: &[&str]) -> bool {
    match (template.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((Segment::Literal(text), template)), Some((part, path))) => {
            text == part && fits(template, path)
        }
        (Some((Segment::One, template)), Some((part, path))) => {
            !part.is_empty() && fits(template, path)
        }
        // The contents of the root have an empty path.
        (Some((Segment::Several, template)), Some((_, path))) => {
            fits(template, path) || (1..=path.len()).any(|more| fits(template, &path[more..]))
        }
        _ => false,
    }
}
