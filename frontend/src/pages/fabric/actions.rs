//! What can be done about a fabric: validate it, or initialise it again after seeing what would be committed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricAnswer, SnapshotAnswer};
use shared::plan::Overwrite;
use shared::record::FabricRecord;
use shared::report::Report;
use shared::snapshot::Snapshot;

use crate::api;
use crate::app::App;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::preview_pane::PreviewPane;
use crate::components::report_view::ReportView;
use crate::components::sign_in::SignIn;
use crate::model::failure::Failure;
use crate::model::gate::{self, Reading};
use crate::model::preview::Preview;
use crate::model::wording::{self, Tone};

/// The actions.
#[component]
pub fn Actions(
    /// The fabric.
    record: FabricRecord,
    /// What to do with a new record.
    on_answer: Callback<FabricAnswer>,
    /// Loads the record again.
    reload: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let record = StoredValue::new(record);
    let busy = RwSignal::new(None::<&'static str>);
    let failure = RwSignal::new(None::<Failure>);
    let changed = RwSignal::new(None::<String>);
    let report = RwSignal::new(None::<Report>);
    let read = RwSignal::new(None::<(SnapshotAnswer, Snapshot)>);
    let overwrite = RwSignal::new(Overwrite::No);
    let preview = Memo::new(move |_| {
        let spec = record.with_value(FabricRecord::spec);
        read.with(|read| Some(Preview::new(spec, Some(&read.as_ref()?.1), overwrite.get())))
    });
    let closed = Memo::new(move |_| {
        let (answer, _) = read.get()?;
        preview.with(|preview| {
            gate::closed(
                preview.as_ref(),
                app.signed_in(),
                &Reading::Read(Box::new(answer)),
            )
        })
    });
    let begin = move |what| {
        busy.set(Some(what));
        failure.set(None);
        changed.set(None);
    };
    let id = move || record.with_value(|record| record.id.to_string());
    let validate = move |_| {
        begin("Validating…");
        spawn_local(async move {
            let answer = api::validate(&id()).await;
            busy.set(None);
            match answer {
                Ok(found) => {
                    app.say(if found.valid { "Valid" } else { "Not valid" });
                    report.set(Some(found));
                }
                Err(found) => failure.set(Some(found)),
            }
        });
    };
    let look = move |()| {
        begin("Reading the branch…");
        spawn_local(async move {
            let spec = record.with_value(FabricRecord::spec);
            let answer = api::snapshot(&spec).await;
            busy.set(None);
            match answer {
                Ok(found) => read.set(Some(found)),
                Err(found) => failure.set(Some(found)),
            }
        });
    };
    let confirm = move |_| {
        let before = preview.get_untracked();
        let Some(body) = before.as_ref().and_then(Preview::initialise) else {
            return;
        };
        begin("Committing…");
        spawn_local(async move {
            let answer = api::initialise(&id(), &body).await;
            busy.set(None);
            match answer {
                Ok(found) => {
                    app.say(wording::status(found.record.gitops_directory_status).0);
                    on_answer.run(found);
                }
                Err(found) => {
                    let fresh = found.problem().and_then(|problem| problem.snapshot.clone());
                    if let Some((answer, Ok(snapshot))) = fresh.map(|answer| {
                        let checked = api::verified(&answer);
                        (answer, checked)
                    }) {
                        read.set(Some((*answer, snapshot)));
                        if let (Some(before), Some(after)) = (before, preview.get_untracked()) {
                            changed.set(Some(wording::what_changed(&before, &after)));
                        }
                    }
                    failure.set(Some(found));
                }
            }
        });
    };
    let shut = Signal::derive(move || busy.get().is_some() || !app.signed_in());
    let locked = Signal::derive(move || busy.get().is_some());
    view! {
        <section class="card actions" aria-labelledby="actions-heading">
            <h2 id="actions-heading">"Actions"</h2>
            <div class="row">
                <button type="button" class="button" disabled=shut aria-describedby="actions-reason" on:click=validate>"Validate"</button>
                <button type="button" class="button" disabled=shut aria-describedby="actions-reason" on:click=move |_| look(())>"Initialise again"</button>
            </div>
            <p class="hint" id="actions-reason">
                {move || (!app.signed_in()).then_some("Sign in to validate or to initialise again.")}
            </p>
            {move || busy.get().map(|what| view! { <p class="muted row" role="status"><span class="spinner"></span>{what}</p> })}
            {move || changed.get().map(|what| view! { <Notice tone=Tone::Attention>{what}</Notice> })}
            {move || failure.get().map(|found| view! {
                <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/>
            })}
            {move || report.get().map(|found| view! {
                <ReportView report=found/>
                <p><button type="button" class="button small" on:click=move |_| reload.run(())>"Show the new state"</button></p>
            })}
            {move || read.with(Option::is_some).then(|| view! {
                <div class="confirm">
                    <h3>"What would be committed"</h3>
                    <PreviewPane preview=preview overwrite=overwrite locked=locked/>
                    <div class="row">
                        <button type="button" class="button primary" on:click=confirm aria-describedby="confirm-reason"
                            disabled=move || busy.get().is_some() || closed.with(Option::is_some)>
                            {move || preview.with(|preview| preview.as_ref().map(wording::initialise_action))}
                        </button>
                        <button type="button" class="button" disabled=locked on:click=move |_| read.set(None)>"Cancel"</button>
                    </div>
                    <p class="hint reason" id="confirm-reason">{closed}</p>
                </div>
            })}
        </section>
        {move || (app.session.with(|session| matches!(session, Some(Ok(_)))) && !app.signed_in()).then(|| view! { <SignIn/> })}
    }
}
