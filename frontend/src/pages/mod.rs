//! The pages, one file or folder each. They fetch, and hand components what came.

pub mod create;
pub mod fabric;
pub mod not_found;
