//! What stands in the way is named, and nothing is planned over it.
use super::*;

const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
const FILE: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;

#[test]
fn whatever_stands_where_a_directory_must_be_is_named_once() {
    let cases = [
        ("gitops", LINK, "a symbolic link", 14),
        ("gitops", SUBMODULE, "a submodule", 14),
        ("gitops/fabric-1", FILE, "a file", 14),
        (
            "gitops/fabric-1/managed",
            EXECUTABLE,
            "an executable file",
            7,
        ),
        ("gitops/fabric-1/raw", SUBMODULE, "a submodule", 4),
        (
            "gitops/fabric-1/managed/metadata",
            LINK,
            "a symbolic link",
            1,
        ),
        (
            "gitops/fabric-1/unmanaged/manual-overrides",
            FILE,
            "a file",
            1,
        ),
    ];
    for (path, mode, kind, files) in cases {
        let branch = initialised().without(path).with_mode(path, mode, b"x");
        let diff = diff_of(&branch);
        let messages: Vec<&str> = diff
            .obstacles()
            .iter()
            .map(|obstacle| obstacle.message.as_str())
            .collect();
        let expected = format!("`{path}` is {kind}; a directory is needed there");
        assert_eq!(messages, [expected.as_str()]);
        assert_eq!(diff.count(Change::Conflict), files, "{path}");
        assert_eq!(diff.count(Change::Unchanged), 14 - files, "{path}");
    }
}

#[test]
fn a_file_of_the_layout_is_compared_by_content_and_replaced_only_if_plain() {
    let spec = fabric("gitops/fabric-1", false);
    let same = layout(&spec).files["managed/README.md"].content.clone();
    let cases: [(u32, &[u8], Change); 7] = [
        (FILE, &same, Change::Unchanged),
        (EXECUTABLE, &same, Change::Unchanged),
        (LINK, &same, Change::Conflict),
        (FILE, b"other", Change::Modified),
        (EXECUTABLE, b"other", Change::Conflict),
        (LINK, b"other", Change::Conflict),
        (SUBMODULE, b"other", Change::Conflict),
    ];
    for (mode, content, expected) in cases {
        let path = "gitops/fabric-1/managed/README.md";
        let diff = diff_of(&initialised().with_mode(path, mode, content));
        assert_eq!(
            change(&diff, "managed/README.md"),
            expected,
            "{mode:o} {content:?}"
        );
        assert_eq!(
            diff.obstacles().len(),
            usize::from(expected == Change::Conflict)
        );
    }
}

#[test]
fn a_directory_in_place_of_a_file_is_a_conflict() {
    let path = "gitops/fabric-1/managed/README.md";
    let branch = initialised()
        .without(path)
        .with(&format!("{path}/x.md"), b"x");
    let diff = diff_of(&branch);
    let expected = format!("`{path}` is a directory (mode 40000); a plain file is needed there");
    assert_eq!(diff.obstacles()[0].message, expected);
}

#[test]
fn each_obstacle_is_shown_with_the_files_that_it_blocks() {
    let branch = initialised()
        .without("gitops/fabric-1/raw")
        .with_mode("gitops/fabric-1/raw", LINK, b"../raw")
        .with_mode("gitops/fabric-1/managed/README.md", EXECUTABLE, b"other");
    insta::assert_snapshot!(render(&diff_of(&branch)));
}
