//! The tree, by mouse or keyboard (the ARIA tree pattern), with a mark at every file. Of a long one only the rows in
//! sight are drawn.

use leptos::prelude::*;
use shared::quote::invisible::legible;
use shared::report::Finding;

use super::icon::{Icon, IconName};
use super::scroller::Scroller;
use crate::browser;
use model::mark::Mark;
use model::preview::Preview;
use model::tree::{Row, Rows, Step, is_expanded, jump, step, visible};
use model::wording;

/// Longer trees scroll in a box of their own.
const LONG: usize = 120;
/// How long a name may be typed with pauses, in milliseconds.
const TYPING_MS: i64 = 800;

/// What a person did to the tree.
#[derive(Clone, Copy)]
struct TreeState {
    toggled: RwSignal<Vec<String>>,
    active: RwSignal<usize>,
    selected: RwSignal<Option<String>>,
}

impl TreeState {
    fn toggle(self, path: &str) {
        self.toggled.update(
            |toggled| match toggled.iter().position(|known| known == path) {
                Some(at) => drop(toggled.swap_remove(at)),
                None => toggled.push(path.to_owned()),
            },
        );
    }

    fn press(self, row: &Row) {
        self.active.set(row.index);
        if row.is_directory {
            self.toggle(&row.path);
        } else if row.is_file() {
            self.selected.set(Some(row.path.to_string()));
        }
    }
}

/// The tree of a preview.
#[component]
pub fn TreeView(
    #[prop(into)] preview: Signal<Option<Preview>>,
    /// The file whose content is shown.
    selected: RwSignal<Option<String>>,
    /// What a validation finds, the gravest first, where the branch should hold the layout already, so that what is not there is
    /// missing.
    #[prop(optional)]
    drift: Option<Memo<Vec<Finding>>>,
) -> impl IntoView {
    let tree = TreeState {
        toggled: RwSignal::new(Vec::new()),
        active: RwSignal::new(0),
        selected,
    };
    let all = Memo::new(move |before: Option<&Rows>| {
        preview.with(|preview| match preview {
            Some(preview) => Rows::of(preview, before),
            None => Rows::default(),
        })
    });
    let seen = Memo::new(move |_| {
        all.with(|rows| tree.toggled.with(|toggled| visible(rows.all(), toggled)))
    });
    let scroller = Scroller::new();
    let length = Memo::new(move |_| seen.with(Vec::len));
    let is_long = Memo::new(move |_| length.get() > LONG);
    let drawn = Memo::new(move |_| {
        let length = length.get();
        let range = if is_long.get() {
            scroller.sight.get().rows(length)
        } else {
            0..length
        };
        seen.with(|rows| (range.start, rows[range].to_vec()))
    });
    Effect::new(move || {
        is_long.track();
        set_timeout(move || scroller.measure(), std::time::Duration::ZERO);
    });
    let active = Memo::new(move |_| {
        let active = tree.active.get();
        seen.with(|rows| {
            if rows.iter().any(|row| row.index == active) {
                active
            } else {
                0
            }
        })
    });
    let typed = StoredValue::new((String::new(), 0_i64));
    let focus = move |index: usize| {
        tree.active.set(index);
        let position = seen.with_untracked(|rows| rows.iter().position(|row| row.index == index));
        match position.filter(|_| is_long.get_untracked()) {
            Some(position) => scroller.reveal(position),
            None => browser::reveal(&format!("tree-{index}")),
        }
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let (key, at) = (event.key(), active.get_untracked());
        let found = tree
            .toggled
            .with_untracked(|toggled| seen.with_untracked(|rows| step(rows, toggled, at, &key)));
        if let Some(found) = found {
            event.prevent_default();
            match found {
                Step::Focus(index) => focus(index),
                Step::Toggle(path) => tree.toggle(&path),
                Step::Select(path) => selected.set(Some(path)),
            }
        } else if key.chars().count() == 1 && !matches!(key.as_str(), "?" | "/") {
            event.prevent_default();
            let now = browser::now_ms();
            let text = typed.try_update_value(|(text, since)| {
                if now - *since > TYPING_MS {
                    text.clear();
                }
                text.push_str(&key);
                *since = now;
                text.clone()
            });
            let to = seen.with_untracked(|rows| jump(rows, at, &text.unwrap_or_default()));
            if let Some(index) = to {
                focus(index);
            }
        }
    };
    view! {
        <div class="tree-box" class:tree-box-long=is_long node_ref=scroller.node on:scroll=move |_| scroller.measure()>
            <div class="tree-row height-probe" node_ref=scroller.probe aria-hidden="true"></div>
            <ul class="tree-list" role="tree" aria-label="Files of the fabric's directory" tabindex="0"
                class:hidden=move || length.get() == 0
                aria-activedescendant=move || format!("tree-{}", active.get())
                style:padding-top=move || edge(is_long.get(), scroller, drawn.with(|(start, _)| *start))
                style:padding-bottom=move || edge(is_long.get(), scroller, drawn.with(|(start, rows)| length.get() - start - rows.len()))
                on:keydown=press>
                <For each=move || drawn.get().1 key=Row::clone let:row>
                    <TreeRow row=row tree=tree active=active drift=drift/>
                </For>
            </ul>
        </div>
    }
}

/// The room of the rows that are not drawn.
fn edge(is_long: bool, scroller: Scroller, rows: usize) -> String {
    if !is_long {
        return String::new();
    }
    format!("{}px", scroller.sight.get().room(rows))
}

#[component]
fn TreeRow(
    row: Row,
    tree: TreeState,
    active: Memo<usize>,
    #[prop(optional_no_strip)] drift: Option<Memo<Vec<Finding>>>,
) -> impl IntoView {
    let (word, tone) = match drift {
        Some(findings) => {
            let below = |path: &str| {
                let rest = path.strip_prefix(&*row.path);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || row.depth == 0)
            };
            let gravest = findings.with_untracked(|findings| {
                let mut findings = findings.iter();
                let found = findings.find(|finding| below(&finding.path));
                found.map(|finding| finding.severity)
            });
            wording::drift_mark(row.mark, gravest)
        }
        None => wording::mark(row.mark),
    };
    // A mark at every row alike would say nothing.
    let is_marked = row.mark != Mark::Planned;
    let index = row.index;
    let of_row = row.clone();
    let open = Memo::new(move |_| {
        of_row.is_directory && tree.toggled.with(|toggled| is_expanded(&of_row, toggled))
    });
    let is_directory = row.is_directory;
    let path = row.path.clone();
    let is_selected = Memo::new(move |_| {
        tree.selected
            .with(|selected| selected.as_deref() == Some(&*path))
    });
    let is_active = Memo::new(move |_| active.get() == index);
    let icon = if is_directory {
        IconName::Folder
    } else {
        IconName::File
    };
    let (position, siblings) = row.position;
    let of_press = row.clone();
    view! {
        <li
            id=format!("tree-{index}")
            class=format!("tree-row depth-{}", row.depth.min(4))
            class:tree-row-selected=is_selected
            class:tree-row-active=is_active
            role="treeitem"
            attr:aria-level=(row.depth + 1).to_string()
            attr:aria-posinset=position.to_string()
            attr:aria-setsize=siblings.to_string()
            aria-expanded=move || is_directory.then(|| open.get().to_string())
            aria-selected=move || is_selected.get().to_string()
            on:click=move |_| tree.press(&of_press)
        >
            <span class="tree-chevron" class:tree-chevron-open=open>
                {is_directory.then(|| view! { <Icon name=IconName::Chevron/> })}
            </span>
            <Icon name=icon/>
            <span class="tree-name">{legible(&row.name)}</span>
            <span class=format!("status-mark {}", tone.class()) class:hidden=move || open.get() || !is_marked>
                <Icon name=if drift.is_some() && row.mark == Mark::Added { IconName::Cross } else { IconName::of_mark(row.mark) }/>
                {word}
            </span>
        </li>
    }
}
