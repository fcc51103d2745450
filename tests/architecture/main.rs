//! Which folder may know which: what ARCHITECTURE.md states, read from the `use` lines and the paths in the code.
//!
//! Every rule is also tried on a line that breaks it, so that a rule that finds nothing cannot pass.
#![allow(clippy::unwrap_used, clippy::panic)]

mod circles;
mod classes;
mod names;
mod promises;
mod rules;
mod source;

use std::path::Path;

use rules::{RULES, Rule};
use source::Program;

/// The crates, by their folders.
const PROGRAMS: [&str; 4] = ["shared", "edge-worker", "frontend", "frontend/model"];

fn program(name: &str) -> Program {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Program::read(&root, name)
}

fn programs() -> [Program; 4] {
    PROGRAMS.map(program)
}

/// What a rule finds wrong, one line each.
fn broken(rule: &Rule, programs: &[Program]) -> Vec<String> {
    let of_rule = programs
        .iter()
        .filter(|program| program.name == rule.program);
    of_rule
        .flat_map(|program| rule.broken_by(program))
        .collect()
}

#[test]
fn every_folder_knows_only_what_it_may() {
    let programs = programs();
    let found: Vec<String> = RULES
        .iter()
        .flat_map(|rule| broken(rule, &programs))
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_rule_finds_a_line_that_breaks_it() {
    for rule in RULES {
        let mut program = program(rule.program);
        let before = rule.broken_by(&program).len();
        let (file, line) = rule.example;
        program.add_line(file, line);
        let found = rule.broken_by(&program);
        assert_eq!(
            found.len(),
            before + 1,
            "{}: `{line}` in {file} went unnoticed",
            rule.says
        );
        assert!(found.iter().any(|found| found.contains(file)), "{found:?}");
    }
}

#[test]
fn no_circle_is_longer_than_two_files() {
    for program in programs() {
        let circles = circles::long(&program);
        assert!(
            circles.is_empty(),
            "\n{}:\n{}\n",
            program.name,
            circles.join("\n")
        );
    }
}

#[test]
fn a_circle_of_three_files_is_found() {
    let mut program = program("shared");
    // claims → names, and names → quote, are there.
    program.add_line("quote/sentence.rs", "use crate::claims::overlap;");
    program.add_line("names/branch_name.rs", "use crate::quote::sentence::Name;");
    program.add_line("claims.rs", "use crate::names::BranchName;");
    let circles = circles::long(&program);
    assert_eq!(circles.len(), 1, "{circles:?}");
    for file in ["quote/sentence.rs", "names/branch_name.rs", "claims.rs"] {
        assert!(circles[0].contains(file), "{circles:?}");
    }
}

#[test]
fn every_class_of_a_view_has_a_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sources = classes::texts(&root.join("frontend/src"), "rs");
    sources.extend(classes::texts(
        &root.join("edge-worker/src/server_page"),
        "rs",
    ));
    let styles = classes::texts(&root.join("frontend/style"), "css");
    let found = classes::without_rule(&sources, &styles);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    let renamed = r#"<p class="muted gone" class:lost=move || true>"#;
    let sources = [("view.rs".to_owned(), renamed.to_owned())];
    assert_eq!(
        classes::without_rule(&sources, &styles),
        ["view.rs: no rule for .gone", "view.rs: no rule for .lost"]
    );
}

#[test]
fn every_test_that_a_promise_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let security = read("SECURITY.md");
    let architecture = read("ARCHITECTURE.md");
    let (_, invariants) = architecture.split_once("\n## Invariants").unwrap();
    let (invariants, _) = invariants.split_once("\n## ").unwrap();
    for text in [security.as_str(), invariants] {
        let missing = promises::missing(&root, text);
        assert!(missing.is_empty(), "{missing:#?}");
    }
    let unheld = promises::unheld(&security, "## From whom, and how");
    assert!(unheld.is_empty(), "\n{}\n", unheld.join("\n"));

    let wrong = "`tests/flows/access.rs::not_there`, `gone.rs`, `main.rs`, `tests/none`, a `word`";
    assert_eq!(promises::missing(&root, wrong).len(), 3);
    let table =
        "## T\n\n| who | what |\n|---|---|\n| a | `tests/x` |\n| b | `x` |\n| c | no test: d |\n";
    assert_eq!(promises::unheld(table, "## T"), ["| b | `x` |"]);
}
