//! What differs between two trees, file by file, as comparisons, commits and pull requests show it.

use git2::{Delta, Diff, DiffDelta, DiffFindOptions, Oid, Patch, Repository, Tree};
use serde_json::{Value, json};

use super::subject::Subject;
use crate::web::ApiError;

/// The differences, and how many lines they are.
pub(super) struct Changes {
    pub files: Vec<Value>,
    pub additions: usize,
    pub deletions: usize,
}

impl Changes {
    /// Compares two trees; `at` is the commit that links lead to.
    pub fn between(
        subject: &Subject,
        objects: &Repository,
        old: Option<&Tree<'_>>,
        new: &Tree<'_>,
        at: Oid,
    ) -> Result<Self, ApiError> {
        let mut diff = objects.diff_tree_to_tree(old, Some(new), None)?;
        diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
        let mut changes = Changes {
            files: Vec::new(),
            additions: 0,
            deletions: 0,
        };
        for (place, delta) in diff.deltas().enumerate() {
            let (additions, deletions, text) = lines(&diff, place)?;
            changes.additions += additions;
            changes.deletions += deletions;
            let mut file = shown(subject, &delta, at);
            file["additions"] = json!(additions);
            file["deletions"] = json!(deletions);
            file["changes"] = json!(additions + deletions);
            if let Some(text) = text {
                file["patch"] = json!(text);
            }
            changes.files.push(file);
        }
        Ok(changes)
    }
}

fn lines(diff: &Diff<'_>, place: usize) -> Result<(usize, usize, Option<String>), ApiError> {
    let Some(mut patch) = Patch::from_diff(diff, place)? else {
        return Ok((0, 0, None));
    };
    let (_, additions, deletions) = patch.line_stats()?;
    let text = String::from_utf8_lossy(&patch.to_buf()?).into_owned();
    // GitHub leaves git's header out.
    let hunks = text
        .find("\n@@")
        .map(|at| text[at + 1..].trim_end().to_owned());
    Ok((additions, deletions, hunks))
}

fn shown(subject: &Subject, delta: &DiffDelta<'_>, at: Oid) -> Value {
    let path = |file: &git2::DiffFile<'_>| {
        let path = file.path_bytes().unwrap_or_default();
        String::from_utf8_lossy(path).into_owned()
    };
    let (old, new) = (delta.old_file(), delta.new_file());
    let status = match delta.status() {
        Delta::Added => "added",
        Delta::Deleted => "removed",
        Delta::Renamed => "renamed",
        Delta::Typechange => "changed",
        _ => "modified",
    };
    let (name, sha) = match delta.status() {
        Delta::Deleted => (path(&old), old.id()),
        _ => (path(&new), new.id()),
    };
    let mut body = json!({
        "sha": sha.to_string(),
        "filename": name,
        "status": status,
        "blob_url": subject.page(&format!("/blob/{at}/{name}")),
        "raw_url": subject.page(&format!("/raw/{at}/{name}")),
        "contents_url": subject.api(&format!("/contents/{name}?ref={at}")),
    });
    if status == "renamed" {
        body["previous_filename"] = json!(path(&old));
    }
    body
}
