//! What there is to choose in the fields: repositories, branches, directories.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Permission, RepositoryChoice};
use shared::names::RepoName;

use super::lazy::CreateLazy;
use super::state::State;
use crate::api;
use crate::components::combobox::{Choice, Choices};
use crate::components::notice::FailureNotice;
use crate::context::AppContext;
use crate::latest::Latest;
use crate::lazy::{BoxFuture, Lazy};
use model::failure::Failure;
use model::suggest::suggest;

/// How long typing has to pause before a list is asked for.
const PAUSE: Duration = Duration::from_millis(250);

/// What is said where a list could not be read.
const UNREAD: &str = "The list could not be read. You can still type the full name.";

/// A list that follows what is typed.
#[derive(Clone, Copy)]
pub struct Picker {
    /// What there is to choose.
    pub choices: RwSignal<Choices>,
    /// Whether the list was opened, before which nothing is asked.
    pub opened: RwSignal<bool>,
    /// Why the list could not be read.
    pub failure: RwSignal<Option<Failure>>,
    latest: Latest,
}

impl Picker {
    fn new() -> Self {
        Self {
            choices: RwSignal::new(Choices::default()),
            opened: RwSignal::new(false),
            failure: RwSignal::new(None),
            latest: Latest::new(),
        }
    }

    /// Asks again for what is typed.
    pub fn ask_again(self) {
        self.latest.ask_again();
    }

    /// Keeps the list in step with what is typed: `known` gives what needs no asking, `ask` asks for the rest.
    fn follow<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        (app, lazy): (AppContext, Lazy<CreateLazy>),
        typed: Memo<T>,
        known: impl Fn(&T) -> Option<Choices> + 'static,
        ask: fn(&CreateLazy, T) -> BoxFuture<Result<Choices, Failure>>,
    ) {
        Effect::new(move || {
            let (text, number) = (typed.get(), self.latest.follow());
            if !self.opened.get() {
                return;
            }
            self.failure.set(None);
            if let Some(known) = known(&text) {
                self.choices.set(known);
                return;
            }
            self.choices
                .update(|choices| choices.note = Some("Asking GitHub…".to_owned()));
            let wanted = move |text: &T| {
                self.latest.is_current(number) && typed.try_get_untracked().as_ref() == Some(text)
            };
            let begin = move || {
                if !wanted(&text) {
                    return;
                }
                spawn_local(async move {
                    let asked = text.clone();
                    let found = lazy.call(|lazy| ask(lazy, asked)).await;
                    if wanted(&text) {
                        self.answered(app, found);
                    }
                });
            };
            set_timeout(begin, PAUSE);
        });
        app.on_reconnect(move || {
            if self.failure.get() == Some(Failure::Network) {
                self.ask_again();
            }
        });
    }

    fn answered(self, app: AppContext, found: Result<Choices, Failure>) {
        match found {
            Ok(choices) => self.choices.set(choices),
            Err(failure) => {
                self.choices.set(Choices {
                    items: Vec::new(),
                    note: Some(UNREAD.to_owned()),
                });
                app.on_auth_failure(&failure);
                self.failure.set(Some(failure));
            }
        }
    }
}

/// Says why a list could not be read, below its field, until it could or the person has read it.
#[component]
pub fn Unread(picker: Picker) -> impl IntoView {
    move || {
        picker.failure.get().map(|failure| {
            view! {
                <FailureNotice failure=failure retry=Callback::new(move |()| picker.ask_again())
                    dismiss=Callback::new(move |()| picker.failure.set(None))/>
            }
        })
    }
}

/// The repositories that the person can see, whose names contain what is typed.
pub fn repositories(state: State) -> Picker {
    let picker = Picker::new();
    let typed = Memo::new(move |_| state.draft.with(|draft| draft.git_repository.clone()));
    let known = move |_: &String| {
        let note = "Sign in to choose from your repositories, or type a public one.";
        (!state.app.signed_in()).then(|| Choices {
            items: Vec::new(),
            note: Some(note.to_owned()),
        })
    };
    picker.follow((state.app, state.lazy), typed, known, |lazy, query| {
        (lazy.repositories)(query)
    });
    picker
}

/// The repositories whose names contain `query`.
pub async fn found_repositories(query: String) -> Result<Choices, Failure> {
    let answer = api::repositories(&query, None).await?;
    let is_more = answer.next_cursor.is_some();
    let left_out = answer.left_out.into_iter().next();
    let items: Vec<Choice> = answer.repositories.into_iter().map(repository).collect();
    let note = match (items.is_empty(), is_more) {
        _ if left_out.is_some() => left_out.map(|why| format!("{}: {}.", why.message, why.hint)),
        (true, _) => Some("No accessible repository has that name.".to_owned()),
        (_, true) => Some("There are more; type to narrow them down.".to_owned()),
        _ => None,
    };
    Ok(Choices { items, note })
}

fn repository(found: RepositoryChoice) -> Choice {
    let disabled_reason = if found.archived {
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
        disabled_reason,
        private: found.private,
    }
}

/// The branches of the repository, whose names contain what is typed.
pub fn branches(state: State) -> Picker {
    let picker = Picker::new();
    let typed = Memo::new(move |_| {
        state
            .draft
            .with(|draft| (draft.git_repository.clone(), draft.branch.clone()))
    });
    let known = move |(repository, _): &(String, String)| {
        if RepoName::parse(repository).is_err() {
            return Some(Choices {
                items: Vec::new(),
                note: Some("Choose a repository first.".to_owned()),
            });
        }
        (!state.app.signed_in()).then(|| {
            let default = state
                .loaded_branch()
                .and_then(|read| read.answer.repository.default_branch.clone());
            Choices {
                items: default
                    .map(|name| branch_choice(name, true))
                    .into_iter()
                    .collect(),
                note: Some("Sign in to see all branches.".to_owned()),
            }
        })
    };
    picker.follow(
        (state.app, state.lazy),
        typed,
        known,
        |lazy, (repository, branch)| (lazy.branches)(repository, branch),
    );
    picker
}

/// A branch that is named in full is not a search: the others are shown as well.
pub async fn found_branches(repository: String, typed: String) -> Result<Choices, Failure> {
    let mut answer = api::branches(&repository, &typed).await?;
    if answer.branches.contains(&typed) && !typed.is_empty() {
        answer = api::branches(&repository, "").await?;
    }
    let default = answer.default_branch;
    let shown = answer.branches.len();
    let note = match answer.total {
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
        note,
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
        let read = state.loaded_branch();
        let name = state.settled.with(|draft| draft.name.clone());
        let found = suggest(&name, read.as_ref().map(|read| &read.snapshot));
        let items = found.into_iter().map(|suggestion| Choice {
            value: suggestion.directory,
            detail: suggestion.why,
            ..Choice::default()
        });
        Choices {
            items: items.collect(),
            note: None,
        }
    })
}
