//! initialise
