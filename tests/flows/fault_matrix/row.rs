//! One action with one fault: what must hold after it, and after it was done again.

use std::fmt;

use flows::{Answer, Person, World};
use github_standin::Repo;
use serde_json::{Value, json};

use super::action::{Action, Prepared};
use super::fault::FaultKind;

/// What became of one row.
pub struct Row {
    action: Action,
    call: String,
    fault: &'static str,
    outcome: String,
    /// What does not hold, if something does not.
    pub problem: Option<String>,
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            call,
            fault,
            outcome,
            ..
        } = self;
        write!(formatter, "{action:?} | {call} | {fault} | {outcome}")
    }
}

type Holds = Result<(), String>;

fn expect(holds: bool, message: impl FnOnce() -> String) -> Holds {
    if holds { Ok(()) } else { Err(message()) }
}

pub async fn check(
    world: &World,
    action: Action,
    (place, call): (usize, &String),
    fault: &'static FaultKind,
    number: usize,
) -> Row {
    let ada = world.sign_in("standin-admin").await;
    let prepared = action.prepare(world, &ada, number).await;
    let before = Before::of(world, &prepared);
    world.fault(json!({
        "skip": place,
        "times": fault.times,
        "action": fault.action.map_or_else(|| moved(&prepared), |action| action()),
    }));
    let answer = ada.post(&prepared.path, &prepared.body).await;
    world.standin.forget_faults();
    let after = After {
        world,
        action,
        prepared: &prepared,
        before: &before,
        has_moved: fault.action.is_none(),
    };
    let outcome = outcome(&answer);
    let problem = after.check(&ada, &answer).await.err();
    Row {
        action,
        call: format!("{}. {call}", place + 1),
        fault: fault.name,
        outcome,
        problem,
    }
}

/// Somebody else commits to the branch that the action is about, beside the fabric's directory.
fn moved(prepared: &Prepared) -> Value {
    let branch = prepared.visible.as_ref().unwrap_or(&prepared.target);
    let file = format!("moved/{}.txt", prepared.name);
    json!({ "move_head": { "repository": prepared.repository, "branch": branch, "files": { file: "x\n" } } })
}

fn outcome(answer: &Answer) -> String {
    let operation = answer.body["operation"]["outcome"].as_str();
    match (
        operation,
        answer.body["directory_init_error"]["code"].as_str(),
    ) {
        (Some(operation), Some(code)) => format!("{} {operation}, {code}", answer.status),
        (Some(operation), None) => format!("{} {operation}", answer.status),
        (None, _) => format!("{} {}", answer.status, answer.text("code")),
    }
}

/// What the branch held before the action.
struct Before {
    head: Option<String>,
    tree: Option<String>,
    commits: usize,
}

impl Before {
    fn of(world: &World, prepared: &Prepared) -> Self {
        let Some(branch) = &prepared.visible else {
            return Self {
                head: None,
                tree: None,
                commits: 0,
            };
        };
        let git = Git { world, prepared };
        Self {
            head: git.repo().head(branch),
            tree: git.tree(branch),
            commits: git.commits(branch),
        }
    }
}

/// Git's own view of the repository.
struct Git<'a> {
    world: &'a World,
    prepared: &'a Prepared,
}

impl Git<'_> {
    fn repo(&self) -> Repo {
        self.world.standin.repo(&self.prepared.repository).unwrap()
    }

    fn tree(&self, branch: &str) -> Option<String> {
        self.repo().id_at(branch, &self.prepared.directory)
    }

    fn log(&self, branch: &str) -> Vec<(String, String)> {
        self.repo().log(branch).unwrap_or_default()
    }

    /// How many commits Hedgerow made for the fabric, the first of two in an empty repository left out.
    fn commits(&self, branch: &str) -> usize {
        let subject = format!(
            "Initialise GitOps directory of fabric {}",
            self.prepared.name
        );
        let log = self.log(branch);
        log.iter().filter(|(_, line)| *line == subject).count()
    }
}

struct After<'a> {
    world: &'a World,
    action: Action,
    prepared: &'a Prepared,
    before: &'a Before,
    has_moved: bool,
}

impl After<'_> {
    async fn check(&self, ada: &Person<'_>, answer: &Answer) -> Holds {
        let id = answer.body["id"].as_str().map(String::from);
        let id = id.or(self.prepared.id.clone());
        self.branch(id.as_deref())?;
        self.record(ada, answer, id.as_deref()).await?;
        self.again(ada, id.as_deref()).await
    }

    fn git(&self) -> Git<'_> {
        Git {
            world: self.world,
            prepared: self.prepared,
        }
    }

    fn visible(&self, id: Option<&str>) -> Option<String> {
        let proposal = id.map(|id| format!("hedgerow/{id}"));
        self.prepared.visible.clone().or(proposal)
    }

    /// No partial tree, no second commit, no lost commit.
    fn branch(&self, id: Option<&str>) -> Holds {
        let Some(branch) = self.visible(id) else {
            return Ok(());
        };
        let git = self.git();
        let tree = git.tree(&branch);
        let is_whole = tree == self.before.tree || tree.as_deref() == self.prepared.approved();
        // In an empty repository the first of two commits is announced: it holds one file.
        let is_first = self.action == Action::CreateInEmptyRepository && {
            let below = format!("{}/", self.prepared.directory);
            let modes = git.repo().modes(&branch).unwrap_or_default();
            modes.keys().filter(|path| path.starts_with(&below)).count() == 1
        };
        expect(is_whole || is_first, || {
            format!("a partial tree {tree:?} is visible")
        })?;
        let made = git.commits(&branch) - self.before.commits;
        expect(made <= 1, || format!("{made} commits"))?;
        if let Some(head) = &self.before.head {
            let kept = git.log(&branch).iter().any(|(commit, _)| commit == head);
            expect(kept, || "the branch was rewound".to_owned())?;
        }
        if self.has_moved {
            let on = self
                .prepared
                .visible
                .as_ref()
                .unwrap_or(&self.prepared.target);
            let file = format!("moved/{}.txt", self.prepared.name);
            let kept = git.repo().id_at(on, &file);
            expect(kept.is_some(), || {
                "somebody else's commit is lost".to_owned()
            })?;
        }
        Ok(())
    }

    /// The record says what git says.
    async fn record(&self, ada: &Person<'_>, answer: &Answer, id: Option<&str>) -> Holds {
        let git = self.git();
        let Some(id) = id else {
            let tree = self.visible(None).and_then(|branch| git.tree(&branch));
            return expect(tree == self.before.tree, || {
                "nothing is recorded of a write".to_owned()
            });
        };
        let record = ada.get(&format!("/api/fabrics/{id}")).await;
        expect(record.status == 200, || format!("no record: {record:?}"))?;
        let status = record.text("gitops_directory_status");
        expect(status != "initializing", || "still initializing".to_owned())?;
        let target = git.tree(&self.prepared.target);
        if record.body["gitops_initialized"] == true && self.action != Action::Initialise {
            let is_there = target.as_deref() == self.prepared.approved();
            expect(is_there, || {
                format!("it says initialized, but git has {target:?}")
            })?;
        }
        if !self.action.writes() {
            return Ok(());
        }
        let visible = self.visible(Some(id)).and_then(|branch| git.tree(&branch));
        let is_done = visible.as_deref() == self.prepared.approved();
        let operation = &answer.body["operation"];
        match (operation["outcome"].as_str(), operation["commit"].as_str()) {
            (Some("committed" | "pull_request" | "unchanged"), _) => {
                expect(is_done, || "it says done, and git has it not".to_owned())
            }
            (Some("failed"), None) | (Some("refused"), _) | (None, _) => {
                expect(!is_done, || "it says not done, and git has it".to_owned())
            }
            (Some("failed"), Some(commit)) => {
                let branch = self.visible(Some(id)).unwrap_or_default();
                let there = git.log(&branch).iter().any(|(id, _)| id == commit);
                expect(there, || format!("there is no commit {commit}"))
            }
            _ => Ok(()),
        }
    }

    /// The same action succeeds now, and is there once.
    async fn again(&self, ada: &Person<'_>, id: Option<&str>) -> Holds {
        let path = match id {
            Some(id) if self.action.writes() => format!("/api/fabrics/{id}/init-gitops"),
            _ => self.prepared.path.clone(),
        };
        let answer = ada.post(&path, &self.prepared.body).await;
        let said = match self.action {
            Action::Validate => answer.status == 200,
            _ if self.action.proposes() => answer.body["operation"]["outcome"] == "pull_request",
            _ => answer.text("gitops_directory_status") == "initialized",
        };
        expect(said, || {
            format!("again: {} {}", outcome(&answer), answer.body["detail"])
        })?;
        if !self.action.writes() {
            return Ok(());
        }
        let id = answer.body["id"].as_str().or(id);
        let branch = self.visible(id).unwrap_or_default();
        let git = self.git();
        let tree = git.tree(&branch);
        let is_there = tree.as_deref() == self.prepared.approved();
        expect(is_there, || format!("after all git has {tree:?}"))?;
        let made = git.commits(&branch) - self.before.commits;
        expect(made == 1, || format!("after all {made} commits"))?;
        if self.action.proposes() {
            let url = answer.text("pull_request_url");
            expect(!url.is_empty(), || "no pull request".to_owned())?;
        }
        Ok(())
    }
}
