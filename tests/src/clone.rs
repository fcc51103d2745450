//! What any git client sees: a clone over HTTP.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A clone of a repository, in a directory that goes away with it.
pub struct Clone {
    directory: TempDir,
}

impl Clone {
    /// Clones a branch with git itself, and checks the clone with `git fsck --strict`.
    pub fn of(url: &str, branch: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        git(
            directory.path(),
            &["clone", "--quiet", "--branch", branch, url, "."],
        );
        git(directory.path(), &["fsck", "--strict", "--no-dangling"]);
        Self { directory }
    }

    /// The output of a shell command in the clone.
    pub fn shell(&self, command: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(self.directory.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {said}");
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// The output of a git command in the clone.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.directory.path(), arguments).trim_end().to_owned()
    }

    /// Every file below a directory (`.` for all): path from the repository's root → blob id.
    pub fn files(&self, below: &str) -> BTreeMap<String, String> {
        let listed = self.git(&["ls-tree", "-r", "-z", "HEAD", below]);
        let entry = |line: &str| {
            let (meta, path) = line.split_once('\t')?;
            Some((path.to_owned(), meta.split(' ').nth(2)?.to_owned()))
        };
        listed.split('\0').filter_map(entry).collect()
    }

    /// Writes a file into the checkout.
    pub fn write(&self, path: &str, content: &str) {
        let path = self.directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Runs a git command in the clone and tells whether it succeeded.
    pub fn tries(&self, arguments: &[&str]) -> bool {
        output(self.directory.path(), arguments).status.success()
    }

    /// Tells whether the checkout has this directory.
    pub fn has_directory(&self, path: &str) -> bool {
        self.directory.path().join(path).is_dir()
    }
}

fn output(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .unwrap()
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = output(directory, arguments);
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
