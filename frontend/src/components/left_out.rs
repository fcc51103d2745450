//! What a list leaves out, and what to do about it.

use leptos::prelude::*;
use shared::problem::{Explanation, advice};

use super::notice::Notice;
use super::prose::Prose;
use model::wording::Tone;

/// A quiet notice for each reason.
#[component]
pub fn LeftOut(reasons: RwSignal<Vec<Explanation>>) -> impl IntoView {
    let notice = |Explanation { message, hint, .. }: Explanation| {
        let next = advice::on_page(&hint).to_owned();
        view! {
            <Notice tone=Tone::Attention>
                <p><Prose text=message/></p>
                <p><Prose text=next/></p>
            </Notice>
        }
    };
    view! {
        <div role="status">{move || reasons.get().into_iter().map(notice).collect_view()}</div>
    }
}
