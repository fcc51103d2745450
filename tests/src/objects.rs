//! The Durable Objects' databases: one in-memory SQLite for each object.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use edge_worker::objects::{Row, Sql, SqlError, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, StatementStatus, params_from_iter};

/// One object's database.
pub struct Database {
    connection: Mutex<Connection>,
    statements: AtomicU64,
    steps: AtomicU64,
}

impl Database {
    pub fn open() -> Self {
        Self::of(Connection::open_in_memory().unwrap())
    }

    /// A database that statements make.
    pub fn of_sql(statements: &str) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(statements).unwrap();
        Self::of(connection)
    }

    fn of(connection: Connection) -> Self {
        Self {
            connection: Mutex::new(connection),
            statements: AtomicU64::default(),
            steps: AtomicU64::default(),
        }
    }

    /// How many statements it ran so far, how many steps these took, and how many rows they wrote.
    pub fn counts(&self) -> [u64; 3] {
        [
            self.statements.load(Ordering::Relaxed),
            self.steps.load(Ordering::Relaxed),
            self.rows_written(),
        ]
    }

    /// How many rows were written since it was opened.
    pub fn rows_written(&self) -> u64 {
        self.connection.lock().unwrap().total_changes()
    }

    /// The statements that make this database.
    pub fn to_sql(&self) -> String {
        let texts = |statement: &str| -> Vec<String> {
            let rows = self.run(statement, &[]).unwrap().into_iter().flatten();
            rows.map(|value| match value {
                Value::Text(text) => text,
                other => panic!("{other:?}"),
            })
            .collect()
        };
        let own = "name NOT LIKE 'sqlite_%'";
        let created = texts(&format!(
            "SELECT sql FROM sqlite_master WHERE {own} ORDER BY rowid"
        ));
        let mut statements: String = created.iter().map(|sql| format!("{sql};\n")).collect();
        // What counts for AUTOINCREMENT comes last, so that it is what it was.
        let tables = texts(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIKE 'sqlite_%', rowid",
        );
        for table in tables {
            let columns = texts(&format!(
                "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')"
            ));
            let values = columns.join(" || ', ' || ");
            if table.starts_with("sqlite_") {
                statements += &format!("DELETE FROM {table};\n");
            }
            for row in texts(&format!("SELECT {values} FROM \"{table}\" ORDER BY rowid")) {
                statements += &format!("INSERT INTO {table} VALUES ({row});\n");
            }
        }
        statements
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
        let to_sql_error = |error: rusqlite::Error| SqlError(error.to_string());
        self.statements.fetch_add(1, Ordering::Relaxed);
        let connection = self.connection.lock().unwrap();
        let mut prepared = connection.prepare(statement).map_err(to_sql_error)?;
        let columns = prepared.column_count();
        let parameters = params_from_iter(parameters.iter().map(|value| match value {
            Value::Null => rusqlite::types::Value::Null,
            Value::Integer(number) => rusqlite::types::Value::Integer(*number),
            Value::Text(text) => rusqlite::types::Value::Text(text.clone()),
        }));
        let mut rows = prepared.query(parameters).map_err(to_sql_error)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(to_sql_error)? {
            found.push(
                (0..columns)
                    .map(|column| row.get_ref(column).map(value))
                    .collect::<Result<_, _>>()
                    .map_err(to_sql_error)?,
            );
        }
        drop(rows);
        let steps = prepared.get_status(StatementStatus::VmStep);
        let steps = u64::try_from(steps).unwrap_or_default();
        self.steps.fetch_add(steps, Ordering::Relaxed);
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
