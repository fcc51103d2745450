//! What the page knows, without a browser: everything here is pure and tested natively. That it cannot reach a browser, its
//! dependencies show; the page that is drawn from it is the crate around this one.

pub mod address;
pub mod age;
pub mod branch_state;
pub mod bulk;
pub mod decisions;
pub mod draft;
pub mod fabric_list;
pub mod failure;
pub mod failure_groups;
pub mod gate;
pub mod github;
pub mod grid;
pub mod import;
pub mod json;
pub mod keys;
pub mod listbox;
pub mod looks;
pub mod mark;
pub mod palette;
pub mod plan_link;
pub mod preview;
pub mod routes;
pub mod selection;
pub mod sent_write;
pub mod storage_key;
pub mod suggest;
pub mod text_diff;
pub mod tree;
pub mod visitor_refusal;
pub mod window;
pub mod wording;
