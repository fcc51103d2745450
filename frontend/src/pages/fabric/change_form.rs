//! A change of what the record says, from what is typed to its confirmation: planned when that is asked for, and again when
//! the branch has changed.

use leptos::prelude::*;
use model::failure::Refusal;
use shared::api::{ChangeFabric, FabricChange, PlanAnswer, PlanRequest};
use shared::problem::Code;
use shared::record::FabricRecord;

use super::confirm::{Confirmation, Write};
use super::confirm_panel::{ConfirmPanel, Title};
use super::planning::{Comparing, Planning, request};
use super::state::{State, keep_focus};
use crate::api;
use crate::storage::{self, Key};
use model::wording;

/// A field that follows the record until somebody types; what was typed stays over a reload of the tab.
#[derive(Clone, Copy)]
pub struct Typed {
    key: fn(&str) -> Key,
    id: StoredValue<String>,
    text: RwSignal<Option<String>>,
    known: Memo<String>,
}

impl Typed {
    pub fn new(state: State, key: fn(&str) -> Key, known: fn(&FabricRecord) -> String) -> Self {
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

    pub fn shown(self) -> String {
        self.text.get().unwrap_or_else(|| self.known.get())
    }

    /// Tells whether something was typed.
    pub fn is_typed(self) -> bool {
        self.text.with(Option::is_some)
    }

    /// What was typed, if it is another text than the record's.
    pub fn wanted(self) -> Option<String> {
        let typed = self.text.get()?.trim().to_owned();
        (typed != self.known.get()).then_some(typed)
    }

    fn put(self, text: Option<String>) {
        let text = text.filter(|text| self.known.with_untracked(|known| known != text));
        self.id
            .with_value(|id| storage::write((self.key)(id), text.as_deref()));
        self.text.set(text);
    }

    /// Forgets what was typed; the page may have gone.
    pub fn clear(self) {
        if self.id.try_get_value().is_some() {
            self.put(None);
        }
    }
}

/// What is said of one kind of change, and where.
#[derive(Clone, Copy)]
pub struct Words {
    pub title: Title,
    /// The heading's id, which takes the focus when the plan goes, and the plan's, which takes it when that comes.
    pub focus: (&'static str, &'static str),
    /// Whether nothing is written to git.
    pub only_record: bool,
    /// What the change does and leaves.
    pub about: &'static str,
    /// Why there is nothing to plan yet.
    pub unchanged: &'static str,
    /// The button that asks for the plan.
    pub ask: &'static str,
    /// What the plan is called.
    pub plan: &'static str,
    /// What is said once it is done.
    pub done: fn(&FabricRecord) -> String,
}

/// A change, and how far it has come.
#[derive(Clone, Copy)]
pub struct Change {
    words: Words,
    confirmation: Confirmation,
    planning: Planning,
    /// What is wanted, if it is another than the record's.
    to: Memo<Option<FabricChange>>,
    has_plan: Memo<bool>,
}

impl Change {
    /// `to` is what is wanted, if it is another than the record's.
    pub fn new(
        state: State,
        words: Words,
        to: impl Fn() -> Option<FabricChange> + Send + Sync + 'static,
    ) -> Self {
        let (heading, plan) = words.focus;
        let confirmation = Confirmation::new(state, heading).only_record(move || words.only_record);
        let planning = Planning::new(confirmation);
        let has_plan = Memo::new(move |_| planning.plan.with(Option::is_some));
        let change = Self {
            words,
            confirmation,
            planning,
            to: Memo::new(move |_| to()),
            has_plan,
        };
        planning.keep_up(move || change.request());
        // The focus moves to what was asked for.
        Effect::new(move |before: Option<bool>| {
            let is_here = has_plan.get();
            if before == Some(false) && is_here {
                keep_focus(plan);
            }
            is_here
        });
        change
    }

    /// Whether nothing can be typed now.
    pub fn locked(self) -> RwSignal<bool> {
        self.confirmation.busy
    }

    /// Asks for the plan, where that can be.
    pub fn ask(self) {
        let is_off = untrack(|| self.confirmation.is_off() || self.planning.is_loading.get());
        if let Some(request) = self.request().filter(|_| !is_off) {
            self.confirmation.clear();
            self.planning.ask(request);
        }
    }

    /// What to do with each keystroke in a field.
    pub fn on_input(self, field: Typed) -> Callback<String> {
        Callback::new(move |text| {
            field.put(Some(text));
            self.planning.clear();
        })
    }

    /// What takes what a refusal offers instead: it is typed into a field, `field` says which, and planned.
    pub fn choosing(
        self,
        field: impl Fn(&Code) -> Typed + Send + Sync + 'static,
    ) -> Callback<String> {
        let failure = self.confirmation.failure;
        Callback::new(move |text| {
            let code = failure
                .with_untracked(|failure| failure.as_ref().map(|failure| failure.code().clone()));
            field(&code.unwrap_or_default()).put(Some(text));
            self.ask();
        })
    }

    /// What is wrong with a field, as `find` reads it from the answer.
    pub fn error(
        self,
        find: impl Fn(&Refusal) -> Option<String> + Send + Sync + 'static,
    ) -> Signal<Option<String>> {
        let failure = self.confirmation.failure;
        Signal::derive(move || failure.with(|failure| find(failure.as_ref()?.problem()?)))
    }

    fn request(self) -> Option<PlanRequest> {
        let record = self.confirmation.state.record.get_untracked()?;
        Some(request(&record, Some(self.to.get_untracked()?), false))
    }

    fn confirm(self, clear: Callback<()>) {
        let Self {
            confirmation,
            planning,
            ..
        } = self;
        let plan = planning.plan.get_untracked();
        let (Some(plan), Some(to)) = (plan, self.to.get_untracked()) else {
            return;
        };
        let body = ChangeFabric {
            to,
            approval: plan.approval,
        };
        let state = confirmation.state;
        confirmation.send(
            write(state, body, self.words.done),
            move |ended| match ended {
                Ok(found) => {
                    planning.clear();
                    state.record_written(found);
                    clear.try_run(());
                }
                Err(failure) => planning.refused(&failure, || self.request()),
            },
        );
    }
}

/// The fields, the plan and its confirmation.
#[component]
pub fn ChangeForm(
    change: Change,
    /// What the button does, once there is a plan.
    #[prop(into)]
    action: Signal<Option<String>>,
    /// Shows the plan.
    plan: fn(PlanAnswer) -> AnyView,
    /// Forgets what was typed.
    clear: Callback<()>,
    /// Takes what a refusal offers instead.
    choose: Callback<String>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let Change {
        words,
        confirmation,
        planning,
        to,
        has_plan,
    } = change;
    let (heading, plan_id) = words.focus;
    let action = Signal::derive(move || action.get().filter(|_| has_plan.get()));
    let is_changed = Memo::new(move |_| to.with(Option::is_some));
    let reason = Signal::derive(move || (!is_changed.get()).then(|| words.unchanged.to_owned()));
    let confirm = Callback::new(move |()| change.confirm(clear));
    let cancel = Callback::new(move |()| {
        planning.clear();
        keep_focus(heading);
    });
    let cannot_ask =
        Memo::new(move |_| confirmation.is_off() || planning.is_loading.get() || !is_changed.get());
    let why = format!("{}-reason", words.title.id);
    let shown = view! {
        <div id=plan_id tabindex="-1" role="group" aria-label=words.plan class:hidden=move || !has_plan.get()>
            {move || planning.plan.get().map(plan)}
        </div>
        {move || (!has_plan.get()).then(|| view! {
            <div class="row">
                <button type="button" class="button" aria-describedby=why.clone() aria-disabled=move || cannot_ask.get().to_string() on:click=move |_| change.ask()>{words.ask}</button>
            </div>
        })}
    };
    view! {
        <ConfirmPanel confirmation=confirmation title=words.title action=action is_ready=has_plan reason=reason confirm=confirm cancel=cancel choose=choose plan=shown.into_any()>
            <p class="muted">{words.about}</p>
            {children()}
            <Comparing planning=planning/>
        </ConfirmPanel>
    }
}

fn write(state: State, body: ChangeFabric, done: fn(&FabricRecord) -> String) -> Write {
    let id = state.id.get_value();
    Box::pin(async move {
        let answer = api::change(&id, &body).await?;
        Ok(answer.map(|found| {
            let said = wording::action_end(&found, done(&found.record));
            (found, said)
        }))
    })
}
