//! Git, as it is installed, on a repository of its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use shared::git::{Entry, Mode, ObjectId, Tree};
use tempfile::TempDir;

/// A bare repository that goes away with this.
pub struct Git {
    directory: TempDir,
}

/// One line of `git ls-tree`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub path: Vec<u8>,
    pub mode: u32,
    pub id: ObjectId,
}

impl Git {
    pub fn new() -> Self {
        let git = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        git.run(&["init", "--quiet", "--bare", "."], b"");
        git
    }

    /// A path in the repository's own directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The output of a command that is given `input`.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        std::fs::write(self.path("input"), input).unwrap();
        let output = Command::new("git")
            .args(["-c", "core.fsync=none"])
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_INDEX_FILE", self.path("scratch-index"))
            .stdin(Stdio::from(
                std::fs::File::open(self.path("input")).unwrap(),
            ))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        output.stdout
    }

    /// The ids that a command prints, one a line.
    pub fn ids(&self, arguments: &[&str], input: &[u8]) -> Vec<ObjectId> {
        let printed = String::from_utf8(self.run(arguments, input)).unwrap();
        printed
            .lines()
            .map(|line| ObjectId::parse(line).unwrap())
            .collect()
    }

    /// The one id that a command prints.
    pub fn id(&self, arguments: &[&str], input: &[u8]) -> ObjectId {
        let ids = self.ids(arguments, input);
        assert_eq!(ids.len(), 1, "git {arguments:?}");
        ids[0]
    }

    /// Stores contents as blobs, all at once.
    pub fn blobs(&self, contents: &[&[u8]]) -> Vec<ObjectId> {
        let mut paths = String::new();
        for (number, content) in contents.iter().enumerate() {
            let name = format!("content-{number}");
            std::fs::write(self.path(&name), content).unwrap();
            paths.push_str(&name);
            paths.push('\n');
        }
        self.ids(
            &["hash-object", "-w", "--no-filters", "--stdin-paths"],
            paths.as_bytes(),
        )
    }

    /// The tree of an index with exactly these entries; blobs need not be there.
    pub fn write_tree<'a>(&self, entries: impl IntoIterator<Item = &'a Line>) -> ObjectId {
        let index = self.path("scratch-index");
        if index.exists() {
            std::fs::remove_file(index).unwrap();
        }
        let mut input = Vec::new();
        for Line { path, mode, id } in entries {
            input.extend_from_slice(format!("{mode:06o} {id}\t").as_bytes());
            input.extend_from_slice(path);
            input.push(0);
        }
        self.run(&["update-index", "--add", "-z", "--index-info"], &input);
        self.id(&["write-tree", "--missing-ok"], b"")
    }

    /// Everything in a tree at any depth, directories included.
    pub fn list(&self, tree: ObjectId) -> Vec<Line> {
        let listed = self.run(
            &[
                "ls-tree",
                "-r",
                "-t",
                "-z",
                "--full-tree",
                &tree.to_string(),
            ],
            b"",
        );
        let lines = listed.split(|byte| *byte == 0);
        lines.filter(|line| !line.is_empty()).map(parse).collect()
    }
}

impl Line {
    pub fn new(path: &[u8], mode: u32, id: ObjectId) -> Self {
        let path = path.to_vec();
        Self { path, mode, id }
    }

    /// A file of any kind, a symbolic link included.
    pub fn is_blob(&self) -> bool {
        !self.is_directory() && self.mode != 0o160_000
    }

    pub fn is_directory(&self) -> bool {
        self.mode == 0o40_000
    }
}

/// `100644 blob 3f3f…<tab>path`
fn parse(line: &[u8]) -> Line {
    let tab = line.iter().position(|byte| *byte == b'\t').unwrap();
    let (meta, path) = (&line[..tab], &line[tab + 1..]);
    let words: Vec<&str> = std::str::from_utf8(meta).unwrap().split(' ').collect();
    Line::new(
        path,
        u32::from_str_radix(words[0], 8).unwrap(),
        ObjectId::parse(words[2]).unwrap(),
    )
}

/// What `git mktree -z` reads for one tree, in the order given.
pub fn mktree_input(entries: &[Entry]) -> Vec<u8> {
    let mut input = Vec::new();
    for entry in entries {
        let kind = match entry.mode.bits() & 0o170_000 {
            0o040_000 => "tree",
            0o160_000 => "commit",
            _ => "blob",
        };
        input.extend_from_slice(format!("{} {kind} {}\t", entry.mode, entry.id).as_bytes());
        input.extend_from_slice(&entry.name);
        input.push(0);
    }
    input
}

/// The entries that stand directly in a directory (`""` is the root), as a tree of `shared`.
pub fn listing(lines: &[Line], directory: &[u8]) -> Tree {
    let entries = lines
        .iter()
        .filter(|line| parent(&line.path) == directory)
        .map(|line| Entry {
            name: line.path[name_start(&line.path)..].to_vec(),
            mode: Mode::from_bits(line.mode),
            id: line.id,
        });
    Tree::new(entries.collect()).unwrap()
}

fn parent(path: &[u8]) -> &[u8] {
    &path[..name_start(path).saturating_sub(1)]
}

fn name_start(path: &[u8]) -> usize {
    let slash = path.iter().rposition(|byte| *byte == b'/');
    slash.map_or(0, |slash| slash + 1)
}
