//! The id of a file's content.

use super::ObjectId;

/// The id of a blob, as `git hash-object --stdin` prints it.
pub fn blob_id(content: &[u8]) -> ObjectId {
    super::object_id("blob", content)
}
