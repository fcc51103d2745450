//! A part of the page that is drawn once its code is loaded.

use leptos::prelude::*;

use super::notice::FailureNotice;
use crate::context::AppContext;
use crate::lazy::{Lazy, LazyFile};

/// A part of the page that is drawn once its code is loaded.
#[component]
pub fn LazyView<T: Send + Sync + 'static>(
    lazy: Lazy<T>,
    view: Box<dyn Fn(&'static T) -> AnyView + Send + Sync>,
) -> impl IntoView {
    when_loaded(lazy.file, Box::new(move || lazy.now().map(&*view)))
}

/// The same for every type of table, so that the program has it once.
fn when_loaded(file: LazyFile, view: Box<dyn Fn() -> Option<AnyView> + Send + Sync>) -> AnyView {
    file.request();
    AppContext::get().on_reconnect(move || file.request());
    (move || {
        if let Some(view) = view() {
            return view;
        }
        match file.failure() {
            Some(failure) => {
                let retry = Callback::new(move |()| file.request());
                view! { <FailureNotice failure=failure retry=retry/> }.into_any()
            }
            None => view! { <span class="spinner" role="status" aria-label="Loading"></span> }
                .into_any(),
        }
    })
    .into_any()
}
