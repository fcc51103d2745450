//! The tables of each class of objects, made once: the storage says how many of the steps below it has taken, and a message
//! reads that with one statement. Steps are taken in order, and only ever added at the end. Each may meet what it makes,
//! since versions before this one kept no count and made their tables at every message.

use std::cell::Cell;

use super::{Class, Row, Sql, SqlError, Value, index, repository};

/// One step from the storage of an older version to today's.
enum Step {
    /// One statement, which makes what it makes as it is today.
    Run(&'static str),
    /// A table that few objects need: until the first row is put into it, nothing is found in it.
    Late(&'static str, &'static str),
    /// A table that an older version made has this column, too.
    Column(&'static str, &'static str),
    /// What becomes of an older version's rows, where that takes more than a statement.
    With(fn(&dyn Sql) -> Result<(), SqlError>),
}
use Step::{Column, Late, Run, With};

const FABRIC: &[Step] = &[
    Run(
        "CREATE TABLE IF NOT EXISTS fabric (one INTEGER PRIMARY KEY CHECK (one = 1), record TEXT NOT NULL, creator INTEGER NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, started_ms INTEGER NOT NULL, intent TEXT NOT NULL, before TEXT NOT NULL, until_ms INTEGER NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS unsettled (operation TEXT PRIMARY KEY, intent TEXT NOT NULL, version INTEGER)",
    ),
    Column("unsettled", "version INTEGER"),
    Run(
        "CREATE TABLE IF NOT EXISTS history (number INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT UNIQUE NOT NULL, entry TEXT NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS copied (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL, since_ms INTEGER, writes INTEGER)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS outbox (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL, version INTEGER NOT NULL, text TEXT, told TEXT, not_before_ms INTEGER)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS look (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL, version INTEGER NOT NULL, exists_there INTEGER NOT NULL, at_ms INTEGER NOT NULL, told TEXT)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS deep (one INTEGER PRIMARY KEY CHECK (one = 1), tree TEXT NOT NULL, depth TEXT NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS forgotten (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, operation TEXT, at_ms INTEGER, fabric TEXT, private_ms INTEGER)",
    ),
    Column("forgotten", "fabric TEXT"),
    Run(
        "CREATE TABLE IF NOT EXISTS restored (one INTEGER PRIMARY KEY CHECK (one = 1), until_ms INTEGER, version INTEGER, as_of INTEGER)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), repository TEXT, confirmed_ms INTEGER, asked_ms INTEGER, number INTEGER, is_of_backup INTEGER)",
    ),
    Column("place", "number INTEGER"),
    Run(
        "CREATE TABLE IF NOT EXISTS listing (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, message TEXT NOT NULL, due_ms INTEGER NOT NULL)",
    ),
    Late(
        "shares",
        "CREATE TABLE IF NOT EXISTS shares (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, hash TEXT UNIQUE NOT NULL, share TEXT NOT NULL)",
    ),
    Late(
        "revoked",
        "CREATE TABLE IF NOT EXISTS revoked (id TEXT PRIMARY KEY)",
    ),
    Late(
        "doubtful",
        "CREATE TABLE IF NOT EXISTS doubtful (id TEXT PRIMARY KEY)",
    ),
    Column("outbox", "told TEXT"),
    Column("outbox", "not_before_ms INTEGER"),
    Column("look", "told TEXT"),
    Run(
        "CREATE TABLE IF NOT EXISTS retry (duty TEXT PRIMARY KEY, failures INTEGER NOT NULL, due_ms INTEGER NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS listed (one INTEGER PRIMARY KEY CHECK (one = 1), again_ms INTEGER NOT NULL)",
    ),
    Column("copied", "since_ms INTEGER"),
    Column("copied", "writes INTEGER"),
    Column("place", "is_of_backup INTEGER"),
    Column("forgotten", "private_ms INTEGER"),
    Late(
        "seen_by_app",
        "CREATE TABLE IF NOT EXISTS seen_by_app (one INTEGER PRIMARY KEY CHECK (one = 1), sees INTEGER NOT NULL)",
    ),
];

const REPOSITORY: &[Step] = &[
    Run(
        "CREATE TABLE IF NOT EXISTS claimed (fabric TEXT NOT NULL, branch TEXT NOT NULL, directory TEXT NOT NULL, name TEXT, PRIMARY KEY (fabric, branch, directory))",
    ),
    With(repository::migrate_old_claims),
    Run(
        "CREATE TABLE IF NOT EXISTS turn (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, until_ms INTEGER NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS old_names (fabric TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (fabric, name))",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS handed_over (one INTEGER PRIMARY KEY CHECK (one = 1), successor TEXT NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS taken_over (one INTEGER PRIMARY KEY CHECK (one = 1), source TEXT NOT NULL)",
    ),
    // The lock of versions before this one, where who wrote was another Worker each time.
    Run("DELETE FROM turn"),
    Run(
        "CREATE TABLE IF NOT EXISTS writes (number INTEGER PRIMARY KEY, operation TEXT NOT NULL UNIQUE, fabric TEXT NOT NULL, item TEXT NOT NULL, begun INTEGER NOT NULL DEFAULT 0)",
    ),
    Late(
        "deliveries",
        "CREATE TABLE IF NOT EXISTS deliveries (guid TEXT NOT NULL, fabric TEXT NOT NULL, begun_ms INTEGER NOT NULL, until_ms INTEGER, PRIMARY KEY (guid, fabric))",
    ),
];

const SESSION: &[Step] = &[
    Run(
        "CREATE TABLE IF NOT EXISTS signed_in (one INTEGER PRIMARY KEY CHECK (one = 1), held TEXT NOT NULL, generation INTEGER NOT NULL, opened_ms INTEGER NOT NULL, renewing_until_ms INTEGER NOT NULL DEFAULT 0)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS short (kind TEXT PRIMARY KEY, sealed TEXT NOT NULL, state TEXT, until_ms INTEGER NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, status INTEGER, body TEXT, fabric TEXT, operation TEXT, attempt TEXT, silent_ms INTEGER)",
    ),
    Column("answers", "fabric TEXT"),
    Column("answers", "operation TEXT"),
    Column("answers", "attempt TEXT"),
    Column("answers", "silent_ms INTEGER"),
    Run("CREATE INDEX IF NOT EXISTS answers_by_age ON answers (begun_ms)"),
    Run(
        "CREATE TABLE IF NOT EXISTS repositories (one INTEGER PRIMARY KEY CHECK (one = 1), listed_ms INTEGER NOT NULL, list TEXT NOT NULL)",
    ),
    Late(
        "retry",
        "CREATE TABLE IF NOT EXISTS retry (duty TEXT PRIMARY KEY, failures INTEGER NOT NULL, due_ms INTEGER NOT NULL)",
    ),
    Late(
        "watched",
        "CREATE TABLE IF NOT EXISTS watched (fabric TEXT PRIMARY KEY, until_ms INTEGER NOT NULL)",
    ),
];

const INDEX: &[Step] = &[
    Run(
        "CREATE TABLE IF NOT EXISTS fabrics (fabric TEXT PRIMARY KEY, version INTEGER NOT NULL, repository TEXT, drafter INTEGER, rank INTEGER, name TEXT, status TEXT, words TEXT, summary TEXT, number INTEGER, forgotten_ms INTEGER)",
    ),
    Column("fabrics", "number INTEGER"),
    Column("fabrics", "forgotten_ms INTEGER"),
    Run(
        "CREATE TABLE IF NOT EXISTS places (change INTEGER PRIMARY KEY, fabric TEXT NOT NULL, rank INTEGER NOT NULL, name TEXT NOT NULL)",
    ),
    Run("CREATE INDEX IF NOT EXISTS fabrics_by_repository ON fabrics (repository)"),
    Run("CREATE INDEX IF NOT EXISTS fabrics_by_number ON fabrics (number)"),
    Run(
        "CREATE INDEX IF NOT EXISTS fabrics_without_number ON fabrics (repository) WHERE number IS NULL AND repository IS NOT NULL",
    ),
    Run(
        "CREATE INDEX IF NOT EXISTS fabrics_by_drafter ON fabrics (drafter) WHERE drafter IS NOT NULL",
    ),
    With(index::number_rows),
    Run("CREATE TABLE IF NOT EXISTS claims_known (number INTEGER PRIMARY KEY)"),
    Run("CREATE TABLE IF NOT EXISTS awaited (fabric TEXT PRIMARY KEY, number INTEGER NOT NULL)"),
    Run(
        "CREATE TABLE IF NOT EXISTS born (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL)",
    ),
    // Kept for the version before, which writes them.
    Run("DELETE FROM claims_known"),
    Run("DELETE FROM awaited"),
    Late(
        "notes",
        "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL)",
    ),
    Late(
        "failed_jobs",
        "CREATE TABLE IF NOT EXISTS failed_jobs (number INTEGER PRIMARY KEY AUTOINCREMENT, about TEXT NOT NULL, at_ms INTEGER NOT NULL)",
    ),
    Late(
        "redelivered",
        "CREATE TABLE IF NOT EXISTS redelivered (guid TEXT PRIMARY KEY, at_ms INTEGER NOT NULL)",
    ),
    Run(
        "CREATE TABLE IF NOT EXISTS looks (fabric TEXT PRIMARY KEY, owner TEXT NOT NULL, number INTEGER, problem INTEGER NOT NULL, tree TEXT, alone INTEGER NOT NULL, counts_from_ms INTEGER NOT NULL, found TEXT, looked_ms INTEGER)",
    ),
    Run(
        "CREATE INDEX IF NOT EXISTS looks_of_owner ON looks (owner, problem, counts_from_ms, number)",
    ),
    Run("CREATE TABLE IF NOT EXISTS leases (owner TEXT PRIMARY KEY, until_ms INTEGER NOT NULL)"),
    // Rows of a version before: each says the rest when it is written again, within a day.
    Run(
        "INSERT OR IGNORE INTO looks (fabric, owner, number, problem, tree, alone, counts_from_ms) \
         SELECT fabric, lower(substr(json_extract(summary, '$.git_repository'), 1, instr(json_extract(summary, '$.git_repository'), '/') - 1)), number, rank = 0, NULL, 0, 0 \
         FROM fabrics WHERE json_valid(summary) AND drafter IS NULL AND instr(json_extract(summary, '$.git_repository'), '/') > 1",
    ),
];

fn steps(class: Class) -> &'static [Step] {
    match class {
        Class::Fabric => FABRIC,
        Class::Repository => REPOSITORY,
        Class::Session => SESSION,
        Class::Index => INDEX,
    }
}

/// The database of an object, brought to today's tables when it is first used. One that was never written to has no tables:
/// nothing is found in it, and the first row that is put into it makes them.
pub struct Tables<S> {
    class: Class,
    sql: S,
    seen: Cell<Seen>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    /// There are no tables.
    Empty,
    Made,
}

/// What was in the storage before some steps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Older,
}

impl<S: Sql> Tables<S> {
    pub fn of(class: Class, sql: S) -> Self {
        let seen = Cell::new(Seen::Nothing);
        Self { class, sql, seen }
    }

    pub(super) fn class(&self) -> Class {
        self.class
    }

    /// Tells whether anything was ever written there, as far as it was not all deleted.
    pub(super) fn are_made(&self) -> Result<bool, SqlError> {
        if self.seen.get() == Seen::Nothing {
            self.seen.set(self.prepare()?);
        }
        Ok(self.seen.get() == Seen::Made)
    }

    /// Looks how far the storage is, and takes what steps are missing.
    fn prepare(&self) -> Result<Seen, SqlError> {
        let taken = match self.sql.run("SELECT steps FROM schema", &[]) {
            Ok(rows) => rows.first().and_then(|row| row.first()?.number()),
            Err(error) if error.misses("schema") => None,
            Err(error) => return Err(error),
        };
        if taken.is_none() && self.is_empty()? {
            return Ok(Seen::Empty);
        }
        self.take_steps(taken.unwrap_or_default(), Before::Older)?;
        Ok(Seen::Made)
    }

    /// Tells whether there is no table but those of workerd and of what runs it, which begin with an underscore.
    fn is_empty(&self) -> Result<bool, SqlError> {
        let rows = self.sql.run(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 1) <> '_' LIMIT 1",
            &[],
        )?;
        Ok(rows.is_empty())
    }

    /// Takes the steps after so many. A later version may have taken more; going back to this one undoes none of them.
    fn take_steps(&self, taken: u64, before: Before) -> Result<(), SqlError> {
        let steps = steps(self.class);
        let taken = usize::try_from(taken).unwrap_or(usize::MAX);
        let missing = steps.get(taken..).unwrap_or_default();
        if missing.is_empty() {
            return Ok(());
        }
        for step in missing {
            match step {
                Run(statement) => drop(self.sql.run(statement, &[])?),
                Late(..) => {}
                Column(..) | With(_) if before == Before::Nothing => {}
                Column(table, definition) => self.add_column(table, definition)?,
                With(change) => change(&self.sql)?,
            }
        }
        self.sql.run(
            "CREATE TABLE IF NOT EXISTS schema (one INTEGER PRIMARY KEY CHECK (one = 1), steps INTEGER NOT NULL)",
            &[],
        )?;
        let count = u64::try_from(steps.len()).unwrap_or_default();
        self.sql.run(
            "INSERT OR REPLACE INTO schema (one, steps) VALUES (1, ?)",
            &[count.into()],
        )?;
        Ok(())
    }

    /// What makes the table that is not there, if it is one that few need.
    fn late(&self, error: &SqlError) -> Option<&'static str> {
        steps(self.class).iter().find_map(|step| match step {
            Late(table, makes) if error.misses(table) => Some(*makes),
            _ => None,
        })
    }

    fn add_column(&self, table: &str, definition: &str) -> Result<(), SqlError> {
        let rows = self.sql.run(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?",
            &[table.into()],
        )?;
        let created = rows.first().and_then(|row| row.first()?.text());
        if created.is_some_and(|created| !created.contains(definition)) {
            let statement = format!("ALTER TABLE {table} ADD COLUMN {definition}");
            self.sql.run(&statement, &[])?;
        }
        Ok(())
    }
}

impl<S: Sql> Sql for Tables<S> {
    fn run(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        if self.seen.get() == Seen::Nothing {
            self.seen.set(self.prepare()?);
        }
        if self.seen.get() == Seen::Empty {
            if !statement.starts_with("INSERT") {
                return Ok(Vec::new());
            }
            self.take_steps(0, Before::Nothing)?;
            self.seen.set(Seen::Made);
        }
        let result = self.sql.run(statement, parameters);
        let Some(makes) = result.as_ref().err().and_then(|error| self.late(error)) else {
            return result;
        };
        if !statement.starts_with("INSERT") {
            return Ok(Vec::new());
        }
        self.sql.run(makes, &[])?;
        self.run(statement, parameters)
    }
}
