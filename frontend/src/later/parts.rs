//! The table of what is loaded later: what a person asks for, never what greets them.
#![allow(
    unsafe_code,
    reason = "the macro declares the foreign function through which the file is loaded"
)]

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use shared::git::ObjectId;
use shared::names::RepoName;

use super::Work;
use crate::api;
use crate::components::file_view::FileView;
use crate::components::key_sheet::KeySheet;
use crate::components::palette::Palette;
use crate::components::preview_pane::Contents;
use crate::model::failure::Failure;
use crate::model::preview::Preview;
#[cfg(feature = "create")]
use crate::pages::create::later as create;

/// Draws the selected file of a preview.
type DrawFile = fn(Signal<Option<Preview>>, RwSignal<Option<String>>, Contents) -> AnyView;
/// A file's text; none where it is no text or too long.
type Text = Result<Option<String>, Failure>;

/// Functions whose code is loaded with this table.
pub struct Parts {
    /// The command palette and the sheet of keys.
    pub overlays: fn() -> AnyView,
    /// The selected file.
    pub file: DrawFile,
    /// Reads a file: with GitHub's own address without signing in, else by Hedgerow.
    pub blob: fn(Option<String>, RepoName, ObjectId) -> Work<Text>,
    /// What the create page needs once a repository is named.
    #[cfg(feature = "create")]
    pub create: create::Parts,
}

static PARTS: Parts = Parts {
    overlays: || view! { <Palette/><KeySheet/> }.into_any(),
    file: |preview, selected, contents| {
        view! { <FileView preview=preview selected=selected contents=contents/> }.into_any()
    },
    blob: |public, repo, id| {
        Box::pin(async move {
            match public {
                Some(github) => api::public::blob(&github, &repo, id).await,
                None => api::blob(&repo, id).await,
            }
        })
    },
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
