//! What a person's session holds of GitHub's tokens.

use serde::{Deserialize, Serialize};

use crate::Secret;

/// An access token and, where it expires, what renews it.
pub(crate) struct Tokens {
    /// What GitHub is asked with.
    pub access: Secret,
    /// What gets the next pair, once.
    pub refresh: Option<Secret>,
    /// When the access token ends, in milliseconds since 1970; none if it does not.
    pub expires_ms: Option<u64>,
}

/// The form under the seal.
#[derive(Serialize, Deserialize)]
struct Sealed {
    access: String,
    refresh: Option<String>,
}

impl Tokens {
    /// A token that somebody pasted.
    pub(crate) fn pasted(access: Secret) -> Self {
        Self {
            access,
            refresh: None,
            expires_ms: None,
        }
    }

    /// The tokens as one secret text, to be sealed.
    pub(super) fn to_secret(&self) -> Secret {
        let sealed = Sealed {
            access: self.access.expose().to_owned(),
            refresh: self.refresh.as_ref().map(|token| token.expose().to_owned()),
        };
        Secret::new(serde_json::to_string(&sealed).unwrap_or_default())
    }

    /// The tokens of an opened seal.
    pub(super) fn from_secret(text: &Secret, expires_ms: Option<u64>) -> Option<Self> {
        let Sealed { access, refresh } = serde_json::from_str(text.expose()).ok()?;
        Some(Self {
            access: Secret::new(access),
            refresh: refresh.map(Secret::new),
            expires_ms,
        })
    }
}
