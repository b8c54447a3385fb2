//! NOTIFICATION messages (RFC 4271 section 4.5).

use core::fmt;

use crate::codes::{NotificationCode, notification_subcode_name};
use crate::error::{Action, Context, Result};
use crate::wire::Cursor;

/// Why a session ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Notification<'a> {
    /// Error code.
    pub code: NotificationCode,
    /// Error subcode; its meaning depends on the code.
    pub subcode: u8,
    /// What the subcode says belongs to it.
    pub data: &'a [u8],
}

impl<'a> Notification<'a> {
    /// Reads a message's body, `offset` bytes into the outermost input.
    ///
    /// # Errors
    /// Fewer than two octets. No NOTIFICATION answers that (RFC 4271 section 6.4).
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        match c.array::<2>() {
            Ok(&[code, subcode]) => Ok(Self { code: NotificationCode(code), subcode, data: c.rest() }),
            Err(e) => Err(e.within(Context::Notification, Action::None)),
        }
    }
}

impl fmt::Display for Notification<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match notification_subcode_name(self.code, self.subcode) {
            Some(name) => write!(f, "{} / {name}", self.code),
            None => write!(f, "{} / {}", self.code, self.subcode),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_subcode_data() {
        let n = Notification::parse_at(&[6, 2, 1, b'x'], 0).unwrap();
        assert_eq!((n.code.0, n.subcode, n.data), (6, 2, &[1, b'x'][..]));
        assert!(n.to_string().contains(" / "), "{n}");
        assert_eq!(
            Notification::parse_at(&[6], 19).unwrap_err().to_string(),
            "NOTIFICATION message: ends 1 byte too early (at byte 19)"
        );
        assert_eq!(Notification::parse_at(&[200, 7], 0).unwrap().to_string(), "NotificationCode(200) / 7");
    }
}
