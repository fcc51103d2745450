//! A public repository as anybody can read it: GitHub's REST answers, put together as a snapshot.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::api::{
    BranchRules, DirectoryListing, ModeOffer, Permission, Repository, SnapshotAnswer,
};
use shared::check::BranchAnswer;
use shared::fabric::FabricSpec;
use shared::git::{Entry, Mode, ObjectId, Tree};
use shared::layout::Root;
use shared::names::near;
use shared::quote::sentence::Name;
use shared::snapshot::paths;

/// `GET /repos/{owner}/{repo}`, as far as it is needed.
#[derive(Clone, Debug, Deserialize)]
pub struct RepositoryBody {
    node_id: String,
    full_name: String,
    html_url: String,
    private: bool,
    archived: bool,
    default_branch: Option<String>,
}

/// `GET /repos/{owner}/{repo}/git/trees/{sha}`, with or without `recursive=1`.
#[derive(Clone, Debug, Deserialize)]
pub struct TreeBody {
    sha: ObjectId,
    tree: Vec<EntryBody>,
    #[serde(default)]
    truncated: bool,
}

/// What has a name, as one of `GET /repos/{owner}/{repo}/branches`.
#[derive(Clone, Debug, Deserialize)]
pub struct NamedBody {
    name: String,
}

#[derive(Clone, Debug, Deserialize)]
struct EntryBody {
    path: String,
    mode: String,
    sha: ObjectId,
}

/// Why listings cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicError {
    /// An entry has a mode that is none, or a name that no tree can hold.
    #[error("{} has an entry that cannot stand in a tree", Name(.0))]
    Entry(String),
}

/// What to ask next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    path: String,
    pub id: ObjectId,
    /// Whether to ask for everything below it as well.
    pub recursive: bool,
}

/// Listings that grow with each answer until a snapshot is complete.
#[derive(Clone, Debug)]
pub struct Listings {
    spec: FabricSpec,
    branch: Option<BranchAnswer>,
    known: BTreeMap<String, (ObjectId, Tree)>,
    whole_refused: bool,
    branches: Vec<NamedBody>,
}

impl Listings {
    /// Begins with a branch; none if it does not exist. One of another name is another branch.
    pub fn new(spec: &FabricSpec, branch: Option<&BranchAnswer>) -> Self {
        let branch = branch.filter(|branch| branch.name == spec.branch.as_str());
        Self {
            spec: spec.clone(),
            branch: branch.cloned(),
            known: BTreeMap::new(),
            whole_refused: false,
            branches: Vec::new(),
        }
    }

    /// The next tree to ask for; none when all are known.
    pub fn next(&self) -> Option<Question> {
        let directory = &self.spec.gitops_directory;
        let root = self.branch.as_ref()?.head().tree;
        paths(directory).into_iter().find_map(|path| {
            if self.known.contains_key(&path) {
                return None;
            }
            let id = if path.is_empty() {
                root
            } else {
                self.directory(&path)?
            };
            // From the fabric's own directories downwards everything is asked for at once.
            let is_own = if directory.is_root() {
                Root::ALL.iter().any(|root| root.name() == path)
            } else {
                path == directory.git_path()
            };
            Some(Question {
                path,
                id,
                recursive: is_own && !self.whole_refused,
            })
        })
    }

    /// Takes the answer to a question. One that was cut off is not used: single directories are asked for instead.
    ///
    /// # Errors
    /// [`PublicError`] where the answer is not a tree.
    pub fn add_tree(&mut self, question: &Question, body: TreeBody) -> Result<(), PublicError> {
        if body.truncated && question.recursive {
            self.whole_refused = true;
            return Ok(());
        }
        let mut ids = BTreeMap::from([(question.path.clone(), body.sha)]);
        let mut entries: BTreeMap<String, Vec<Entry>> =
            BTreeMap::from([(question.path.clone(), Vec::new())]);
        for entry in body.tree {
            let path = if question.path.is_empty() {
                entry.path
            } else {
                format!("{}/{}", question.path, entry.path)
            };
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
            let bits = u32::from_str_radix(&entry.mode, 8)
                .map_err(|_| PublicError::Entry(parent.to_owned()))?;
            let made = Entry {
                name: name.as_bytes().to_vec(),
                mode: Mode::from_bits(bits),
                id: entry.sha,
            };
            entries.entry(parent.to_owned()).or_default().push(made);
            if bits == 0o040_000 {
                ids.insert(path, entry.sha);
            }
        }
        for (path, entries) in entries {
            let tree = Tree::new(entries).map_err(|_| PublicError::Entry(path.clone()))?;
            if let Some(id) = ids.get(&path) {
                self.known.insert(path, (*id, tree));
            }
        }
        Ok(())
    }

    /// The answer that Hedgerow's own route would give, as far as a visitor can know it.
    pub fn answer(&self, repository: &RepositoryBody) -> SnapshotAnswer {
        let head = self.branch.as_ref().map(BranchAnswer::head);
        let wanted = paths(&self.spec.gitops_directory);
        let listings = wanted
            .iter()
            .filter_map(|path| {
                let (id, tree) = self.known.get(path)?;
                Some(DirectoryListing {
                    oid: *id,
                    ..DirectoryListing::of(path, tree)
                })
            })
            .collect();
        SnapshotAnswer {
            repository: Repository {
                id: repository.node_id.clone(),
                name: repository.full_name.clone(),
                url: repository.html_url.clone(),
                private: repository.private,
                archived: repository.archived,
                empty: false,
                default_branch: repository.default_branch.clone(),
            },
            branch: self.spec.branch.to_string(),
            directory: self.spec.gitops_directory.clone(),
            permission: Permission::Read,
            rules: BranchRules::default(),
            head: head.map(|head| head.commit),
            base: None,
            committed_at: None,
            head_commit: self.branch.as_ref().and_then(BranchAnswer::head_commit),
            root: head.map(|head| head.tree),
            listings,
            mode: ModeOffer::default(),
            claim: None,
            near_branches: self.near_branches(repository),
        }
    }

    /// Tells whether the branch does not exist, and may have been meant as another.
    pub fn is_missing(&self) -> bool {
        self.branch.is_none()
    }

    /// Takes the names of branches that do exist.
    pub fn add_branches(&mut self, branches: Vec<NamedBody>) {
        self.branches = branches;
    }

    fn near_branches(&self, repository: &RepositoryBody) -> Vec<String> {
        if !self.is_missing() {
            return Vec::new();
        }
        let names = self.branches.iter().map(|branch| branch.name.as_str());
        let default = repository.default_branch.as_deref();
        near(self.spec.branch.as_str(), default, names)
    }

    /// The id that a parent's listing states for a directory.
    fn directory(&self, path: &str) -> Option<ObjectId> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let entry = self.known.get(parent)?.1.get(name)?;
        (entry.mode == Mode::from_bits(0o040_000)).then_some(entry.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::tests::{changed, spec};
    use shared::snapshot::Head;

    /// A repository's trees, answered as GitHub does.
    fn ask(question: &Question, cut: bool) -> TreeBody {
        let snapshot = changed();
        let prefix = if question.path.is_empty() {
            String::new()
        } else {
            format!("{}/", question.path)
        };
        let mut tree = Vec::new();
        for (path, listing) in snapshot.listings() {
            let below = format!("{path}/");
            let inside =
                *path == question.path || (question.recursive && below.starts_with(&prefix));
            for entry in listing.entries().iter().filter(|_| inside) {
                let full = if path.is_empty() {
                    entry.display_name()
                } else {
                    format!("{path}/{}", entry.display_name())
                };
                tree.push(EntryBody {
                    path: full.strip_prefix(&prefix).unwrap_or(&full).to_owned(),
                    mode: format!("{:06o}", entry.mode.bits()),
                    sha: entry.id,
                });
            }
        }
        TreeBody {
            sha: question.id,
            tree,
            truncated: cut && question.recursive,
        }
    }

    fn branch_of(name: &str, head: Head) -> BranchAnswer {
        let tree = serde_json::json!({ "sha": head.tree });
        let author = serde_json::json!({ "name": "Ada", "date": "2026-01-02T12:00:00Z" });
        let inner = serde_json::json!({ "tree": tree, "message": "Tidy up\n\nAll of it.", "author": author, "committer": author });
        let commit = serde_json::json!({ "sha": head.commit, "commit": inner, "parents": [{ "sha": head.tree }] });
        let body = serde_json::json!({ "name": name, "commit": commit });
        serde_json::from_value(body).expect("a branch")
    }

    fn repository() -> RepositoryBody {
        RepositoryBody {
            node_id: "R_1".into(),
            full_name: "acme/network".into(),
            html_url: String::new(),
            private: false,
            archived: false,
            default_branch: Some("main".into()),
        }
    }

    fn read(cut: bool) -> (SnapshotAnswer, usize) {
        let head = changed().head().expect("a head");
        let branch = branch_of("main", head);
        let mut listings = Listings::new(&spec(), Some(&branch));
        let mut questions = 0;
        while let Some(question) = listings.next() {
            questions += 1;
            assert!(questions < 20, "it ends");
            listings
                .add_tree(&question, ask(&question, cut))
                .expect("a tree");
        }
        (listings.answer(&repository()), questions)
    }

    #[test]
    fn whose_commit_the_head_is_is_told() {
        let commit = read(false).0.head_commit.expect("a commit");
        assert_eq!(Some(commit.id), changed().head().map(|head| head.commit));
        assert_eq!(
            (commit.author.as_deref(), commit.subject.as_str()),
            (Some("Ada"), "Tidy up")
        );
        assert_eq!(commit.time.as_deref(), Some("2026-01-02T12:00:00Z"));
    }

    #[test]
    fn a_few_questions_make_the_same_snapshot() {
        let (answer, questions) = read(false);
        assert_eq!(answer.verified().as_ref(), Ok(&changed()));
        assert_eq!(
            questions, 2,
            "the root, and the directory with all below it"
        );
    }

    #[test]
    fn a_listing_that_was_cut_off_is_asked_for_in_parts() {
        let (answer, questions) = read(true);
        assert_eq!(answer.verified().as_ref(), Ok(&changed()));
        assert_eq!(questions, 4);
    }

    #[test]
    fn a_renamed_branch_says_nothing_of_the_one_that_is_gone() {
        let head = changed().head().expect("a head");
        let renamed = branch_of("trunk", head);
        assert_eq!(Listings::new(&spec(), Some(&renamed)).next(), None);
    }

    #[test]
    fn a_missing_branch_asks_for_no_tree_and_names_those_that_are_near() {
        let mut spec = spec();
        spec.branch = shared::names::BranchName::parse("relase").expect("a name");
        let mut listings = Listings::new(&spec, None);
        assert!(listings.is_missing() && listings.next().is_none());
        let names = serde_json::json!([{ "name": "main" }, { "name": "release" }]);
        listings.add_branches(serde_json::from_value(names).expect("a list"));
        assert_eq!(listings.answer(&repository()).near_branches, ["release"]);
    }
}
