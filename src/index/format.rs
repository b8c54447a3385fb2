//! The file format of indexes. Numbers are big-endian:
//!
//! ```text
//! "routeglass index" and a zero octet, version (4)
//! archive: length (8), seconds (8), nanoseconds (4), hashes of its first and last octets (8 each)
//! sums of its octets: number (4), of each 256 KiB: sum (8)
//! decompressed length (8)
//! restart points:
//!   0 (1): not compressed
//!   1 (1): blocks of bzip2: number (4), of each: first bit (8), bit after the last (8), level (1), decoded octets before it (8)
//!   2 (1): points of gzip: number (4), of each: octet (8), bit (1), decoded octets before it (8),
//!     the last of them compressed by deflate: 0, or 1 (1), length (4), octets
//! tables: number (4), of each: offset (8), length (4)
//! parts: number (4), of each:
//!   offset (8), length (4), number of its first record (8), table (4), always (1)
//!   lengths of its records: number (4), 0 if they follow from its octets, of each: length (4)
//!   kinds (1), times: 0, or 1 (1), first (4), last (4)
//!   peers: number (1), or 255 for many, of each: AS number (4), length of the address: 0, 4 or 16 (1), address
//!   families: number (1), or 255 for many, of each: AFI (2), SAFI (1)
//!   ranges of IPv4 and IPv6: number (1), of each: first (8), last (8)
//! hash of all octets before (8)
//! ```

use core::net::IpAddr;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::vec::Vec;

use super::file::{Fingerprint, SUM_LEN, hash};
use super::{Extent, Index, IndexError, Part};
use crate::codes::{Afi, Safi};
use crate::family::Family;
use crate::filter::{MOST_NAMED, MOST_RANGES, Summary};
use crate::io::{Bzip2Block, GzipPoint, RestartPoints};
use crate::mrt::HEADER_LEN;

const MAGIC: &[u8] = b"routeglass index\0";
const VERSION: u32 = 3;
const MANY: u8 = 255;

/// No record and no part is longer: the limit of readers, and a run.
const LONGEST: u32 = 32 << 20;

/// Whether something is there that is no index, of this form or another. What is no file, such as a pipe, is not opened.
pub(super) fn is_other(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return true,
        Ok(_) => {}
        Err(_) => return false,
    }
    let mut start = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(MAGIC.len() as u64).read_to_end(&mut start).is_ok() && !MAGIC.starts_with(&start),
        Err(_) => false,
    }
}

fn put_len<const N: usize>(out: &mut Vec<u8>, len: usize) {
    let octets = (len as u64).to_be_bytes();
    out.extend_from_slice(octets.get(8_usize.saturating_sub(N)..).unwrap_or_default());
}

fn put_ranges(out: &mut Vec<u8>, ranges: &[(u64, u64)]) {
    put_len::<1>(out, ranges.len());
    for (first, last) in ranges {
        out.extend(first.to_be_bytes());
        out.extend(last.to_be_bytes());
    }
}

fn put_restart_points(out: &mut Vec<u8>, points: Option<&RestartPoints>) {
    match points {
        None => out.push(0),
        Some(RestartPoints::Bzip2(blocks)) => {
            out.push(1);
            put_len::<4>(out, blocks.len());
            for Bzip2Block { start, end, level, decoded } in blocks {
                out.extend(start.to_be_bytes());
                out.extend(end.to_be_bytes());
                out.push(*level);
                out.extend(decoded.to_be_bytes());
            }
        }
        Some(RestartPoints::Gzip(points)) => {
            out.push(2);
            put_len::<4>(out, points.len());
            for GzipPoint { offset, bit, decoded, window } in points {
                out.extend(offset.to_be_bytes());
                out.push(*bit);
                out.extend(decoded.to_be_bytes());
                out.push(window.is_some().into());
                if let Some(window) = window {
                    put_len::<4>(out, window.len());
                    out.extend_from_slice(window);
                }
            }
        }
    }
}

/// The rest of the octets.
struct Octets<'a>(&'a [u8]);

const CUT: IndexError = IndexError::Damaged("it is cut short");

impl<'a> Octets<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], IndexError> {
        let (octets, rest) = self.0.split_first_chunk::<N>().ok_or(CUT)?;
        self.0 = rest;
        Ok(*octets)
    }

    fn u8(&mut self) -> Result<u8, IndexError> {
        let [octet] = self.take()?;
        Ok(octet)
    }

    fn u32(&mut self) -> Result<u32, IndexError> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, IndexError> {
        self.take().map(u64::from_be_bytes)
    }

    fn flag(&mut self) -> Result<bool, IndexError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(IndexError::Damaged("a flag is neither 0 nor 1")),
        }
    }

    /// As many items as a count says; the list grows with the octets that are there.
    fn list<T>(&mut self, count: usize, mut item: impl FnMut(&mut Self) -> Result<T, IndexError>) -> Result<Vec<T>, IndexError> {
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(item(self)?);
        }
        Ok(list)
    }

    fn count(&mut self) -> Result<usize, IndexError> {
        usize::try_from(self.u32()?).map_err(|_| CUT)
    }

    fn restart_points(&mut self) -> Result<Option<RestartPoints>, IndexError> {
        let kind = self.u8()?;
        if kind == 0 {
            return Ok(None);
        }
        let count = self.count()?;
        match kind {
            1 => {
                let blocks = self.list(count, |octets| {
                    let (start, end, level) = (octets.u64()?, octets.u64()?, octets.u8()?);
                    Ok(Bzip2Block { start, end, level, decoded: octets.u64()? })
                });
                Ok(Some(RestartPoints::Bzip2(blocks?)))
            }
            2 => {
                let points = self.list(count, |octets| {
                    let (offset, bit, decoded) = (octets.u64()?, octets.u8()?, octets.u64()?);
                    let window = if octets.flag()? { Some(octets.window()?) } else { None };
                    Ok(GzipPoint { offset, bit, decoded, window })
                });
                Ok(Some(RestartPoints::Gzip(points?)))
            }
            _ => Err(IndexError::Damaged("restart points are of no kind known")),
        }
    }

    fn window(&mut self) -> Result<Vec<u8>, IndexError> {
        let len = self.count()?;
        let (window, rest) = self.0.split_at_checked(len).ok_or(CUT)?;
        self.0 = rest;
        Ok(window.to_vec())
    }

    fn few<T>(&mut self, most: usize, item: impl FnMut(&mut Self) -> Result<T, IndexError>) -> Result<Vec<T>, IndexError> {
        let count = usize::from(self.u8()?);
        if count > most {
            return Err(IndexError::Damaged("a list is too long"));
        }
        self.list(count, item)
    }

    fn few_or_many<T>(&mut self, item: impl FnMut(&mut Self) -> Result<T, IndexError>) -> Result<Option<Vec<T>>, IndexError> {
        if let Some((&MANY, rest)) = self.0.split_first() {
            self.0 = rest;
            return Ok(None);
        }
        self.few(MOST_NAMED, item).map(Some)
    }

    fn place(&mut self) -> Result<Extent, IndexError> {
        Ok(Extent { offset: self.u64()?, len: self.u32()? })
    }

    fn ranges(&mut self) -> Result<Vec<(u64, u64)>, IndexError> {
        let ranges = self.few(MOST_RANGES, |octets| Ok((octets.u64()?, octets.u64()?)))?;
        let is_sorted = ranges.is_sorted_by(|a, b| a.1 < b.0) && ranges.iter().all(|(first, last)| first <= last);
        if is_sorted { Ok(ranges) } else { Err(IndexError::Damaged("ranges are not in order")) }
    }

    fn summary(&mut self) -> Result<Summary, IndexError> {
        Ok(Summary {
            kinds: self.u8()?,
            times: if self.flag()? { Some((self.u32()?, self.u32()?)) } else { None },
            peers: self.few_or_many(|octets| {
                let asn = octets.u32()?;
                let address = match octets.u8()? {
                    0 => None,
                    4 => Some(IpAddr::from(octets.take::<4>()?)),
                    16 => Some(IpAddr::from(octets.take::<16>()?)),
                    _ => return Err(IndexError::Damaged("an address of another length")),
                };
                Ok((asn, address))
            })?,
            families: self.few_or_many(|octets| {
                let afi = Afi(u16::from_be_bytes(octets.take()?));
                Ok(Family::new(afi, Safi(octets.u8()?)))
            })?,
            v4: self.ranges()?,
            v6: self.ranges()?,
        })
    }
}

impl Index {
    /// The octets of the index file.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_be_bytes());
        let Fingerprint { len, seconds, nanos, head, tail } = self.fingerprint;
        out.extend(len.to_be_bytes());
        out.extend(seconds.to_be_bytes());
        out.extend(nanos.to_be_bytes());
        out.extend(head.to_be_bytes());
        out.extend(tail.to_be_bytes());
        put_len::<4>(&mut out, self.sums.len());
        out.extend(self.sums.iter().flat_map(|sum| sum.to_be_bytes()));
        out.extend(self.len.to_be_bytes());
        put_restart_points(&mut out, self.restart_points.as_ref());
        let put_place = |out: &mut Vec<u8>, place: Extent| {
            out.extend(place.offset.to_be_bytes());
            out.extend(place.len.to_be_bytes());
        };
        put_len::<4>(&mut out, self.tables.len());
        self.tables.iter().for_each(|place| put_place(&mut out, *place));
        put_len::<4>(&mut out, self.parts.len());
        for Part { place, number, table, always, lens, summary } in &self.parts {
            put_place(&mut out, *place);
            out.extend(number.to_be_bytes());
            out.extend(table.to_be_bytes());
            out.push(u8::from(*always));
            put_len::<4>(&mut out, lens.len());
            out.extend(lens.iter().flat_map(|len| len.to_be_bytes()));
            out.extend([summary.kinds, summary.times.is_some().into()]);
            if let Some((first, last)) = summary.times {
                out.extend(first.to_be_bytes());
                out.extend(last.to_be_bytes());
            }
            match &summary.peers {
                None => out.push(MANY),
                Some(peers) => {
                    put_len::<1>(&mut out, peers.len());
                    for (asn, address) in peers {
                        out.extend(asn.to_be_bytes());
                        match address {
                            None => out.push(0),
                            Some(IpAddr::V4(address)) => {
                                out.push(4);
                                out.extend(address.octets());
                            }
                            Some(IpAddr::V6(address)) => {
                                out.push(16);
                                out.extend(address.octets());
                            }
                        }
                    }
                }
            }
            match &summary.families {
                None => out.push(MANY),
                Some(families) => {
                    put_len::<1>(&mut out, families.len());
                    for family in families {
                        out.extend(family.afi.0.to_be_bytes());
                        out.push(family.safi.0);
                    }
                }
            }
            put_ranges(&mut out, &summary.v4);
            put_ranges(&mut out, &summary.v6);
        }
        let hash = hash(&out);
        out.extend(hash.to_be_bytes());
        out
    }

    /// Reads the octets of an index file.
    ///
    /// # Errors
    /// It is damaged, of another version, or no index: its hash is checked, and that its parts are in order, adjacent and within the
    /// archive.
    pub fn decode(octets: &[u8]) -> Result<Self, IndexError> {
        let damaged = |what| Err(IndexError::Damaged(what));
        let Some(rest) = octets.strip_prefix(MAGIC) else { return damaged("it does not start as an index") };
        let Some((rest, sum)) = rest.split_last_chunk::<8>() else { return damaged("it is cut short") };
        if octets.strip_suffix(sum).is_none_or(|all| hash(all) != u64::from_be_bytes(*sum)) {
            return damaged("its hash is wrong");
        }
        let mut octets = Octets(rest);
        if octets.u32()? != VERSION {
            return damaged("it is of another version");
        }
        let fingerprint = Fingerprint {
            len: octets.u64()?,
            seconds: octets.u64()?,
            nanos: octets.u32()?,
            head: octets.u64()?,
            tail: octets.u64()?,
        };
        let count = octets.count()?;
        let sums = octets.list(count, Octets::u64)?;
        let len = octets.u64()?;
        let restart_points = octets.restart_points()?;
        let count = octets.count()?;
        let tables = octets.list(count, Octets::place)?;
        let count = octets.count()?;
        let parts = octets.list(count, |octets| {
            Ok(Part {
                place: octets.place()?,
                number: octets.u64()?,
                table: octets.u32()?,
                always: octets.flag()?,
                lens: {
                    let count = octets.count()?;
                    octets.list(count, Octets::u32)?
                },
                summary: octets.summary()?,
            })
        })?;
        if !octets.0.is_empty() {
            return damaged("octets are left over");
        }
        let index = Self { fingerprint, sums, restart_points, len, tables, parts };
        if index.is_sound() { Ok(index) } else { damaged("its parts are not in order") }
    }

    /// Whether everything is in order and within the archive.
    fn is_sound(&self) -> bool {
        let is_within = |place: &Extent| {
            place.len <= LONGEST && place.offset.checked_add(place.len.into()).is_some_and(|end| end <= self.len)
        };
        let mut next = 0;
        let are_adjacent = self.parts.iter().all(|part| {
            let is_next = part.place.offset == next && part.place.len > 0 && is_within(&part.place);
            next = part.place.offset.saturating_add(part.place.len.into());
            is_next && usize::try_from(part.table).is_ok_and(|table| table <= self.tables.len())
        });
        let can_restart = match &self.restart_points {
            None => self.len == self.fingerprint.len,
            Some(points) => points.are_sound(self.fingerprint.len, self.len),
        };
        let numbers = self.parts.is_sorted_by(|a, b| a.number < b.number);
        let is_whole = |part: &Part| {
            let sum = part.lens.iter().fold(0_u64, |sum, len| sum.saturating_add((*len).into()));
            let are_records = part.lens.iter().all(|len| usize::try_from(*len).is_ok_and(|len| len >= HEADER_LEN));
            part.lens.is_empty() || are_records && sum == u64::from(part.place.len)
        };
        let are_whole = self.parts.iter().all(is_whole);
        let are_summed = u64::try_from(self.sums.len()) == Ok(self.fingerprint.len.div_ceil(SUM_LEN));
        are_whole && are_summed && are_adjacent && next == self.len && can_restart && numbers && self.tables.iter().all(is_within)
    }
}
