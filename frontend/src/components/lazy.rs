//! What components load when it is first needed; `split.rs` says where each function is.

use leptos::prelude::*;

use super::contents::Contents;
use super::overwrite_choice::Decided;
use model::preview::Preview;

/// What the page needs on the first key or click.
pub struct ShellLazy {
    /// Keeps the focus on the page from now on.
    pub keep_focus: fn(),
    /// The command palette and the sheet of keys.
    pub overlays: fn() -> AnyView,
}

type DrawFile = fn(Signal<Option<Preview>>, RwSignal<Option<String>>, Contents) -> AnyView;
/// Draws the choice for files that somebody changed.
type DrawOverwrites =
    fn(Memo<Vec<String>>, Decided, Signal<bool>, RwSignal<Option<String>>) -> AnyView;

/// What a preview needs besides its tree.
pub struct PreviewLazy {
    /// The selected file.
    pub file: DrawFile,
    /// The choice for files that somebody changed.
    pub overwrites: DrawOverwrites,
}
