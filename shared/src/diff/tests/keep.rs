//! When a folder needs `.gitkeep`, and when one that is there counts.
use super::*;

const FOLDER: &str = "gitops/fabric-1/managed/vpcs";

/// The initialised fabric with exactly these entries (name, mode, content) in the folder of the VPCs.
fn with_in_folder(entries: &[(&str, u32, &[u8])]) -> Branch {
    entries
        .iter()
        .fold(initialised().without(FOLDER), |branch, entry| {
            branch.with_mode(&format!("{FOLDER}/{}", entry.0), entry.1, entry.2)
        })
}

#[test]
fn a_keep_file_is_needed_only_while_its_folder_holds_nothing_else() {
    type Case<'a> = (&'a str, &'a [(&'a str, u32, &'a [u8])], Change);
    let cases: [Case; 11] = [
        ("nothing", &[], Change::Added),
        (
            "the layout's own",
            &[(".gitkeep", 0o100_644, b"")],
            Change::Unchanged,
        ),
        (
            "a person's own",
            &[(".gitkeep", 0o100_644, b"keep me")],
            Change::Unchanged,
        ),
        (
            "an executable one",
            &[(".gitkeep", 0o100_755, b"")],
            Change::Unchanged,
        ),
        (
            "a linked one",
            &[(".gitkeep", 0o120_000, b"x")],
            Change::Unchanged,
        ),
        (
            "a person's file",
            &[("vpc-1.yaml", 0o100_644, b"x")],
            Change::NotNeeded,
        ),
        (
            "a file beside it",
            &[
                (".gitkeep", 0o100_644, b""),
                ("vpc-1.yaml", 0o100_644, b"x"),
            ],
            Change::NotNeeded,
        ),
        (
            "a folder",
            &[("site-a/vpc-1.yaml", 0o100_644, b"x")],
            Change::NotNeeded,
        ),
        (
            "a folder of that name",
            &[(".gitkeep/x", 0o100_644, b"x")],
            Change::NotNeeded,
        ),
        (
            "a submodule of that name",
            &[(".gitkeep", 0o160_000, b"x")],
            Change::NotNeeded,
        ),
        (
            "a submodule",
            &[("vpcs", 0o160_000, b"x")],
            Change::NotNeeded,
        ),
    ];
    for (name, entries, expected) in cases {
        let diff = diff_of(&with_in_folder(entries));
        assert_eq!(change(&diff, "managed/vpcs/.gitkeep"), expected, "{name}");
        assert_eq!(diff.count(Change::Conflict), 0, "{name}");
    }
}

#[test]
fn a_keep_file_is_never_unexpected() {
    let mut branch = initialised();
    for folder in ["managed", "managed/metadata", "managed/vpcs", "raw"] {
        branch = branch.with(&format!("gitops/fabric-1/{folder}/.gitkeep"), b"ours");
    }
    let branch = branch.with(&format!("{FOLDER}/vpc-1.yaml"), b"kind: VPC");
    let diff = diff_of(&branch);
    assert_eq!(diff.unexpected, []);
    assert_eq!(diff.count(Change::Modified), 0);
}

#[test]
fn a_missing_folder_is_asked_for_only_where_the_layout_has_it() {
    let branch = initialised().with("gitops/fabric-1/managed/externals/x.yaml", b"x");
    let diff = diff_of(&branch);
    assert_eq!(diff.count(Change::Unchanged), 14);
    assert_eq!(diff.unexpected, []);
}
