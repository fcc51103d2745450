#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::fabric::FabricSpec;
use crate::report::Severity;
use crate::snapshot::example::{Branch, fabric};

/// Reads a fabric's directory from a branch, with an answer cut short wherever `is_cut` says so.
pub(crate) fn read(
    branch: &Branch,
    spec: &FabricSpec,
    most: usize,
    is_cut: impl Fn(&Ask) -> bool,
) -> (Contents, usize) {
    let mut walk = Walk::new(&spec.gitops_directory, &branch.snapshot(spec), most);
    let mut asked = 0;
    while let Some(ask) = walk.next_ask() {
        asked += 1;
        let recursive = if ask.depth == Depth::Whole {
            "?recursive=1"
        } else {
            ""
        };
        let answer = branch
            .github(&format!("/git/trees/{}{recursive}", ask.tree))
            .unwrap();
        let mut listing: TreeListing = serde_json::from_str(&answer).unwrap();
        if is_cut(&ask) {
            listing.tree.truncate(1);
            listing.truncated = true;
        }
        walk.answer(&ask, &listing).unwrap();
    }
    (walk.finish(), asked)
}

fn found(branch: &Branch, spec: &FabricSpec) -> Vec<(Severity, String, String)> {
    let (contents, _) = read(branch, spec, 40, |_| false);
    findings(&spec.gitops_directory, &contents)
        .into_iter()
        .map(|finding| (finding.severity, finding.code, finding.path))
        .collect()
}

#[test]
fn a_directory_is_read_with_one_question_and_the_root_with_one_for_each_of_the_three() {
    for (directory, questions) in [("gitops", 1), ("a/b", 1), ("/", 3)] {
        let spec = fabric(directory, false);
        let branch = Branch::initialised(&spec).with("elsewhere/deep/x", b"x");
        let (contents, asked) = read(&branch, &spec, 40, |_| false);
        assert_eq!(asked, questions, "{directory}");
        assert_eq!(contents.unread().count(), 0);
        assert!(
            contents
                .listings()
                .contains_key(&spec.gitops_directory.join("managed/metadata"))
        );
        assert!(!contents.listings().contains_key("elsewhere"));
    }
}

#[test]
fn an_answer_that_was_cut_short_is_asked_for_piece_by_piece_and_gives_the_same() {
    let spec = fabric("gitops", false);
    let branch = Branch::initialised(&spec).with("gitops/raw/pending/a/b/c.txt", b"x");
    let (whole, _) = read(&branch, &spec, 40, |_| false);
    let (pieces, asked) = read(&branch, &spec, 40, |ask| {
        ask.depth == Depth::Whole && ["gitops", "gitops/raw"].contains(&ask.path.as_str())
    });
    assert_eq!(pieces, whole);
    assert!(asked > 4, "{asked}");
}

#[test]
fn what_is_not_reached_is_unread_and_not_missing() {
    let spec = fabric("gitops", false);
    let branch = Branch::initialised(&spec);
    let cut_whole = |ask: &Ask| ask.depth == Depth::Whole && ask.path == "gitops";
    // Two questions read the directory itself, one more reads `managed`.
    let (contents, asked) = read(&branch, &spec, 3, cut_whole);
    assert_eq!(asked, 3);
    assert_eq!(
        contents.unread().collect::<Vec<_>>(),
        ["gitops/raw", "gitops/unmanaged"]
    );
    assert!(findings(&spec.gitops_directory, &contents).is_empty());
    // A single directory that does not fit into an answer.
    let (contents, _) = read(&branch, &spec, 40, |ask| ask.path == "gitops");
    assert_eq!(contents.unread().collect::<Vec<_>>(), ["gitops"]);
}

#[test]
fn an_answer_that_was_altered_is_refused() {
    let spec = fabric("gitops", false);
    let branch = Branch::initialised(&spec);
    let mut walk = Walk::new(&spec.gitops_directory, &branch.snapshot(&spec), 4);
    let ask = walk.next_ask().unwrap();
    let answer = branch
        .github(&format!("/git/trees/{}?recursive=1", ask.tree))
        .unwrap();
    let honest: TreeListing = serde_json::from_str(&answer).unwrap();
    type Change = fn(&mut TreeListing);
    let changes: [Change; 4] = [
        |listing| drop(listing.tree.pop()),
        |listing| listing.tree[1].mode = "100755".to_owned(),
        |listing| listing.tree[1].mode = "file".to_owned(),
        |listing| listing.tree.last_mut().unwrap().path.push_str("/x"),
    ];
    for change in changes {
        let mut listing = honest.clone();
        change(&mut listing);
        assert!(walk.clone().answer(&ask, &listing).is_err());
    }
    assert_eq!(walk.answer(&ask, &honest), Ok(()));
}

#[test]
fn each_thing_that_does_not_belong_is_named_with_how_much_it_matters() {
    let spec = fabric("gitops", false);
    let whole = Branch::initialised(&spec);
    assert_eq!(found(&whole, &spec), []);
    for (path, mode, severity, code) in [
        (
            "managed/vpcs/site/notes.txt",
            0o100_644,
            Severity::Warning,
            "not_yaml",
        ),
        (
            "managed/vpcattachments/notes.txt",
            0o100_644,
            Severity::Warning,
            "not_yaml",
        ),
        (
            "managed/vpcs/site/link",
            0o120_000,
            Severity::Warning,
            "not_a_file",
        ),
        (
            "managed/vpcs/site/deep/module",
            0o160_000,
            Severity::Warning,
            "not_a_file",
        ),
        (
            "managed/strange/deep/Kustomization",
            0o100_644,
            Severity::Error,
            "kustomization",
        ),
        (
            "managed/vpcattachments/Chart.yaml",
            0o100_644,
            Severity::Error,
            "tool_file",
        ),
        ("raw/pending/link", 0o120_000, Severity::Note, "symlink"),
        (
            "unmanaged/external-configs/x/module",
            0o160_000,
            Severity::Note,
            "submodule",
        ),
        ("Managed", 0o100_644, Severity::Warning, "case_clash"),
        ("managed/VPCs", 0o100_644, Severity::Warning, "case_clash"),
    ] {
        let branch = whole
            .clone()
            .with_mode(&format!("gitops/{path}"), mode, b"x");
        let expected = (severity, code.to_owned(), format!("gitops/{path}"));
        assert!(
            found(&branch, &spec).contains(&expected),
            "{path}: {:?}",
            found(&branch, &spec)
        );
    }
}

#[test]
fn what_people_keep_in_its_place_is_no_finding() {
    let spec = fabric("gitops", false);
    let mut branch = Branch::initialised(&spec);
    for path in [
        "managed/vpcs/vpc-1.yaml",
        "managed/vpcs/site/vpc-2.yml",
        "managed/vpcs/site/README.md",
        "managed/vpcs/site/.gitkeep",
        "managed/vpc-attachments/a.yaml",
        "raw/pending/anything.bin",
        "raw/own/folder/x",
        "unmanaged/x.sh",
        "notes/Notes.txt",
        "notes/notes.txt",
    ] {
        branch = branch.with(&format!("gitops/{path}"), b"x");
    }
    assert_eq!(found(&branch, &spec), []);
}

#[test]
fn names_that_differ_only_in_case_are_each_named() {
    let spec = fabric("gitops", false);
    let branch = Branch::initialised(&spec)
        .with("gitops/raw/pending/A.yaml", b"a")
        .with("gitops/raw/pending/a.yaml", b"b");
    let paths: Vec<String> = found(&branch, &spec)
        .into_iter()
        .map(|(_, _, path)| path)
        .collect();
    assert_eq!(
        paths,
        ["gitops/raw/pending/A.yaml", "gitops/raw/pending/a.yaml"]
    );
}

#[test]
fn large_files_are_named_where_they_are() {
    let spec = fabric("gitops", false);
    let large = vec![b'x'; 1024 * 1024 + 200_000];
    let branch = Branch::initialised(&spec)
        .with("gitops/managed/vpcs/large.yaml", &large)
        .with("gitops/raw/pending/large.bin", &large)
        .with("gitops/raw/pending/fits.bin", &large[..1024 * 1024]);
    let (contents, _) = read(&branch, &spec, 40, |_| false);
    let findings = findings(&spec.gitops_directory, &contents);
    let found_codes: Vec<_> = findings
        .iter()
        .map(|finding| (finding.severity, finding.path.as_str()))
        .collect();
    assert_eq!(
        found_codes,
        [
            (Severity::Warning, "gitops/managed/vpcs/large.yaml"),
            (Severity::Note, "gitops/raw/pending/large.bin"),
        ]
    );
    assert!(
        findings[0].message.starts_with("has 1.1 MiB"),
        "{}",
        findings[0].message
    );
}

#[test]
fn a_name_that_is_not_utf_8_is_named_and_proves_nothing() {
    let spec = fabric("gitops", false);
    let branch = Branch::initialised(&spec)
        .with_raw("gitops/raw/pending", b"caf\xe9.yaml")
        .with("gitops/managed/vpcs/x.txt", b"x");
    let (contents, _) = read(&branch, &spec, 40, |_| false);
    assert_eq!(
        contents.unproved().collect::<Vec<_>>(),
        ["gitops/raw/pending"]
    );
    let found = found(&branch, &spec);
    assert_eq!(
        found,
        [(
            Severity::Warning,
            "name_not_utf8".to_owned(),
            "gitops/raw/pending".to_owned()
        )]
    );
}
