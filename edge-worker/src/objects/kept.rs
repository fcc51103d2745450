//! Stored values that a newer version may have written: what this one does not know of them is kept.

use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A value as this version knows it, and as it was stored. What is written in its place has the fields that this version does
/// not know: those of the value itself always, those of a part of it as long as the part is what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept<T> {
    value: T,
    /// The JSON that was stored; empty where none was, or where it has nothing more.
    stored: String,
}

impl<T> Kept<T> {
    pub(crate) fn new(value: T) -> Self {
        let stored = String::new();
        Self { value, stored }
    }

    pub(crate) fn into_value(self) -> T {
        self.value
    }
}

impl<T: Serialize + DeserializeOwned> Kept<T> {
    /// Reads what is stored.
    pub(crate) fn read(stored: &str) -> serde_json::Result<Self> {
        Ok(Self {
            value: serde_json::from_str(stored)?,
            stored: stored.to_owned(),
        })
    }

    /// What is to be stored.
    pub(crate) fn to_text(&self) -> serde_json::Result<String> {
        match self.with_unknown()? {
            Some(whole) => serde_json::to_string(&whole),
            None => serde_json::to_string(&self.value),
        }
    }

    /// The value with what this version does not know of it, if there is any.
    fn with_unknown(&self) -> serde_json::Result<Option<Value>> {
        if self.stored.is_empty() {
            return Ok(None);
        }
        let known: T = serde_json::from_str(&self.stored)?;
        // What this version wrote itself is all that it knows.
        if serde_json::to_string(&known)? == self.stored {
            return Ok(None);
        }
        let (stored, known) = (
            serde_json::from_str(&self.stored)?,
            serde_json::to_value(known)?,
        );
        if !has_more(&stored, &known) {
            return Ok(None);
        }
        let now = serde_json::to_value(&self.value)?;
        Ok(Some(merged(&stored, &known, now, true)))
    }
}

/// Tells whether something is stored that is not known, but nothing.
fn has_more(stored: &Value, known: &Value) -> bool {
    match (stored, known) {
        (Value::Object(stored), Value::Object(known)) => {
            stored.iter().any(|(name, stored)| match known.get(name) {
                Some(known) => has_more(stored, known),
                None => !stored.is_null(),
            })
        }
        (Value::Array(stored), Value::Array(known)) => {
            let mut both = stored.iter().zip(known);
            both.any(|(stored, known)| has_more(stored, known))
        }
        _ => false,
    }
}

/// What is to be stored in place of `stored`, of which `known` is what this version knows, and which is `now` something else.
fn merged(stored: &Value, known: &Value, now: Value, is_whole: bool) -> Value {
    if now == *known {
        return stored.clone();
    }
    match (stored, known, now) {
        (Value::Object(stored), Value::Object(known), Value::Object(mut now)) => {
            for (name, stored) in stored {
                match (known.get(name), now.get_mut(name)) {
                    (Some(known), Some(now)) => *now = merged(stored, known, now.take(), false),
                    (None, None) if is_whole => drop(now.insert(name.clone(), stored.clone())),
                    _ => {}
                }
            }
            Value::Object(now)
        }
        (Value::Array(stored), Value::Array(known), Value::Array(now)) => {
            let same = |now: Value| match known.iter().position(|known| *known == now) {
                Some(at) => stored.get(at).cloned().unwrap_or(now),
                None => now,
            };
            Value::Array(now.into_iter().map(same).collect())
        }
        (_, _, now) => now,
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Kept<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Serialize + DeserializeOwned> Serialize for Kept<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = self.with_unknown().map_err(serde::ser::Error::custom)?;
        match whole {
            Some(whole) => whole.serialize(serializer),
            None => self.value.serialize(serializer),
        }
    }
}

impl<'de, T: Serialize + DeserializeOwned> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Value::deserialize(deserializer)?;
        let value: T = T::deserialize(&stored).map_err(serde::de::Error::custom)?;
        let known = serde_json::to_value(&value).map_err(serde::de::Error::custom)?;
        let stored = match has_more(&stored, &known) {
            true => stored.to_string(),
            false => String::new(),
        };
        Ok(Self { value, stored })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Clone, PartialEq, Serialize, Deserialize)]
    struct Whole {
        name: String,
        part: Part,
        list: Vec<Part>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seldom: Option<u8>,
    }

    #[derive(Clone, PartialEq, Serialize, Deserialize)]
    struct Part {
        number: u8,
    }

    const NEWER: &str = r#"{"name":"a","part":{"number":1,"unit":"m"},"list":[{"number":2,"unit":"s"},{"number":3,"unit":"h"}],"new":{"deep":[1]},"seldom":null}"#;

    fn after(change: impl Fn(&mut Whole)) -> Value {
        let mut kept = Kept::<Whole>::read(NEWER).unwrap();
        change(&mut kept);
        let stored: Value = serde_json::from_str(&kept.to_text().unwrap()).unwrap();
        // It is the same on the wire.
        assert_eq!(serde_json::to_value(&kept).unwrap(), stored);
        let read: Kept<Whole> = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), stored);
        stored
    }

    #[test]
    fn what_is_not_known_is_kept_with_what_it_belongs_to() {
        let all: Value = serde_json::from_str(NEWER).unwrap();
        assert_eq!(after(|_| {}), all);
        let renamed = after(|whole| whole.name = "b".to_owned());
        let but_name = |mut value: Value| {
            value["name"].take();
            value
        };
        assert_eq!(but_name(renamed), but_name(all.clone()));
        let other_part = after(|whole| whole.part.number = 9);
        assert_eq!(other_part["part"], serde_json::json!({ "number": 9 }));
        assert_eq!(other_part["new"], all["new"]);
        let shorter = after(|whole| whole.list.retain(|part| part.number == 3));
        assert_eq!(
            shorter["list"],
            serde_json::json!([{ "number": 3, "unit": "h" }])
        );
        assert_eq!(after(|whole| whole.seldom = Some(1))["seldom"], 1);
    }

    #[test]
    fn what_this_version_wrote_stays_byte_for_byte() {
        let text = r#"{"name":"a","part":{"number":1},"list":[]}"#;
        let kept = Kept::<Whole>::read(text).unwrap();
        assert_eq!(kept.to_text().unwrap(), text);
        assert_eq!(serde_json::to_string(&kept).unwrap(), text);
    }
}
