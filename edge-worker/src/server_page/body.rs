//! What the page says before, or without, JavaScript.

use shared::check::git_command;
use shared::git::ObjectId;
use shared::problem::advice;
use shared::quote::invisible::legible;
use shared::quote::markup::markup;
use shared::quote::sentence::{self, Part};
use shared::record::{CheckState, FabricRecord, deleted_findings};
use shared::report::{Finding, Severity};
use shared::status::{FabricState, NO_FABRIC, NO_FABRIC_REASON, Verdict};
use shared::timestamp::readable;

use super::{About, Page};

/// The content of the body.
pub(super) fn body(page: &Page, github_url: &str) -> String {
    let inner = match &page.about {
        // Nothing that the record holds leads elsewhere than to GitHub.
        About::Fabric(record) => fabric(&(*record).clone().linked_to(github_url), github_url),
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
        About::NoAnswer => "<h1>What is here is not known</h1><p>Hedgerow's own storage did not answer. The link may be right: reload this page in a minute.</p>".to_owned(),
        About::Failed(problem) => format!(
            "<h1>{}</h1><p>{}</p><p>Next: {}.</p>",
            markup(&problem.title),
            html(sentence::sentence(&problem.detail)),
            prose(advice::on_page(&problem.hint))
        ),
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

fn fabric(record: &FabricRecord, github_url: &str) -> String {
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
        fact("Commit", commit(head, record));
    }
    if let Some(url) = &record.commit_url {
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
    if let Some(url) = &record.pull_request_url {
        fact(
            "Pull request",
            format!("<a href=\"{0}\">{0}</a>", markup(url)),
        );
    }
    html.push_str("</dl></section>");
    html.push_str(&deleted(record, github_url));
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
        && check.state == CheckState::Unknown
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

/// The head, and whose commit it is where it is not Hedgerow's own.
fn commit(head: &ObjectId, record: &FabricRecord) -> String {
    let facts = record.head_commit.as_ref();
    let Some(facts) = facts.filter(|facts| facts.id == *head) else {
        return format!("<code>{head}</code>");
    };
    let id = match &facts.url {
        Some(url) => format!("<a href=\"{}\"><code>{head}</code></a>", markup(url)),
        None => format!("<code>{head}</code>"),
    };
    let author = facts.author.as_deref();
    let author = author.map(|author| format!(" by {}", markup(&legible(author))));
    let made = facts.time.as_deref();
    let made = made.map(|made| format!(", {}", time(made)));
    format!(
        "{id}{}: {}{}",
        author.unwrap_or_default(),
        markup(&legible(&facts.subject)),
        made.unwrap_or_default()
    )
}

/// What people deleted, by commit, each path with a link to what it was.
fn deleted(record: &FabricRecord, github_url: &str) -> String {
    if record.deleted.is_empty() {
        return String::new();
    }
    let groups: String = record
        .deleted
        .iter()
        .map(|group| {
            let path = |(path, place): (&String, Option<&String>)| {
                let code = |path| format!("<code>{}</code>", markup(&group.directory.join(path)));
                let shown = match place {
                    Some(place) => format!("{} moved to {}", code(path), code(place)),
                    None => code(path),
                };
                let address = group.address(github_url, &record.git_repository, path);
                match address {
                    Some(address) => format!(
                        "<li>{shown} <a href=\"{}\">As it was</a></li>",
                        markup(&address)
                    ),
                    None => format!("<li>{shown}</li>"),
                }
            };
            let url = group
                .commit
                .as_ref()
                .and_then(|commit| commit.url.as_deref());
            let link = url.map(|url| format!(" <a href=\"{}\">See the commit</a>", markup(url)));
            let changes = group.changes(github_url, &record.git_repository);
            let changes = changes
                .map(|address| format!(" <a href=\"{}\">See what changed</a>", markup(&address)));
            if group.uncompared.is_some() {
                return format!(
                    "<p>{}{}</p>",
                    html(sentence::sentence(&format!(
                        "{}; {}",
                        group.heading(),
                        group.next()
                    ))),
                    changes.unwrap_or_default()
                );
            }
            let more = match group.count - group.paths.len().min(group.count) {
                0 => String::new(),
                more => format!("<li>And {more} more.</li>"),
            };
            format!(
                "<p>{}{}</p><ul class=\"finding-list\">{}{more}</ul>",
                html(sentence::sentence(&group.heading())),
                link.unwrap_or_default(),
                group.places().map(path).collect::<String>(),
            )
        })
        .collect();
    format!(
        "<section class=\"card\" aria-labelledby=\"deleted\"><h2 id=\"deleted\">Deleted ({})</h2>{groups}{}</section>",
        match (record.deleted_count(), record.is_uncompared()) {
            (0, true) => "not known".to_owned(),
            (count, true) => format!("at least {count}"),
            (count, false) => count.to_string(),
        },
        match record.deleted_count() {
            0 => "<p>It takes push permission to say that it was meant.</p>",
            _ =>
                "<p>Take them back from the commit before, or say with push permission that it was meant.</p>",
        }
    )
}

/// What was found, besides what people deleted.
fn findings(record: &FabricRecord) -> String {
    let drift = &record.drift;
    let others = drift.findings.iter();
    let others: Vec<_> = others.filter(|finding| !finding.is_of_deletion()).collect();
    let told = deleted_findings(&record.deleted).len();
    let count = drift.finding_count.saturating_sub(told).max(others.len());
    if count == 0 {
        return String::new();
    }
    let items: String = others.iter().map(|other| finding(other)).collect();
    let more = match count - others.len() {
        0 => String::new(),
        more => format!("<p>And {more} more.</p>"),
    };
    format!(
        "<section class=\"card\" aria-labelledby=\"findings\"><h2 id=\"findings\">Findings ({count})</h2><ul class=\"finding-list\">{items}</ul>{more}</section>"
    )
}

fn finding(finding: &Finding) -> String {
    let severity = match &finding.severity {
        Severity::Error => "Error".to_owned(),
        Severity::Warning => "Warning".to_owned(),
        Severity::Note => "Note".to_owned(),
        // A word of a newer version.
        Severity::Other(word) => markup(word.as_str()),
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    /// A record that may say anything, as a backup's file has it.
    fn record(address: &str) -> FabricRecord {
        let head = "1".repeat(40);
        let facts = json!({ "id": head, "author": "ada", "subject": "x", "time": "2026-11-30T12:00:00Z", "url": address });
        let record = json!({
            "id": "a".repeat(26), "version": 1, "name": "fabric-1", "git_repository": "acme/network", "branch": "main",
            "gitops_directory": "/gitops", "layout": { "version": 1 }, "visibility": "public", "gitops_initialized": true,
            "gitops_directory_status": "initialized", "check": { "state": "ok" }, "drift": { "missing": 0, "modified": 0, "unexpected": 0, "paths": [] }, "head": head,
            "head_commit": facts, "commit_url": address, "pull_request_url": address,
            "deleted": [{ "directory": "/gitops", "paths": ["managed/a.yaml"], "count": 1, "kept_in": head, "commit": facts }],
        });
        serde_json::from_value(record).unwrap()
    }

    fn links(address: &str) -> Vec<String> {
        let record = record(address);
        let page = Page {
            about: About::Fabric(&record),
            address: "",
            indexable: false,
            shared: false,
        };
        let html = body(&page, "https://github.com");
        let links = html.split("href=\"").skip(1);
        let links = links.map(|rest| rest.split('"').next().unwrap().to_owned());
        links.filter(|link| link != "/").collect()
    }

    #[test]
    fn only_what_is_github_s_is_linked_to() {
        let as_it_was = format!(
            "https://github.com/acme/network/blob/{}/gitops/managed/a.yaml",
            "1".repeat(40)
        );
        let own = "https://github.com/acme/network/commit/1";
        assert_eq!(links(own), [own, own, own, own, &as_it_was]);
        for elsewhere in ["https://evil.example/acme", "javascript:alert(1)"] {
            assert_eq!(links(elsewhere), [as_it_was.as_str()], "{elsewhere}");
        }
    }
}
