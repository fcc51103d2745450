//! A cache of answers by their ETag: GitHub does not count a read that ends with 304 against the primary rate limit.
//!
//! The answers stay in this isolate's memory, few and small, under a fingerprint of the token: they are what one person
//! may see, so they belong neither into KV nor into an object that serves others, and losing them costs one request.

use std::cell::RefCell;
use std::collections::VecDeque;

use http::header::ETAG;
use sha2::{Digest, Sha256};

use crate::Secret;

/// How many answers are cached; the oldest goes first.
const ANSWERS: usize = 32;
/// Larger bodies are not cached.
const MAX_BYTES: usize = 64 * 1024;

thread_local! {
    static CACHE: RefCell<VecDeque<(Key, CachedAnswer)>> = const { RefCell::new(VecDeque::new()) };
}

#[derive(Clone, PartialEq, Eq)]
struct Key {
    token: [u8; 32],
    url: String,
}

/// An answer that GitHub may confirm.
#[derive(Clone, Debug)]
pub(super) struct CachedAnswer {
    pub etag: String,
    pub body: Vec<u8>,
}

fn key(token: &Secret, url: &str) -> Key {
    Key {
        token: Sha256::digest(token.expose()).into(),
        url: url.to_owned(),
    }
}

/// What this person was answered before at this address.
pub(super) fn get(token: &Secret, url: &str) -> Option<CachedAnswer> {
    let key = key(token, url);
    CACHE.with_borrow(|cache| {
        let found = cache.iter().find(|(other, _)| *other == key);
        found.map(|(_, answer)| answer.clone())
    })
}

/// Keeps an answer that has an ETag.
pub(super) fn put(token: &Secret, url: &str, answer: &http::Response<Vec<u8>>) {
    let etag = answer
        .headers()
        .get(ETAG)
        .and_then(|etag| etag.to_str().ok());
    let Some(etag) = etag.filter(|_| answer.body().len() <= MAX_BYTES) else {
        return;
    };
    let (key, answer) = (
        key(token, url),
        CachedAnswer {
            etag: etag.to_owned(),
            body: answer.body().clone(),
        },
    );
    CACHE.with_borrow_mut(|cache| {
        cache.retain(|(other, _)| *other != key);
        cache.push_back((key, answer));
        while cache.len() > ANSWERS {
            cache.pop_front();
        }
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn answer(body: &[u8]) -> http::Response<Vec<u8>> {
        let answer = http::Response::builder().header(ETAG, "\"1\"");
        answer.body(body.to_vec()).unwrap()
    }

    #[test]
    fn an_answer_is_kept_for_its_own_token_and_address() {
        let (ada, bob) = (Secret::new("a".into()), Secret::new("b".into()));
        put(&ada, "/x", &answer(b"1"));
        assert_eq!(get(&ada, "/x").unwrap().body, b"1");
        assert!(get(&bob, "/x").is_none());
        assert!(get(&ada, "/y").is_none());
        put(&ada, "/large", &answer(&[0; MAX_BYTES + 1]));
        assert!(get(&ada, "/large").is_none());
        for number in 0..ANSWERS {
            put(&bob, &number.to_string(), &answer(b""));
        }
        assert!(get(&ada, "/x").is_none(), "the oldest goes first");
    }
}
