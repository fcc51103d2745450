//! Another name, another directory, or both.

use leptos::prelude::*;
use shared::api::{ChangeFabric, FabricChange, PlanRequest};
use shared::problem::Code;
use shared::record::FabricRecord;

use super::confirm::{Confirmation, Write};
use super::confirm_panel::{COMMITTING, ConfirmPanel, Place, Title};
use super::planning::{Comparing, Planning, request};
use super::state::{State, keep_focus};
use crate::api;
use crate::components::field::Field;
use crate::components::planned::Planned;
use crate::storage::{self, Key};
use model::wording;

const TITLE: Title = Title {
    id: "rename",
    heading: "Rename or move",
    place: Place::Card,
    busy: ("Changing the fabric…", COMMITTING),
};

/// A field that follows the record until somebody types; what was typed stays over a reload of the tab.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    key: fn(&str) -> Key,
    id: StoredValue<String>,
    text: RwSignal<Option<String>>,
    known: Memo<String>,
}

impl Typed {
    pub(super) fn new(
        state: State,
        key: fn(&str) -> Key,
        known: fn(&FabricRecord) -> String,
    ) -> Self {
        Self {
            text: RwSignal::new(state.id.with_value(|id| storage::read(key(id)))),
            key,
            id: state.id,
            known: Memo::new(move |_| {
                let record = state.record.get();
                record.as_ref().map(known).unwrap_or_default()
            }),
        }
    }

    pub(super) fn shown(self) -> String {
        self.text.get().unwrap_or_else(|| self.known.get())
    }

    /// Tells whether something was typed.
    pub(super) fn is_typed(self) -> bool {
        self.text.with(Option::is_some)
    }

    /// What was typed, if it is another text than the record's.
    pub(super) fn wanted(self) -> Option<String> {
        let typed = self.text.get()?.trim().to_owned();
        (typed != self.known.get()).then_some(typed)
    }

    pub(super) fn put(self, text: Option<String>) {
        let text = text.filter(|text| self.known.with_untracked(|known| known != text));
        self.id
            .with_value(|id| storage::write((self.key)(id), text.as_deref()));
        self.text.set(text);
    }

    /// Forgets what was typed; the page may have gone.
    pub(super) fn clear(self) {
        if self.id.try_get_value().is_some() {
            self.put(None);
        }
    }
}

/// What is wanted in place of what the record says.
#[derive(Clone, Copy)]
struct NewPlace {
    name: Typed,
    directory: Typed,
}

impl NewPlace {
    fn new(state: State) -> Self {
        Self {
            name: Typed::new(
                state,
                |id| Key::NewName(id),
                |record| record.name.to_string(),
            ),
            directory: Typed::new(
                state,
                |id| Key::NewDirectory(id),
                |record| record.gitops_directory.to_string(),
            ),
        }
    }

    fn change(self) -> Option<FabricChange> {
        let to = FabricChange {
            name: self.name.wanted(),
            gitops_directory: self.directory.wanted(),
            branch: None,
        };
        (to != FabricChange::default()).then_some(to)
    }

    /// What is asked for the plan.
    fn request(self, state: State) -> Option<PlanRequest> {
        let record = state.record.get()?;
        Some(request(&record, Some(self.change()?), false))
    }

    /// Forgets what was typed.
    fn clear(self) {
        self.name.clear();
        self.directory.clear();
    }
}

/// The form, the plan and its confirmation.
#[component]
pub fn Rename(state: State) -> impl IntoView {
    let place = NewPlace::new(state);
    let confirmation = Confirmation::new(state, "rename-heading");
    let planning = Planning::new(confirmation);
    let wanted = move || untrack(|| place.request(state));
    planning.keep_up(wanted);
    let has_plan = Memo::new(move |_| planning.plan.with(Option::is_some));
    // The focus moves to the plan that was asked for.
    Effect::new(move |before: Option<bool>| {
        let is_here = has_plan.get();
        if before == Some(false) && is_here {
            keep_focus("change-plan");
        }
        is_here
    });
    let is_changed = Memo::new(move |_| place.change().is_some());
    let action = Signal::derive(move || has_plan.get().then(|| "Commit the change".to_owned()));
    let is_ready = Memo::new(move |_| !planning.is_loading.get());
    let reason = Signal::derive(move || {
        (!is_changed.get()).then(|| "Type another name or directory first.".to_owned())
    });
    let confirm = Callback::new(move |()| {
        let plan = planning.plan.get_untracked();
        let (Some(plan), Some(to)) = (plan, untrack(|| place.change())) else {
            return;
        };
        let body = ChangeFabric {
            to,
            approval: plan.approval,
        };
        confirmation.send(write(state, body), move |ended| match ended {
            Ok(found) => {
                planning.clear();
                state.record_written(found);
                place.clear();
            }
            Err(failure) => planning.refused(&failure, wanted),
        });
    });
    let cancel = Callback::new(move |()| {
        planning.clear();
        keep_focus("rename-heading");
    });
    let ask = move |_| {
        let is_off = untrack(|| confirmation.is_off() || planning.is_loading.get());
        if let Some(request) = wanted().filter(|_| !is_off) {
            confirmation.clear();
            planning.ask(request);
        }
    };
    let cannot_ask =
        Memo::new(move |_| confirmation.is_off() || planning.is_loading.get() || !is_changed.get());
    let plan = view! {
        <div id="change-plan" tabindex="-1" role="group" aria-label="What would change" class:hidden=move || !has_plan.get()>
            {move || planning.plan.get().map(|plan| view! { <Planned plan=plan root=true/> })}
        </div>
        {move || (!has_plan.get()).then(|| view! {
            <div class="row">
                <button type="button" class="button" aria-describedby="rename-reason" aria-disabled=move || cannot_ask.get().to_string() on:click=ask>"Show what would change"</button>
            </div>
        })}
    };
    view! {
        <ConfirmPanel confirmation=confirmation title=TITLE action=action is_ready=is_ready reason=reason confirm=confirm cancel=cancel plan=plan.into_any()>
            <p class="muted">"One commit moves the files, so git sees renames; the fabric's page and its history stay."</p>
            <Fields place=place planning=planning confirmation=confirmation/>
            <Comparing planning=planning/>
        </ConfirmPanel>
    }
}

/// The name and the directory, with what was wrong with them.
#[component]
fn Fields(place: NewPlace, planning: Planning, confirmation: Confirmation) -> impl IntoView {
    let busy = confirmation.busy;
    let error = move |field: &'static str| {
        Signal::derive(move || {
            confirmation.failure.with(|failure| {
                let problem = failure.as_ref()?.problem()?;
                let mut errors = problem.errors.iter();
                let error = errors.find(|error| error.field.ends_with(field));
                let taken = match (&problem.code, field) {
                    (Code::NameTaken, "name") | (Code::FabricExists, "gitops_directory") => {
                        Some("It is taken; see below what is free.".to_owned())
                    }
                    _ => None,
                };
                error.map(|error| error.message.clone()).or(taken)
            })
        })
    };
    let typed = move |field: Typed| {
        Callback::new(move |text| {
            field.put(Some(text));
            planning.clear();
        })
    };
    let NewPlace { name, directory } = place;
    view! {
        <Field id="new-name" label="Fabric name" hint="Lower-case letters, digits, dots and hyphens." value=Signal::derive(move || name.shown()) error=error("name")
            on_input=typed(name) locked=busy/>
        <Field id="new-directory" label="Directory" hint="From the repository's root." value=Signal::derive(move || directory.shown()) error=error("gitops_directory")
            on_input=typed(directory) locked=busy/>
    }
}

fn write(state: State, body: ChangeFabric) -> Write {
    let id = state.id.get_value();
    Box::pin(async move {
        let answer = api::change(&id, &body).await?;
        Ok(answer.map(|found| {
            let record = &found.record;
            let done = format!("Changed: {} in {}", record.name, record.gitops_directory);
            let said = wording::action_end(&found, done);
            (found, said)
        }))
    })
}
