//! Title, description and Open Graph tags: what a link to the page looks like where it is pasted.

use shared::quote::markup::markup;
use shared::record::FabricRecord;
use shared::status::{FabricState, NO_FABRIC, NO_FABRIC_REASON};
use shared::timestamp::readable;

use super::{About, Page};

/// The lines of the head.
pub(super) fn head(page: &Page) -> String {
    let (title, description) = words(page);
    let (title, description) = (markup(&title), markup(&description));
    let mut lines = format!(
        "<title>{title} – Hedgerow</title>\n    <meta name=\"description\" content=\"{description}\" />"
    );
    let address = markup(page.address);
    for (property, content) in [
        ("og:type", "website"),
        ("og:site_name", "Hedgerow"),
        ("og:title", title.as_str()),
        ("og:description", description.as_str()),
        ("og:url", address.as_str()),
    ] {
        lines.push_str(&format!(
            "\n    <meta property=\"{property}\" content=\"{content}\" />"
        ));
    }
    lines.push_str("\n    <meta name=\"twitter:card\" content=\"summary\" />");
    if !page.indexable {
        lines.push_str("\n    <meta name=\"robots\" content=\"noindex\" />");
    }
    lines
}

fn words(page: &Page) -> (String, String) {
    match &page.about {
        About::Fabric(record) => {
            let state = FabricState::of(record);
            (
                format!("{}: {}", record.name, state.verdict.word()),
                format!(
                    "GitOps directory of fabric {} in {}@{}:{}. {}: {} {}",
                    record.name,
                    record.git_repository,
                    record.branch,
                    record.gitops_directory,
                    state.verdict.word(),
                    state.sentence,
                    checked(record),
                ),
            )
        }
        About::State(record) => {
            let state = FabricState::of(record);
            let word = state.verdict.word();
            (
                format!("A fabric: {word}"),
                format!(
                    "State of a fabric's GitOps directory. {word}: {} {}",
                    state.sentence,
                    checked(record)
                ),
            )
        }
        About::Unconfirmed(_) => (
            "A fabric".to_owned(),
            "Whether this fabric may be shown is not confirmed.".to_owned(),
        ),
        About::NoShare => (
            "This link shows nothing".to_owned(),
            "It may have been revoked, or it is not complete.".to_owned(),
        ),
        About::NoAnswer => (
            "Not known".to_owned(),
            "Hedgerow's own storage did not answer.".to_owned(),
        ),
        About::Failed(problem) => (
            problem.title.clone(),
            "What is here could not be found out.".to_owned(),
        ),
        About::NoFabric => (NO_FABRIC.to_owned(), NO_FABRIC_REASON.to_owned()),
        About::NotFound => (
            "Not found".to_owned(),
            "Nothing is at this address.".to_owned(),
        ),
    }
}

fn checked(record: &FabricRecord) -> String {
    match &record.checked_at {
        Some(time) => format!("Checked {}.", readable(time)),
        None => "Not checked yet.".to_owned(),
    }
}
