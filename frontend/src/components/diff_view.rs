//! Two texts compared: in one column or in two, with the words marked that make the difference.

use leptos::prelude::*;
use shared::count::counted;

use super::segmented::Segmented;
use model::text_diff::{Comparison, Line, Side, columns, compare};

/// A comparison of what the branch holds with what the layout has.
#[component]
pub fn DiffView(
    /// What the branch holds.
    theirs: String,
    /// What the layout has.
    ours: String,
    /// `unified` or `split`.
    shape: RwSignal<&'static str>,
) -> impl IntoView {
    let Some(found) = compare(&theirs, &ours) else {
        return view! { <p class="hint file-note">"The two texts are too long to compare here; compare them with git."</p> }
            .into_any();
    };
    if found.hunks.is_empty() {
        return view! { <p class="hint file-note">"They differ only in how their lines end."</p> }
            .into_any();
    }
    let words = format!(
        "{} only on the branch, {} only in the layout",
        counted(found.removed, "line"),
        counted(found.added, "line")
    );
    let found = StoredValue::new(found);
    view! {
        <div class="diff-head">
            <p class="hint">{words}</p>
            <Segmented legend="Comparison" name="diff-shape" quiet=true
                options=vec![("unified", "Unified"), ("split", "Side by side")]
                value=shape on_choose=move |chosen| shape.set(chosen)/>
        </div>
        <div class="diff-body" tabindex="0" role="region" aria-label="Comparison of the branch with the layout">
            {move || found.with_value(|found| if shape.get() == "split" { split(found) } else { unified(found) })}
        </div>
    }
    .into_any()
}

fn unified(found: &Comparison) -> AnyView {
    let hunks = found.hunks.iter().map(|hunk| {
        let rows = hunk.iter().map(|line| {
            let (old, new) = (line.old, line.new);
            let old = old.filter(|_| line.side != Side::New);
            let new = new.filter(|_| line.side != Side::Old);
            view! {
                <tr class=class(line.side)>
                    <td class="diff-number">{old}</td>
                    <td class="diff-number">{new}</td>
                    {cell(Some(line))}
                </tr>
            }
        });
        view! { <tbody>{rows.collect_view()}</tbody> }
    });
    view! {
        <table class="diff-table">
            <thead class="visually-hidden"><tr><th scope="col">"Line on the branch"</th><th scope="col">"Line in the layout"</th><th scope="col">"Text"</th></tr></thead>
            {hunks.collect_view()}
        </table>
    }
    .into_any()
}

fn split(found: &Comparison) -> AnyView {
    let hunks = found.hunks.iter().map(|hunk| {
        let rows = columns(hunk).into_iter().map(|(left, right)| {
            view! {
                <tr>
                    <td class="diff-number">{left.as_ref().and_then(|line| line.old)}</td>
                    {cell(left.as_ref())}
                    <td class="diff-number">{right.as_ref().and_then(|line| line.new)}</td>
                    {cell(right.as_ref())}
                </tr>
            }
        });
        view! { <tbody>{rows.collect_view()}</tbody> }
    });
    view! {
        <table class="diff-table diff-table-split">
            <thead><tr>
                <th class="diff-number" scope="col"><span class="visually-hidden">"Line"</span></th><th scope="col">"On the branch"</th>
                <th class="diff-number" scope="col"><span class="visually-hidden">"Line"</span></th><th scope="col">"In the layout"</th>
            </tr></thead>
            {hunks.collect_view()}
        </table>
    }
    .into_any()
}

fn class(side: Side) -> &'static str {
    match side {
        Side::Both => "",
        Side::Old => "diff-old",
        Side::New => "diff-new",
    }
}

/// A line's text; a sign says which text it stands in, so that colour is not alone.
fn cell(line: Option<&Line>) -> AnyView {
    let Some(line) = line else {
        return view! { <td class="diff-none"></td> }.into_any();
    };
    let (sign, word) = match line.side {
        Side::Both => (" ", ""),
        Side::Old => ("−", "branch: "),
        Side::New => ("+", "layout: "),
    };
    let parts = line.parts.iter().map(|part| {
        let text = part.text.clone();
        if part.marked {
            view! { <mark>{text}</mark> }.into_any()
        } else {
            text.into_any()
        }
    });
    view! {
        <td class=format!("diff-text {}", class(line.side))>
            <span class="diff-sign" aria-hidden="true">{sign}</span>
            <span class="visually-hidden">{word}</span>
            {parts.collect_view()}
        </td>
    }
    .into_any()
}
