//! The classes of the views and the rules of the style sheets, which no compiler compares.

use std::collections::BTreeSet;
use std::path::Path;

/// Classes without a rule: by these, tests find what has no name that a person could see.
const HANDLES: [&str; 2] = ["directory-path", "fabric-actions"];

/// Every name that follows `mark` in `text`, up to a character that names do not have.
fn names<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    text.split(mark).skip(1).filter_map(move |rest| {
        let end = rest.find(|letter| !is_part(letter));
        let name = &rest[..end.unwrap_or(rest.len())];
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            .then_some(name)
    })
}

/// The classes that a source file gives, apart from its tests: `class="a b"`, also within a string, and `class:a=`.
fn given(source: &str) -> BTreeSet<&str> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lists = ["class=\"", "class=\\\""].into_iter().flat_map(|mark| {
        let rests = source.split(mark).skip(1);
        rests.map(|rest| rest.split(['"', '\\']).next().unwrap_or_default())
    });
    let listed = lists.flat_map(str::split_whitespace);
    let plain = listed.filter(|class| !class.contains(['{', '}']));
    plain.chain(names(source, "class:")).collect()
}

/// The classes that a style sheet has rules for.
fn ruled(style: &str) -> BTreeSet<&str> {
    names(style, ".").collect()
}

/// What of a folder's files, and those of its folders, ends with `extension`.
pub fn texts(folder: &Path, extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(texts(&path, extension));
        } else if path.extension().is_some_and(|of| of == extension) {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), text));
        }
    }
    found
}

/// The classes without a rule, each with its file.
pub fn without_rule(sources: &[(String, String)], styles: &[(String, String)]) -> Vec<String> {
    let mut known: BTreeSet<&str> = HANDLES.into();
    known.extend(styles.iter().flat_map(|(_, style)| ruled(style)));
    let unknown = |(file, source): &(String, String)| {
        let given = given(source);
        let unknown = given.difference(&known);
        let lines = unknown.map(|class| format!("{file}: no rule for .{class}"));
        lines.collect::<Vec<_>>()
    };
    sources.iter().flat_map(unknown).collect()
}
