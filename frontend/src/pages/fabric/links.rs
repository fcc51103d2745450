//! Share links: what somebody without an account sees of a private fabric, and for how long.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{CreatedShare, NewShare, Share};
use shared::problem::Code;

use super::state::{State, keep_focus};
use crate::api;
use crate::browser;
use crate::components::copy::Copyable;
use crate::components::field::Field;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::segmented::Segmented;
use crate::components::sign_in::SignIn;
use model::failure::Failure;
use model::wording::{self, Tone};

const SHOWS: [(&str, &str); 2] = [("state", "State and time"), ("all", "The whole page")];

/// The links that there are, and a form for another.
#[component]
pub fn Links(state: State) -> impl IntoView {
    let app = state.app;
    let found = RwSignal::new(None::<Result<Vec<Share>, Failure>>);
    let made = RwSignal::new(None::<CreatedShare>);
    let load = move || {
        spawn_local(async move {
            let answer = api::shares(&state.id.get_value()).await;
            found.try_set(Some(answer.map(|answer| answer.shares)));
        });
    };
    // Without push permission there are no links to make or revoke, so none are loaded.
    Effect::new(move || {
        if app.signed_in() && state.permission.with(Option::is_some) && state.refused().is_none() {
            load();
        }
    });
    let refused = Memo::new(move |_| {
        let may_not = found.with(
            |found| matches!(found, Some(Err(failure)) if *failure.code() == Code::PermissionMissing),
        );
        state
            .refused()
            .or_else(|| may_not.then(|| "You cannot push to the repository.".to_owned()))
    });
    app.on_reconnect(move || {
        if matches!(found.get(), Some(Err(Failure::Network))) {
            load();
        }
    });
    let revoked = Callback::new(move |id: String| {
        let is_made =
            made.with_untracked(|made| made.as_ref().is_some_and(|made| made.share.id == id));
        if is_made {
            made.set(None);
        }
        found.update(|found| {
            if let Some(Ok(shares)) = found {
                shares.retain(|share| share.id != id);
            }
        });
    });
    let is_open = Memo::new(move |_| {
        found.with(|found| matches!(found, Some(Ok(_)))) && refused.with(Option::is_none)
    });
    view! {
        <section class="card" aria-labelledby="links-heading">
            <h2 id="links-heading" tabindex="-1">"Share links"</h2>
            <p class="muted">"Anyone with a link can see the fabric without signing in, until the link is revoked. The address is shown only once."</p>
            {move || match found.get() {
                _ if app.signed_out() => view! { <p class="muted">"Sign in to make a link."</p> }.into_any(),
                _ if refused.with(Option::is_some) => view! {
                    <p class="muted">{refused}" Only people who can push can make and revoke share links."</p>
                }.into_any(),
                None => view! { <p class="muted row" role="status"><span class="spinner"></span>"Loading the links…"</p> }.into_any(),
                Some(Err(failure)) => view! { <FailureNotice failure=failure retry=Callback::new(move |()| load())/> }.into_any(),
                Some(Ok(shares)) if shares.is_empty() => view! { <p class="muted">"No links yet."</p> }.into_any(),
                Some(Ok(shares)) => view! {
                    <ul class="plain-list" aria-label="Links">
                        {shares.into_iter().map(|share| view! { <Link state=state share=share revoked=revoked/> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
            {move || made.get().map(|made| view! {
                <Notice tone=Tone::Success>
                    <p class="strong">"Link created; copy it now"</p>
                    <Copyable text=Signal::stored(made.url) what="share link"/>
                </Notice>
            })}
            {move || is_open.get().then(|| view! {
                <Make state=state done=Callback::new(move |share: CreatedShare| {
                    found.update(|found| {
                        if let Some(Ok(shares)) = found {
                            shares.insert(0, share.share.clone());
                        }
                    });
                    made.set(Some(share));
                })/>
            })}
        </section>
        {move || app.signed_out().then(|| view! { <SignIn/> })}
    }
}

#[component]
fn Link(state: State, share: Share, revoked: Callback<String>) -> impl IntoView {
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let id = StoredValue::new(share.id);
    let name = if share.note.is_empty() {
        "without a note".to_owned()
    } else {
        share.note
    };
    let shows = if share.redacted {
        SHOWS[0].1
    } else {
        SHOWS[1].1
    };
    let about = format!(
        "{shows}; {}, {}",
        share.created_by,
        wording::time(&share.created_at)
    );
    let label = format!("Revoke the link {name}");
    let ask_id = StoredValue::new(format!("ask-{}", id.get_value()));
    let keep_id = StoredValue::new(format!("keep-{}", id.get_value()));
    let revoke = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api::revoke(&state.id.get_value(), &id.get_value()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    state.app.toast("The link is revoked");
                    if let Some(id) = id.try_get_value() {
                        revoked.try_run(id);
                    }
                    keep_focus("links-heading");
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <li class="share-link">
            <span><span class="strong">{name}</span><span class="hint">{about}</span></span>
            {move || if asked.get() {
                view! {
                    <span class="row">
                        <span class="small">"Its address stops working at once, for everybody."</span>
                        <button type="button" class="button button-small button-danger" aria-disabled=move || busy.get().to_string() on:click=revoke>"Revoke"</button>
                        <button type="button" class="button button-small" id=keep_id.get_value() disabled=busy on:click=move |_| { asked.set(false); focus_soon(ask_id.get_value()) }>"Keep"</button>
                    </span>
                }.into_any()
            } else {
                view! { <button type="button" class="button button-small" aria-label=label.clone() id=ask_id.get_value() on:click=move |_| { asked.set(true); focus_soon(keep_id.get_value()) }>"Revoke…"</button> }.into_any()
            }}
            {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/> })}
        </li>
    }
}

#[component]
fn Make(state: State, done: Callback<CreatedShare>) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let shows = RwSignal::new(SHOWS[0].0);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let error = Signal::derive(move || {
        failure.with(|failure| {
            let errors = &failure.as_ref()?.problem()?.errors;
            errors.first().map(|error| error.message.clone())
        })
    });
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !state.app.online.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let body = NewShare {
            redacted: shows.get_untracked() == SHOWS[0].0,
            note: note.get_untracked(),
        };
        spawn_local(async move {
            let answer = api::share(&state.id.get_value(), &body).await;
            busy.try_set(false);
            match answer {
                Ok(share) => {
                    state.app.announce("Link created; copy it now");
                    note.try_set(String::new());
                    done.try_run(share);
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="field-list confirm-panel" on:submit=make>
            <Field id="share-note" label="What the link is for" hint="A few words, such as the team that gets it." value=note error=error
                on_input=move |text| note.set(text) locked=busy/>
            <Segmented legend="What it shows" name="share-shows" options=SHOWS.to_vec() value=shows on_choose=move |value| shows.set(value)/>
            {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/> })}
            <div class="row"><button type="submit" class="button" aria-disabled=move || (busy.get() || !state.app.online.get()).to_string()>"Make a link"</button></div>
        </form>
    }
}

/// Gives the focus to what took the place of the button that had it.
fn focus_soon(id: String) {
    set_timeout(move || browser::focus(&id), std::time::Duration::ZERO);
}
