//! The right pane: counts, tree id, choice, tree, and the selected file.

use leptos::prelude::*;
use shared::diff::Change;

use super::approval::ApprovedTree;
use super::contents::Contents;
use super::icon::IconName;
use super::lazy::PreviewLazy;
use super::lazy_view::LazyView;
use super::notice::Notice;
use super::overwrite_choice::Decided;
use super::prose::Prose;
use super::state_badge::StateBadge;
use super::tree_view::TreeView;
use crate::lazy::Lazy;
use model::preview::Preview;
use model::wording::{self, Tone};

/// The preview of a commit.
#[component]
pub fn PreviewPane(
    /// What would be committed; none while nothing could be drawn yet.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
    /// What to do with changed files.
    #[prop(into)]
    overwrites: Decided,
    /// Whether nothing can be chosen now.
    #[prop(into)]
    locked: Signal<bool>,
    /// Whether it was approved already.
    #[prop(optional, into)]
    approved: Signal<bool>,
    /// What the branch's files say.
    contents: Contents,
) -> impl IntoView {
    let selected = RwSignal::new(None::<String>);
    let counts = Memo::new(move |_| {
        preview.with(|preview| preview.as_ref().map(wording::counts).unwrap_or_default())
    });
    let lazy = Lazy::<PreviewLazy>::get();
    let modified = Memo::new(move |_| {
        preview.with(|preview| {
            let files = preview.iter().flat_map(|preview| &preview.diff().files);
            let changed = files.filter(|file| file.change == Change::Modified);
            changed.map(|file| file.path.clone()).collect::<Vec<_>>()
        })
    });
    let has_modified = Memo::new(move |_| modified.with(|paths| !paths.is_empty()));
    let badges = move || {
        let badges = counts
            .get()
            .into_iter()
            .map(|(word, tone, mark)| view! { <StateBadge word=word tone=tone icon=IconName::of_mark(mark)/> });
        badges.collect_view()
    };
    view! {
        <div class="row">{badges}</div>
        {move || preview.with(|preview| preview.as_ref()?.case_twins()).map(|text| view! {
            <Notice tone=Tone::Attention><p><Prose text=text/></p></Notice>
        })}
        <ApprovedTree preview=preview approved=approved/>
        {move || has_modified.get().then(|| view! {
            <LazyView lazy=lazy view=Box::new(move |lazy| (lazy.overwrites)(modified, overwrites, locked, selected))/>
        })}
        <TreeView preview=preview selected=selected/>
        <SelectedFile preview=preview selected=selected contents=contents/>
    }
}

/// The selected file; nothing is loaded for it before there is one.
#[component]
pub fn SelectedFile(
    /// The preview that it belongs to.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
    selected: RwSignal<Option<String>>,
    /// What the branch's files say.
    contents: Contents,
) -> impl IntoView {
    let lazy = Lazy::<PreviewLazy>::get();
    let is_opened =
        Memo::new(move |before| before == Some(&true) || selected.with(Option::is_some));
    move || {
        is_opened.get().then(
            || view! { <LazyView lazy=lazy view=Box::new(move |lazy| (lazy.file)(preview, selected, contents))/> },
        )
    }
}
