//! A fabric as a person describes it.

use serde::{Deserialize, Serialize};

use crate::names::{BranchName, BranchNameError, DirectoryPath, FabricName, RepoName};

/// The layout version that this crate writes.
pub const LAYOUT_VERSION: u32 = 1;

/// Which layout a fabric has: `{"version": 1, "all_kinds": false}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct LayoutOptions {
    /// The version of the layout; a version's bytes never change.
    pub version: u32,
    /// Adds the folders of the other kinds, which Flux needs to exist.
    pub all_kinds: bool,
}

impl Default for LayoutOptions {
    fn default() -> Self {
        Self {
            version: LAYOUT_VERSION,
            all_kinds: false,
        }
    }
}

/// What a person typed, not yet checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FabricInput {
    /// The fabric's name.
    pub name: String,
    /// The repository, `owner/name`.
    pub git_repository: String,
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// The directory, from the repository's root.
    pub gitops_directory: String,
    /// Which layout.
    pub layout: LayoutOptions,
}

/// A fabric whose every part is well formed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricSpec {
    /// The fabric's name.
    pub name: FabricName,
    /// The repository that holds its desired state.
    pub git_repository: RepoName,
    /// The branch that holds it.
    pub branch: BranchName,
    /// The directory that holds it.
    pub gitops_directory: DirectoryPath,
    /// Which layout the directory has.
    #[serde(default)]
    pub layout: LayoutOptions,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name on the wire, such as `gitops_directory`.
    pub field: String,
    /// What to change.
    pub message: String,
}

impl FabricSpec {
    /// Checks all fields.
    ///
    /// # Errors
    /// Every wrong field at once, in the order of the form.
    pub fn parse(input: &FabricInput) -> Result<Self, Vec<FieldError>> {
        Self::parse_with(input, BranchName::parse)
    }

    /// Checks all fields of a fabric that is new: its branch is not stored anywhere yet, and has to be named as one.
    ///
    /// # Errors
    /// Every wrong field at once, in the order of the form.
    pub fn parse_typed(input: &FabricInput) -> Result<Self, Vec<FieldError>> {
        Self::parse_with(input, BranchName::parse_typed)
    }

    fn parse_with(
        input: &FabricInput,
        branch: fn(&str) -> Result<BranchName, BranchNameError>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = collect("name", FabricName::parse(&input.name), &mut errors);
        let git_repository = collect(
            "git_repository",
            RepoName::parse(&input.git_repository),
            &mut errors,
        );
        let branch = collect("branch", branch(&input.branch), &mut errors);
        let directory = collect(
            "gitops_directory",
            DirectoryPath::parse(&input.gitops_directory),
            &mut errors,
        );
        let layout = collect("layout", known_version(input.layout), &mut errors);
        match (name, git_repository, branch, directory, layout) {
            (
                Some(name),
                Some(git_repository),
                Some(branch),
                Some(gitops_directory),
                Some(layout),
            ) => Ok(Self {
                name,
                git_repository,
                branch,
                gitops_directory,
                layout,
            }),
            _ => Err(errors),
        }
    }

    /// The input that parses to this.
    pub fn to_input(&self) -> FabricInput {
        FabricInput {
            name: self.name.to_string(),
            git_repository: self.git_repository.to_string(),
            branch: self.branch.to_string(),
            gitops_directory: self.gitops_directory.to_string(),
            layout: self.layout,
        }
    }
}

fn known_version(layout: LayoutOptions) -> Result<LayoutOptions, String> {
    if layout.version == LAYOUT_VERSION {
        Ok(layout)
    } else {
        Err(format!(
            "layout version {} does not exist here; use {LAYOUT_VERSION}",
            layout.version
        ))
    }
}

fn collect<T, E: ToString>(
    field: &str,
    parsed: Result<T, E>,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    parsed
        .map_err(|error| {
            errors.push(FieldError {
                field: field.to_owned(),
                message: error.to_string(),
            })
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_errors_are_reported_at_once() {
        let input = FabricInput {
            name: "Fabric".into(),
            git_repository: "acme".into(),
            branch: "a..b".into(),
            gitops_directory: "/a/../b".into(),
            layout: LayoutOptions {
                version: 9,
                all_kinds: false,
            },
        };
        let errors = FabricSpec::parse(&input).map_err(|errors| {
            errors
                .into_iter()
                .map(|error| error.field)
                .collect::<Vec<_>>()
        });
        let expected = [
            "name",
            "git_repository",
            "branch",
            "gitops_directory",
            "layout",
        ]
        .map(String::from)
        .to_vec();
        assert_eq!(errors, Err(expected));
    }

    #[test]
    fn a_directory_is_kept_in_its_canonical_form() {
        let input = FabricInput {
            name: "fabric-1".into(),
            git_repository: "acme/network".into(),
            branch: "main".into(),
            gitops_directory: "/a/b/".into(),
            layout: LayoutOptions::default(),
        };
        let canonical = FabricInput {
            gitops_directory: "a/b".into(),
            ..input.clone()
        };
        assert_eq!(
            FabricSpec::parse(&input).map(|spec| spec.to_input()),
            Ok(canonical)
        );
    }
}
