//! What a check says beside lines of files.

use super::{Checked, Found, Lines};
use crate::quote::invisible::legible;
use crate::quote::sentence::{Name, capitalised};
use crate::report::Severity;

/// The most lines of files that one check says something beside; the rest is in its summary, or counted there.
pub const MOST_ANNOTATIONS: usize = 200;

/// Words beside lines of a file, as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// How much it matters.
    pub severity: Severity,
    /// The path from the repository's root.
    pub path: String,
    /// The lines; the first where it is about the file.
    pub lines: Lines,
    /// A stable word, such as `missing`.
    pub code: String,
    /// What it means and what to do.
    pub message: String,
}

/// What a pull request brings, each at its file and line, errors first; at most [`MOST_ANNOTATIONS`].
pub fn annotations(checked: &Checked) -> Vec<Annotation> {
    let named = checked.brought().filter(|found| !found.path.is_empty());
    named.map(annotation).take(MOST_ANNOTATIONS).collect()
}

fn annotation(found: &Found) -> Annotation {
    let sentence = format!("{} {}", Name(found.path.as_str()), found.message);
    Annotation {
        severity: found.severity,
        path: found.path.clone(),
        lines: found.lines.unwrap_or(Lines { first: 1, last: 1 }),
        code: found.code.clone(),
        message: capitalised(&format!("{}.", legible(sentence.trim_end_matches('.')))),
    }
}
