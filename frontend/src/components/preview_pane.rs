//! The right pane: counts, tree id, choice, tree, and the selected file.

use leptos::prelude::*;
use shared::plan::Overwrite;

use super::approval::{ApprovedTree, OverwriteChoice};
use super::state_badge::StateBadge;
use super::tree_view::TreeView;
use crate::model::preview::Preview;
use crate::model::tree::{Mark, rows};
use crate::model::wording;

/// The preview of a commit.
#[component]
pub fn PreviewPane(
    /// What would be committed; none while the fields are wrong.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
    /// What to do with changed files.
    overwrite: RwSignal<Overwrite>,
    /// Whether nothing can be chosen now.
    #[prop(into)]
    locked: Signal<bool>,
) -> impl IntoView {
    let selected = RwSignal::new(None::<String>);
    let counts = move || {
        preview.with(|preview| {
            let preview = preview.as_ref()?;
            let badges = wording::counts(preview);
            Some(
                badges
                    .into_iter()
                    .map(|(word, tone)| view! { <StateBadge word=word tone=tone/> })
                    .collect_view(),
            )
        })
    };
    view! {
        <div class="row counts">{counts}</div>
        <ApprovedTree preview=preview/>
        <OverwriteChoice preview=preview overwrite=overwrite locked=locked/>
        <TreeView preview=preview selected=selected/>
        <SelectedFile preview=preview selected=selected/>
    }
}

#[component]
fn SelectedFile(
    preview: Signal<Option<Preview>>,
    selected: RwSignal<Option<String>>,
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        let path = selected.get()?;
        preview.with(|preview| file(preview.as_ref()?, &path))
    });
    move || {
        shown.get().map(|file| view! {
            <section class="file" aria-label="Content of the selected file">
                <div class="file-head">
                    <code class="file-path">{file.path}</code>
                    <button type="button" class="button small" on:click=move |_| selected.set(None)>"Close"</button>
                </div>
                {file.remark.map(|remark| view! { <p class="hint file-remark">{remark}</p> })}
                {file.text.map(|text| view! { <pre tabindex="0">{text}</pre> })}
            </section>
        })
    }
}

#[derive(Clone, PartialEq)]
struct File {
    path: String,
    remark: Option<String>,
    text: Option<String>,
}

fn file(preview: &Preview, path: &str) -> Option<File> {
    let row = rows(preview).into_iter().find(|row| row.path == path)?;
    let finding = preview.findings.iter().find(|finding| finding.path == path);
    let text = preview.contents.get(path).filter(|text| !text.is_empty());
    let remark = match row.mark {
        Mark::Kept => {
            Some("The branch holds other content, which stays. The layout's text is:".to_owned())
        }
        Mark::Overwritten => {
            Some("The branch holds other content. The commit replaces it with:".to_owned())
        }
        Mark::Unexpected | Mark::Conflict => {
            finding.map(|finding| format!("This path {}.", finding.message))
        }
        Mark::NotNeeded => {
            Some("The directory holds other entries, so it needs no keep file.".to_owned())
        }
        Mark::Added | Mark::Unchanged if text.is_none() => {
            Some("An empty file that keeps the directory in git.".to_owned())
        }
        Mark::Added | Mark::Unchanged => None,
    };
    Some(File {
        path: path.to_owned(),
        remark,
        text: text.cloned(),
    })
}
