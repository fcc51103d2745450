//! The page of one fabric: its state, and what can be done about it.

mod actions;
mod details;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::FabricAnswer;

use crate::app::App;
use crate::components::link::Link;
use crate::components::notice::FailureNotice;
use crate::model::failure::Failure;
use crate::{api, browser};
use actions::Actions;
use details::Details;

/// The page of a fabric.
#[component]
pub fn Fabric(
    /// The fabric's id, as in the address.
    id: String,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<FabricAnswer, Failure>>);
    let id = StoredValue::new(id);
    let load = move || {
        spawn_local(async move {
            let found = api::fabric(&id.get_value()).await;
            answer.try_set(Some(found));
            set_timeout(
                || browser::focus_if_lost("heading"),
                std::time::Duration::ZERO,
            );
        });
    };
    load();
    let app = App::get();
    let signed_in = Memo::new(move |_| app.signed_in());
    Effect::new(move |before: Option<bool>| {
        let now = signed_in.get();
        if before.is_some_and(|before| before != now) {
            load();
        }
        now
    });
    let again = Callback::new(move |()| {
        answer.set(None);
        load();
    });
    move || {
        match answer.get() {
        None => view! {
            <h1 id="heading" tabindex="-1" class="visually-hidden">"Fabric"</h1>
            <p class="muted row loading"><span class="spinner"></span>"Loading the fabric…"</p>
        }
        .into_any(),
        Some(Err(failure)) if failure.is_not_found() => view! {
            <section class="empty">
                <h1 id="heading" tabindex="-1">"No such fabric"</h1>
                <p class="muted">"Nobody recorded it here, or you need to sign in to see it."</p>
                <Link href="/".to_owned() class="button primary">"Create a fabric"</Link>
            </section>
        }
        .into_any(),
        Some(Err(failure)) => view! {
            <h1 id="heading" tabindex="-1">"The fabric could not be loaded"</h1>
            <FailureNotice failure=failure retry=again/>
        }
        .into_any(),
        Some(Ok(found)) => view! {
            <Details answer=found.clone()/>
            <Actions record=found.record on_answer=Callback::new(move |found| answer.set(Some(Ok(found)))) reload=Callback::new(move |()| load())/>
        }
        .into_any(),
    }
    }
}
