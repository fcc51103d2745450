//! What those who watch a fabric are told.

use shared::api::FabricAnswer;
use shared::record::Visibility;

use super::{history, load};
use crate::objects::{ObjectError, Sql, repository_facts};

/// What a socket is closed with where the fabric can no longer be seen. Codes of applications begin at 4000.
pub const FABRIC_GONE: u16 = 4404;
/// What a socket is closed with where its reader must connect again, so that GitHub is asked again.
pub const CONNECT_AGAIN: u16 = 4401;

/// The record as those who watch it see it, with its version; none if there is no such fabric.
pub fn live_record(sql: &impl Sql) -> Result<Option<LiveRecord>, ObjectError> {
    let Some((record, _)) = load(sql)? else {
        return Ok(None);
    };
    let version = record.version;
    let public_until_ms = match record.visibility {
        Visibility::Public => repository_facts::load(sql)?.public_until_ms(),
        Visibility::Private | Visibility::Draft | Visibility::Other(_) => 0,
    };
    let mut answer = FabricAnswer {
        record: record.into_value(),
        operation: None,
    };
    let public_text = serde_json::to_string(&answer)?;
    answer.operation = history::latest(sql, 1)?.pop();
    let text = serde_json::to_string(&answer)?;
    Ok(Some(LiveRecord {
        version,
        public_until_ms,
        text,
        public_text,
    }))
}

/// What those who watch a fabric are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveRecord {
    pub version: u64,
    /// Until when everybody may see it, in milliseconds since 1970: a day after GitHub last said so; 0 where it is not
    /// public.
    pub public_until_ms: u64,
    /// The whole record with the last operation, as `GET /api/fabrics/{id}` answers it to people who are signed in.
    pub text: String,
    /// The record alone, as everybody may read it.
    pub public_text: String,
}

/// What one socket is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketMessage<'a> {
    Record(&'a str),
    /// The end, with a code and its reason.
    End(u16, &'static str),
}

impl LiveRecord {
    /// What a socket is told now, which may tell until then of a fabric that is not public; 0 if it may not.
    pub fn message_for(&self, reader_until_ms: u64, now_ms: u64) -> SocketMessage<'_> {
        let is_reader = reader_until_ms > now_ms;
        let is_public = self.public_until_ms > now_ms;
        match (is_reader, is_public) {
            (true, _) => SocketMessage::Record(&self.text),
            (false, true) => SocketMessage::Record(&self.public_text),
            // GitHub has to be asked again: whether this reader may still read, or whether everybody may.
            (false, false) if reader_until_ms > 0 || self.public_until_ms > 0 => {
                SocketMessage::End(CONNECT_AGAIN, "connect again")
            }
            (false, false) => SocketMessage::End(FABRIC_GONE, "the fabric is no longer public"),
        }
    }
}
