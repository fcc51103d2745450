//! The tests that SECURITY.md and ARCHITECTURE.md name: each exists, and each promise against somebody names one.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a promise says that no test holds it.
const UNTESTED: &str = "no test";

/// What stands between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What is wrong with the tests that a text names. `tests/flows/a.rs::b` is the test `b` in a file; a name without a folder is beside
/// the one before it.
pub fn missing(root: &Path, text: &str) -> Vec<String> {
    let mut missing = Vec::new();
    for paragraph in text.split("\n- ") {
        let mut folder = PathBuf::new();
        for named in code(paragraph) {
            let (file, test) = match named.split_once("::") {
                Some((file, test)) => (file, Some(test)),
                None => (named, None),
            };
            let is_full = ["tests/", "shared/src/", "edge-worker/src/", "frontend/src/"]
                .iter()
                .any(|start| file.starts_with(start));
            let is_beside = !folder.as_os_str().is_empty()
                && [".rs", ".mjs"].iter().any(|end| file.ends_with(end));
            if file.contains(' ') || !(is_full || is_beside) {
                continue;
            }
            let path = match is_full {
                true => root.join(file),
                false => {
                    // Beside the one before, above it, or a part of the Worker.
                    let folders = [
                        folder.clone(),
                        folder.join(".."),
                        root.join("edge-worker/src"),
                    ];
                    let mut paths = folders.iter().map(|folder| folder.join(file));
                    paths
                        .find(|path| path.exists())
                        .unwrap_or_else(|| folder.join(file))
                }
            };
            if is_full {
                folder = path.parent().unwrap_or(root).to_owned();
            }
            match test {
                _ if !path.exists() => missing.push(format!("there is no {named}")),
                Some(test) if !holds(&path, test) => {
                    missing.push(format!("{file} has no test {test}"));
                }
                _ => {}
            }
        }
    }
    missing
}

/// Whether a file has a test of this name, in Rust or as the words of one in JavaScript.
fn holds(file: &Path, test: &str) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.contains(&format!("fn {test}(")) || text.contains(&format!("test('{test}'"))
}

/// The rows of the tables below a heading that name no test, and do not say so either.
pub fn unheld(text: &str, heading: &str) -> Vec<String> {
    let (_, part) = text.split_once(heading).unwrap_or_default();
    let part = part.split("\n## ").next().unwrap_or_default();
    let rows = part.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| !line.starts_with("| who |"));
    let is_held = |row: &&str| {
        let last = row.trim_end_matches([' ', '|']).rsplit(" | ").next();
        let last = last.unwrap_or_default();
        last.contains(UNTESTED) || code(last).any(|named| named.contains("tests/"))
    };
    rows.filter(|row| !is_held(row))
        .map(str::to_owned)
        .collect()
}
