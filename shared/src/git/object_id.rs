//! The name of a git object.

use serde::{Deserialize, Serialize};

/// A git object's SHA-1 id: 20 bytes, written as 40 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectId([u8; 20]);

/// The text is not an object id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an object id has 40 lower-case hexadecimal digits")]
pub struct ObjectIdError;

impl ObjectId {
    /// Makes an id of its 20 bytes.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Parses 40 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`ObjectIdError`] where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, ObjectIdError> {
        let mut bytes = [0; 20];
        if text.bytes().any(|digit| digit.is_ascii_uppercase()) {
            return Err(ObjectIdError);
        }
        hex::decode_to_slice(text, &mut bytes).map_err(|_| ObjectIdError)?;
        Ok(Self(bytes))
    }

    /// The 20 bytes, as they stand in a tree object.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The first seven digits, for people.
    pub fn short(&self) -> String {
        self.to_string()[..7].to_owned()
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for ObjectId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ObjectId({self})")
    }
}

impl std::str::FromStr for ObjectId {
    type Err = ObjectIdError;

    fn from_str(text: &str) -> Result<Self, ObjectIdError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ObjectId {
    type Error = ObjectIdError;

    fn try_from(text: String) -> Result<Self, ObjectIdError> {
        Self::parse(&text)
    }
}

impl From<ObjectId> for String {
    fn from(id: ObjectId) -> String {
        id.to_string()
    }
}
