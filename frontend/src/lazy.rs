//! What the page loads when it is first needed, so that its first load is small.
//!
//! A function marked `wasm_split` is cut out of the program with all that only it reaches, into a file of its own
//! (`split.rs`). [`LazyFile`] fetches such a file once, and again where that failed; [`Lazy`] is what one needs of it.

use std::any::{Any, TypeId};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use model::failure::Failure;

/// A future without its type, as tables of functions need it.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// A file of code that is loaded when it is first needed.
#[derive(Clone, Copy)]
pub struct LazyFile {
    load: fn() -> BoxFuture<Result<(), Failure>>,
    is_loaded: RwSignal<bool>,
    is_requested: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl LazyFile {
    /// A file that `load` fetches.
    pub fn new(load: fn() -> BoxFuture<Result<(), Failure>>) -> Self {
        Self {
            load,
            is_loaded: RwSignal::new(false),
            is_requested: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Loads it, unless it is loaded or under way.
    pub fn request(self) {
        if self.is_requested.get_untracked() {
            return;
        }
        self.is_requested.set(true);
        spawn_local(async move {
            // What came of it stands in the signals.
            let _ = self.loaded().await;
        });
    }

    /// Why it could not be loaded.
    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }

    /// Waits until it is loaded.
    ///
    /// # Errors
    /// [`Failure::NotLoaded`]; asking again loads again.
    // In a box: a state machine of its own in everything that waits for it would weigh more.
    fn loaded(self) -> BoxFuture<Result<(), Failure>> {
        Box::pin(self.load_once())
    }

    async fn load_once(self) -> Result<(), Failure> {
        if self.is_loaded.get_untracked() {
            return Ok(());
        }
        self.is_requested.set(true);
        self.failure.set(None);
        let loaded = (self.load)().await;
        // Another call may have loaded it in the meantime, and what is drawn with it stays.
        if self.is_loaded.get_untracked() {
            return Ok(());
        }
        match &loaded {
            Ok(()) => self.is_loaded.set(true),
            Err(failure) => {
                self.is_requested.set(false);
                self.failure.set(Some(failure.clone()));
            }
        }
        loaded
    }
}

/// The tables that one file brings, found by their types. The root provides it as a context, once for all tables, since a
/// context of each type would cost bytes of the first load.
#[derive(Clone, Copy)]
pub struct LazyTables {
    /// The file that has them.
    pub file: LazyFile,
    /// Gives the table of a type, once the file is loaded.
    pub find: fn(TypeId) -> Option<&'static dyn Any>,
}

/// A table of functions, or a single one, whose code is loaded when it is first needed.
pub struct Lazy<T: 'static> {
    pub file: LazyFile,
    find: fn(TypeId) -> Option<&'static dyn Any>,
    table: PhantomData<fn() -> T>,
}

impl<T> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lazy<T> {}

impl<T> Lazy<T> {
    /// One of these tables.
    pub fn of(LazyTables { file, find }: LazyTables) -> Self {
        Self {
            file,
            find,
            table: PhantomData,
        }
    }

    /// One of those that the root provides.
    pub fn get() -> Self {
        Self::of(expect_context())
    }

    /// The functions, if they are loaded.
    pub fn now(self) -> Option<&'static T> {
        if self.file.is_loaded.get() {
            self.table()
        } else {
            None
        }
    }

    /// Waits until the functions are loaded.
    ///
    /// # Errors
    /// [`Failure::NotLoaded`]; asking again loads again.
    pub async fn load(self) -> Result<&'static T, Failure> {
        self.file.loaded().await?;
        self.table().ok_or(Failure::NotLoaded)
    }

    /// Calls one of the functions once they are loaded.
    ///
    /// # Errors
    /// [`Failure::NotLoaded`], and those of the call.
    pub async fn call<R>(
        self,
        call: impl FnOnce(&'static T) -> BoxFuture<Result<R, Failure>>,
    ) -> Result<R, Failure> {
        call(self.load().await?).await
    }

    fn table(self) -> Option<&'static T> {
        (self.find)(TypeId::of::<T>())?.downcast_ref()
    }
}
