//! Webhooks of single repositories, which their administrators set up by hand where the App is not installed. Each has a secret of its
//! own, which follows from `SESSION_KEY` and the repository's number and is kept nowhere.

use data_encoding::HEXLOWER;
use shared::api::RepositoryWebhook;

use crate::Secret;
use crate::api_error::ApiError;
use crate::github::webhook::is_signed;
use crate::host::Host;
use crate::session::{derive, derive_all};

const PURPOSE: &str = "hedgerow webhook of a repository";
/// What such a hook is good for.
pub(crate) const EVENTS: [&str; 4] = ["ping", "push", "pull_request", "repository"];

/// What the administrator of a repository types into GitHub's form.
pub(crate) fn webhook_of(
    host: &impl Host,
    origin: &str,
    repository: u64,
) -> Result<RepositoryWebhook, ApiError> {
    let secret = derive(host, PURPOSE, &repository.to_be_bytes())?;
    // GitHub sends the ping by itself.
    let events = EVENTS.iter().skip(1).map(|event| (*event).to_owned());
    Ok(RepositoryWebhook {
        url: format!("{origin}/api/webhooks/github/{repository}"),
        secret: HEXLOWER.encode(&secret),
        content_type: "application/json".to_owned(),
        events: events.collect(),
    })
}

/// Tells whether this is signed with the secret of this repository's hook, under any key of `SESSION_KEY`.
pub(crate) fn is_of_repository(
    host: &impl Host,
    repository: u64,
    body: &[u8],
    signature: &str,
) -> bool {
    let number = repository.to_be_bytes();
    let mut secrets = derive_all(host, PURPOSE, &number);
    secrets.any(|secret| is_signed(&Secret::new(HEXLOWER.encode(&secret)), body, signature))
}
