//! The answer of a validation: findings by severity.

use leptos::prelude::*;
use shared::quote::invisible::legible;
use shared::report::{Report, Severity};

use super::commit_line::CommitLine;
use super::prose::Prose;
use super::state_badge::StateBadge;
use model::wording::{self, Tone};

#[component]
pub fn ReportView(report: Report) -> impl IntoView {
    let (word, tone) = if report.valid {
        ("Valid", Tone::Success)
    } else {
        ("Not valid", Tone::Danger)
    };
    let headings = [Severity::Error, Severity::Warning, Severity::Note].map(wording::severity);
    let unknown = wording::UNKNOWN_SEVERITY;
    let groups = headings.into_iter().chain([unknown]).map(|(heading, tone)| {
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| wording::severity(finding.severity).0 == heading)
            .cloned()
            .collect();
        (!found.is_empty()).then(|| {
            view! {
                <h3 class=tone.class()>{format!("{heading} ({})", found.len())}</h3>
                <ul class="finding-list" tabindex="0" aria-label=heading>
                    {found.into_iter().map(|finding| view! {
                        <li><code>{legible(&finding.path)}</code>": "<Prose text=finding.message/></li>
                    }).collect_view()}
                </ul>
            }
        })
    });
    view! {
        <div class="report-view">
            <p class="row">
                <StateBadge word=word tone=tone/>
                {match report.head_commit {
                    Some(commit) => view! { <span class="muted">"at " <CommitLine commit=commit/></span> }.into_any(),
                    None => report.head.map(|head| view! { <span class="muted">"at " <code>{head.short()}</code></span> }).into_any(),
                }}
            </p>
            {report.findings.is_empty().then(|| view! { <p class="muted">"No findings: every file matches the layout."</p> })}
            {groups.collect_view()}
        </div>
    }
}
