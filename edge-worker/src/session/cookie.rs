//! The session cookie: `__Host-hedgerow=<session>.<secret>`, both random and base32.

use data_encoding::BASE32_NOPAD;

use crate::request::{Request, header};

const NAME: &str = "__Host-hedgerow";
const DAYS_30: u32 = 30 * 24 * 60 * 60;

/// What the cookie carries.
pub(crate) struct Cookie {
    /// The session object's name.
    pub session: String,
    /// Half of what opens the token; never stored on the server.
    pub secret: [u8; 32],
}

impl Cookie {
    /// A cookie for a new session.
    pub(crate) fn new(session: [u8; 16], secret: [u8; 32]) -> Self {
        Self {
            session: BASE32_NOPAD.encode(&session).to_ascii_lowercase(),
            secret,
        }
    }

    /// The cookie of a request, if it has a well-formed one.
    pub(crate) fn read(request: &Request) -> Option<Self> {
        let cookies = header(request, "cookie")?;
        let value = cookies
            .split(';')
            .find_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='))?;
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
        format!(
            "{NAME}={}.{secret}; Path=/; Max-Age={DAYS_30}; HttpOnly; Secure; SameSite=Lax",
            self.session
        )
    }
}

/// The value of `Set-Cookie` that removes the cookie.
pub(crate) fn clear() -> String {
    format!("{NAME}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax")
}
