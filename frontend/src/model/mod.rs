//! What the page knows, without a browser: every module here is pure and tested natively.

pub mod draft;
pub mod failure;
pub mod gate;
pub mod preview;
pub mod prose;
pub mod route;
pub mod submission;
pub mod tree;
pub mod wording;
