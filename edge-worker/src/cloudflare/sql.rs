//! A Durable Object's SQLite as [`Sql`].

use worker::{SqlStorage, SqlStorageValue};

use crate::objects::{Row, Sql, SqlError, Value};

/// The database of the object that is running.
pub(super) struct ObjectSql(pub SqlStorage);

impl Sql for ObjectSql {
    fn run(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        let bindings: Vec<SqlStorageValue> = parameters.iter().map(to_storage).collect();
        let to_worker_error = |error: worker::Error| SqlError(error.to_string());
        let cursor = self.0.exec(statement, bindings).map_err(to_worker_error)?;
        cursor
            .raw()
            .map(|row| {
                Ok(row
                    .map_err(to_worker_error)?
                    .into_iter()
                    .map(from_storage)
                    .collect())
            })
            .collect()
    }
}

fn to_storage(value: &Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Integer(number) => SqlStorageValue::Integer(*number),
        Value::Text(text) => SqlStorageValue::String(text.clone()),
    }
}

/// JavaScript has one kind of number, so whole numbers may come back as floats.
fn from_storage(value: SqlStorageValue) -> Value {
    match value {
        SqlStorageValue::Integer(number) => Value::Integer(number),
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the objects store whole numbers below 2^53"
        )]
        SqlStorageValue::Float(number) => Value::Integer(number as i64),
        SqlStorageValue::Boolean(boolean) => Value::Integer(i64::from(boolean)),
        SqlStorageValue::String(text) => Value::Text(text),
        SqlStorageValue::Null | SqlStorageValue::Blob(_) => Value::Null,
    }
}
