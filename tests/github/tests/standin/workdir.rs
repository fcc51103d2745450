//! A clone made by the real git client, free of anybody's configuration.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use github_standin::{Repo, Standin};
use tempfile::TempDir;

pub struct Workdir {
    path: PathBuf,
    _temporary: TempDir,
}

impl Workdir {
    /// Clones `repository`, with the token in the address as people do.
    pub fn clone(standin: &Standin, repository: &str, token: Option<&str>) -> Result<Self, String> {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("clone");
        let host = standin.url().strip_prefix("http://").unwrap();
        let who = token.map_or(String::new(), |token| format!("x-access-token:{token}@"));
        let address = format!("http://{who}{host}/{repository}.git");
        run(temporary.path(), &["clone", "--quiet", &address, "clone"])?;
        Ok(Workdir {
            path,
            _temporary: temporary,
        })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub fn git(&self, args: &[&str]) -> Result<String, String> {
        run(&self.path, args)
    }

    /// Writes a file, commits it and returns the commit's id.
    pub fn commit(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self.git(&["add", "--all"]).unwrap();
        self.git(&["commit", "--quiet", "--message", "By hand"])
            .unwrap();
        self.git(&["rev-parse", "HEAD"]).unwrap()
    }
}

/// Asserts that everything in the repository is as git wants it.
pub fn assert_sound(repo: &Repo) {
    let report = repo.git(&["fsck", "--strict", "--no-dangling", "--no-progress"]);
    assert_eq!(report.unwrap(), "");
}

fn run(directory: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .current_dir(directory)
        .args(["-c", "credential.helper=", "-c", "core.autocrlf=false"])
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Somebody")
        .env("GIT_AUTHOR_EMAIL", "somebody@example.com")
        .env("GIT_COMMITTER_NAME", "Somebody")
        .env("GIT_COMMITTER_EMAIL", "somebody@example.com")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}
