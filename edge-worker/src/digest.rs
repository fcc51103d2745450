//! What stands for something that is too long, or not to be kept.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The SHA-256 of something, in hexadecimal: 64 digits.
pub(crate) fn sha256(of: impl AsRef<[u8]>) -> String {
    HEXLOWER.encode(&Sha256::digest(of))
}

/// The first `digits` of [`sha256`], of which there are at most 64: where a whole one would only be longer.
pub(crate) fn sha256_short(of: impl AsRef<[u8]>, digits: usize) -> String {
    let mut digest = sha256(of);
    digest.truncate(digits);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_one_of_fips_180() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256("abc"), abc);
        assert_eq!(sha256_short("abc", 16), "ba7816bf8f01cfea");
    }
}
