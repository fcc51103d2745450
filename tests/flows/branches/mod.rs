//! Which way a commit reaches its branch: empty repositories, branches that do not exist, pull requests, crowds.

mod begin;
mod crowd;
mod empty;
mod large;
mod missing;
mod names;
mod near;
mod proposal;
