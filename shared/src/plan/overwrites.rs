//! Which of the layout's files that somebody changed are put back.

use serde::{Deserialize, Serialize};

use crate::fabric::{FabricSpec, FieldError};
use crate::layout::layout;
use crate::quote::sentence::Name;

/// What to do with files of the layout that somebody changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "bool", into = "bool")]
pub enum Overwrite {
    /// Leave them as they are.
    #[default]
    No,
    /// Put the layout's content back; on the wire, `force: true`.
    Yes,
}

impl From<bool> for Overwrite {
    fn from(force: bool) -> Self {
        if force { Self::Yes } else { Self::No }
    }
}

impl From<Overwrite> for bool {
    fn from(overwrite: Overwrite) -> Self {
        overwrite == Overwrite::Yes
    }
}

/// The decision on files of the layout that somebody changed: the layout's version wins everywhere, or at some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overwrites {
    /// What happens to those that are not named; on the wire, `force`.
    #[serde(rename = "force")]
    pub all: Overwrite,
    /// Paths from the repository's root where the layout's version wins in any case; on the wire, `take`.
    #[serde(rename = "take", skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}

impl From<Overwrite> for Overwrites {
    fn from(all: Overwrite) -> Self {
        let paths = Vec::new();
        Self { all, paths }
    }
}

impl From<&Overwrites> for Overwrites {
    fn from(overwrites: &Overwrites) -> Self {
        overwrites.clone()
    }
}

impl Overwrites {
    /// The decision on one path.
    pub fn of(&self, path: &str) -> Overwrite {
        (self.all == Overwrite::Yes || self.paths.iter().any(|taken| taken == path)).into()
    }

    /// Checks that every named path is one of the fabric's layout.
    ///
    /// # Errors
    /// A [`FieldError`] of the field `take` that names the first path which is not.
    pub fn check(&self, spec: &FabricSpec) -> Result<(), FieldError> {
        if self.paths.is_empty() {
            return Ok(());
        }
        let layout = layout(spec);
        let is_known = |path: &&String| {
            let mut files = layout.files.keys();
            files.any(|below| spec.gitops_directory.join(below) == **path)
        };
        match self.paths.iter().find(|path| !is_known(path)) {
            None => Ok(()),
            Some(path) => Err(FieldError {
                field: "take".to_owned(),
                message: format!("{} is not a file of this fabric's layout", Name(path)),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::fabric::FabricInput;

    fn spec() -> FabricSpec {
        let input = FabricInput {
            name: "fabric-1".into(),
            git_repository: "acme/network".into(),
            branch: "main".into(),
            gitops_directory: "net".into(),
            ..FabricInput::default()
        };
        FabricSpec::parse(&input).unwrap()
    }

    fn named(paths: &[&str]) -> Overwrites {
        Overwrites {
            all: Overwrite::No,
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    #[test]
    fn the_layout_wins_where_it_is_named_or_everywhere() {
        let some = named(&["net/raw/README.md"]);
        assert_eq!(some.of("net/raw/README.md"), Overwrite::Yes);
        assert_eq!(some.of("net/managed/README.md"), Overwrite::No);
        assert_eq!(
            Overwrites::from(Overwrite::Yes).of("anything"),
            Overwrite::Yes
        );
        assert_eq!(Overwrites::default().of("anything"), Overwrite::No);
    }

    #[test]
    fn only_paths_of_the_layout_can_be_named() {
        assert_eq!(named(&[]).check(&spec()), Ok(()));
        assert_eq!(named(&["net/raw/README.md"]).check(&spec()), Ok(()));
        for path in [
            "raw/README.md",
            "net/notes.txt",
            "",
            "net/../net/raw/README.md",
        ] {
            let error = named(&["net/raw/README.md", path])
                .check(&spec())
                .unwrap_err();
            assert_eq!(error.field, "take");
            assert!(error.message.contains(&format!("`{path}`")), "{error:?}");
        }
    }
}
