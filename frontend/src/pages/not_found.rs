//! The page of an address that names nothing.

use leptos::prelude::*;

use crate::components::link::Link;
use model::routes;

/// Says so, and where to go on.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <section class="empty-state">
            <h1 id="heading" tabindex="-1">"Nothing is at this address"</h1>
            <p class="muted">"Check the link, or start with a new fabric."</p>
            <Link href=routes::CREATE.to_owned() class="button button-primary">"Create a fabric"</Link>
        </section>
    }
}
