//! The table of what is loaded later: what a person asks for, never what greets them.
#![allow(
    unsafe_code,
    reason = "the macro declares the foreign function through which the file is loaded"
)]

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::RepoName;
use shared::plan::Overwrites;

use super::Work;
use crate::api;
use crate::components::file_view::FileView;
use crate::components::keep_focus::keep_focus;
use crate::components::key_sheet::KeySheet;
use crate::components::overwrite_choice::OverwriteChoice;
use crate::components::palette::Palette;
use crate::components::preview_pane::Contents;
use crate::model::failure::Failure;
use crate::model::preview::Preview;
#[cfg(feature = "create")]
use crate::pages::create::later as create;
#[cfg(feature = "console")]
use crate::pages::{fabric::later as fabric, fabrics, fabrics::not_done::NotDone, import};

/// Draws the selected file of a preview.
type DrawFile = fn(Signal<Option<Preview>>, RwSignal<Option<String>>, Contents) -> AnyView;
/// Draws the choice for files that somebody changed.
type DrawOverwriteChoice =
    fn(Memo<Vec<String>>, RwSignal<Overwrites>, Signal<bool>, RwSignal<Option<String>>) -> AnyView;
/// A file's text; none where it is no text or too long.
type Text = Result<Option<String>, Failure>;

/// Functions whose code is loaded with this table.
pub struct Parts {
    /// Keeps the focus on the page from now on.
    pub keep_focus: fn(),
    /// The command palette and the sheet of keys.
    pub overlays: fn() -> AnyView,
    /// The selected file.
    pub file: DrawFile,
    /// What to do with files that somebody changed.
    pub overwrites: DrawOverwriteChoice,
    /// Reads a branch: with GitHub's own address without signing in, else by Hedgerow.
    pub read: fn(Option<String>, FabricSpec) -> Work<Result<api::Branch, Failure>>,
    /// Reads a file, in the same way.
    pub blob: fn(Option<String>, RepoName, ObjectId) -> Work<Text>,
    /// Works through the selected rows of the list.
    #[cfg(feature = "console")]
    pub act_on_selected: fn(fabrics::state::State, fabrics::bulk::Work),
    /// Says why rows of the list were not done.
    #[cfg(feature = "console")]
    pub not_done: fn(fabrics::state::State) -> AnyView,
    /// What the rows of an imported list go through.
    #[cfg(feature = "console")]
    pub import: import::state::Steps,
    /// What the page of a fabric needs once somebody asks for more than its state.
    #[cfg(feature = "console")]
    pub fabric: fabric::Parts,
    /// What the create page needs once a repository is named.
    #[cfg(feature = "create")]
    pub create: create::Parts,
}

static PARTS: Parts = Parts {
    keep_focus,
    overlays: || view! { <Palette/><KeySheet/> }.into_any(),
    file: |preview, selected, contents| {
        view! { <FileView preview=preview selected=selected contents=contents/> }.into_any()
    },
    overwrites: |modified, overwrites, locked, selected| {
        view! { <OverwriteChoice modified=modified overwrites=overwrites locked=locked selected=selected/> }
            .into_any()
    },
    read: |github, spec| Box::pin(async move { api::branch(github, &spec).await }),
    blob: |public, repo, id| {
        Box::pin(async move {
            match public {
                Some(github) => api::public::blob(&github, &repo, id).await,
                None => api::blob(&repo, id).await,
            }
        })
    },
    #[cfg(feature = "console")]
    act_on_selected: fabrics::bulk::run,
    #[cfg(feature = "console")]
    not_done: |state| view! { <NotDone state=state/> }.into_any(),
    #[cfg(feature = "console")]
    import: import::state::STEPS,
    #[cfg(feature = "console")]
    fabric: fabric::PARTS,
    #[cfg(feature = "create")]
    create: create::PARTS,
};

/// Loads the table and all it names.
#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
pub fn parts() -> Result<&'static Parts, Failure> {
    Ok(&PARTS)
}

impl From<SplitLoaderError> for Failure {
    fn from(_: SplitLoaderError) -> Self {
        Self::NotLoaded
    }
}
