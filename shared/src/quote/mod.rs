//! Text for another language: made of data, by that language's own rules, here and nowhere else.
//!
//! **Invariant.** Each function is right for every string, whatever it holds: what the other language reads is the
//! string that was given. Where a language cannot hold a character at all, its function says what stands instead.
//! `tests/quoting` puts hostile names through each of them and has the language's own parser read the result.

mod code_span;
pub mod commit_message;
pub mod invisible;
pub mod markdown;
pub mod markup;
pub mod sentence;
pub mod shell;
pub mod toml;
pub mod url;
pub mod yaml;
