//! The branches of a repository, to choose from.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::names::{BranchName, RepoName, near};

use super::graphql::nullable;
use super::{Github, GithubError, PROPOSALS};
use crate::host::Host;

/// The most branches that are named at once.
const BRANCHES: u32 = 50;
/// The most branches that are looked at for each part of a name that does not exist.
const LOOKED_AT: u32 = 100;
/// In how many parts such a name is cut, at least: fewer slips leave one of them whole.
const PARTS: usize = 3;

/// The branches whose names contain a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Branches {
    /// The first of them.
    pub names: Vec<String>,
    /// The repository's default branch; none if there is no commit.
    pub default: Option<String>,
    /// How many there are.
    pub total: usize,
}

const BRANCHES_QUERY: &str =
    "query Branches($owner: String!, $name: String!, $query: String!, $first: Int!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name }
    refs(refPrefix: \"refs/heads/\", query: $query, first: $first) { totalCount nodes { name } }
  }
}
";

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<BranchesData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BranchesData {
    #[serde(deserialize_with = "nullable")]
    default_branch_ref: Option<Named>,
    #[serde(deserialize_with = "nullable")]
    refs: Option<Refs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refs {
    total_count: usize,
    nodes: Option<Vec<Option<Named>>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct NearData {
    #[serde(deserialize_with = "nullable")]
    repository: Option<FoundData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FoundData {
    #[serde(deserialize_with = "nullable")]
    default_branch_ref: Option<Named>,
    /// What contains each part.
    #[serde(flatten)]
    listed: BTreeMap<String, Option<NamedRefs>>,
}

#[derive(Deserialize)]
struct NamedRefs {
    nodes: Option<Vec<Option<Named>>>,
}

impl<H: Host> Github<'_, H> {
    /// The branches whose names contain `query`, the default branch first: one request.
    pub(crate) async fn branches(
        &self,
        repo: &RepoName,
        query: &str,
    ) -> Result<Branches, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "query": query, "first": BRANCHES });
        let data: Data = self
            .graphql(BRANCHES_QUERY, &variables, repo.as_str())
            .await?;
        let data = data
            .repository
            .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
        let default_branch = data.default_branch_ref.map(|named| named.name);
        let (total, nodes) = data
            .refs
            .map_or((0, None), |refs| (refs.total_count, refs.nodes));
        let names = nodes
            .into_iter()
            .flatten()
            .flatten()
            .map(|named| named.name);
        let mut branches: Vec<String> = names.collect();
        branches.sort_by_key(|name| Some(name) != default_branch.as_ref());
        Ok(Branches {
            names: branches,
            default: default_branch,
            total,
        })
    }

    /// The branches whose names are near that of one that does not exist, and can be meant by it, the nearest first: one request.
    /// GitHub finds what contains a text, so it is asked for what contains a part of the name. Of repositories with more
    /// than a hundred branches for each part, the others are not looked at; the default branch always is.
    pub(crate) async fn near_branches(
        &self,
        repo: &RepoName,
        branch: &BranchName,
    ) -> Result<Vec<String>, GithubError> {
        let parts = parts(branch.as_str());
        let mut variables = Map::new();
        variables.insert("owner".to_owned(), json!(repo.owner()));
        variables.insert("name".to_owned(), json!(repo.name()));
        variables.insert("first".to_owned(), json!(LOOKED_AT));
        let (mut parameters, mut aliases) = (String::new(), String::new());
        for (index, part) in parts.iter().enumerate() {
            variables.insert(format!("p{index}"), json!(part));
            parameters.push_str(&format!(", $p{index}: String!"));
            aliases.push_str(&format!(
                "    p{index}: refs(refPrefix: \"refs/heads/\", query: $p{index}, first: $first) {{ nodes {{ name }} }}\n"
            ));
        }
        let document = format!(
            "query NearBranches($owner: String!, $name: String!, $first: Int!{parameters}) {{
  repository(owner: $owner, name: $name) {{
    defaultBranchRef {{ name }}
{aliases}  }}
}}
"
        );
        let data: NearData = self
            .graphql(&document, &Value::Object(variables), repo.as_str())
            .await?;
        let found = data
            .repository
            .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
        let default = found.default_branch_ref.map(|named| named.name);
        let listed = found.listed.into_values().flatten();
        let names: Vec<String> = listed
            .flat_map(|refs| refs.nodes.into_iter().flatten().flatten())
            .map(|named| named.name)
            .filter(|name| !name.starts_with(&format!("{PROPOSALS}/")))
            .collect();
        let names = names.iter().map(String::as_str);
        Ok(near(branch.as_str(), default.as_deref(), names))
    }
}

/// The texts of which one is in each name that is near: nothing, so that few branches are all looked at, the whole, what
/// follows the last slash, and at least three parts.
fn parts(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let length = (characters.len() / PARTS).max(1);
    let last = name.rsplit('/').next().unwrap_or_default();
    let mut parts = vec![String::new(), name.to_owned(), last.to_owned()];
    parts.extend(characters.chunks(length).map(String::from_iter));
    parts.dedup();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_two_slips_has_a_part_in_common() {
        assert_eq!(
            parts("team/realese"),
            ["", "team/realese", "realese", "team", "/rea", "lese"]
        );
        assert_eq!(parts("mian"), ["", "mian", "m", "i", "a", "n"]);
    }
}
