//! What GitHub shows of a pull request check: Markdown, and plain text beside lines of files.

use std::mem::discriminant;

use flows::hostile;
use pulldown_cmark::Event;
use shared::git::blob_id;
use shared::names::{BranchName, DirectoryPath};
use shared::pull_request_check::{
    Changes, Checked, Compared, Found, Lines, Side, annotations, summary,
};
use shared::quote::invisible::legible;
use shared::quote::sentence::Name;
use shared::report::Severity;

use crate::markdown::{codes, events, on_a_line};
use crate::spec;

/// A check of a fabric in which everything that people can name has one name, as far as git takes it there.
fn named(name: &str) -> Checked {
    let fabric = spec("main", "gitops");
    let found = |lines| Found {
        severity: Severity::Error,
        code: "not_yaml".to_owned(),
        path: name.to_owned(),
        about: None,
        lines,
        message: format!("is not {}", Name(name)),
    };
    let side = |findings| Side {
        tree: Some(blob_id(b"directory")),
        findings,
        unread: Vec::new(),
        cut_at: None,
    };
    let paths = || vec![name.to_owned()];
    Checked {
        name: fabric.name.clone(),
        branch: BranchName::parse(name).unwrap_or(fabric.branch),
        directory: DirectoryPath::parse(name).unwrap_or(fabric.gitops_directory),
        compared: Compared::Merge,
        commits: (blob_id(b"1"), blob_id(b"2")),
        before: side(Vec::new()),
        after: side(vec![found(None), found(Some(Lines { first: 2, last: 3 }))]),
        changes: Changes {
            added: paths(),
            changed: paths(),
            removed: paths(),
            unread: paths(),
        },
        touched: vec![fabric.name],
    }
}

/// What a page is made of, without what it says.
fn parts(body: &str) -> Vec<std::mem::Discriminant<Event<'_>>> {
    events(body).iter().map(discriminant).collect()
}

#[test]
fn whatever_something_is_called_a_check_has_the_same_parts_and_says_the_name() {
    let fabric = spec("main", "gitops");
    let plain = summary(&fabric, &named("plain"));
    for name in hostile::NAMES.iter().filter(|name| !name.is_empty()) {
        let checked = named(name);
        let said = summary(&fabric, &checked);
        assert_eq!(said.title, plain.title, "{name:?}");
        assert_eq!(parts(&said.body), parts(&plain.body), "{}", said.body);
        let shown = codes(&said.body);
        let times = shown.iter().filter(|code| **code == on_a_line(name));
        // Two findings with the name twice each, and four lists of paths.
        assert!(times.count() >= 8, "{name:?}: {shown:?}");
    }
}

#[test]
fn beside_a_line_stands_the_path_as_it_is_and_words_that_hide_nothing() {
    for name in hostile::NAMES.iter().filter(|name| !name.is_empty()) {
        let said = annotations(&named(name));
        assert_eq!(said.len(), 2);
        for annotation in said {
            assert_eq!(annotation.path, *name);
            let message = annotation.message;
            assert_eq!(legible(&message), message, "{name:?}");
            assert!(message.contains(&legible(name)), "{name:?}: {message}");
        }
    }
}
