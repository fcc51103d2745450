//! A record as it is answered.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::record::{FabricRecord, HistoryEntry};

/// A record, and after a write what was done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FabricAnswer {
    /// The record.
    #[serde(flatten)]
    pub record: FabricRecord,
    /// The operation that led to it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<HistoryEntry>,
}

// Derived, it would keep all fields before it reads any, and the code for that is kilobytes of the page's first load.
impl<'de> Deserialize<'de> for FabricAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Answer)
    }
}

struct Answer;

impl<'de> Visitor<'de> for Answer {
    type Value = FabricAnswer;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record")
    }

    fn visit_map<M: MapAccess<'de>>(self, fields: M) -> Result<FabricAnswer, M::Error> {
        let mut operation = None;
        let fields = OfRecord {
            fields,
            operation: &mut operation,
        };
        let record = FabricRecord::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(FabricAnswer { record, operation })
    }
}

/// The fields of the record alone; the operation is read where it comes between them.
struct OfRecord<'a, M> {
    fields: M,
    operation: &'a mut Option<HistoryEntry>,
}

impl<'de, M: MapAccess<'de>> MapAccess<'de> for OfRecord<'_, M> {
    type Error = M::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, M::Error> {
        while let Some(name) = self.fields.next_key::<String>()? {
            if name != "operation" {
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
            *self.operation = self.fields.next_value()?;
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, M::Error> {
        self.fields.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::{from_value, json, to_value};

    use super::*;
    use crate::fabric::{FabricInput, FabricSpec, LayoutOptions};
    use crate::names::FabricId;
    use crate::record::Visibility;

    #[test]
    fn an_answer_is_read_wherever_its_operation_stands() {
        let spec = FabricSpec::parse(&FabricInput {
            name: "fabric-1".into(),
            git_repository: "acme/network".into(),
            branch: "main".into(),
            gitops_directory: "gitops".into(),
            layout: LayoutOptions::default(),
        });
        let id = FabricId::from_bytes([7; 16]);
        let record = FabricRecord::new(id, &spec.unwrap(), Visibility::Public);
        let operation = json!({
            "operation": "a", "kind": "create", "actor": "ada", "started_at": "2026-11-30T12:00:00Z", "duration_ms": 1,
            "github_requests": 2, "outcome": "committed", "commit": null,
        });
        let operation: HistoryEntry = from_value(operation).unwrap();
        for operation in [None, Some(operation)] {
            let answer = FabricAnswer {
                record: record.clone(),
                operation: operation.clone(),
            };
            let mut fields = to_value(&answer).unwrap();
            let fields = fields.as_object_mut().unwrap();
            assert_eq!(fields.contains_key("operation"), operation.is_some());
            // A field of a newer version, and the operation in the middle.
            let between = json!({ "a_newer_field": [1], "operation": fields.remove("operation"), "version": fields.remove("version") });
            let mut parts = serde_json::to_string(&between).unwrap();
            let rest = serde_json::to_string(&fields).unwrap();
            parts.truncate(parts.len() - 1);
            let text = format!("{parts},{}", &rest[1..]);
            assert_eq!(serde_json::from_str::<FabricAnswer>(&text).unwrap(), answer);
        }
        assert!(from_value::<FabricAnswer>(json!({ "operation": null })).is_err());
        assert!(from_value::<FabricAnswer>(json!([])).is_err());
    }
}
