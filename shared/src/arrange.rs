//! Where files go that are not the layout's: what a person may choose.

use serde::{Deserialize, Serialize};

/// What becomes of the files that a directory holds already when it is adopted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adopt {
    /// Everything stays where it is; only what is missing is added.
    #[default]
    Keep,
    /// Loose YAML files move into `raw/pending/`.
    Pending,
    /// Everything foreign moves into `unmanaged/external-configs/`.
    External,
}

/// What a repair does with what stands where it does not belong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unexpected {
    /// It stays.
    #[default]
    Leave,
    /// It moves into `unmanaged/`, keeping its path below the fabric's directory.
    Unmanaged,
    /// It moves into `unmanaged/archive/<date of the head's commit>/`, keeping its path below the fabric's directory.
    Archive,
}
