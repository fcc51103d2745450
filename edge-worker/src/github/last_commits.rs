//! Whose commit it was: a commit's facts, and the newest commit that touched a path.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::git::{CommitFacts, ObjectId};

use super::find_commit::is_ours;
use super::{Github, GithubError, Repository};
use crate::host::Host;

/// The fields that [`CommitFactsData`] reads.
pub(super) const FACTS: &str = "messageHeadline url committedDate author { name user { login } } parents(first: 2) { nodes { oid } }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommitFactsData {
    pub oid: ObjectId,
    #[serde(default)]
    pub message_headline: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub committed_date: Option<String>,
    #[serde(default)]
    pub author: Option<Author>,
    #[serde(default)]
    pub parents: Option<Parents>,
}

#[derive(Deserialize)]
pub(super) struct Author {
    name: Option<String>,
    #[serde(default)]
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    login: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Parents {
    nodes: Option<Vec<Option<Parent>>>,
}

#[derive(Deserialize)]
struct Parent {
    oid: ObjectId,
}

impl CommitFactsData {
    /// The ids of its first two parents.
    pub(super) fn parents(&self) -> Vec<ObjectId> {
        let nodes = self
            .parents
            .as_ref()
            .and_then(|parents| parents.nodes.as_ref());
        let nodes = nodes.into_iter().flatten().flatten();
        nodes.map(|parent| parent.oid).collect()
    }

    /// None where GitHub did not tell them.
    pub(super) fn facts(&self) -> Option<CommitFacts> {
        let short = |text: &str| text.chars().take(200).collect::<String>();
        let author = self.author.as_ref();
        let name = author.and_then(|author| author.name.as_deref());
        let user = author.and_then(|author| author.user.as_ref());
        Some(CommitFacts {
            id: self.oid,
            author: CommitFacts::author_of(name, user.and_then(|user| user.login.as_deref())),
            subject: short(self.message_headline.as_deref()?),
            time: self.committed_date.clone(),
            url: self.url.clone(),
            parent: self.parents().first().copied(),
        })
    }
}

impl<H: Host> Github<'_, H> {
    /// The newest commit until `head` that touched each of these paths, in their order, and whether its message says that it is
    /// ours: one request. The repository is the one of that number, whoever has its name now.
    pub(crate) async fn last_commits(
        &self,
        repository: &Repository,
        head: ObjectId,
        paths: &[String],
    ) -> Result<Vec<Option<(CommitFacts, bool)>>, GithubError> {
        let repo = &repository.name;
        let mut variables = Map::new();
        variables.insert("owner".to_owned(), json!(repo.owner()));
        variables.insert("name".to_owned(), json!(repo.name()));
        variables.insert("head".to_owned(), json!(head));
        let mut parameters = String::from("$owner: String!, $name: String!, $head: GitObjectID!");
        let mut aliases = String::new();
        for (index, path) in paths.iter().enumerate() {
            variables.insert(format!("p{index}"), json!(path));
            parameters.push_str(&format!(", $p{index}: String!"));
            aliases.push_str(&format!(
                " p{index}: history(path: $p{index}, first: 1) {{ nodes {{ oid message {FACTS} }} }}"
            ));
        }
        let document = format!(
            "query LastCommits({parameters}) {{ repository(owner: $owner, name: $name) {{ databaseId object(oid: $head) {{ ... on Commit {{{aliases} }} }} }} }}"
        );
        let data: Value = self
            .graphql(&document, &Value::Object(variables), repo.as_str())
            .await?;
        let found = &data["repository"];
        if found.is_null() || found["databaseId"].as_u64() != Some(repository.id.number) {
            return Err(GithubError::NoRepository(repo.to_string()));
        }
        let target = &found["object"];
        if !target.is_object() {
            let why = format!("the commit {head} is not there");
            return Err(self.not_understood(&why));
        }
        let commit = |index: usize| {
            let node = target[format!("p{index}")]["nodes"][0].clone();
            let is_ours = node["message"].as_str().is_some_and(is_ours);
            let data: CommitFactsData = serde_json::from_value(node).ok()?;
            Some((data.facts()?, is_ours))
        };
        Ok((0..paths.len()).map(commit).collect())
    }
}
