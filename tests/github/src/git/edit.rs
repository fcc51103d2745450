//! Edits of a tree: put and remove paths, and say why one cannot be done.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid, Repository, Tree, TreeBuilder};

const TREE: u32 = 0o040000;

/// What happens to one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    Put { mode: u32, oid: Oid },
    Remove,
}

/// What to do with a file where a directory is needed, or the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupied {
    Refuse,
    /// As git's index does.
    Replace,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum EditError {
    #[error("{0} does not exist")]
    Absent(String),
    #[error("{0} is a directory")]
    IsDirectory(String),
    #[error("{0} is not a directory")]
    NotDirectory(String),
    #[error("{0} is written both as a file and as a directory")]
    Overlap(String),
    #[error(transparent)]
    Git(#[from] git2::Error),
}

/// Applies `edits` to the tree `base` and returns the id of the result, which may be the empty tree.
pub(crate) fn apply(
    repo: &Repository,
    base: Option<Oid>,
    edits: &BTreeMap<String, Edit>,
    occupied: Occupied,
) -> Result<Oid, EditError> {
    let base = base.map(|oid| repo.find_tree(oid)).transpose()?;
    let edits: Vec<_> = edits
        .iter()
        .map(|(path, edit)| (path.as_str(), *edit))
        .collect();
    let editor = Editor { repo, occupied };
    match editor.edit("", base.as_ref(), &edits)? {
        Some(oid) => Ok(oid),
        None => Ok(repo.treebuilder(None)?.write()?),
    }
}

struct Editor<'r> {
    repo: &'r Repository,
    occupied: Occupied,
}

#[derive(Default)]
struct Changes<'a> {
    here: Option<Edit>,
    below: Vec<(&'a str, Edit)>,
}

impl Editor<'_> {
    /// Returns the new tree, or nothing where no entry is left.
    fn edit(
        &self,
        prefix: &str,
        base: Option<&Tree<'_>>,
        edits: &[(&str, Edit)],
    ) -> Result<Option<Oid>, EditError> {
        let mut groups: BTreeMap<&str, Changes<'_>> = BTreeMap::new();
        for (path, edit) in edits {
            match path.split_once('/') {
                Some((name, rest)) => groups.entry(name).or_default().below.push((rest, *edit)),
                None => groups.entry(path).or_default().here = Some(*edit),
            }
        }
        let mut builder = self.repo.treebuilder(base)?;
        for (name, changes) in groups {
            self.entry(&mut builder, &format!("{prefix}{name}"), name, &changes)?;
        }
        Ok(match builder.len() {
            0 => None,
            _ => Some(builder.write()?),
        })
    }

    fn entry(
        &self,
        builder: &mut TreeBuilder<'_>,
        path: &str,
        name: &str,
        changes: &Changes<'_>,
    ) -> Result<(), EditError> {
        if changes.here == Some(Edit::Remove) {
            self.remove(builder, path, name)?;
        }
        if !changes.below.is_empty() {
            let puts_below = changes.below.iter().any(|(_, edit)| *edit != Edit::Remove);
            if puts_below && matches!(changes.here, Some(Edit::Put { .. })) {
                return Err(EditError::Overlap(path.to_owned()));
            }
            self.descend(builder, path, name, &changes.below)?;
        }
        if let Some(Edit::Put { mode, oid }) = changes.here {
            let holds_tree = matches!(kind(builder, name)?, Some((ObjectType::Tree, _)));
            if holds_tree && mode != TREE && self.occupied == Occupied::Refuse {
                return Err(EditError::IsDirectory(path.to_owned()));
            }
            builder.insert(name, oid, mode as i32)?;
        }
        Ok(())
    }

    fn remove(
        &self,
        builder: &mut TreeBuilder<'_>,
        path: &str,
        name: &str,
    ) -> Result<(), EditError> {
        match kind(builder, name)? {
            None => Err(EditError::Absent(path.to_owned())),
            Some((ObjectType::Tree, _)) if self.occupied == Occupied::Refuse => {
                Err(EditError::IsDirectory(path.to_owned()))
            }
            Some(_) => Ok(builder.remove(name)?),
        }
    }

    fn descend(
        &self,
        builder: &mut TreeBuilder<'_>,
        path: &str,
        name: &str,
        below: &[(&str, Edit)],
    ) -> Result<(), EditError> {
        let held = kind(builder, name)?;
        let base = match held {
            Some((ObjectType::Tree, oid)) => Some(self.repo.find_tree(oid)?),
            Some(_) if self.occupied == Occupied::Refuse => {
                return Err(match below.iter().find(|(_, edit)| *edit == Edit::Remove) {
                    Some((rest, _)) => EditError::Absent(format!("{path}/{rest}")),
                    None => EditError::NotDirectory(path.to_owned()),
                });
            }
            _ => None,
        };
        match self.edit(&format!("{path}/"), base.as_ref(), below)? {
            Some(oid) => {
                builder.insert(name, oid, TREE as i32)?;
            }
            None if held.is_some() => builder.remove(name)?,
            None => {}
        }
        Ok(())
    }
}

fn kind(builder: &TreeBuilder<'_>, name: &str) -> Result<Option<(ObjectType, Oid)>, git2::Error> {
    let entry = builder.get(name)?;
    Ok(entry.map(|entry| (entry.kind().unwrap_or(ObjectType::Any), entry.id())))
}
