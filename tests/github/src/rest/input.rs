//! Bodies of requests: GitHub reads JSON whatever it is said to be, and names what is missing.

use git2::Oid;
use serde_json::Value;

use crate::web::ApiError;

/// A body that is a JSON object.
pub(super) struct Input(Value);

impl Input {
    pub fn parse(body: &[u8]) -> Result<Self, ApiError> {
        match serde_json::from_slice(body) {
            Ok(value @ Value::Object(_)) => Ok(Input(value)),
            _ => Err(ApiError::BadJson),
        }
    }

    pub fn get(&self, name: &str) -> &Value {
        &self.0[name]
    }

    /// Returns a text that has to be there.
    pub fn text(&self, name: &str) -> Result<&str, ApiError> {
        match &self.0[name] {
            Value::String(text) => Ok(text),
            Value::Null => Err(unprocessable(&format!("\"{name}\" wasn't supplied."))),
            other => Err(unprocessable(&format!(
                "For '{name}', {other} is not a string."
            ))),
        }
    }

    /// Returns a text that may be left out.
    pub fn maybe(&self, name: &str) -> Result<Option<&str>, ApiError> {
        match &self.0[name] {
            Value::Null => Ok(None),
            _ => self.text(name).map(Some),
        }
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.0[name] == Value::Bool(true)
    }
}

/// Words a complaint about the request itself.
pub(super) fn unprocessable(problem: &str) -> ApiError {
    ApiError::Unprocessable(format!("Invalid request.\n\n{problem}"))
}

/// Reads a whole object id.
pub(super) fn oid(text: &str) -> Option<Oid> {
    Oid::from_str(text).ok().filter(|_| text.len() == 40)
}
