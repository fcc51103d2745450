//! An object's own SQLite database, as far as the objects use it.

/// A database that belongs to one object.
pub trait Sql {
    /// Runs one statement with its parameters and gives all rows.
    ///
    /// # Errors
    /// [`SqlError`] with SQLite's message.
    fn run(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError>;
}

impl<S: Sql + ?Sized> Sql for &S {
    fn run(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        (**self).run(statement, parameters)
    }
}

/// One row, in the order of the statement's columns.
pub type Row = Vec<Value>;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    /// A whole number below 2^53, which JavaScript can hold.
    Integer(i64),
    Text(String),
}

/// SQLite refused a statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("database: {0}")]
pub struct SqlError(pub String);

impl SqlError {
    /// Tells whether this table is not there.
    pub(super) fn misses(&self, table: &str) -> bool {
        let Self(reason) = self;
        let missing = reason.split_once("no such table: ");
        let rest = missing.and_then(|(_, rest)| rest.strip_prefix(table));
        rest.is_some_and(|rest| {
            !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    }
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Integer(_) => None,
        }
    }

    /// The number, if it is a number that is not negative.
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => u64::try_from(*number).ok(),
            Self::Null | Self::Text(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
