//! The actions whose calls go wrong.

use flows::{Person, World};
use github_standin::{Files, Repository};
use serde_json::{Value, json};

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Creates a fabric on a branch that exists.
    Create,
    /// Creates a fabric on a branch that does not exist.
    CreateOnNewBranch,
    /// Creates a fabric in an empty repository.
    CreateInEmptyRepository,
    /// Initialises a fabric again from which a file is missing.
    Initialise,
    /// Creates a fabric with a pull request.
    Propose,
    /// Updates the open pull request of a fabric.
    ProposeAgain,
    /// Validates a fabric with an open pull request.
    Validate,
}

/// An action that is about to be done, and what the branch holds before.
pub struct Prepared {
    pub path: String,
    pub body: Value,
    pub id: Option<String>,
    pub name: String,
    pub repository: String,
    /// The branch that the change becomes visible on; unknown before a proposal is made.
    pub visible: Option<String>,
    /// The branch that the fabric lives on.
    pub target: String,
    pub directory: String,
}

impl Action {
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::CreateOnNewBranch,
        Self::CreateInEmptyRepository,
        Self::Initialise,
        Self::Propose,
        Self::ProposeAgain,
        Self::Validate,
    ];

    pub fn proposes(self) -> bool {
        matches!(self, Self::Propose | Self::ProposeAgain)
    }

    pub fn writes(self) -> bool {
        self != Self::Validate
    }

    /// The calls that the action makes where nothing goes wrong.
    pub async fn calls(self, world: &World) -> Vec<String> {
        let ada = world.sign_in("standin-admin").await;
        let prepared = self.prepare(world, &ada, 0).await;
        world.standin.forget_requests();
        let answer = ada.post(&prepared.path, &prepared.body).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        let requests = world.standin.requests();
        requests
            .into_iter()
            .map(|request| match request.graphql {
                Some(graphql) => graphql.operation.unwrap_or_default(),
                None => {
                    let path = request.path.splitn(5, '/').nth(4).unwrap_or_default();
                    let path: Vec<&str> = path.split('/').take(2).collect();
                    format!("{} {}", request.method, path.join("/"))
                }
            })
            .collect()
    }

    /// Makes everything ready for the action; `number` tells rows apart.
    pub async fn prepare(self, world: &World, ada: &Person<'_>, number: usize) -> Prepared {
        let name = format!("r-{number}");
        let directory = format!("rows/{name}");
        let mut fabric = json!({ "name": name, "git_repository": "acme/fleet", "branch": "main", "gitops_directory": directory });
        match self {
            Self::CreateOnNewBranch => fabric["branch"] = json!(format!("next/{name}")),
            Self::CreateInEmptyRepository => {
                fabric["git_repository"] = json!(empty_repository(world, number));
            }
            Self::Propose | Self::ProposeAgain | Self::Validate => {
                fabric["git_repository"] = json!("acme/protected");
            }
            Self::Create | Self::Initialise => {}
        }
        let mut prepared = Prepared {
            path: "/api/fabrics".to_owned(),
            body: Value::Null,
            id: None,
            name,
            repository: text(&fabric, "git_repository"),
            visible: Some(text(&fabric, "branch")),
            target: text(&fabric, "branch"),
            directory,
        };
        match self {
            Self::Create | Self::CreateOnNewBranch | Self::CreateInEmptyRepository => {
                prepared.body = ada.approve(&fabric).await;
            }
            Self::Propose => {
                prepared.body = approve_proposal(ada, &fabric).await;
                prepared.visible = None;
            }
            Self::Initialise => {
                let id = created(ada.create(&fabric).await.body);
                damage(world, &prepared, "main");
                prepared.body = ada.approve(&fabric).await;
                prepared.initialise(id);
            }
            Self::ProposeAgain | Self::Validate => {
                let body = approve_proposal(ada, &fabric).await;
                let id = created(ada.post("/api/fabrics", &body).await.body);
                let branch = format!("hedgerow/{id}");
                prepared.visible = Some(branch.clone());
                if self == Self::Validate {
                    prepared.path = format!("/api/fabrics/{id}/validate-gitops");
                    prepared.id = Some(id);
                } else {
                    damage(world, &prepared, &branch);
                    fabric["branch"] = json!(branch);
                    prepared.body = approve_proposal(ada, &fabric).await;
                    prepared.initialise(id);
                }
            }
        }
        prepared
    }
}

impl Prepared {
    fn initialise(&mut self, id: String) {
        self.path = format!("/api/fabrics/{id}/init-gitops");
        self.id = Some(id);
    }

    /// The tree that was approved.
    pub fn approved(&self) -> Option<&str> {
        self.body["approval"]["tree"].as_str()
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

fn created(body: Value) -> String {
    let outcome = body["operation"]["outcome"].as_str();
    assert!(
        matches!(outcome, Some("committed" | "pull_request")),
        "{body}"
    );
    text(&body, "id")
}

async fn approve_proposal(ada: &Person<'_>, fabric: &Value) -> Value {
    let mut body = ada.approve(fabric).await;
    body["mode"] = json!("pull_request");
    body
}

/// Somebody takes a file of the layout away.
fn damage(world: &World, prepared: &Prepared, branch: &str) {
    let path = format!("{}/raw/README.md", prepared.directory);
    let repo = world.standin.repo(&prepared.repository).unwrap();
    repo.push(branch, Files::from([(path, None)]), "Take a file away")
        .unwrap();
}

fn empty_repository(world: &World, number: usize) -> String {
    let like = world.standin.repo("acme/empty").unwrap().settings.clone();
    let repository = Repository {
        id: 10_000 + number as u64,
        name: format!("empty-{number}"),
        ..like
    };
    world.standin.add_repository(repository, None).unwrap();
    format!("acme/empty-{number}")
}
