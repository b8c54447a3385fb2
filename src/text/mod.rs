//! Elements as text.
//!
//! [`bgpdump`] writes the line that `bgpdump -m` prints, field for field. With the feature `serde`, [`json`] gives the form for
//! JSON lines, and [`columns`] rows of comma-separated or tab-separated values.

pub mod bgpdump;
#[cfg(feature = "serde")]
pub mod columns;
#[cfg(feature = "serde")]
pub mod json;
mod memo;
pub(crate) mod put;
#[cfg(feature = "serde")]
mod value;

/// A value as a row has it ([`columns`]); empty if it is like none.
#[cfg(feature = "python")]
pub(crate) fn plain_value(
    field: &crate::element::fields::Field,
    content: &crate::element::fields::FieldValue<'_>,
) -> alloc::vec::Vec<u8> {
    let mut out = alloc::vec::Vec::new();
    if !value::is_empty(content, field) {
        value::Values::new().put::<false>(&mut out, content, field);
    }
    out
}
