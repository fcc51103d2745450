//! The tree, by mouse or keyboard (the ARIA tree pattern), with a mark at every file.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::icon::{Icon, Picture};
use crate::browser;
use crate::model::preview::Preview;
use crate::model::tree::{Row, Step, is_open, rows, step, visible};
use crate::model::wording;

/// What a person did to the tree.
#[derive(Clone, Copy)]
struct Turns {
    turned: RwSignal<BTreeSet<String>>,
    active: RwSignal<usize>,
    selected: RwSignal<Option<String>>,
}

impl Turns {
    fn turn(self, path: &str) {
        self.turned.update(|turned| {
            if !turned.remove(path) {
                turned.insert(path.to_owned());
            }
        });
    }

    fn press(self, row: &Row) {
        self.active.set(row.index);
        if row.is_directory {
            self.turn(&row.path);
        } else {
            self.selected.set(Some(row.path.clone()));
        }
    }
}

/// The tree of a preview.
#[component]
pub fn TreeView(
    /// What to show.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
    /// The file whose content is shown.
    selected: RwSignal<Option<String>>,
) -> impl IntoView {
    let turns = Turns {
        turned: RwSignal::new(BTreeSet::new()),
        active: RwSignal::new(0),
        selected,
    };
    let all =
        Memo::new(move |_| preview.with(|preview| preview.as_ref().map(rows).unwrap_or_default()));
    let seen =
        Memo::new(move |_| all.with(|rows| turns.turned.with(|turned| visible(rows, turned))));
    let tab_stop = Memo::new(move |_| {
        let active = turns.active.get();
        seen.with(|rows| {
            if rows.iter().any(|row| row.index == active) {
                active
            } else {
                0
            }
        })
    });
    let press = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let found = turns.turned.with_untracked(|turned| {
            seen.with_untracked(|rows| step(rows, turned, tab_stop.get_untracked(), &event.key()))
        });
        let Some(found) = found else { return };
        event.prevent_default();
        match found {
            Step::Focus(index) => {
                turns.active.set(index);
                browser::focus(&format!("tree-{index}"));
            }
            Step::Turn(path) => turns.turn(&path),
            Step::Select(path) => selected.set(Some(path)),
        }
    };
    view! {
        <ul class="tree" role="tree" aria-label="Files of the fabric's directory" on:keydown=press>
            <For each=move || seen.get() key=Row::clone let:row>
                <TreeRow row=row turns=turns tab_stop=tab_stop/>
            </For>
        </ul>
    }
}

#[component]
fn TreeRow(row: Row, turns: Turns, tab_stop: Memo<usize>) -> impl IntoView {
    let (word, tone) = wording::mark(row.mark);
    let index = row.index;
    let of_row = row.clone();
    let open = Memo::new(move |_| {
        of_row.is_directory && turns.turned.with(|turned| is_open(&of_row, turned))
    });
    let is_directory = row.is_directory;
    let path = row.path.clone();
    let is_selected = Memo::new(move |_| {
        turns
            .selected
            .with(|selected| selected.as_deref() == Some(path.as_str()))
    });
    let icon = if is_directory {
        Icon::Folder
    } else {
        Icon::File
    };
    let mark = move || {
        (!open.get()).then(|| {
            view! {
                <span class=format!("mark {}", tone.class())>
                    <Picture icon=Icon::of_mark(row.mark)/>
                    {word}
                </span>
            }
        })
    };
    let of_press = row.clone();
    view! {
        <li
            id=format!("tree-{index}")
            class=format!("tree-row depth-{}", row.depth.min(4))
            class:selected=is_selected
            role="treeitem"
            attr:aria-level=(row.depth + 1).to_string()
            aria-expanded=move || is_directory.then(|| open.get().to_string())
            aria-selected=move || is_selected.get().to_string()
            tabindex=move || if tab_stop.get() == index { "0" } else { "-1" }
            on:click=move |_| turns.press(&of_press)
        >
            <span class="chevron" class:open=open>
                {is_directory.then(|| view! { <Picture icon=Icon::Chevron/> })}
            </span>
            <Picture icon=icon/>
            <span class="tree-name">{row.name.clone()}</span>
            {mark}
        </li>
    }
}
