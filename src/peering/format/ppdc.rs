//! Cones as lines: a network and the members of its cone, itself included, separated by spaces.

use alloc::vec::Vec;

use super::super::cones::Cones;
use super::super::relations::Relations;
use super::serial::decimal;
use crate::lists::lines::{FormatError, FormatErrorKind, Lines, error, networks};

fn line(out: &mut Vec<u8>, asn: u32, members: &[u32]) {
    decimal(out, asn);
    for &member in members {
        out.push(b' ');
        decimal(out, member);
    }
    out.push(b'\n');
}

impl Cones {
    /// Writes `asn member member …`, ascending.
    pub fn write_ppdc(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (asn, members) in self.iter() {
            line(&mut out, asn, members);
        }
        out
    }
}

impl Relations {
    /// Writes the recursive cones as ppdc lines, passing on each line as it is made.
    pub fn write_recursive_ppdc<E>(&self, mut each: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let (mut out, mut failed) = (Vec::new(), None);
        self.for_each_cone(|asn, members| {
            if failed.is_none() {
                out.clear();
                line(&mut out, asn, members);
                failed = each(&out).err();
            }
        });
        failed.map_or(Ok(()), Err)
    }
}

/// Reads ppdc lines: each network with the members of its cone, ascending.
///
/// # Errors
/// A line with anything but AS numbers, or without members.
pub fn read_ppdc(text: &[u8]) -> Result<Vec<(u32, Vec<u32>)>, FormatError> {
    let mut cones = Vec::new();
    let mut lines = Lines::default();
    let mut each = |line: u64, text: &[u8]| -> Result<(), FormatError> {
        if text.is_empty() || text.first() == Some(&b'#') {
            return Ok(());
        }
        let mut numbers = networks(line, 0, text);
        let missing = || error(line, text.len(), FormatErrorKind::MissingColumn);
        let asn = numbers.next().ok_or_else(missing)??;
        let mut members = numbers.collect::<Result<Vec<u32>, FormatError>>()?;
        if members.is_empty() {
            return Err(missing());
        }
        members.sort_unstable();
        members.dedup();
        cones.push((asn, members));
        Ok(())
    };
    lines.feed(text, &mut each)?;
    lines.finish(&mut each)?;
    Ok(cones)
}
