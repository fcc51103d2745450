//! Object expressions (`refs/heads/main:docs`, `<id>:`, `main`), read as git's rev-parse reads them.

use std::path::Path;

use super::reference::read;
use git2::{Object, ObjectType, Oid, Repository};

/// Where a short name is looked up, in git's order: a tag goes before a branch of the same name.
const RULES: [&str; 4] = ["", "refs/", "refs/tags/", "refs/heads/"];

/// Returns the object that `expression` names, or nothing: GitHub answers null to whatever does not resolve.
pub(crate) fn resolve<'r>(repo: &'r Repository, expression: &str) -> Option<Object<'r>> {
    let Some((revision, path)) = expression.split_once(':') else {
        return revise(repo, expression);
    };
    let tree = revise(repo, revision)?.peel_to_tree().ok()?;
    if path.is_empty() {
        return Some(tree.into_object());
    }
    let entry = tree.get_path(Path::new(path)).ok()?;
    let object = entry.to_object(repo).ok()?;
    let wants_tree = path.ends_with('/');
    (!wants_tree || object.kind() == Some(ObjectType::Tree)).then_some(object)
}

fn revise<'r>(repo: &'r Repository, revision: &str) -> Option<Object<'r>> {
    if revision.len() == 40
        && let Ok(oid) = Oid::from_str(revision)
    {
        return repo.find_object(oid, None).ok();
    }
    let named = RULES.iter().find_map(|rule| {
        let name = format!("{rule}{revision}");
        let is_reference = name.starts_with("refs/") || name == "HEAD";
        is_reference.then(|| read(repo, &name).ok()?)?
    });
    match named {
        Some(oid) => repo.find_object(oid, None).ok(),
        None => repo.revparse_single(revision).ok(),
    }
}
