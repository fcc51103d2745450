//! The cookies: `__Host-hedgerow=<name>.<secret>`, both random and base32. One carries the session, the other, for ten
//! minutes, a sign-in that is under way.

use data_encoding::BASE32_NOPAD;

use crate::request::{Request, header};

const SESSION: &str = "__Host-hedgerow";
const LOGIN: &str = "__Host-hedgerow-login";
const DAYS_30: u32 = 30 * 24 * 60 * 60;
const MINUTES_10: u32 = 10 * 60;

pub(crate) struct Cookie {
    /// The session object's name.
    pub session: String,
    /// Half of what opens what the object holds; never stored on the server.
    pub secret: [u8; 32],
}

impl Cookie {
    /// A cookie for a new object.
    pub(crate) fn new(session: [u8; 16], secret: [u8; 32]) -> Self {
        Self {
            session: BASE32_NOPAD.encode(&session).to_ascii_lowercase(),
            secret,
        }
    }

    /// The session cookie of a request, if it has a well-formed one.
    pub(crate) fn read(request: &Request) -> Option<Self> {
        Self::named(request, SESSION)
    }

    /// The cookie of the sign-in that is under way.
    pub(super) fn read_login(request: &Request) -> Option<Self> {
        Self::named(request, LOGIN)
    }

    fn named(request: &Request, name: &str) -> Option<Self> {
        let cookies = header(request, "cookie")?;
        let value = cookies
            .split(';')
            .find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))?;
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
        self.with(SESSION, DAYS_30)
    }

    /// The value of `Set-Cookie` for a sign-in that begins. Coming back from GitHub is a plain link, with which `Lax`
    /// cookies are sent.
    pub(super) fn set_login(&self) -> String {
        self.with(LOGIN, MINUTES_10)
    }

    fn with(&self, name: &str, max_age_s: u32) -> String {
        let secret = BASE32_NOPAD.encode(&self.secret).to_ascii_lowercase();
        format!(
            "{name}={}.{secret}; Path=/; Max-Age={max_age_s}; HttpOnly; Secure; SameSite=Lax",
            self.session
        )
    }
}

/// The value of `Set-Cookie` that removes the session cookie.
pub(crate) fn clear() -> String {
    format!("{SESSION}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax")
}

/// The value of `Set-Cookie` that removes the cookie of a sign-in.
pub(crate) fn clear_login() -> String {
    format!("{LOGIN}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax")
}
