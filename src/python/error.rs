//! What is wrong with the input, as exceptions.

use std::ffi::OsStr;
use std::format;
use std::io;
use std::prelude::v1::*;
use std::sync::Arc;

use pyo3::create_exception;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::error::{Action, Error};
use crate::io::{DecompressError, ReadError};

create_exception!(
    routeglass,
    DamageError,
    PyValueError,
    "The input is damaged here.\n\n\
     offset: octets from the start of the decompressed input.\n\
     kind: a stable short name, such as 'truncated'.\n\
     context: the part of the protocol.\n\
     action: the action of RFC 7606 section 2.\n\
     source: the path, or None.\n\
     rows: the elements, messages or rows of this input before the damage."
);
create_exception!(routeglass, DecompressionError, DamageError, "Compressed input is corrupt or ends early.");

/// Attributes of [`DamageError`]; each is `None` on the class.
pub(super) const ATTRIBUTES: [&str; 6] = ["offset", "kind", "context", "action", "source", "rows"];

/// The name of an input: its path, or that of a file object.
pub(super) type Name = Option<Arc<str>>;

/// A text with the name of the input in front.
fn named(name: &Name, text: &str) -> String {
    match name {
        Some(name) => std::format!("{name}: {text}"),
        None => text.to_owned(),
    }
}

/// Damage with what is known about it.
pub(super) struct Damage {
    pub(super) offset: u64,
    pub(super) kind: &'static str,
    pub(super) context: Option<String>,
    pub(super) action: String,
    pub(super) text: String,
}

impl From<&Error> for Damage {
    fn from(e: &Error) -> Self {
        let (context, action) = (Some(e.context().to_string()), e.action().to_string());
        Self { offset: e.offset(), kind: e.kind().name(), context, action, text: e.to_string() }
    }
}

impl Damage {
    /// Whether it is an error of the octets that were read, not of their compression or of a limit.
    pub(super) fn is_finding(&self) -> bool {
        !matches!(self.kind, "" | "decompression" | "too-long")
    }

    /// The exception.
    pub(super) fn raised(self, py: Python<'_>, name: &Name, rows: u64) -> PyErr {
        let err = DamageError::new_err(named(name, &self.text));
        self.filled(py, err, name, rows)
    }

    fn filled(self, py: Python<'_>, err: PyErr, name: &Name, rows: u64) -> PyErr {
        let value = err.value(py);
        let filled = || -> PyResult<()> {
            value.setattr("offset", self.offset)?;
            value.setattr("kind", self.kind)?;
            value.setattr("context", self.context)?;
            value.setattr("action", self.action)?;
            value.setattr("source", name.as_deref())?;
            value.setattr("rows", rows)
        };
        match filled() {
            Ok(()) => err,
            Err(e) => e,
        }
    }
}

/// An operating system's error, with its number and the name of the file.
pub(super) fn os_error(source: &io::Error, name: Option<&OsStr>) -> PyErr {
    let text = name.map(OsStr::to_string_lossy);
    // The class is that of the number: `FileNotFoundError`, `IsADirectoryError` and so on.
    match (source.raw_os_error(), name) {
        (Some(code), Some(name)) => {
            let is_url = text.is_some_and(|text| text.contains("://"));
            let hint = if is_url { ": URLs are not opened here, but file objects are read" } else { "" };
            // A name that is no text too, as Python has it.
            PyOSError::new_err((code, format!("{}{hint}", reason(source)), name.to_owned()))
        }
        (Some(code), None) => PyOSError::new_err((code, reason(source))),
        (None, _) => {
            let text = named(&text.map(Arc::from), &source.to_string());
            // As `open` says of a path with a NUL octet.
            let is_name = source.kind() == io::ErrorKind::InvalidInput;
            if is_name { PyValueError::new_err(text) } else { PyOSError::new_err(text) }
        }
    }
}

/// The system's text, without its number, which Rust adds.
fn reason(source: &io::Error) -> String {
    let text = source.to_string();
    match text.rsplit_once(" (os error ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// Why reading stopped.
pub(super) fn read_error(py: Python<'_>, e: &ReadError, name: &Name, rows: u64) -> PyErr {
    match e {
        ReadError::Open { path, source } => os_error(source, Some(path.as_os_str())),
        ReadError::Io { source, .. } => match source.get_ref().and_then(|inner| inner.downcast_ref::<DecompressError>()) {
            Some(_) => damage_of(e).filled(py, DecompressionError::new_err(named(name, &e.to_string())), name, rows),
            None => os_error(source, name.as_deref().map(OsStr::new)),
        },
        ReadError::TooLong { .. } | ReadError::Framing(_) => {
            let mut damage = damage_of(e);
            // Texts, pages of HTML, other compressed data: their first octets are read as a length.
            if matches!(e, ReadError::TooLong { .. }) && e.offset() == 0 {
                damage.text.push_str("; this does not look like an MRT archive");
            }
            damage.raised(py, name, rows)
        }
    }
}

/// Whether reading stopped because the input is damaged, not because it cannot be had.
pub(super) fn is_damage(e: &ReadError) -> bool {
    match e {
        ReadError::Open { .. } => false,
        ReadError::Io { source, .. } => source.get_ref().is_some_and(|inner| inner.is::<DecompressError>()),
        ReadError::TooLong { .. } | ReadError::Framing(_) => true,
    }
}

/// A finding as a `DamageError`.
pub(super) fn damage(py: Python<'_>, e: &Error, name: &Name, rows: u64) -> PyErr {
    Damage::from(e).raised(py, name, rows)
}

/// What [`Damage`] says of why reading stopped.
pub(super) fn damage_of(e: &ReadError) -> Damage {
    let (kind, context) = match e {
        ReadError::Framing(e) => return Damage::from(e),
        ReadError::TooLong { context, .. } => ("too-long", Some(context.to_string())),
        ReadError::Open { .. } | ReadError::Io { .. } => ("decompression", None),
    };
    Damage { offset: e.offset(), kind, context, action: Action::None.to_string(), text: e.to_string() }
}
