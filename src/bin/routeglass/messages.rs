//! BGP messages back to back.

use std::io::{self, Read};

use routeglass::bgp::{self, Frame};
use routeglass::{Error, Session};

use crate::AddPath;

/// How to read messages that nothing is known of; `None` where evidence is asked for, which only archives with peers hold.
pub(crate) fn session(add_path: AddPath) -> Option<Session> {
    let session = Session::AS4.with_extended_message().with_multiple_labels();
    match add_path {
        AddPath::Off => Some(session),
        AddPath::On => Some(session.with_add_path()),
        AddPath::Auto => None,
    }
}

/// Why there is no session.
pub(crate) const NO_EVIDENCE: &str = "BGP messages back to back name no peers to weigh: --add-path must be on or off";

/// What comes next.
pub(crate) enum Item<'a> {
    /// A message on the wire, and where it starts.
    Message(&'a [u8], u64),
    /// What follows has no header of a message.
    Error(Error),
    /// The input fails or ends inside a message: where, and how.
    End(u64, String),
}

/// Takes an input apart.
pub(crate) fn each(mut input: impl Read, session: &Session, mut take: impl FnMut(Item<'_>) -> io::Result<()>) -> io::Result<()> {
    let (mut buffer, mut start, mut offset) = (Vec::new(), 0usize, 0u64);
    loop {
        let rest = buffer.get(start..).unwrap_or(&[]);
        let need = match bgp::frame(rest, session, offset) {
            Ok(Frame::Ready(len)) => {
                take(Item::Message(rest.get(..len).unwrap_or(rest), offset))?;
                start = start.saturating_add(len);
                offset = offset.saturating_add(len as u64);
                continue;
            }
            Ok(Frame::Need(need)) => need,
            Err(e) => return take(Item::Error(e)),
        };
        let left = rest.len();
        buffer.drain(..start);
        start = 0;
        let more = input.by_ref().take((need as u64).max(1 << 16)).read_to_end(&mut buffer);
        if buffer.len().saturating_sub(left) < need {
            return match more {
                Err(e) => take(Item::End(offset, e.to_string())),
                Ok(_) if buffer.is_empty() => Ok(()),
                Ok(_) => take(Item::End(offset, "BGP message: the input ends inside it".into())),
            };
        }
    }
}
