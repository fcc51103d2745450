#![allow(clippy::unwrap_used)]
use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(
        DirectoryPath::parse(text).unwrap().as_str(),
        expected,
        "{text:?}"
    );
}

#[track_caller]
fn refused(text: &str, expected: &DirectoryPathError) {
    assert_eq!(
        DirectoryPath::parse(text).unwrap_err(),
        *expected,
        "{text:?}"
    );
}

#[test]
fn one_leading_and_one_trailing_slash_are_dropped() {
    for text in ["a/b", "/a/b", "a/b/", "/a/b/"] {
        check(text, "a/b");
    }
    check("/", "/");
}

#[test]
fn dots_letters_of_any_script_and_inner_spaces_are_names() {
    for text in [
        "v1.2",
        ".config",
        "a..b",
        "sites/münchen",
        "網路",
        "my fabric",
        ".github",
        ".gitignore",
        "gitops.git",
        "com10",
        "console",
        "-x",
    ] {
        check(text, text);
    }
}

#[test]
fn paths_that_leave_or_repeat_are_refused() {
    refused("", &DirectoryPathError::Empty);
    refused("a//b", &DirectoryPathError::EmptyComponent("a//b".into()));
    refused("//", &DirectoryPathError::EmptyComponent("//".into()));
    refused(
        "/a/../b",
        &DirectoryPathError::Relative {
            path: "/a/../b".into(),
            component: "..".into(),
        },
    );
    refused(
        "./a",
        &DirectoryPathError::Relative {
            path: "./a".into(),
            component: ".".into(),
        },
    );
}

#[test]
fn every_spelling_of_dot_git_is_refused() {
    for name in [
        ".git",
        ".GIT",
        ".Git",
        "git~1",
        "GIT~1",
        ".git.",
        ".git ",
        ".git. .",
        ".git::$INDEX_ALLOCATION",
        ".g\u{200c}it",
        "\u{feff}.git",
        ".git\\x",
    ] {
        refused(
            &format!("a/{name}/b"),
            &DirectoryPathError::DotGit(name.into()),
        );
    }
}

#[test]
fn what_some_system_cannot_check_out_is_refused() {
    refused("a\u{0}b", &DirectoryPathError::Invisible('\u{0}'));
    refused("a\nb", &DirectoryPathError::Invisible('\n'));
    refused("a\u{7f}", &DirectoryPathError::Invisible('\u{7f}'));
    refused("a\u{202e}b", &DirectoryPathError::Invisible('\u{202e}'));
    refused("mu\u{308}nchen", &DirectoryPathError::Combining('\u{308}'));
    for character in ['<', '>', ':', '"', '\\', '|', '?', '*'] {
        refused(
            &format!("a{character}b"),
            &DirectoryPathError::Character(character),
        );
    }
    for name in [" a", "a ", "a."] {
        refused(
            &format!("x/{name}/y"),
            &DirectoryPathError::Ends(name.into()),
        );
    }
    for name in ["con", "NUL", "aux.txt", "Com1", "lpt9.log", "COM¹"] {
        refused(name, &DirectoryPathError::Device(name.into()));
    }
}

#[test]
fn long_and_deep_directories_are_refused() {
    check(&"a".repeat(255), &"a".repeat(255));
    refused(&"a".repeat(256), &DirectoryPathError::TooLong(256));
    refused(&vec!["a"; 17].join("/"), &DirectoryPathError::TooDeep(17));
}

#[test]
fn messages_name_what_to_change() {
    let message = DirectoryPath::parse("/a/../b").unwrap_err().to_string();
    assert_eq!(message, "directory `/a/../b` may not contain `..`");
    let message = DirectoryPath::parse("a\u{200b}").unwrap_err().to_string();
    assert_eq!(
        message,
        "directory names may not contain the invisible character U+200B"
    );
}

#[test]
fn ancestors_and_joins_start_at_the_root() {
    let nested = DirectoryPath::parse("a/b/c").unwrap();
    assert_eq!(nested.ancestors(), ["", "a", "a/b"]);
    assert_eq!(nested.join("raw"), "a/b/c/raw");
    let root = DirectoryPath::root();
    assert_eq!(root.ancestors(), Vec::<&str>::new());
    assert_eq!(root.join("raw"), "raw");
    assert_eq!(root.components().count(), 0);
}
