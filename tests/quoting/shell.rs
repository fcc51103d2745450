//! Shells: what a person copies runs the one command that it shows, with the one argument that it means.

use std::fs;
use std::path::Path;
use std::process::Command;

use flows::hostile;
use shared::check::git_command;
use shared::git::ObjectId;
use shared::names::DirectoryPath;
use shared::paste::clone_command;
use shared::quote::shell::command;

use crate::record;

/// In place of git: writes down its arguments, and then the end of one command.
const GIT: &str = "git() { printf '%s\\0' \"$@\" >>asked; printf '\\001\\0' >>asked; }\n";

/// The shells of this machine.
fn shells() -> Vec<&'static str> {
    let is_here = |shell: &&str| Path::new("/bin").join(shell).exists();
    let known = ["sh", "dash", "bash", "zsh"];
    known.into_iter().filter(is_here).collect()
}

/// Runs commands one after the other, in every shell, and holds what git was given against `expected`; nothing else may
/// have come about.
fn check(expected: &[(String, Vec<&str>)]) {
    assert!(expected.len() > 40, "only {} commands", expected.len());
    for shell in shells() {
        let folder = tempfile::tempdir().unwrap();
        let commands: String = expected
            .iter()
            .map(|(line, _)| format!("{line}\n"))
            .collect();
        let run = Command::new(shell)
            .args(["-c", &format!("{GIT}{commands}")])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            run.status.success() && run.stderr.is_empty(),
            "{shell}: {run:?}"
        );
        let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
        let mut asked = asked.split_terminator("\u{1}\0");
        for (line, words) in expected {
            let words = words.iter().map(|word| format!("{word}\0"));
            assert_eq!(
                asked.next(),
                Some(&*words.collect::<String>()),
                "{shell}: {line}"
            );
        }
        assert_eq!(asked.next(), None, "{shell}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "{shell}");
    }
}

#[test]
fn a_shell_passes_every_quoted_word_unchanged() {
    let names: Vec<String> = hostile::NAMES
        .iter()
        .map(|name| name.replace('\0', "\u{fffd}"))
        .collect();
    let made = hostile::NAMES.iter().zip(&names);
    let made =
        made.map(|(name, read)| (command(&["git", name, "end"]), vec![read.as_str(), "end"]));
    check(&made.collect::<Vec<_>>());
}

#[test]
fn the_clone_command_clones_the_branch_and_does_nothing_else() {
    let branches = hostile::branches();
    let made = branches.iter().map(|branch| {
        let record = record(branch.as_str(), "gitops");
        let line = clone_command("https://github.com", &record).expect("GitHub has an address");
        let address = "https://github.com/acme/network.git";
        (line, vec!["clone", "--branch", branch.as_str(), address])
    });
    check(&made.collect::<Vec<_>>());
}

/// Runs git in a folder, and gives what it prints.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@h.example"];
    let run = Command::new("git")
        .args(identity)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(run.status.success(), "{arguments:?}: {run:?}");
    String::from_utf8(run.stdout).unwrap()
}

/// A repository that has every one of the directories, and its head.
fn repository(directories: &[DirectoryPath]) -> (tempfile::TempDir, ObjectId) {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    for (number, directory) in directories.iter().enumerate() {
        let path = folder.path().join(directory.git_path());
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("file.txt"), number.to_string()).unwrap();
    }
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message=All"]);
    let head = git(folder.path(), &["rev-parse", "HEAD"]);
    (folder, ObjectId::parse(head.trim()).unwrap())
}

#[test]
fn the_command_that_checks_a_page_prints_the_id_of_the_directory_and_does_nothing_else() {
    let directories: Vec<_> = hostile::directories()
        .into_iter()
        .filter(|directory| !directory.is_root())
        .collect();
    let (folder, head) = repository(&directories);
    let listed = git(folder.path(), &["ls-tree", "-z", "-r", "-t", "HEAD"]);
    let tree = |directory: &DirectoryPath| {
        let of = |line: &&str| {
            line.split_once('\t')
                .is_some_and(|(_, path)| path == directory.git_path())
        };
        listed
            .split('\0')
            .find(of)
            .unwrap()
            .split([' ', '\t'])
            .nth(2)
            .unwrap()
    };
    let before = fs::read_dir(&folder).unwrap().count();
    let mut lines = String::new();
    for directory in &directories {
        let mut record = record("main", directory.as_str());
        (record.head, record.tree) = (Some(head), Some(head));
        lines += &git_command(&record).unwrap();
        lines.push('\n');
    }
    for shell in shells() {
        let run = Command::new(shell)
            .args(["-c", &lines])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            run.status.success() && run.stderr.is_empty(),
            "{shell}: {run:?}"
        );
        let printed = String::from_utf8(run.stdout).unwrap();
        let printed: Vec<_> = printed.lines().collect();
        assert_eq!(printed.len(), directories.len(), "{shell}: {lines}");
        for ((directory, printed), line) in directories.iter().zip(printed).zip(lines.lines()) {
            assert_eq!(printed, tree(directory), "{shell}: {line}");
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), before, "{shell}");
    }
}
