//! The id of a fabric's record.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

/// A fabric's id: 128 random bits as 26 lower-case base32 characters (RFC 4648 without padding).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FabricId(String);

/// The text is not a fabric id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fabric id has 26 characters of `a-z` and `2-7`")]
pub struct FabricIdError;

impl FabricId {
    /// Makes an id of 16 random bytes.
    pub fn from_bytes(random: [u8; 16]) -> Self {
        Self(BASE32_NOPAD.encode(&random).to_ascii_lowercase())
    }

    /// Parses an id; only the canonical spelling is one.
    ///
    /// # Errors
    /// [`FabricIdError`] where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, FabricIdError> {
        // 26 characters hold 130 bits, so the last one ends in two that are not used.
        let is_whole = text.len() == 26 && text.ends_with(['a', 'e', 'i', 'm', 'q', 'u', 'y', '4']);
        let is_base32 = |byte: u8| matches!(byte, b'a'..=b'z' | b'2'..=b'7');
        if !is_whole || !text.bytes().all(is_base32) {
            return Err(FabricIdError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The 16 bytes.
    pub fn to_bytes(&self) -> [u8; 16] {
        let decoded = BASE32_NOPAD.decode(self.0.to_ascii_uppercase().as_bytes());
        let bytes = decoded.ok().and_then(|bytes| bytes.try_into().ok());
        bytes.expect("26 characters of base32, the last of which ends in two zeros, are 16 bytes")
    }

    /// The 26 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

super::string_name!(FabricId, FabricIdError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip() {
        for bytes in [[0; 16], [255; 16], *b"0123456789abcdef"] {
            let id = FabricId::from_bytes(bytes);
            assert_eq!(id.to_bytes(), bytes);
            assert_eq!(FabricId::parse(id.as_str()), Ok(id));
        }
    }

    #[test]
    fn anything_else_is_no_id() {
        let trailing_bits = format!("{}b", "a".repeat(25));
        for text in [
            "",
            "a",
            &"A".repeat(26),
            &"1".repeat(26),
            &"é".repeat(13),
            &trailing_bits,
        ] {
            assert_eq!(FabricId::parse(text), Err(FabricIdError), "{text:?}");
        }
    }
}
