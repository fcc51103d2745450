//! Names that people type, as types that cannot hold a wrong one.

mod branch_name;
mod case;
mod directory_path;
mod fabric_id;
mod fabric_name;
mod near;
mod repo_name;

pub use branch_name::{BranchName, BranchNameError};
pub use case::differ_only_in_case;
pub(crate) use case::{folded, same_in_any_case};
pub use directory_path::{DirectoryPath, DirectoryPathError};
pub use fabric_id::{FabricId, FabricIdError};
pub use fabric_name::{FabricName, FabricNameError};
pub use near::near;
pub use repo_name::{RepoName, RepoNameError};

/// Gives a name type its `Display`, `FromStr`, and serde as a string that is parsed on the way in.
macro_rules! string_name {
    ($name:ident, $error:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.to_string()
            }
        }
    };
}
use string_name;
