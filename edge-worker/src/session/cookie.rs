//! The cookies. `__Host-hedgerow=<name>.<secret>`, both base32, carries the session: the secret is random; the object's name is
//! derived from it under `SESSION_KEY`, so that a cookie which somebody made up names no object. Each sign-in that is under way
//! has one of its own for ten minutes, named after its `state`, so that two tabs can sign in at once.

use data_encoding::BASE32_NOPAD;

use super::seal::{derive, derive_all};
use crate::api_error::ApiError;
use crate::host::{Host, random};
use crate::request::{Request, header};

const SESSION: &str = "__Host-hedgerow";
/// A version before this one used it as it is, for one sign-in at a time.
const LOGIN: &str = "__Host-hedgerow-login";
/// How many sign-ins may be under way in one browser; a further one ends the oldest.
const LOGINS: usize = 5;
const DAYS_30: u32 = 30 * 24 * 60 * 60;
pub(super) const MINUTES_10: u32 = 10 * 60;

/// Until 2027-03-01 a cookie whose name is random is taken, too: versions before this one made such, and whoever upgrades thirty
/// days sooner signs nobody out. Afterwards nobody has one.
pub(super) const RANDOM_NAMES_UNTIL_MS: u64 = 1_803_859_200_000;

/// What names are derived for.
const OF_SESSION: &str = "hedgerow session name";

pub(crate) struct Cookie {
    /// The session object's name.
    pub session: String,
    /// Half of what opens what the object holds; never stored on the server.
    pub secret: [u8; 32],
}

impl Cookie {
    /// A cookie for a new session.
    pub(super) fn new(host: &impl Host) -> Result<Self, ApiError> {
        let secret: [u8; 32] = random(host);
        let session = name(derive(host, OF_SESSION, &secret)?);
        Ok(Self { session, secret })
    }

    /// The session cookie of a request, if it has one that was made here.
    pub(super) fn read(host: &impl Host, request: &Request) -> Option<Self> {
        Self::named(request, SESSION).filter(|cookie| cookie.is_ours(host))
    }

    /// The same where no key may fit any more, for who ends the session: it is closed all the same.
    pub(super) fn read_to_close(request: &Request) -> Option<Self> {
        Self::named(request, SESSION)
    }

    /// Whether a configured key gives its secret this name, or it may be of a version that drew names by lot.
    fn is_ours(&self, host: &impl Host) -> bool {
        derive_all(host, OF_SESSION, &self.secret).any(|derived| name(derived) == self.session)
            || host.now_ms() < RANDOM_NAMES_UNTIL_MS
    }

    fn named(request: &Request, name: &str) -> Option<Self> {
        Self::parse(value(request, name)?)
    }

    /// A cookie of this form; that of a sign-in has it where a version before this one began it.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (session, secret) = value.split_once('.')?;
        let is_name = session.len() == 26
            && session
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
        let secret = BASE32_NOPAD
            .decode(secret.to_ascii_uppercase().as_bytes())
            .ok()?;
        Some(Self {
            session: is_name.then(|| session.to_owned())?,
            secret: secret.try_into().ok()?,
        })
    }

    /// The value of `Set-Cookie`. No script can read it, and no other site can send it with a write.
    pub(crate) fn set(&self) -> String {
        let secret = BASE32_NOPAD.encode(&self.secret).to_ascii_lowercase();
        with(SESSION, &format!("{}.{secret}", self.session), DAYS_30)
    }
}

fn name(bytes: [u8; 16]) -> String {
    BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
}

/// What this browser keeps of the sign-in whose `state` has this digest.
pub(super) fn under_way<'a>(request: &'a Request, state: &str) -> Option<&'a str> {
    value(request, &login_name(state)).or_else(|| value(request, LOGIN))
}

/// The value of `Set-Cookie` that has it keep that. Coming back from GitHub is a plain link, with which `Lax` cookies are sent.
pub(super) fn set_under_way(state: &str, sealed: &str) -> String {
    with(&login_name(state), sealed, MINUTES_10)
}

fn value<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut cookies = header(request, "cookie")?.split(';');
    cookies.find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

fn with(name: &str, value: &str, max_age_s: u32) -> String {
    format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; Secure; SameSite=Lax")
}

/// The value of `Set-Cookie` that removes the session cookie.
pub(crate) fn clear() -> String {
    removal(SESSION)
}

/// The value of `Set-Cookie` that removes the cookie of a sign-in that a version before this one began. Today's stay for
/// their ten minutes: whoever goes back to a callback still comes to its page.
pub(super) fn clear_old_login(request: &Request) -> Option<String> {
    login_names(request)
        .find(|name| *name == LOGIN)
        .map(removal)
}

/// The values of `Set-Cookie` that make room for one more sign-in.
pub(super) fn clear_oldest_logins(request: &Request) -> Vec<String> {
    // Browsers send first what they have longest.
    let names: Vec<&str> = login_names(request).collect();
    let most = names.len().saturating_sub(LOGINS - 1);
    names.into_iter().take(most).map(removal).collect()
}

fn login_names(request: &Request) -> impl Iterator<Item = &str> {
    let cookies = header(request, "cookie").unwrap_or_default().split(';');
    let names = cookies.filter_map(|cookie| Some(cookie.trim().split_once('=')?.0));
    names.filter(|name| {
        let rest = name.strip_prefix(LOGIN);
        rest.is_some_and(|rest| {
            rest.bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        })
    })
}

fn login_name(state: &str) -> String {
    let short = state.get(..16).unwrap_or(state);
    format!("{LOGIN}-{short}")
}

fn removal(name: &str) -> String {
    with(name, "", 0)
}
