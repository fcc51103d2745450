//! Starts the stand-in.
fn main() {}
