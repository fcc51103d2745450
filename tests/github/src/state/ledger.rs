//! What a repository has beside its settings and its objects. Kept inside the bare repository, so that it is renamed
//! and thrown away together with it.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{CheckRun, PullRequest, Status};

const FILE: &str = "standin.json";

/// Pull requests, commit statuses and check runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    /// Every pull request, by number.
    pub pulls: Vec<PullRequest>,
    /// Every commit status, oldest first.
    pub statuses: Vec<Status>,
    /// Every check run, oldest first.
    pub check_runs: Vec<CheckRun>,
}

impl Ledger {
    /// Reads the ledger of the bare repository at `path`; nothing was written down in a new one.
    pub fn load(path: &Path) -> io::Result<Self> {
        match fs::read(path.join(FILE)) {
            Ok(json) => serde_json::from_slice(&json).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Writes the ledger down in one step.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let json = serde_json::to_vec(self).map_err(io::Error::other)?;
        let new = path.join(format!("{FILE}.new"));
        fs::write(&new, json)?;
        fs::rename(new, path.join(FILE))
    }
}
