//! Another name, another directory, or both.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ChangeFabric, FabricChange};
use shared::problem::Code;
use shared::record::FabricRecord;

use super::confirm::{ConfirmNotices, Confirmation, Ended};
use super::planning::{ChangeNotice, Planning, request};
use super::state::{Basis, State, keep_focus};
use crate::api;
use crate::components::busy_indicator::BusyIndicator;
use crate::components::field::Field;
use crate::components::notice::FailureNotice;
use crate::components::planned::Planned;
use crate::model::wording;
use crate::storage::{self, Key};

/// A field that follows the record until somebody types; what was typed stays over a reload of the tab.
#[derive(Clone, Copy)]
struct Typed {
    key: fn(&str) -> Key,
    id: StoredValue<String>,
    text: RwSignal<Option<String>>,
    known: Memo<String>,
}

impl Typed {
    fn new(state: State, key: fn(&str) -> Key, known: fn(&FabricRecord) -> String) -> Self {
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

    fn shown(self) -> String {
        self.text.get().unwrap_or_else(|| self.known.get())
    }

    /// What was typed, if it is another text than the record's.
    fn wanted(self) -> Option<String> {
        let typed = self.text.get()?.trim().to_owned();
        (typed != self.known.get()).then_some(typed)
    }

    fn put(self, text: Option<String>) {
        let text = text.filter(|text| self.known.with_untracked(|known| known != text));
        self.id
            .with_value(|id| storage::write((self.key)(id), text.as_deref()));
        self.text.set(text);
    }
}

/// The form, the plan and its confirmation.
#[component]
pub fn Rename(state: State) -> impl IntoView {
    let name = Typed::new(
        state,
        |id| Key::NewName(id),
        |record| record.name.to_string(),
    );
    let directory = Typed::new(
        state,
        |id| Key::NewDirectory(id),
        |record| record.gitops_directory.to_string(),
    );
    let planning = Planning::new();
    let confirmation = Confirmation::new(state, "change-plan");
    let busy = confirmation.busy;
    let to = move || {
        let to = FabricChange {
            name: name.wanted(),
            gitops_directory: directory.wanted(),
        };
        (to != FabricChange::default()).then_some(to)
    };
    let wanted = move || {
        let record = state.record.get_untracked()?;
        Some(request(&record, Some(untrack(to)?), false))
    };
    let has_plan = Memo::new(move |_| planning.plan.with(Option::is_some));
    // What is shown is of the branch as the record knows it.
    Effect::new(move |before: Option<Option<Basis>>| {
        let now = state.basis.get();
        let is_changed = before.is_some_and(|before| before.is_some() && before != now);
        if is_changed && has_plan.get_untracked() && !busy.get_untracked() {
            match wanted() {
                Some(request) => planning.follow(request),
                None => planning.clear(),
            }
        }
        now
    });
    let error = move |field: &'static str| {
        Signal::derive(move || {
            planning.failure.with(|failure| {
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
    let refused = move || state.refused();
    let is_disabled = Memo::new(move |_| {
        busy.get() || planning.is_loading.get() || !state.app.online.get() || refused().is_some()
    });
    let preview = move |_| {
        if is_disabled.get_untracked() {
            return;
        }
        if let Some(request) = wanted() {
            confirmation.clear();
            planning.ask(request);
        }
    };
    // The focus moves to the plan that was asked for.
    Effect::new(move |before: Option<bool>| {
        let is_here = has_plan.get();
        if before == Some(false) && is_here {
            keep_focus("change-plan");
        }
        is_here
    });
    let confirm = move |_| {
        let (Some(found), Some(to)) = (planning.plan.get_untracked(), untrack(to)) else {
            return;
        };
        if is_disabled.get_untracked() {
            return;
        }
        let body = ChangeFabric {
            to,
            approval: found.approval,
        };
        confirmation.begin();
        planning.failure.set(None);
        spawn_local(async move {
            let answer = api::change(&state.id.get_value(), &body).await;
            let ended = confirmation.end(answer, |found| {
                let record = &found.record;
                let done = format!("Changed: {} in {}", record.name, record.gitops_directory);
                wording::action_end(found, done)
            });
            match ended {
                Ended::Unwritten => {}
                Ended::Written(found) => {
                    busy.try_set(false);
                    planning.clear();
                    state.record_written(*found);
                    if name.id.try_get_value().is_some() {
                        name.put(None);
                        directory.put(None);
                    }
                    keep_focus("rename-heading");
                }
                Ended::Refused(found) => {
                    if let Some(request) = busy.try_get_untracked().and_then(|_| wanted()) {
                        planning.refused(found, request);
                    }
                }
            }
        });
    };
    let typed = move |field: Typed| {
        Callback::new(move |text| {
            field.put(Some(text));
            planning.clear();
        })
    };
    let dismiss = Callback::new(move |()| {
        planning.failure.set(None);
        keep_focus("rename-heading");
    });
    let off = move || is_disabled.get().to_string();
    view! {
        <section class="card" aria-labelledby="rename-heading" aria-busy=move || busy.get().to_string()>
            <h2 id="rename-heading" tabindex="-1">"Rename or move"</h2>
            <p class="muted">"One commit moves the files, so git sees renames; the fabric's page and its history stay."</p>
            <Field id="new-name" label="Fabric name" hint="Lower-case letters, digits, dots and hyphens." value=Signal::derive(move || name.shown()) error=error("name")
                on_input=typed(name) locked=busy/>
            <Field id="new-directory" label="Directory" hint="From the repository's root." value=Signal::derive(move || directory.shown()) error=error("gitops_directory")
                on_input=typed(directory) locked=busy/>
            {move || planning.failure.get().map(|found| view! { <FailureNotice failure=found dismiss=dismiss/> })}
            <ConfirmNotices confirmation=confirmation/>
            <ChangeNotice planning=planning/>
            <div id="change-plan" tabindex="-1" role="group" aria-label="What would change" class:hidden=move || !has_plan.get()>
                {move || planning.plan.get().map(|plan| view! { <Planned plan=plan root=true/> })}
            </div>
            <BusyIndicator busy=busy words="Changing the fabric…" hint="Closing this page does not stop it."/>
            <div class="row">
                {move || if has_plan.get() {
                    view! {
                        <button type="button" class="button button-primary" aria-disabled=off on:click=confirm>"Commit the change"</button>
                        <button type="button" class="button" disabled=busy on:click=move |_| { planning.clear(); keep_focus("rename-heading") }>"Cancel"</button>
                    }.into_any()
                } else {
                    view! {
                        <button type="button" class="button" aria-describedby="rename-reason" aria-disabled=move || (is_disabled.get() || to().is_none()).to_string() on:click=preview>"Show what would change"</button>
                    }.into_any()
                }}
                <p class="hint" id="rename-reason">{move || refused().or_else(|| to().is_none().then(|| "Type another name or directory first.".to_owned()))}</p>
            </div>
        </section>
    }
}
