//! The ids of many directories at two commits, in one query.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::git::ObjectId;
use shared::names::{DirectoryPath, RepoName};

use super::graphql::nullable;
use super::snapshot::{Object, directory_id};
use super::{Github, GithubError};
use crate::host::Host;

/// How many directories are asked about at once.
const DIRECTORIES_AT_ONCE: usize = 100;

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<Map<String, Value>>,
}

/// The ids of a directory at both commits; none where it does not exist.
pub(crate) type IdsAtBoth = (Option<ObjectId>, Option<ObjectId>);

impl<H: Host> Github<'_, H> {
    /// The ids of directories at two commits, in their order: one request for each hundred.
    pub(crate) async fn directory_ids_at_both(
        &self,
        repo: &RepoName,
        commits: (ObjectId, ObjectId),
        directories: &[&DirectoryPath],
    ) -> Result<Vec<IdsAtBoth>, GithubError> {
        let mut ids = Vec::with_capacity(directories.len());
        for some in directories.chunks(DIRECTORIES_AT_ONCE) {
            let (document, variables) = question(repo, commits, some);
            let data: Data = self.graphql(&document, &variables, repo.as_str()).await?;
            let mut data = data
                .repository
                .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
            for (index, directory) in some.iter().enumerate() {
                let mut id = |side: &str| {
                    let alias = format!("{side}{index}");
                    let object = data.remove(&alias).ok_or(format!("{alias} is missing"))?;
                    let object: Option<Object> =
                        serde_json::from_value(object).map_err(|error| error.to_string())?;
                    directory_id(object, directory)
                };
                let both = id("a").and_then(|before| Ok((before, id("b")?)));
                ids.push(both.map_err(|why| self.not_understood(&why))?);
            }
        }
        Ok(ids)
    }
}

/// The document with two aliases for each directory. Of the repository's root the entries are asked for as well, since only
/// a part of it is a fabric's.
fn question(
    repo: &RepoName,
    (before, after): (ObjectId, ObjectId),
    directories: &[&DirectoryPath],
) -> (String, Value) {
    let mut variables = Map::new();
    variables.insert("owner".to_owned(), json!(repo.owner()));
    variables.insert("name".to_owned(), json!(repo.name()));
    let mut parameters = String::from("$owner: String!, $name: String!");
    let mut aliases = String::new();
    for (index, directory) in directories.iter().enumerate() {
        for (side, commit) in [("a", before), ("b", after)] {
            let alias = format!("{side}{index}");
            let expression = format!("{commit}:{}", directory.git_path());
            variables.insert(alias.clone(), json!(expression));
            parameters.push_str(&format!(", ${alias}: String!"));
            let entries = match directory.is_root() {
                true => " ... on Tree { entries { name nameRaw mode oid } }",
                false => "",
            };
            aliases.push_str(&format!(
                "    {alias}: object(expression: ${alias}) {{ oid{entries} }}\n"
            ));
        }
    }
    let document = format!(
        "query DirectoryIds({parameters}) {{\n  repository(owner: $owner, name: $name) {{\n{aliases}  }}\n}}\n"
    );
    (document, Value::Object(variables))
}
