//! What the page loads when it is first needed, so that its first load is small.
//!
//! A function marked `wasm_split` is cut out of the program with all that only it reaches, into a file of its own.
//! [`Later`] fetches that file once, and again where that failed; [`Part`] draws what came.

#[cfg(feature = "console")]
mod pages;
mod parts;

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::notice::FailureNotice;
use crate::context::AppContext;
use crate::model::failure::Failure;
#[cfg(feature = "console")]
pub use pages::{Pages, Plain};
pub use parts::{Parts, parts};

/// Work in the background.
pub type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// Something whose code is loaded when it is first needed.
pub struct Later<T: Send + Sync + 'static> {
    load: fn() -> Work<Result<T, Failure>>,
    here: RwSignal<Option<T>>,
    is_asked: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl<T: Send + Sync> Clone for Later<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Later<T> {}

impl<T: Copy + Send + Sync> Later<T> {
    /// Nothing was loaded yet.
    pub fn new(load: fn() -> Work<Result<T, Failure>>) -> Self {
        Self {
            load,
            here: RwSignal::new(None),
            is_asked: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Loads it, unless it is here or under way.
    pub fn want(self) {
        if self.is_asked.get_untracked() {
            return;
        }
        self.is_asked.set(true);
        spawn_local(async move {
            // What came of it stands in the signals.
            let _ = self.get().await;
        });
    }

    /// The thing, if it is here.
    pub fn now(self) -> Option<T> {
        self.here.get()
    }

    /// Tells whether it did not come.
    pub fn has_failed(self) -> bool {
        self.failure.with_untracked(Option::is_some)
    }

    /// The thing.
    ///
    /// # Errors
    /// [`Failure::NotLoaded`]; asking again loads again.
    pub async fn get(self) -> Result<T, Failure> {
        if let Some(here) = self.here.get_untracked() {
            return Ok(here);
        }
        self.is_asked.set(true);
        self.failure.set(None);
        let loaded = (self.load)().await;
        // Whoever asked meanwhile may have it already, and what is drawn with it stays.
        if let Some(here) = self.here.get_untracked() {
            return Ok(here);
        }
        match &loaded {
            Ok(here) => self.here.set(Some(*here)),
            Err(failure) => {
                self.is_asked.set(false);
                self.failure.set(Some(failure.clone()));
            }
        }
        loaded
    }

    /// Has it do some work.
    ///
    /// # Errors
    /// [`Failure::NotLoaded`], and those of the work.
    pub async fn ask<R>(
        self,
        work: impl FnOnce(T) -> Work<Result<R, Failure>>,
    ) -> Result<R, Failure> {
        work(self.get().await?).await
    }
}

/// A part of the page that is drawn once its code is here.
#[component]
pub fn Part<T: Copy + Send + Sync + 'static>(
    /// Its code.
    code: Later<T>,
    /// Draws it.
    draw: Box<dyn Fn(T) -> AnyView + Send + Sync>,
) -> impl IntoView {
    code.want();
    AppContext::get().when_back(move || code.want());
    move || {
        if let Some(here) = code.now() {
            return draw(here);
        }
        match code.failure.get() {
            Some(failure) => {
                let retry = Callback::new(move |()| code.want());
                view! { <FailureNotice failure=failure retry=retry/> }.into_any()
            }
            None => view! { <span class="spinner" role="status" aria-label="Loading"></span> }
                .into_any(),
        }
    }
}

/// What a [`Part`] draws with.
pub fn draw<T>(
    part: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> Box<dyn Fn(T) -> AnyView + Send + Sync> {
    Box::new(part)
}
