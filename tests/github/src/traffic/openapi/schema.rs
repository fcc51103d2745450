//! Schemas of OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, references stay inside one document.

use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

/// A schema that is compiled when it is first needed.
pub(super) struct Schema {
    components: Arc<Value>,
    schema: Value,
    compiled: OnceLock<Result<Validator, String>>,
}

impl Schema {
    pub fn new(schema: &Value, components: &Arc<Value>) -> Self {
        Schema {
            components: components.clone(),
            schema: converted(schema.clone()),
            compiled: OnceLock::new(),
        }
    }

    /// Returns what is wrong with `instance`, at most five complaints.
    pub fn violations(&self, instance: &Value) -> Vec<String> {
        let compiled = self.compiled.get_or_init(|| {
            let whole =
                json!({"allOf": [self.schema], "components": {"schemas": *self.components}});
            jsonschema::draft202012::options()
                .should_validate_formats(true)
                .build(&whole)
                .map_err(|error| error.to_string())
        });
        let validator = match compiled {
            Ok(validator) => validator,
            Err(error) => return vec![format!("the schema cannot be used: {error}")],
        };
        let errors = validator.iter_errors(instance).take(5);
        errors
            .map(|error| {
                let text: String = error.to_string().chars().take(300).collect();
                format!("at `{}`: {text}", error.instance_path())
            })
            .collect()
    }
}

/// Turns `nullable` into what JSON Schema says, here and below.
pub(super) fn converted(schema: Value) -> Value {
    match schema {
        Value::Array(items) => items.into_iter().map(converted).collect(),
        Value::Object(members) => {
            let mut members: serde_json::Map<_, _> = members
                .into_iter()
                .map(|(name, member)| (name, converted(member)))
                .collect();
            let is_nullable = members.remove("nullable") == Some(Value::Bool(true));
            // GitHub's alternatives overlap: its own refusals fit several of those that are listed.
            if let Some(alternatives) = members.remove("oneOf") {
                members.insert("anyOf".to_owned(), alternatives);
            }
            // An example is not a rule, and may hold anything.
            members.remove("example");
            match (is_nullable, members.get("type").cloned()) {
                (false, _) => Value::Object(members),
                (true, Some(Value::String(kind))) => {
                    members.insert("type".to_owned(), json!([kind, "null"]));
                    if let Some(Value::Array(values)) = members.get_mut("enum") {
                        values.push(Value::Null);
                    }
                    Value::Object(members)
                }
                (true, _) => json!({"anyOf": [members, {"type": "null"}]}),
            }
        }
        other => other,
    }
}
