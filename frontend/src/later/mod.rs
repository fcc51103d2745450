//! What the page loads when it is first needed, so that its first load is small.
//!
//! [`parts`] is cut out of the program with all that only it reaches, into a file of its own; [`Later`] fetches that file
//! once, and again where that failed.

mod parts;

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::components::notice::FailureNotice;
use crate::model::failure::Failure;
pub use parts::Parts;

/// Work in the background.
pub type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// What is known of the parts.
#[derive(Clone, Copy)]
pub struct Later {
    parts: RwSignal<Option<&'static Parts>>,
    is_asked: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Later {
    /// Nothing was loaded yet.
    pub fn new() -> Self {
        Self {
            parts: RwSignal::new(None),
            is_asked: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Loads the parts, unless they are here or under way.
    pub fn want(self) {
        if self.is_asked.get_untracked() {
            return;
        }
        self.is_asked.set(true);
        spawn_local(async move {
            // What came of it stands in the signals.
            let _ = self.parts().await;
        });
    }

    /// The parts, if they are here.
    pub fn now(self) -> Option<&'static Parts> {
        self.parts.get()
    }

    /// The parts.
    ///
    /// # Errors
    /// [`Failure::NotLoaded`]; asking again loads again.
    pub async fn parts(self) -> Result<&'static Parts, Failure> {
        if let Some(parts) = self.parts.get_untracked() {
            return Ok(parts);
        }
        self.is_asked.set(true);
        self.failure.set(None);
        let loaded = parts::parts().await;
        match &loaded {
            Ok(parts) => self.parts.set(Some(parts)),
            Err(failure) => {
                self.is_asked.set(false);
                self.failure.set(Some(failure.clone()));
            }
        }
        loaded
    }
}

/// A part of the page that is drawn once its code is here.
#[component]
pub fn Part(
    /// Draws it.
    draw: Box<dyn Fn(&'static Parts) -> AnyView + Send + Sync>,
) -> impl IntoView {
    let later = App::get().later;
    later.want();
    move || match (later.parts.get(), later.failure.get()) {
        (Some(parts), _) => draw(parts),
        (None, Some(failure)) => {
            view! { <FailureNotice failure=failure retry=Callback::new(move |()| later.want())/> }
                .into_any()
        }
        (None, None) => {
            view! { <span class="spinner" role="status" aria-label="Loading"></span> }.into_any()
        }
    }
}

/// What a [`Part`] draws.
pub fn draw(
    part: impl Fn(&'static Parts) -> AnyView + Send + Sync + 'static,
) -> Box<dyn Fn(&'static Parts) -> AnyView + Send + Sync> {
    Box::new(part)
}
