//! One query that answers everything a plan needs: permission, rules, head, listings, and the start that was approved.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::git::{CommitFacts, Entry, Mode, ObjectId, Tree};
use shared::names::{BranchName, DirectoryPath, RepoName};
use shared::quote::sentence::Name;
use shared::snapshot::{Head, Snapshot, directory_id_in_root, paths};

use super::branch_rules::{BranchRules, Rules, UpdateRule};
use super::graphql::nullable;
use super::lacking::Newer;
use super::last_commits::{CommitFactsData, FACTS};
use super::repository::RepositoryData;
use super::{Github, GithubError, Repository};
use crate::config::Config;
use crate::host::Host;

/// The first part of the names of all branches that pull requests wait on.
pub(crate) const PROPOSALS: &str = "hedgerow";
/// How often reading is repeated where two commits were mixed.
const MIXED_RETRIES: u32 = 4;

/// A branch as one query said it, as far as a fabric's directory is concerned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BranchSnapshot {
    pub repository: Repository,
    /// The branch that was asked for.
    pub branch: BranchName,
    /// The directory that was asked for.
    pub directory: DirectoryPath,
    /// What the branch demands of a write; a hint, since the write itself decides.
    pub rules: BranchRules,
    /// The branch's head; none if the branch does not exist.
    pub head: Option<ObjectId>,
    /// Where a branch that does not exist would begin: the listings are those of this head instead.
    pub base: Option<BaseBranch>,
    /// When the commit that was read was made, RFC 3339.
    pub committed_at: Option<String>,
    /// Whose commit it was, and its first two parents.
    pub head_commit: Option<CommitFacts>,
    pub parents: Vec<ObjectId>,
    /// The listings, proved against the head, or the base's.
    #[serde(with = "super::listings")]
    pub snapshot: Snapshot,
    /// What stood at the approved head, where one was asked about.
    pub approved: Approved,
    /// The branch because of which git cannot have this one, where this one does not exist.
    pub blocked_by: Option<BranchName>,
    /// The branch because of which git cannot have those that pull requests wait on.
    pub proposals_blocked_by: Option<BranchName>,
    /// The head of the branch to be written, where that is left behind and another one was read.
    pub left_behind: Option<ObjectId>,
}

/// A branch that another one would begin from, and its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BaseBranch {
    pub branch: BranchName,
    pub head: ObjectId,
}

/// The fabric's directory at the head that a person approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Approved {
    /// That head is not a commit of the repository, or none was asked about.
    UnknownHead,
    /// The directory's id; none if it did not exist.
    Directory(Option<ObjectId>),
}

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SnapshotData {
    #[serde(flatten)]
    repository: RepositoryData,
    name_with_owner: String,
    url: String,
    is_empty: bool,
    #[serde(deserialize_with = "nullable")]
    default_branch_ref: Option<Named>,
    #[serde(rename = "ref", deserialize_with = "nullable")]
    branch: Option<Branch>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Branch {
    name: String,
    target: Option<Target>,
    ref_update_rule: Option<UpdateRule>,
    rules: Option<Rules>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    tree: Option<Oid>,
    #[serde(flatten)]
    commit: CommitFactsData,
}

#[derive(Deserialize)]
struct Oid {
    oid: ObjectId,
}

#[derive(Deserialize)]
pub(super) struct Object {
    oid: ObjectId,
    entries: Option<Vec<TreeEntry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TreeEntry {
    /// For people; names need not be UTF-8.
    name: String,
    /// The name's bytes, base64.
    name_raw: String,
    mode: u32,
    oid: ObjectId,
}

/// A directory of a branch that is asked about, and the head at which a person approved what it held.
pub(crate) type Wanted<'a> = (&'a DirectoryPath, Option<ObjectId>);

impl<H: Host> Github<'_, H> {
    /// Reads a branch as far as `directory` is concerned, and the directory at the head that was approved: one request.
    pub(crate) async fn read(
        &self,
        repo: &RepoName,
        branch: &BranchName,
        directory: &DirectoryPath,
        approved: Option<ObjectId>,
    ) -> Result<BranchSnapshot, GithubError> {
        let mut read = self
            .read_together(repo, branch, &[(directory, approved)])
            .await?;
        let missing = || self.not_understood("nothing was read");
        read.pop().ok_or_else(missing)
    }

    /// Reads a branch as far as several directories are concerned, each as [`Self::read`] does: one request, in this order.
    pub(crate) async fn read_together(
        &self,
        repo: &RepoName,
        branch: &BranchName,
        wanted: &[Wanted<'_>],
    ) -> Result<Vec<BranchSnapshot>, GithubError> {
        let paths: BTreeSet<String> = wanted
            .iter()
            .flat_map(|(directory, _)| paths(directory))
            .collect();
        let paths: Vec<String> = paths.into_iter().collect();
        let variables = variables(repo, branch, &paths, wanted);
        let blocking = blocking_refs(branch);
        let approvals: Vec<bool> = wanted.iter().map(|(_, head)| head.is_some()).collect();
        // GitHub does not answer a query from one moment: where the head moves in the meantime, the listings of two commits
        // come together, which the snapshot does not take.
        let mut tries = 0;
        loop {
            let with_rules = !self.lacks(Newer::BranchRules);
            let document = document(paths.len(), &blocking, &approvals, with_rules);
            let answer = self.graphql_in_part(&document, &variables, repo.as_str(), is_hint);
            let (data, left_out): (Data, _) = match answer.await {
                Ok(answer) => answer,
                // An older Enterprise Server: what its rules demand is known once it refuses.
                Err(error) if with_rules && self.learns_to_lack(Newer::BranchRules, &error) => {
                    continue;
                }
                Err(error) => return Err(error),
            };
            let value = data
                .repository
                .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
            let config = self.host.config();
            let read = wanted.iter().enumerate().map(|(number, wanted)| {
                let of = (number, *wanted);
                branch_snapshot(value.clone(), repo, branch, of, &paths, config)
            });
            match read.collect::<Result<Vec<_>, _>>() {
                Ok(mut read) => {
                    // What is not told is not known to be nothing.
                    let is_told = with_rules && left_out.is_empty();
                    for one in &mut read {
                        one.rules.is_for_all &= is_told;
                    }
                    return Ok(read);
                }
                Err(_) if tries < MIXED_RETRIES => tries += 1,
                Err(reason) => return Err(self.not_understood(&reason)),
            }
        }
    }
}

/// One side of [`Github::read_commits`].
#[derive(Deserialize)]
struct CommitTree {
    tree: Option<Oid>,
}

impl<H: Host> Github<'_, H> {
    /// Reads a fabric's directory at two commits, whichever branch has them, each proved against its root tree: one request.
    pub(crate) async fn read_commits(
        &self,
        repo: &RepoName,
        commits: [ObjectId; 2],
        directory: &DirectoryPath,
    ) -> Result<[Snapshot; 2], GithubError> {
        let paths = paths(directory);
        let (document, variables) = commits_question(repo, commits, &paths);
        let data: Data = self.graphql(&document, &variables, repo.as_str()).await?;
        let mut value = data
            .repository
            .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
        let mut side = |side: usize, commit: ObjectId| -> Result<Snapshot, String> {
            let mut take = |alias: &str| value.get_mut(alias).map(Value::take);
            let found: Option<CommitTree> = match take(&format!("c{side}")) {
                Some(found) => serde_json::from_value(found).map_err(|error| error.to_string())?,
                None => None,
            };
            let tree = found.and_then(|found| found.tree);
            let tree = tree.ok_or_else(|| format!("{commit} has no tree"))?.oid;
            let mut listings = BTreeMap::new();
            for (index, path) in paths.iter().enumerate() {
                let alias = format!("s{side}l{index}");
                let object = take(&alias).ok_or_else(|| format!("{alias} is missing"))?;
                let object: Option<Object> =
                    serde_json::from_value(object).map_err(|error| error.to_string())?;
                if let Some(entries) = object.and_then(|object| object.entries) {
                    listings.insert(path.clone(), entries);
                }
            }
            verified(Head { commit, tree }, directory, listings)
        };
        let [before, after] = commits;
        let both = side(0, before).and_then(|before| Ok([before, side(1, after)?]));
        both.map_err(|why| self.not_understood(&why))
    }
}

fn commits_question(repo: &RepoName, commits: [ObjectId; 2], paths: &[String]) -> (String, Value) {
    let mut variables = Map::new();
    variables.insert("owner".to_owned(), json!(repo.owner()));
    variables.insert("name".to_owned(), json!(repo.name()));
    let mut parameters = String::from("$owner: String!, $name: String!");
    let mut aliases = String::new();
    for (side, commit) in commits.iter().enumerate() {
        variables.insert(format!("c{side}"), json!(commit));
        parameters.push_str(&format!(", $c{side}: GitObjectID!"));
        aliases.push_str(&format!(
            "    c{side}: object(oid: $c{side}) {{ ... on Commit {{ tree {{ oid }} }} }}\n"
        ));
        for (index, path) in paths.iter().enumerate() {
            let alias = format!("s{side}l{index}");
            variables.insert(alias.clone(), json!(format!("{commit}:{path}")));
            parameters.push_str(&format!(", ${alias}: String!"));
            aliases.push_str(&format!(
                "    {alias}: object(expression: ${alias}) {{ ...Listing }}\n"
            ));
        }
    }
    let document = format!(
        "query Commits({parameters}) {{\n  repository(owner: $owner, name: $name) {{\n{aliases}  }}\n}}\n{LISTING}\n"
    );
    (document, Value::Object(variables))
}

/// What is asked of each directory.
const LISTING: &str =
    "fragment Listing on GitObject { oid ... on Tree { entries { name nameRaw mode type oid } } }";

/// Tells whether a field is one of those that only say beforehand what the write finds out.
fn is_hint(path: &[Value]) -> bool {
    path.iter()
        .any(|part| part == "rules" || part == "refUpdateRule")
}

/// The document with one alias per listing, and two for each head that was approved.
fn document(listings: usize, blocking: &[String], approvals: &[bool], with_rules: bool) -> String {
    let rules = if with_rules {
        "rules(first: 100) { nodes { type } }"
    } else {
        ""
    };
    let mut parameters =
        String::from("$owner: String!, $name: String!, $ref: String!, $below: String!");
    let mut aliases = String::new();
    for index in 0..listings {
        parameters.push_str(&format!(", $e{index}: String!"));
        aliases.push_str(&format!(
            "    l{index}: object(expression: $e{index}) {{ ...Listing }}\n"
        ));
    }
    for index in 0..blocking.len() {
        parameters.push_str(&format!(", $b{index}: String!"));
        aliases.push_str(&format!(
            "    b{index}: ref(qualifiedName: $b{index}) {{ prefix name }}\n"
        ));
    }
    for (index, _) in approvals.iter().enumerate().filter(|(_, is)| **is) {
        parameters.push_str(&format!(", $h{index}: GitObjectID!, $a{index}: String!"));
        aliases.push_str(&format!(
            "    h{index}: object(oid: $h{index}) {{ __typename }}\n    a{index}: object(expression: $a{index}) {{ ...Listing }}\n"
        ));
    }
    format!(
        "query Snapshot({parameters}) {{
  repository(owner: $owner, name: $name) {{
    id databaseId nameWithOwner url isPrivate isArchived isEmpty viewerPermission
    defaultBranchRef {{ name }}
    below: refs(refPrefix: $below, first: 1) {{ nodes {{ prefix name }} }}
    ref(qualifiedName: $ref) {{
      name
      target {{ oid ... on Commit {{ {FACTS} tree {{ oid }} }} }}
      refUpdateRule {{ viewerCanPush requiredApprovingReviewCount requiredStatusCheckContexts requiresSignatures }}
      {rules}
    }}
{aliases}  }}
}}
{LISTING}
"
    )
}

fn variables(
    repo: &RepoName,
    branch: &BranchName,
    paths: &[String],
    wanted: &[Wanted<'_>],
) -> Value {
    let mut variables = Map::new();
    variables.insert("owner".to_owned(), json!(repo.owner()));
    variables.insert("name".to_owned(), json!(repo.name()));
    variables.insert("ref".to_owned(), json!(branch.full_ref()));
    variables.insert("below".to_owned(), json!(format!("{}/", branch.full_ref())));
    for (index, full_ref) in blocking_refs(branch).iter().enumerate() {
        variables.insert(format!("b{index}"), json!(full_ref));
    }
    for (index, path) in paths.iter().enumerate() {
        variables.insert(
            format!("e{index}"),
            json!(format!("{}:{path}", branch.full_ref())),
        );
    }
    for (index, (directory, approved)) in wanted.iter().enumerate() {
        if let Some(head) = approved {
            variables.insert(format!("h{index}"), json!(head));
            let expression = format!("{head}:{}", directory.git_path());
            variables.insert(format!("a{index}"), json!(expression));
        }
    }
    Value::Object(variables)
}

fn branch_snapshot(
    mut value: Value,
    repo: &RepoName,
    branch: &BranchName,
    (number, (directory, asked)): (usize, Wanted<'_>),
    all_paths: &[String],
    config: &Config,
) -> Result<BranchSnapshot, String> {
    let (blocked_by, proposals_blocked_by) = blocked(&value, branch);
    let mut object = |alias: &str| match value.get_mut(alias).map(Value::take) {
        None => Err(format!("{alias} is missing")),
        Some(Value::Null) => Ok(None),
        Some(object) => serde_json::from_value::<Object>(object)
            .map(Some)
            .map_err(|error| format!("{alias}: {error}")),
    };
    let mut listings = BTreeMap::new();
    let own = paths(directory);
    let listed = all_paths.iter().enumerate();
    for (index, path) in listed.filter(|(_, path)| own.contains(path)) {
        // What is not a directory has no entries, and its parent's listing already says what it is.
        if let Some(Object {
            entries: Some(entries),
            ..
        }) = object(&format!("l{index}"))?
        {
            listings.insert(path.clone(), entries);
        }
    }
    let at_approved = match asked {
        Some(_) => object(&format!("a{number}"))?,
        None => None,
    };
    let knows_head = asked.is_some()
        && value
            .get(format!("h{number}"))
            .is_some_and(|head| head["__typename"] == "Commit");
    let data: SnapshotData = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let approved = if knows_head {
        Approved::Directory(directory_id(at_approved, directory)?)
    } else {
        Approved::UnknownHead
    };
    if let Some(found) = &data.branch {
        if found.name != branch.as_str() {
            return Err(format!("it is about the branch {}", Name(&found.name)));
        }
        let commit = found.target.as_ref();
        if commit.and_then(|commit| commit.tree.as_ref()).is_none() {
            return Err("the branch has no commit".to_owned());
        }
    }
    let (target, rules) = match data.branch {
        Some(branch) => {
            let rules = BranchRules::of_branch(branch.ref_update_rule.as_ref(), branch.rules);
            (branch.target, rules)
        }
        None => (None, BranchRules::default()),
    };
    let head = target.as_ref().map(|target| target.commit.oid);
    let committed_at = target
        .as_ref()
        .and_then(|target| target.commit.committed_date.clone());
    let head_commit = target.as_ref().and_then(|target| target.commit.facts());
    let parents = target
        .as_ref()
        .map(|target| target.commit.parents())
        .unwrap_or_default();
    let root = target.and_then(|target| target.tree).map(|tree| tree.oid);
    let snapshot = match (head, root) {
        (Some(commit), Some(tree)) => verified(Head { commit, tree }, directory, listings)?,
        _ => Snapshot::without_head(),
    };
    let repository = Repository {
        id: data.repository.id(),
        // The name that was asked for leads there as well, where Hedgerow does not take today's.
        name: RepoName::parse(&data.name_with_owner).unwrap_or_else(|_| repo.clone()),
        url: data.url,
        is_private: data.repository.is_private(config),
        is_archived: data.repository.is_archived,
        is_empty: data.is_empty,
        default_branch: data.default_branch_ref.map(|named| named.name),
        can_push: data.repository.can_push(),
    };
    Ok(BranchSnapshot {
        repository,
        branch: branch.clone(),
        directory: directory.clone(),
        rules,
        head,
        base: None,
        blocked_by: blocked_by.filter(|_| head.is_none()),
        proposals_blocked_by,
        committed_at,
        head_commit,
        parents,
        snapshot,
        approved,
        left_behind: None,
    })
}

/// The full refs beside which git cannot have a branch: those of the names that it lies in, and at last the one that pull
/// requests cannot be beside. Every name but the last is only a part of another one, which is seldom.
fn blocking_refs(branch: &BranchName) -> Vec<String> {
    let above = branch.above().map(|above| above.full_ref());
    above.chain([format!("refs/heads/{PROPOSALS}")]).collect()
}

/// Which branches keep git from having this one, and those of proposals.
fn blocked(value: &Value, branch: &BranchName) -> (Option<BranchName>, Option<BranchName>) {
    let named = |found: &Value| {
        let full = format!("{}{}", found["prefix"].as_str()?, found["name"].as_str()?);
        BranchName::parse(full.strip_prefix("refs/heads/")?).ok()
    };
    let above = branch.above().count();
    let mut blocking = (0..above).map(|index| &value[format!("b{index}")]);
    let below = value["below"]["nodes"].as_array();
    let below = below.and_then(|below| below.iter().find_map(named));
    let own = blocking.find_map(named).or(below);
    (own, named(&value[format!("b{above}")]))
}

/// Checks that the listings are what the head holds.
fn verified(
    head: Head,
    directory: &DirectoryPath,
    listings: BTreeMap<String, Vec<TreeEntry>>,
) -> Result<Snapshot, String> {
    let mut trees = BTreeMap::new();
    for (path, entries) in listings {
        let tree = tree(&path, entries)?;
        trees.insert(path, tree);
    }
    Snapshot::verified(head, directory, trees).map_err(|error| error.to_string())
}

fn tree(path: &str, entries: Vec<TreeEntry>) -> Result<Tree, String> {
    let entries = entries.into_iter().map(|entry| {
        let name = BASE64.decode(entry.name_raw.as_bytes());
        Ok(Entry {
            name: name.map_err(|_| format!("the name {:?} does not decode", entry.name))?,
            mode: Mode::from_bits(entry.mode),
            id: entry.oid,
        })
    });
    let entries = entries.collect::<Result<_, String>>()?;
    Tree::new(entries).map_err(|error| format!("{}: {error}", Name(path)))
}

pub(super) fn directory_id(
    object: Option<Object>,
    directory: &DirectoryPath,
) -> Result<Option<ObjectId>, String> {
    let Some(object) = object else {
        return Ok(None);
    };
    if !directory.is_root() {
        return Ok(Some(object.oid));
    }
    let tree = tree("", object.entries.unwrap_or_default())?;
    if tree.id() != object.oid {
        return Err(format!(
            "the listing of {} hashes to {}",
            object.oid,
            tree.id()
        ));
    }
    Ok(directory_id_in_root(&tree))
}
