//! What can be done about a fabric: validate it, repair it, or initialise it again; each shows first what it would do.

use leptos::prelude::*;
use shared::record::FabricRecord;
use shared::status::{Action, missing_branch};

use super::lazy::{FabricLazy, Run};
use super::state::{Act, State};
use crate::browser;
use crate::components::lazy_view::LazyView;
use crate::components::sign_in::SignIn;
use crate::lazy::Lazy;

/// What is open below the buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OpenPanel {
    Nothing,
    Initialise,
    Repair,
}

#[component]
pub fn Actions(state: State) -> impl IntoView {
    let app = state.app;
    let lazy = Lazy::<FabricLazy>::get();
    let validation = Run::new();
    let busy = validation.busy;
    let open = RwSignal::new(OpenPanel::Nothing);
    let validate = move || validation.ask();
    // What is open stays as it is when it is asked for again.
    let begin = move |what: OpenPanel| {
        if open.get_untracked() == what {
            return;
        }
        if what == OpenPanel::Initialise {
            state.read_again();
        }
        open.set(what);
    };
    let initialise = move || begin(OpenPanel::Initialise);
    // Closing it leads back to where it was opened, or to the heading if that button is gone.
    let close_panel = Callback::new(move |()| {
        let opener = match open.get_untracked() {
            OpenPanel::Repair => "open-repair",
            _ => "open-initialise",
        };
        open.set(OpenPanel::Nothing);
        let back = move || {
            browser::focus(opener);
            browser::focus_if_lost("actions-heading");
        };
        set_timeout(back, std::time::Duration::ZERO);
    });
    let is_panel_closed = Memo::new(move |_| open.get() == OpenPanel::Nothing);
    let is_away = move || !app.signed_in() || !app.online.get();
    let is_off = Signal::derive(move || busy.get() || is_away());
    let off = move || is_off.get().to_string();
    let refused = Memo::new(move |_| state.refused());
    let cannot_write = Signal::derive(move || is_away() || refused.with(Option::is_some));
    let write_off = move || cannot_write.get().to_string();
    // A button that is off keeps the focus, so it is not `disabled`, but does nothing.
    let press = move |off: Signal<bool>, act: &dyn Fn()| {
        if !off.get_untracked() {
            act();
        }
    };
    // One thing is the first to do; a validation lists what is to be reviewed. In an open panel it is the panel's own button.
    let is_next = move |actions: &'static [Action]| {
        move || is_panel_closed.get() && actions.iter().any(|action| state.is_next(*action))
    };
    // Where the branch is gone, the state above leads on.
    let is_gone = Memo::new(move |_| {
        let gone = |record: &FabricRecord| missing_branch(record).is_some();
        state
            .record
            .with(|record| record.as_ref().is_some_and(gone))
    });
    let is_damaged = Memo::new(move |_| {
        let drift = state.record.with(|record| {
            record.as_ref().map_or(0, |record| {
                record.drift.missing + record.drift.modified + record.drift.unexpected
            })
        });
        drift > 0 || state.has_findings.get() || state.is_next(Action::Repair)
    });
    Effect::new(move || {
        let act = state.asked.get().filter(|act| *act != Act::Follow);
        let Some(act) = act else { return };
        state.asked.set(None);
        untrack(|| match act {
            Act::Validate => press(is_off, &validate),
            Act::Initialise => press(cannot_write, &initialise),
            Act::Repair if is_damaged.get() => press(cannot_write, &|| begin(OpenPanel::Repair)),
            Act::Repair => app.toast("Nothing known needs repair"),
            Act::Follow => {}
        });
    });
    view! {
        <section class="card fabric-actions" aria-labelledby="actions-heading">
            <h2 id="actions-heading" tabindex="-1">"Actions"</h2>
            <div class="row">
                <button type="button" id="validate" class="button" class:button-primary=move || !is_gone.get() && is_next(&[Action::Check, Action::Review])() aria-disabled=off aria-busy=move || busy.get().to_string() aria-describedby="actions-reason"
                    on:click=move |_| press(is_off, &validate)>"Validate"</button>
                <button type="button" id="open-repair" class="button" class:button-primary=is_next(&[Action::Repair]) aria-disabled=write_off aria-describedby="actions-reason" class:hidden=move || !is_damaged.get()
                    on:click=move |_| press(cannot_write, &|| begin(OpenPanel::Repair))>"Repair…"</button>
                <button type="button" id="open-initialise" class="button" class:button-primary=is_next(&[Action::Initialise]) aria-disabled=write_off aria-describedby="actions-reason"
                    on:click=move |_| press(cannot_write, &initialise)>"Initialise again…"</button>
            </div>
            <p class="hint" id="actions-reason">
                {move || match refused.get() {
                    _ if !app.signed_in() => "Sign in to validate, to repair or to initialise again.".to_owned(),
                    Some(why) => format!("Validating only reads. {why}"),
                    None => "Validating only reads. Repairing and initialising show the exact commit first.".to_owned(),
                }}
            </p>
            {validation.view(|lazy| lazy.validation, state)}
            {move || {
                let panel = move |lazy: &FabricLazy| match open.get() {
                    OpenPanel::Nothing => ().into_any(),
                    OpenPanel::Initialise => (lazy.initialise)(state, close_panel),
                    OpenPanel::Repair => (lazy.repair)(state, close_panel),
                };
                (!is_panel_closed.get()).then(|| view! { <LazyView lazy=lazy view=Box::new(panel)/> })
            }}
        </section>
        {move || app.signed_out().then(|| view! { <SignIn/> })}
    }
}
