//! The sheet of keys.

use leptos::prelude::*;

use super::dialog::Dialog;
use crate::context::{AppContext, Overlay};
use model::keys::SHEET;

/// The sheet, opened by `?`.
#[component]
pub fn KeySheet() -> impl IntoView {
    let app = AppContext::get();
    let open = Memo::new(move |_| app.overlay.get() == Some(Overlay::Keys));
    view! {
        <Dialog label="Keys" open=open on_close=Callback::new(move |()| app.overlay.set(None))>
            <div class="row row-spread">
                <h2>"Keys"</h2>
                <button type="button" class="button button-small" on:click=move |_| app.overlay.set(None)>"Close"</button>
            </div>
            <div class="sheet-groups">
                {SHEET.map(|(scope, keys)| view! {
                    <section>
                        <h3>{scope}</h3>
                        <dl class="key-list">
                            {keys.iter().map(|(keys, what)| view! {
                                <div>
                                    <dt>{keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                                    <dd>{*what}</dd>
                                </div>
                            }).collect_view()}
                        </dl>
                    </section>
                }).collect_view()}
            </div>
            <p class="hint">"On a Mac, ⌘ does what Ctrl does. Keys without Ctrl can be turned off in the settings."</p>
        </Dialog>
    }
}
