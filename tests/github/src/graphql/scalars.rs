//! GitHub's own scalars.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use git2::Oid;

use crate::web::timestamp;

/// An address.
#[derive(Clone, Debug)]
pub(super) struct Uri(pub String);

/// Forty hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GitObjectId(pub Oid);

/// Bytes in standard base64, padded.
#[derive(Clone, Debug)]
pub(super) struct Base64String(pub Vec<u8>);

/// A moment, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateTime(pub i64);

#[Scalar(name = "URI")]
impl ScalarType for Uri {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value).map(Uri)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[Scalar(name = "GitObjectID")]
impl ScalarType for GitObjectId {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value)?;
        let oid = Oid::from_str(&text).ok().filter(|_| text.len() == 40);
        let refused =
            || InputValueError::custom(format!("Could not coerce value {text:?} to GitObjectID"));
        oid.map(GitObjectId).ok_or_else(refused)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[Scalar(name = "Base64String")]
impl ScalarType for Base64String {
    fn parse(value: Value) -> InputValueResult<Self> {
        let bytes = STANDARD.decode(text(value)?);
        let refused = |error| {
            InputValueError::custom(format!("Could not coerce value to Base64String: {error}"))
        };
        bytes.map(Base64String).map_err(refused)
    }

    fn to_value(&self) -> Value {
        Value::String(STANDARD.encode(&self.0))
    }
}

#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(_: Value) -> InputValueResult<Self> {
        Err(InputValueError::custom("moments are only answered"))
    }

    fn to_value(&self) -> Value {
        Value::String(timestamp(self.0))
    }
}

fn text<T: async_graphql::InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other)),
    }
}
