//! `X-Hub-Signature-256`: the HMAC of the raw bytes under the hook's secret.

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::Secret;

/// Tells whether this is the signature of `body` under `secret`; in the same time whichever bytes of it are wrong.
pub(crate) fn is_signed(secret: &Secret, body: &[u8], signature: &str) -> bool {
    let digits = signature.strip_prefix("sha256=").unwrap_or_default();
    let Ok(signature) = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_signed;
    use crate::Secret;

    /// From GitHub's documentation on validating deliveries.
    const SECRET: &str = "It's a Secret to Everybody";
    const SIGNED: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn only_the_whole_signature_of_these_bytes_under_this_secret_is_one() {
        let secret = Secret::new(SECRET.to_owned());
        assert!(is_signed(&secret, b"Hello, World!", SIGNED));
        assert!(!is_signed(&secret, b"Hello, World!\n", SIGNED));
        let other = Secret::new("It's a secret to everybody".to_owned());
        assert!(!is_signed(&other, b"Hello, World!", SIGNED));
        let of_sha1 = SIGNED.replace("sha256=", "sha1=");
        let changed = SIGNED.replace("e17", "e18");
        let longer = format!("{SIGNED}00");
        for wrong in [
            "",
            "sha256=",
            &SIGNED[..69],
            &SIGNED[7..],
            &of_sha1,
            &changed,
            &longer,
        ] {
            assert!(!is_signed(&secret, b"Hello, World!", wrong), "{wrong}");
        }
    }
}
