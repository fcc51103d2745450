//! The pages, one file or folder each. They fetch, and hand components what came.

mod contents;
pub mod create;
pub mod fabric;
pub mod fabrics;
pub mod import;
pub mod not_found;
pub mod settings;
mod work;
