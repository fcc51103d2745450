//! What the page says before, or without, JavaScript.

use shared::check::git_command;
use shared::problem::advice;
use shared::quote::markup::markup;
use shared::quote::sentence::{self, Part};
use shared::quote::url::is_web;
use shared::record::FabricRecord;
use shared::report::{Finding, Severity};
use shared::status::{FabricState, NO_FABRIC, NO_FABRIC_REASON, Verdict};
use shared::timestamp::readable;

use super::{About, Page};

/// The content of the body.
pub(super) fn body(page: &Page) -> String {
    let inner = match &page.about {
        About::Fabric(record) => fabric(record),
        About::State(record) => format!(
            "<h1>A fabric</h1>{}{}<p>The person who shared this chose to show only the state.</p>",
            state(record),
            next(record)
        ),
        About::Unconfirmed(since) => format!(
            "<h1>A fabric</h1><p>GitHub could not be asked whether this fabric's repository is public, so nothing of it is shown. Unconfirmed since {}.</p>",
            time(since)
        ),
        About::NoShare => "<h1>This link shows nothing</h1><p>It may have been revoked, or it is not complete. Ask for a new one.</p>".to_owned(),
        About::NoFabric => format!(
            "<h1>{NO_FABRIC}</h1><p>{NO_FABRIC_REASON}</p><p><a href=\"/\">Create a fabric</a></p>"
        ),
        About::NotFound => "<h1>Nothing is at this address</h1><p>Check the link, or start with a new fabric.</p><p><a href=\"/\">Create a fabric</a></p>".to_owned(),
    };
    format!(
        "<header class=\"page-header\"><div class=\"page-column header-row\"><a href=\"/\" class=\"header-brand\"><span class=\"brand-word\">Hedgerow</span></a>{}</div></header>\
         <main class=\"page-column\">{inner}</main>\
         <noscript><p class=\"page-column muted\">With JavaScript this page is live.</p></noscript>",
        match page.shared {
            true => "<span class=\"muted small header-account\">Shared by link</span>",
            false => "",
        }
    )
}

fn fabric(record: &FabricRecord) -> String {
    let location = format!(
        "{}@{}:{}",
        record.git_repository, record.branch, record.gitops_directory
    );
    let mut html = format!(
        "<div class=\"page-intro\"><h1>{}</h1><p class=\"branch-label\"><code>{}</code></p></div><section class=\"card\" aria-label=\"State\">{}",
        markup(record.name.as_str()),
        markup(&location),
        state(record)
    );
    // What went wrong says by itself what to do next.
    if record.directory_init_error.is_none() {
        html.push_str(&next(record));
    }
    if let Some(error) = &record.directory_init_error {
        html.push_str(&format!(
            "<p>{}: {}.</p><p>Next: {}.</p>",
            markup(error.code.as_str()),
            prose(&error.message),
            prose(advice::on_page(&error.hint))
        ));
    }
    html.push_str("<dl class=\"fact-list\">");
    let mut fact = |term: &str, value: String| {
        html.push_str(&format!("<dt>{term}</dt><dd>{value}</dd>"));
    };
    if let Some(head) = &record.head {
        fact("Commit", format!("<code>{head}</code>"));
    }
    if let Some(url) = record.commit_url.as_deref().filter(|url| is_web(url)) {
        let link = format!("<a href=\"{}\">See it on GitHub</a>", markup(url));
        fact("Last commit by Hedgerow", link);
    }
    if let Some(tree) = &record.tree {
        fact("Tree id", format!("<code>{tree}</code>"));
    }
    if let Some(command) = git_command(record) {
        fact(
            "Verify with git",
            format!("<code>{}</code>", markup(&command)),
        );
    }
    if let Some(url) = record.pull_request_url.as_deref().filter(|url| is_web(url)) {
        fact(
            "Pull request",
            format!("<a href=\"{0}\">{0}</a>", markup(url)),
        );
    }
    html.push_str("</dl></section>");
    html.push_str(&findings(record));
    html
}

fn state(record: &FabricRecord) -> String {
    let checked = match record.checked_at.as_deref() {
        Some(checked) => format!("checked {}", time(checked)),
        None => "not checked yet".to_owned(),
    };
    let state = FabricState::of(record);
    let mut html = format!(
        "<p class=\"row\">{}<span class=\"muted\">{checked}</span></p><p>{}</p>",
        badge(state.verdict),
        markup(&state.sentence)
    );
    let check = &record.check;
    if state.verdict == Verdict::NotKnown
        && let Some(since) = check.since.as_deref()
    {
        html.push_str(&format!("<p>Since {}.</p>", time(since)));
    }
    html
}

/// What whoever may write is to do, if anything.
fn next(record: &FabricRecord) -> String {
    let action = FabricState::of(record).action;
    let next = action.map(|action| format!("<p>Next: {}.</p>", action.advice()));
    next.unwrap_or_default()
}

/// The state as the whole page shows it: icon, word and colour.
fn badge(verdict: Verdict) -> String {
    let tone = verdict.tone();
    format!(
        "<span class=\"state-badge state-badge-large {}\"><svg class=\"icon\" viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{}\"/></svg>{}</span>",
        tone.class(),
        tone.icon(),
        verdict.word()
    )
}

fn findings(record: &FabricRecord) -> String {
    let drift = &record.drift;
    if drift.findings.is_empty() {
        return String::new();
    }
    let items: String = drift.findings.iter().map(finding).collect();
    let more = drift.finding_count.saturating_sub(drift.findings.len());
    let more = match more {
        0 => String::new(),
        more => format!("<p>And {more} more.</p>"),
    };
    format!(
        "<section class=\"card\" aria-labelledby=\"findings\"><h2 id=\"findings\">Findings ({})</h2><ul class=\"finding-list\">{items}</ul>{more}</section>",
        drift.finding_count.max(drift.findings.len())
    )
}

fn finding(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    };
    format!(
        "<li>{severity}: <code>{}</code>: {}</li>",
        markup(&finding.path),
        html(sentence::sentence(&finding.message))
    )
}

/// A message with its names as code.
fn prose(text: &str) -> String {
    html(sentence::parts(text))
}

fn html(parts: Vec<Part>) -> String {
    parts
        .into_iter()
        .map(|part| match part {
            Part::Words(words) => markup(&words),
            Part::Name(name) => format!("<code>{}</code>", markup(&name)),
        })
        .collect()
}

fn time(rfc3339: &str) -> String {
    format!(
        "<time datetime=\"{}\">{}</time>",
        markup(rfc3339),
        markup(&readable(rfc3339))
    )
}
