//! The selected file: its content, or what the branch holds compared with what the layout has.

use leptos::prelude::*;
use shared::diff::Change;
use shared::git::ObjectId;
use shared::quote::invisible::legible;

use super::contents::{Contents, Theirs, Want};
use super::diff_view::DiffView;
use super::prose::Prose;
use crate::browser;
use crate::context::AppContext;
use model::mark::Mark;
use model::preview::Preview;

#[component]
pub fn FileView(
    /// The preview that it belongs to.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
    selected: RwSignal<Option<String>>,
    /// What the branch's files say.
    contents: Contents,
    want: Want,
) -> impl IntoView {
    let app = AppContext::get();
    let want = move |id| want(contents, app, id);
    let shape = RwSignal::new("unified");
    let shown = Memo::new(move |_| {
        let path = selected.get()?;
        preview.with(|preview| file(preview.as_ref()?, path))
    });
    Effect::new(move || {
        if let Some(id) = shown.with(|file| file.as_ref()?.theirs) {
            want(id);
        }
    });
    // It is brought into sight when it opens, and again once it has its full height.
    Effect::new(move || {
        contents.known.track();
        if selected.with(Option::is_some) {
            set_timeout(
                || browser::begin_at("selected-file"),
                std::time::Duration::ZERO,
            );
        }
    });
    move || {
        shown.get().map(|file| {
            let text = StoredValue::new(file.text.clone());
            let theirs = file.theirs;
            let again = move |_| {
                if let Some(id) = theirs {
                    want(id);
                }
            };
            view! {
                <section class="file-view" id="selected-file" aria-label="Content of the selected file">
                    <div class="file-head">
                        <code class="file-path">{legible(&file.path)}</code>
                        <button type="button" class="button button-small" on:click=move |_| selected.set(None)>"Close"</button>
                    </div>
                    {file.note.map(|note| view! { <p class="hint file-note"><Prose text=note/></p> })}
                    {match theirs {
                        None => plain(text.get_value()).into_any(),
                        Some(id) => (move || match contents.known.with(|known| known.get(id).cloned()) {
                            None | Some(Theirs::Asking) => view! {
                                <p class="hint file-note row" role="status"><span class="spinner"></span>"Reading what the branch holds…"</p>
                            }.into_any(),
                            Some(Theirs::Text(theirs)) => view! {
                                <DiffView theirs=theirs ours=text.get_value().unwrap_or_default() shape=shape/>
                            }.into_any(),
                            Some(Theirs::NoText) => view! {
                                <p class="hint file-note">"The file on the branch is not text, or is too long to show."</p>
                                {plain(text.get_value())}
                            }.into_any(),
                            Some(Theirs::Failed(failure)) => view! {
                                <p class="field-error file-note"><Prose text=format!("{} {}", failure.detail(), failure.hint())/></p>
                                <p class="file-note"><button type="button" class="button button-small" on:click=again>"Try again"</button></p>
                            }.into_any(),
                        }).into_any(),
                    }}
                </section>
            }
        })
    }
}

fn plain(text: Option<String>) -> impl IntoView {
    text.map(|text| view! { <pre tabindex="0" role="region" aria-label="Content">{text}</pre> })
}

#[derive(Clone, PartialEq)]
struct File {
    path: String,
    note: Option<String>,
    text: Option<String>,
    /// What the branch holds, where that is worth comparing.
    theirs: Option<ObjectId>,
}

fn file(preview: &Preview, path: String) -> Option<File> {
    let mark = preview.mark(&path)?;
    let text = preview
        .contents
        .get(&path)
        .filter(|text| !text.is_empty())
        .cloned();
    let changed = preview
        .diff()
        .files
        .iter()
        .find(|file| file.path == path && file.change == Change::Modified);
    let note = match mark {
        Mark::Kept => Some("Somebody changed this file. It stays as it is.".to_owned()),
        Mark::Overwritten => {
            Some("Somebody changed this file. The commit puts the layout's text back.".to_owned())
        }
        Mark::Unexpected | Mark::Conflict => preview
            .finding(&path)
            .map(|message| format!("This path {message}")),
        Mark::Content => Some("People keep this here; it is not the layout's.".to_owned()),
        Mark::NotNeeded => {
            Some("The directory holds other entries, so it needs no keep file.".to_owned())
        }
        Mark::Planned | Mark::Added | Mark::Unchanged if text.is_none() => {
            Some("An empty file that keeps the directory in git.".to_owned())
        }
        Mark::Planned | Mark::Added | Mark::Unchanged => None,
    };
    Some(File {
        theirs: changed.and_then(|file| file.current),
        path,
        note,
        text,
    })
}
