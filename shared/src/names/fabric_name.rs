//! The name of a fabric.

use serde::{Deserialize, Serialize};

/// A fabric's name: 1 to 63 of `a-z 0-9 . -`, beginning and ending with a letter or digit.
///
/// The characters are those of an RFC 1123 subdomain, because the name becomes part of Kubernetes object names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FabricName(String);

/// Why a text is not a fabric name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FabricNameError {
    /// Nothing was given.
    #[error("a fabric needs a name, for example `fabric-1`")]
    Empty,
    /// Longer than 63 characters.
    #[error("the name has {0} characters; use at most 63")]
    TooLong(usize),
    /// Upper-case letters, and nothing else is wrong; the same in lower case is a name.
    #[error("use lower case: `{0}`")]
    UpperCase(FabricName),
    /// A character outside `a-z 0-9 . -`, in either case.
    #[error("the name may not contain {0:?}; use lower-case letters, digits, dots and hyphens")]
    Character(char),
    /// The first or last character is `-` or `.`.
    #[error("the name must begin and end with a letter or digit")]
    Ends,
}

impl FabricName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`FabricNameError`] says what to change.
    pub fn parse(text: &str) -> Result<Self, FabricNameError> {
        let lower_case = text.to_ascii_lowercase();
        if lower_case != text {
            return Self::parse(&lower_case).and_then(|name| Err(FabricNameError::UpperCase(name)));
        }
        let first = text.chars().next().ok_or(FabricNameError::Empty)?;
        if let Some(wrong) = text.chars().find(|character| !allowed(*character)) {
            return Err(FabricNameError::Character(wrong));
        }
        if text.len() > 63 {
            return Err(FabricNameError::TooLong(text.len()));
        }
        if !first.is_ascii_alphanumeric() || text.ends_with(['-', '.']) {
            return Err(FabricNameError::Ends);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn allowed(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || matches!(character, '.' | '-')
}

super::string_name!(FabricName, FabricNameError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fabric_names_that_kubernetes_takes_are_accepted() {
        for name in ["a", "fabric-1", "dc1.pod-2", "0", &"a".repeat(63)] {
            assert_eq!(
                FabricName::parse(name).map(|name| name.to_string()),
                Ok(name.to_owned())
            );
        }
    }

    #[test]
    fn other_names_are_refused_with_the_reason() {
        for (name, expected) in [
            ("", FabricNameError::Empty),
            (
                "Fabric",
                FabricNameError::UpperCase(FabricName("fabric".into())),
            ),
            ("Not A Name", FabricNameError::Character(' ')),
            ("Ü", FabricNameError::Character('Ü')),
            ("a b", FabricNameError::Character(' ')),
            ("a/b", FabricNameError::Character('/')),
            ("ü", FabricNameError::Character('ü')),
            ("-a", FabricNameError::Ends),
            ("a.", FabricNameError::Ends),
            (".", FabricNameError::Ends),
            (&"a".repeat(64), FabricNameError::TooLong(64)),
        ] {
            assert_eq!(FabricName::parse(name), Err(expected), "{name:?}");
        }
    }
}
