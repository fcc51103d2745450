//! One query that answers everything a plan needs: permission, rules, head, listings, and the start that was approved.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::api::{
    BranchRules, DirectoryListing, Permission, Repository, SnapshotAnswer, TreeEntry,
};
use shared::git::ObjectId;
use shared::names::{BranchName, DirectoryPath, RepoName};
use shared::snapshot::{Snapshot, directory_id_in_root, paths};

use super::{Github, GithubError};
use crate::host::Host;
use crate::repository_id::RepositoryId;

/// How often a reading of two commits is repeated.
const MIXED: u32 = 4;

/// What one query said.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The repository.
    pub repository: RepositoryId,
    /// As the page gets it.
    pub answer: SnapshotAnswer,
    /// The listings, proved against the head.
    pub snapshot: Snapshot,
    /// What stood at the approved head, where one was asked about.
    pub approved: Approved,
    /// The head of the branch to be written, where that is left behind and the reading is of another one.
    pub left_behind: Option<ObjectId>,
}

/// The fabric's directory at the head that a person approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Approved {
    /// That head is not a commit of the repository, or none was asked about.
    UnknownHead,
    /// The directory's id; none where it did not exist.
    Directory(Option<ObjectId>),
}

#[derive(Deserialize)]
struct Data {
    repository: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RepositoryData {
    id: String,
    database_id: u64,
    name_with_owner: String,
    url: String,
    is_private: bool,
    is_archived: bool,
    is_empty: bool,
    viewer_permission: Option<String>,
    default_branch_ref: Option<Named>,
    #[serde(rename = "ref")]
    branch: Option<Branch>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Branch {
    target: Option<Target>,
    ref_update_rule: Option<UpdateRule>,
    rules: Option<Rules>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    oid: ObjectId,
    tree: Option<Oid>,
    #[serde(default)]
    committed_date: Option<String>,
}

#[derive(Deserialize)]
struct Oid {
    oid: ObjectId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateRule {
    required_approving_review_count: Option<u32>,
    viewer_can_push: Option<bool>,
}

#[derive(Deserialize)]
struct Rules {
    nodes: Option<Vec<Option<Rule>>>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Object {
    oid: ObjectId,
    entries: Option<Vec<TreeEntry>>,
}

impl<H: Host> Github<'_, H> {
    /// Reads a branch as far as `directory` is concerned, and the directory at the head that was approved: one request.
    pub(crate) async fn read(
        &self,
        repo: &RepoName,
        branch: &BranchName,
        directory: &DirectoryPath,
        approved: Option<ObjectId>,
    ) -> Result<Reading, GithubError> {
        let paths = paths(directory);
        let variables = variables(repo, branch, directory, &paths, approved);
        let document = document(paths.len(), approved.is_some());
        // GitHub does not answer a query from one moment: where the head moves meanwhile, the listings of two commits
        // come together, which the snapshot does not take.
        let mut tries = 0;
        loop {
            let data: Data = self.graphql(&document, &variables, repo.as_str()).await?;
            let value = data
                .repository
                .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
            match reading(value, branch, directory, &paths, approved) {
                Ok(reading) => return Ok(reading),
                Err(_) if tries < MIXED => tries += 1,
                Err(reason) => return Err(GithubError::NotUnderstood(reason)),
            }
        }
    }
}

/// The document with one alias per listing.
fn document(listings: usize, with_approved: bool) -> String {
    let mut parameters = String::from("$owner: String!, $name: String!, $ref: String!");
    let mut aliases = String::new();
    for index in 0..listings {
        parameters.push_str(&format!(", $e{index}: String!"));
        aliases.push_str(&format!(
            "    l{index}: object(expression: $e{index}) {{ ...Listing }}\n"
        ));
    }
    if with_approved {
        parameters.push_str(", $approvedHead: GitObjectID!, $approved: String!");
        aliases.push_str("    approvedHead: object(oid: $approvedHead) { __typename }\n    approved: object(expression: $approved) { ...Listing }\n");
    }
    format!(
        "query Snapshot({parameters}) {{
  repository(owner: $owner, name: $name) {{
    id databaseId nameWithOwner url isPrivate isArchived isEmpty viewerPermission
    defaultBranchRef {{ name }}
    ref(qualifiedName: $ref) {{
      target {{ oid ... on Commit {{ committedDate tree {{ oid }} }} }}
      refUpdateRule {{ viewerCanPush requiredApprovingReviewCount }}
      rules(first: 50) {{ nodes {{ type }} }}
    }}
{aliases}  }}
}}
fragment Listing on GitObject {{ oid ... on Tree {{ entries {{ name nameRaw mode type oid }} }} }}
"
    )
}

fn variables(
    repo: &RepoName,
    branch: &BranchName,
    directory: &DirectoryPath,
    paths: &[String],
    approved: Option<ObjectId>,
) -> Value {
    let mut variables = Map::new();
    variables.insert("owner".to_owned(), json!(repo.owner()));
    variables.insert("name".to_owned(), json!(repo.name()));
    variables.insert("ref".to_owned(), json!(branch.full_ref()));
    for (index, path) in paths.iter().enumerate() {
        variables.insert(
            format!("e{index}"),
            json!(format!("{}:{path}", branch.full_ref())),
        );
    }
    if let Some(head) = approved {
        variables.insert("approvedHead".to_owned(), json!(head));
        variables.insert(
            "approved".to_owned(),
            json!(format!("{head}:{}", directory.git_path())),
        );
    }
    Value::Object(variables)
}

fn reading(
    mut value: Value,
    branch: &BranchName,
    directory: &DirectoryPath,
    paths: &[String],
    asked: Option<ObjectId>,
) -> Result<Reading, String> {
    let mut object = |alias: &str| match value.get_mut(alias).map(Value::take) {
        None | Some(Value::Null) => Ok(None),
        Some(object) => serde_json::from_value::<Object>(object)
            .map(Some)
            .map_err(|error| format!("{alias}: {error}")),
    };
    let mut listings = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        // What is no directory has no entries, and its parent's listing already says what it is.
        if let Some(Object {
            oid,
            entries: Some(entries),
        }) = object(&format!("l{index}"))?
        {
            listings.push(DirectoryListing {
                path: path.clone(),
                oid,
                entries,
            });
        }
    }
    let at_approved = object("approved")?;
    let knows_head = asked.is_some()
        && value
            .get("approvedHead")
            .is_some_and(|head| head["__typename"] == "Commit");
    let data: RepositoryData = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let approved = if knows_head {
        Approved::Directory(directory_id(at_approved, directory)?)
    } else {
        Approved::UnknownHead
    };
    let repository = RepositoryId {
        number: data.database_id,
        node_id: data.id.clone(),
    };
    let answer = answer(data, branch, directory, listings);
    let snapshot = answer.verified().map_err(|error| error.to_string())?;
    Ok(Reading {
        repository,
        answer,
        snapshot,
        approved,
        left_behind: None,
    })
}

fn directory_id(
    object: Option<Object>,
    directory: &DirectoryPath,
) -> Result<Option<ObjectId>, String> {
    let Some(object) = object else {
        return Ok(None);
    };
    if !directory.is_root() {
        return Ok(Some(object.oid));
    }
    let listing = DirectoryListing {
        path: String::new(),
        oid: object.oid,
        entries: object.entries.unwrap_or_default(),
    };
    let tree = listing.tree().map_err(|error| error.to_string())?;
    if tree.id() != object.oid {
        return Err(format!(
            "the listing of {} hashes to {}",
            object.oid,
            tree.id()
        ));
    }
    Ok(directory_id_in_root(&tree))
}

fn answer(
    data: RepositoryData,
    branch: &BranchName,
    directory: &DirectoryPath,
    listings: Vec<DirectoryListing>,
) -> SnapshotAnswer {
    let can_push = matches!(
        data.viewer_permission.as_deref(),
        Some("WRITE" | "MAINTAIN" | "ADMIN")
    );
    let rules = data.branch.as_ref().map(branch_rules).unwrap_or_default();
    let mode = rules.offer(branch.as_str());
    let target = data.branch.and_then(|branch| branch.target);
    SnapshotAnswer {
        repository: Repository {
            id: data.id,
            name: data.name_with_owner,
            url: data.url,
            private: data.is_private,
            archived: data.is_archived,
            empty: data.is_empty,
            default_branch: data.default_branch_ref.map(|named| named.name),
        },
        branch: branch.to_string(),
        directory: directory.clone(),
        permission: if can_push {
            Permission::Write
        } else {
            Permission::Read
        },
        rules,
        head: target.as_ref().map(|target| target.oid),
        base: None,
        committed_at: target
            .as_ref()
            .and_then(|target| target.committed_date.clone()),
        root: target.and_then(|target| target.tree).map(|tree| tree.oid),
        listings,
        mode,
        claim: None,
    }
}

fn branch_rules(branch: &Branch) -> BranchRules {
    let by_ruleset = branch
        .rules
        .iter()
        .flat_map(|rules| rules.nodes.iter().flatten().flatten())
        .any(|rule| rule.kind == "PULL_REQUEST");
    let by_protection = branch.ref_update_rule.as_ref().is_some_and(|rule| {
        rule.required_approving_review_count
            .is_some_and(|count| count > 0)
    });
    let can_push = branch.ref_update_rule.as_ref();
    let can_push = can_push.and_then(|rule| rule.viewer_can_push);
    BranchRules {
        pull_request_required: by_ruleset || by_protection,
        push_restricted: can_push == Some(false),
    }
}
