//! What the flow tests stand on.
