//! One query for the ids of many fabrics' directories, and what is left of the limit.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::git::{CommitFacts, ObjectId};
use shared::names::{BranchName, DirectoryPath, RepoName};

use super::last_commits::{CommitFactsData, FACTS};
use super::repository::RepositoryData;
use super::snapshot::{Object, directory_id};
use super::{Github, GithubError};
use crate::config::Config;
use crate::host::Host;
use crate::repository_id::RepositoryId;
use crate::timestamp::from_rfc3339;

/// Directories of one branch.
pub(crate) struct AskedBranch {
    pub repo: RepoName,
    pub branch: BranchName,
    pub directories: Vec<DirectoryPath>,
}

/// What was seen of them.
pub(crate) struct SeenBranch {
    pub repository: RepositoryId,
    /// Whether only some may see it.
    pub is_private: bool,
    pub head: ObjectId,
    /// When that commit was made, and whose it is, where that is known.
    pub committed_at: Option<String>,
    pub commit: Option<CommitFacts>,
    /// The directories' ids, in their order; none where there is no such directory.
    pub directories: Vec<Option<ObjectId>>,
}

/// What is left of the limit of whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    pub limit: u64,
    pub remaining: u64,
    /// When it begins anew.
    pub reset_ms: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RateLimit {
    limit: u64,
    remaining: u64,
    reset_at: String,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    target: CommitFactsData,
}

impl<H: Host> Github<'_, H> {
    /// Reads the ids of directories of many branches, also of none, and what is left of the limit: one request. None of a branch where there is none, or that this token does not
    /// see. GitHub does not answer from one moment, so that a head may be newer than an id that stands with it.
    pub(crate) async fn directory_ids(
        &self,
        asked: &[AskedBranch],
    ) -> Result<(Vec<Option<SeenBranch>>, Option<Budget>), GithubError> {
        let (document, variables) = query(asked);
        let may_lack = |path: &[Value]| {
            let alias = path.first().and_then(Value::as_str);
            alias.is_some_and(|alias| alias.starts_with('r') && alias != "rateLimit")
        };
        let data: Value = self
            .graphql_of_many(&document, &variables, may_lack)
            .await?;
        let config = self.host.config();
        let seen = asked.iter().enumerate();
        let seen =
            seen.map(|(index, asked)| seen_branch(&data[format!("r{index}")], asked, config));
        // An Enterprise Server without limits says nothing of them.
        let limit = serde_json::from_value::<RateLimit>(data["rateLimit"].clone()).ok();
        let budget = limit.and_then(|limit| {
            Some(Budget {
                limit: limit.limit,
                remaining: limit.remaining,
                reset_ms: from_rfc3339(&limit.reset_at)?,
            })
        });
        Ok((seen.collect(), budget))
    }
}

fn query(asked: &[AskedBranch]) -> (String, Value) {
    let mut variables = Map::new();
    let mut parameters = Vec::new();
    let mut variable = |name: String, value: &str| {
        parameters.push(format!("${name}: String!"));
        variables.insert(name, json!(value));
    };
    let mut aliases = String::new();
    for (index, asked) in asked.iter().enumerate() {
        variable(format!("o{index}"), asked.repo.owner());
        variable(format!("n{index}"), asked.repo.name());
        variable(format!("b{index}"), &asked.branch.full_ref());
        aliases.push_str(&format!(
            "  r{index}: repository(owner: $o{index}, name: $n{index}) {{ id databaseId isPrivate isArchived viewerPermission\n    ref(qualifiedName: $b{index}) {{ name target {{ oid ... on Commit {{ {FACTS} }} }} }}\n"
        ));
        for (at, directory) in asked.directories.iter().enumerate() {
            let expression = format!("{}:{}", asked.branch.full_ref(), directory.git_path());
            variable(format!("d{index}_{at}"), &expression);
            // The id of a repository's root says more than a fabric's directory there holds.
            let listing = match directory.is_root() {
                true => " ... on Tree { entries { name nameRaw mode type oid } }",
                false => "",
            };
            aliases.push_str(&format!(
                "    d{at}: object(expression: $d{index}_{at}) {{ oid{listing} }}\n"
            ));
        }
        aliases.push_str("  }\n");
    }
    let parameters = match parameters.is_empty() {
        true => String::new(),
        false => format!("({})", parameters.join(", ")),
    };
    let document = format!(
        "query DirectoryIds{parameters} {{\n{aliases}  rateLimit {{ limit remaining resetAt }}\n}}\n"
    );
    (document, Value::Object(variables))
}

/// None where something is missing that was asked for.
fn seen_branch(value: &Value, asked: &AskedBranch, config: &Config) -> Option<SeenBranch> {
    let repository: RepositoryData = serde_json::from_value(value.clone()).ok()?;
    let branch: Branch = serde_json::from_value(value["ref"].clone()).ok()?;
    if branch.name != asked.branch.as_str() {
        return None;
    }
    let directories = asked.directories.iter().enumerate();
    let directories = directories.map(|(at, directory)| {
        let object: Option<Object> =
            serde_json::from_value(value.get(format!("d{at}"))?.clone()).ok()?;
        directory_id(object, directory).ok()?
    });
    Some(SeenBranch {
        is_private: repository.is_private(config),
        repository: repository.id(),
        head: branch.target.oid,
        committed_at: branch.target.committed_date.clone(),
        commit: branch.target.facts(),
        directories: directories.collect(),
    })
}
