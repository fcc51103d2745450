//! The READMEs of the layout: what they name is the fabric's directory, and nothing that was right changed.

use std::collections::BTreeMap;

use flows::hostile;
use shared::layout::layout;
use shared::names::DirectoryPath;

use crate::markdown::codes;
use crate::spec;
use crate::yaml::path_in;

/// The READMEs of a fabric in a directory.
fn readmes(directory: &str) -> BTreeMap<String, String> {
    let files = layout(&spec("main", directory)).files.into_iter();
    let files = files.filter(|(path, _)| path.ends_with("README.md"));
    files
        .map(|(path, file)| (path, String::from_utf8(file.content).unwrap()))
        .collect()
}

/// What a README says of a directory, as its readers see it: its path, for Argo CD, for Flux, or by itself, and with how
/// much other code.
fn named_directories(readme: &str) -> (Vec<Option<String>>, usize) {
    let codes = codes(readme);
    let of_yaml = |code: &String| code.starts_with("path: ");
    let mut named_directories: Vec<_> = codes
        .iter()
        .filter(|code| of_yaml(code))
        .map(|code| path_in(code))
        .collect();
    let named = codes
        .iter()
        .filter(|code| code.ends_with("managed") && !of_yaml(code));
    named_directories.extend(named.cloned().map(Some));
    (named_directories, codes.len())
}

/// What it should say.
fn expected_directories(path: &str, directory: &DirectoryPath) -> (Vec<Option<String>>, usize) {
    let (_, count) = named_directories(&readmes("gitops/fabric-1")[path]);
    let managed = directory.join("managed");
    let named_directories = match path {
        "managed/README.md" => vec![Some(managed.clone()), Some(format!("./{managed}/vpcs"))],
        _ => vec![Some(managed)],
    };
    (named_directories, count)
}

/// Directories of every two pieces that could mean something together, and the hostile names.
fn directories() -> Vec<DirectoryPath> {
    let pieces = [
        "a", "-", " ", "#", "`", "``", "'", "{", "}", "[", "]", ",", "&", "!", "%", "@", "~", "=",
        "$(x)", ".x", "null", "1", "\u{a0}", "\u{fffe}", "/",
    ];
    let pairs = pieces
        .iter()
        .flat_map(|first| pieces.map(|second| format!("{first}{second}")));
    let paths = pairs.flat_map(|pair| {
        [
            format!("a{pair}"),
            format!("gitops/{pair}"),
            format!("{pair}/a"),
            pair,
        ]
    });
    let all = paths.filter_map(|path| DirectoryPath::parse(&path).ok());
    all.chain(hostile::directories())
        .filter(|directory| !directory.is_root())
        .collect()
}

#[test]
fn readmes_name_the_directory_whatever_it_is_called() {
    for directory in hostile::directories() {
        for (path, readme) in readmes(directory.as_str()) {
            assert_eq!(
                named_directories(&readme),
                expected_directories(&path, &directory),
                "{readme}"
            );
        }
    }
}

#[test]
fn readmes_of_ordinary_names_are_unchanged() {
    let plain = readmes("gitops/fabric-1");
    let (mut same, mut changed) = (0, Vec::new());
    for directory in directories() {
        for (path, readme) in readmes(directory.as_str()) {
            // As version 1 has written it from the beginning: the directory put in as it is.
            let as_ever = plain[&path].replace("gitops/fabric-1", directory.as_str());
            if readme != as_ever {
                assert_ne!(
                    named_directories(&as_ever),
                    expected_directories(&path, &directory),
                    "{directory}: {path}"
                );
                changed.push(format!("{directory}: {path}"));
            } else {
                assert_eq!(
                    named_directories(&readme),
                    expected_directories(&path, &directory),
                    "{directory}: {path}"
                );
                same += 1;
            }
        }
    }
    assert!(same > 2_000, "{same}");
    for (place, has_changed) in [
        ("gitops/it's: managed/README.md", false),
        ("gitops/a #b: managed/README.md", true),
        ("gitops/a #b: raw/README.md", false),
        ("gitops/a`b: raw/README.md", true),
        ("{{x}}/fabric-1: managed/README.md", true),
    ] {
        assert_eq!(
            changed.iter().any(|changed| changed == place),
            has_changed,
            "{place}"
        );
    }
}
