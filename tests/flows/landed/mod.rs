//! What landed versions store and send, which this and every later version reads: `tests/landed`.

mod record;
mod sent;
mod stored;
mod world;

use serde_json::Value;

/// Asserts that everything of `before` is in `now`, with the same name and value. There may be more.
fn assert_contains(now: &Value, before: &Value, what: &str) {
    let mut missing = Vec::new();
    compare(now, before, "", &mut missing);
    assert!(missing.is_empty(), "{what}: {missing:#?}\nin {now:#}");
}

fn compare(now: &Value, before: &Value, path: &str, missing: &mut Vec<String>) {
    match (now, before) {
        (Value::Object(now), Value::Object(before)) => {
            for (name, before) in before {
                let path = format!("{path}.{name}");
                match now.get(name) {
                    Some(now) => compare(now, before, &path, missing),
                    None => missing.push(format!("{path} is missing, was {before}")),
                }
            }
        }
        (Value::Array(now), Value::Array(before)) if now.len() == before.len() => {
            for (index, (now, before)) in now.iter().zip(before).enumerate() {
                compare(now, before, &format!("{path}[{index}]"), missing);
            }
        }
        (now, before) if now == before => {}
        (now, before) => missing.push(format!("{path} is {now}, was {before}")),
    }
}
