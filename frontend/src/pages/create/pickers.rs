//! What there is to choose in the fields: repositories, branches, directories.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Permission, RepositoryChoice};
use shared::names::RepoName;

use super::state::State;
use crate::api;
use crate::components::combobox::{Choice, Choices};
use crate::model::draft::Draft;
use crate::model::failure::Failure;
use crate::model::suggest::suggest;

/// How long typing has to pause before a list is asked for.
const PAUSE: Duration = Duration::from_millis(250);

/// A list that follows what is typed.
#[derive(Clone, Copy)]
pub struct Picker {
    /// What there is to choose.
    pub choices: RwSignal<Choices>,
    /// Whether the list was opened, before which nothing is asked.
    pub opened: RwSignal<bool>,
}

impl Picker {
    fn new() -> Self {
        Self {
            choices: RwSignal::new(Choices::default()),
            opened: RwSignal::new(false),
        }
    }

    fn say(self, remark: &str) {
        self.choices
            .update(|choices| choices.remark = Some(remark.to_owned()));
    }
}

/// The repositories that the person can see, whose names contain what is typed.
pub fn repositories(state: State) -> Picker {
    let picker = Picker::new();
    let typed = Memo::new(move |_| state.draft.with(|draft| draft.repository.clone()));
    Effect::new(move || {
        let query = typed.get();
        if !picker.opened.get() {
            return;
        }
        if !state.app.signed_in() {
            picker.choices.set(Choices {
                items: Vec::new(),
                remark: Some(
                    "Sign in to choose from your repositories, or type a public one.".to_owned(),
                ),
            });
            return;
        }
        picker.say("Asking GitHub…");
        let wanted = move |query: &str| typed.try_get_untracked().as_deref() == Some(query);
        let ask = move || {
            if !wanted(&query) {
                return;
            }
            spawn_local(async move {
                let found = state
                    .app
                    .later
                    .ask(|parts| (parts.create.repositories)(query.clone()))
                    .await;
                if !wanted(&query) {
                    return;
                }
                match found {
                    Ok(choices) => picker.choices.set(choices),
                    Err(failure) => {
                        picker.say(&format!("{}. Type the name instead.", failure.title()))
                    }
                }
            });
        };
        set_timeout(ask, PAUSE);
    });
    picker
}

/// The repositories whose names contain `query`.
pub async fn found_repositories(query: String) -> Result<Choices, Failure> {
    let answer = api::repositories(&query, None).await?;
    let is_more = answer.next_cursor.is_some();
    let items: Vec<Choice> = answer.repositories.into_iter().map(repository).collect();
    let remark = match (items.is_empty(), is_more) {
        (true, _) => Some("No repository of that name is within reach.".to_owned()),
        (_, true) => Some("There are more; type to narrow them down.".to_owned()),
        _ => None,
    };
    Ok(Choices { items, remark })
}

fn repository(found: RepositoryChoice) -> Choice {
    let closed = if found.archived {
        Some("archived: nothing can be written".to_owned())
    } else if found.permission == Permission::Read {
        Some("you can only read it".to_owned())
    } else {
        None
    };
    Choice {
        value: found.name.to_string(),
        detail: found
            .default_branch
            .unwrap_or_else(|| "no commit yet".to_owned()),
        closed,
        private: found.private,
    }
}

/// The branches of the repository, whose names contain what is typed.
pub fn branches(state: State) -> Picker {
    let picker = Picker::new();
    let typed = Memo::new(move |_| {
        state
            .draft
            .with(|draft| (draft.repository.clone(), draft.branch.clone()))
    });
    Effect::new(move || {
        let (repository, branch) = typed.get();
        if !picker.opened.get() {
            return;
        }
        if RepoName::parse(&repository).is_err() {
            picker.choices.set(Choices {
                items: Vec::new(),
                remark: Some("Name a repository first.".to_owned()),
            });
            return;
        }
        if !state.app.signed_in() {
            let default = state
                .read()
                .and_then(|read| read.answer.repository.default_branch.clone());
            picker.choices.set(Choices {
                items: default
                    .map(|name| branch_choice(name, true))
                    .into_iter()
                    .collect(),
                remark: Some("Sign in to see all branches.".to_owned()),
            });
            return;
        }
        picker.say("Asking GitHub…");
        let asked = (repository, branch);
        let wanted =
            move |asked: &(String, String)| typed.try_get_untracked().as_ref() == Some(asked);
        let ask = move || {
            if !wanted(&asked) {
                return;
            }
            spawn_local(async move {
                let (repository, branch) = asked.clone();
                let found = state
                    .app
                    .later
                    .ask(|parts| (parts.create.branches)(repository, branch))
                    .await;
                if wanted(&asked) {
                    match found {
                        Ok(choices) => picker.choices.set(choices),
                        Err(failure) => {
                            picker.say(&format!("{}. Type the name instead.", failure.title()))
                        }
                    }
                }
            });
        };
        set_timeout(ask, PAUSE);
    });
    picker
}

/// A branch that is named in full is no search: the others are shown, too.
pub async fn found_branches(repository: String, typed: String) -> Result<Choices, Failure> {
    let mut answer = api::branches(&repository, &typed).await?;
    if answer.branches.contains(&typed) && !typed.is_empty() {
        answer = api::branches(&repository, "").await?;
    }
    let default = answer.default_branch;
    let shown = answer.branches.len();
    let remark = match answer.total {
        0 if default.is_none() => Some("The repository has no commit yet.".to_owned()),
        0 => Some("No such branch yet.".to_owned()),
        total if total > shown => {
            Some(format!("{} more; type to narrow them down.", total - shown))
        }
        _ => None,
    };
    let items = answer.branches.into_iter().map(|name| {
        let is_default = default.as_ref() == Some(&name);
        branch_choice(name, is_default)
    });
    Ok(Choices {
        items: items.collect(),
        remark,
    })
}

fn branch_choice(name: String, is_default: bool) -> Choice {
    Choice {
        value: name,
        detail: if is_default {
            "default".to_owned()
        } else {
            String::new()
        },
        ..Choice::default()
    }
}

/// Directories in the repository's own shape, free ones first.
pub fn directories(state: State) -> Signal<Choices> {
    Signal::derive(move || {
        let read = state.read();
        let name = state.settled.with(|draft: &Draft| draft.name.clone());
        let found = suggest(&name, read.as_ref().map(|read| &read.snapshot));
        let items = found.into_iter().map(|suggestion| Choice {
            value: suggestion.directory,
            detail: suggestion.why,
            ..Choice::default()
        });
        Choices {
            items: items.collect(),
            remark: None,
        }
    })
}
