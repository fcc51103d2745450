//! What the page knows, without a browser: every module here is pure and tested natively.

pub mod address;
pub mod age;
pub mod bulk;
pub mod command;
pub mod draft;
pub mod fabric_list;
pub mod failure;
pub mod gate;
pub mod grid;
pub mod import;
pub mod keys;
pub mod listbox;
pub mod palette;
pub mod plan_link;
pub mod preview;
pub mod prose;
pub mod public;
pub mod reading;
pub mod route;
pub mod snippet;
pub mod submission;
pub mod suggest;
pub mod text_diff;
pub mod tree;
pub mod window;
pub mod wording;
