//! The Durable Objects' databases: one in-memory SQLite for each object.

use edge_worker::objects::{Row, Sql, SqlError, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};

/// One object's database.
pub struct Database(Connection);

impl Database {
    pub fn open() -> Self {
        Self(Connection::open_in_memory().unwrap())
    }

    /// Every value of every table, for tests that look for what must not be there.
    pub fn dump(&self) -> String {
        let tables = self
            .run("SELECT name FROM sqlite_master WHERE type = 'table'", &[])
            .unwrap();
        tables
            .iter()
            .filter_map(|row| match row.first() {
                Some(Value::Text(table)) => Some(format!(
                    "{:?}\n",
                    self.run(&format!("SELECT * FROM \"{table}\""), &[])
                        .unwrap()
                )),
                _ => None,
            })
            .collect()
    }
}

impl Sql for Database {
    fn run(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        let wrong = |error: rusqlite::Error| SqlError(error.to_string());
        let mut prepared = self.0.prepare(statement).map_err(wrong)?;
        let columns = prepared.column_count();
        let parameters = params_from_iter(parameters.iter().map(|value| match value {
            Value::Null => rusqlite::types::Value::Null,
            Value::Integer(number) => rusqlite::types::Value::Integer(*number),
            Value::Text(text) => rusqlite::types::Value::Text(text.clone()),
        }));
        let mut rows = prepared.query(parameters).map_err(wrong)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(wrong)? {
            found.push(
                (0..columns)
                    .map(|column| row.get_ref(column).map(value))
                    .collect::<Result<_, _>>()
                    .map_err(wrong)?,
            );
        }
        Ok(found)
    }
}

fn value(value: ValueRef) -> Value {
    match value {
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Null,
    }
}
