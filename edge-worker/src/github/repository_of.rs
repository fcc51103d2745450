//! Which repository a request to GitHub is about, for the log.

use http::Request;
use serde::Deserialize;

/// The variables that tell which repository a document is about.
#[derive(Deserialize)]
struct Document {
    variables: Variables,
}

#[derive(Deserialize)]
struct Variables {
    owner: String,
    name: String,
}

/// The repository that a request to GitHub is about.
pub(crate) fn repository_of(request: &Request<Vec<u8>>) -> Option<String> {
    if let Some((_, rest)) = request.uri().path().split_once("/repos/") {
        let mut parts = rest.split('/');
        return Some(format!("{}/{}", parts.next()?, parts.next()?));
    }
    let document: Document = serde_json::from_slice(request.body()).ok()?;
    let Variables { owner, name } = document.variables;
    Some(format!("{owner}/{name}"))
}
