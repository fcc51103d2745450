//! The GitHub stand-in.
