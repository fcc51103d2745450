//! What a commit takes away from what Argo CD or Flux reads: with prune, they delete those objects from the cluster.

use serde::{Deserialize, Serialize};

use crate::change_set::ChangeSet;
use crate::count::counted;
use crate::diff::changes_reading;
use crate::layout::Root;
use crate::names::DirectoryPath;
use crate::quote::sentence::Name;

/// Manifests that leave the path that is synced. Files are counted, not objects: nobody reads what people wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prune {
    /// How many YAML and JSON files leave.
    pub files: usize,
    /// What they leave: `managed/`, and the directory itself for those that stand beside it.
    pub from: Vec<String>,
    /// Whether one of them says what is built of the folder, as a `kustomization.yaml` does or a chart: what it built goes as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub builds: bool,
}

impl Prune {
    /// What leaves, and what to do first.
    pub fn words(&self) -> String {
        let from: Vec<String> = self
            .from
            .iter()
            .map(|path| Name(path).to_string())
            .collect();
        let leave = if self.files == 1 { "leaves" } else { "leave" };
        let built = match self.builds {
            true => ", and all that a kustomization or chart among them built",
            false => "",
        };
        format!(
            "{} {leave} {}. Whatever syncs that path with prune (Argo CD `automated.prune`, Flux `prune: true`) deletes their \
             objects from the cluster{built}. Suspend that sync first, or point it at the new place.",
            counted(self.files, "YAML or JSON file"),
            from.join(" and ")
        )
    }
}

/// What leaves the synced path of the fabric at `directory`; none where nothing does. `raw/` and `unmanaged/` are never
/// synced. What stands beside them and `managed/` counts as well: before a directory is adopted, people sync it as it is.
pub fn prune(changes: &ChangeSet, directory: &DirectoryPath) -> Option<Prune> {
    let mut found = Prune {
        files: 0,
        from: Vec::new(),
        builds: false,
    };
    for path in changes.deletions().filter(|path| is_read(path)) {
        let from = match root_of(directory, path) {
            Some(Some(Root::Managed)) => directory.join("managed"),
            Some(None) => directory.to_string(),
            Some(Some(_)) | None => continue,
        };
        found.files += 1;
        found.builds |= changes_reading(name(path)).is_some();
        if !found.from.contains(&from) {
            found.from.push(from);
        }
    }
    (found.files > 0).then_some(found)
}

/// The root of the fabric in which a path stands, or that it stands beside them; none where it is not in the directory.
fn root_of(directory: &DirectoryPath, path: &str) -> Option<Option<Root>> {
    let below = match directory.git_path() {
        "" => path,
        top => path.strip_prefix(top)?.strip_prefix('/')?,
    };
    let first = below.split('/').next();
    let root = Root::ALL
        .into_iter()
        .find(|root| first == Some(root.name()));
    // Beside the roots of a repository nothing is the fabric's.
    (root.is_some() || !directory.is_root()).then_some(root)
}

/// Whether Argo CD or Flux may take a file for objects, or for what says which. Hedgerow's own is neither.
fn is_read(path: &str) -> bool {
    let name = name(path);
    let is_data = [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| name.ends_with(ending));
    (is_data || changes_reading(name).is_some()) && !path.ends_with(crate::layout::DIRECTORY_INFO)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaving(directory: &str, deleted: &[&str]) -> Option<Prune> {
        let mut changes = ChangeSet::default();
        for path in deleted {
            changes.delete(path);
        }
        let directory = DirectoryPath::parse(directory).ok()?;
        prune(&changes, &directory)
    }

    #[test]
    fn manifests_that_leave_what_is_synced_are_counted() {
        let found = leaving(
            "net",
            &[
                "net/managed/vpcs/a.yaml",
                "net/managed/b.yml",
                "net/managed/c.json",
                "net/d.yaml",
                "net/managed/README.md",
                "net/managed/metadata/directory-info.json",
                "net/raw/pending/e.yaml",
                "net/unmanaged/f.yaml",
                "network/g.yaml",
            ],
        );
        let expected = Prune {
            files: 4,
            from: vec!["net".into(), "net/managed".into()],
            builds: false,
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn what_a_kustomization_or_a_chart_built_goes_with_it() {
        for name in [
            "managed/kustomization.yaml",
            "managed/vpcs/Kustomization",
            "kustomization.yml",
            "managed/Chart.yaml",
        ] {
            let found = leaving("net", &[&format!("net/{name}")]);
            let found = found.map(|found| (found.files, found.builds, found.words()));
            let (files, builds, words) = found.unwrap_or_default();
            assert_eq!((files, builds), (1, true), "{name}");
            assert!(
                words.contains("all that a kustomization or chart"),
                "{words}"
            );
        }
        assert_eq!(leaving("net", &["net/raw/kustomization.yaml"]), None);
    }

    #[test]
    fn nothing_is_said_where_nothing_leaves() {
        assert_eq!(
            leaving("net", &["net/raw/a.yaml", "net/managed/b.md"]),
            None
        );
        assert_eq!(leaving("/", &["a.yaml", "raw/b.yaml"]), None);
        let at_root = leaving("/", &["managed/vpcs/a.yaml", "a.yaml"]);
        assert_eq!(
            at_root.map(|prune| prune.from),
            Some(vec!["managed".into()])
        );
    }

    #[test]
    fn the_words_say_how_many_and_what_to_do_first() {
        let one = leaving("net", &["net/managed/a.yaml"]).map(|prune| prune.words());
        let one = one.unwrap_or_default();
        assert!(
            one.starts_with("1 YAML or JSON file leaves `net/managed`. "),
            "{one}"
        );
        assert!(one.contains("Suspend that sync first"), "{one}");
    }
}
