//! What a version leaves behind, as a folder of text, and a Hedgerow that finds it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use edge_worker::Secret;
use edge_worker::objects::Class;
use flows::World;
use github_standin::NodeIds;
use serde_json::Value;

/// The operator's key.
pub const OPERATOR_KEY: &str = "operators-key-for-tests";
/// The repositories of the scenario, and the one that is older than today's node ids.
pub const REPOSITORIES: [&str; 4] = ["acme/network", "acme/protected", "acme/private", OLDER];
pub const OLDER: &str = "acme/fleet";

/// One version's folder.
pub struct Landed {
    pub folder: PathBuf,
    /// What the scenario remembers: ids, cookies, what was answered.
    pub scenario: Value,
}

/// Where the folders are.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("landed")
}

/// Every version that was recorded, the newest last.
pub fn versions() -> Vec<Landed> {
    let mut landed: Vec<Landed> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(Landed::open)
        .collect();
    landed.sort_by_key(|landed| landed.scenario["now_ms"].as_u64());
    assert!(!landed.is_empty(), "no version was recorded");
    landed
}

impl Landed {
    fn open(folder: PathBuf) -> Self {
        let scenario = read_json(&folder.join("scenario.json"));
        Self { folder, scenario }
    }

    pub fn json(&self, path: &str) -> Value {
        read_json(&self.folder.join(path))
    }

    /// The JSON files of a folder, by their names without the ending.
    pub fn all_json(&self, folder: &str) -> BTreeMap<String, Value> {
        let entries = fs::read_dir(self.folder.join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .map(|path| {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                (name, read_json(&path))
            })
            .collect()
    }

    /// A text of the scenario.
    pub fn text(&self, pointer: &str) -> &str {
        let value = self.scenario.pointer(pointer);
        value
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer}"))
    }

    /// Lets a Hedgerow link to the GitHub that the records were made at.
    pub fn links_of(&self, world: &mut World) {
        let copies = self.json("kv.json").to_string();
        let host = copies.split("http://").nth(1).unwrap_or_default();
        let github = format!("http://{}", host.split('/').next().unwrap_or_default());
        world.host.configure(|config| config.github_url = github);
    }

    /// A Hedgerow and a GitHub as the version left them, at the moment when it was recorded.
    pub fn world(&self) -> World {
        let mut world = World::with_fast_clock();
        configure(&mut world);
        self.links_of(&mut world);
        for repo in REPOSITORIES {
            let file = self.folder.join("git").join(repo.replace('/', "_"));
            import(&world, repo, &fs::read(file.with_extension("txt")).unwrap());
        }
        is_older(&world);
        for class in [
            Class::Fabric,
            Class::Repository,
            Class::Session,
            Class::Index,
        ] {
            let folder = self.folder.join("objects").join(class.binding());
            for entry in fs::read_dir(folder).unwrap() {
                let text = fs::read_to_string(entry.unwrap().path()).unwrap();
                let (name, sql) = text.split_once('\n').unwrap();
                world
                    .host
                    .put_database(class, name.strip_prefix("-- ").unwrap(), sql);
            }
        }
        for (key, text) in self.json("kv.json").as_object().unwrap() {
            world.host.put_copy(key, text.as_str().unwrap());
        }
        world
            .host
            .set_clock(self.scenario["now_ms"].as_u64().unwrap());
        world
    }
}

/// Writes what a Hedgerow and its GitHub hold into a folder.
pub fn write(world: &World, folder: &Path) {
    for (class, name, sql) in world.host.databases() {
        let folder = folder.join("objects").join(class.binding());
        fs::create_dir_all(&folder).unwrap();
        let file: String = name
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter
                } else {
                    '_'
                }
            })
            .collect();
        let file = folder.join(file).with_extension("sql");
        fs::write(file, format!("-- {name}\n{sql}")).unwrap();
    }
    let copies = serde_json::to_value(world.host.copies()).unwrap();
    write_json(&folder.join("kv.json"), &copies);
    fs::create_dir_all(folder.join("git")).unwrap();
    for repo in REPOSITORIES {
        let file = folder.join("git").join(repo.replace('/', "_"));
        let stream = world
            .standin
            .repo(repo)
            .unwrap()
            .git(&["fast-export", "--all"]);
        fs::write(file.with_extension("txt"), stream.unwrap()).unwrap();
    }
}

pub fn write_json(path: &Path, value: &Value) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = serde_json::to_string_pretty(value).unwrap();
    fs::write(path, text + "\n").unwrap();
}

fn read_json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// As an operator who makes backups configures it.
pub fn configure(world: &mut World) {
    world
        .host
        .configure(|config| config.operator_key = Some(Secret::new(OPERATOR_KEY.to_owned())));
}

/// One repository is from before today's node ids.
pub fn is_older(world: &World) {
    world
        .standin
        .change_repository(OLDER, |repository| repository.node_ids = NodeIds::Old)
        .unwrap();
}

/// Has a repository hold what was exported, commit for commit.
fn import(world: &World, repo: &str, stream: &[u8]) {
    let repo = world.standin.repo(repo).unwrap();
    let mut git = Command::new("git")
        .arg("--git-dir")
        .arg(repo.path())
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    git.stdin.take().unwrap().write_all(stream).unwrap();
    assert!(git.wait().unwrap().success());
}
