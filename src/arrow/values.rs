//! The values of a column, before they are an array.

use core::fmt::Write as _;
use core::net::IpAddr;
use std::prelude::v1::*;
use std::sync::Arc;
use std::vec;

use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray, ListArray, PrimitiveArray, StringArray,
    StructArray, TimestampMicrosecondArray,
};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer};
use arrow_schema::ArrowError;

use super::Types;
use super::dictionary::Dictionary;
use super::runs::{Rows, Runs, Texts};
use super::schema::{ADDRESS_LEN, UTC, data_type, item, segment};
use super::spare::Spare;
use crate::attr::Origin;
use crate::element::fields::{ColumnType, Field, FieldValue};
use crate::nlri::NextHop;
use crate::prefix::Prefix;
use crate::text::bgpdump;
use crate::text::put::{Plain, ipv4, ipv6, number, number_then, prefix as prefix_by};
use crate::time::Timestamp;

#[derive(Clone)]
enum Values {
    Keys(Vec<i32>, Box<Dictionary>),
    Times(Vec<i64>),
    U8(Vec<u8>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    Booleans(Vec<bool>),
    Addresses(Vec<[u8; ADDRESS_LEN as usize]>),
    Octets(Runs<u8>),
    Numbers(Runs<u32>),
    Texts(Texts),
    Segments(Runs<[u8; 2]>),
}

/// What a column of routes shows of a plain prefix.
#[derive(Clone, Copy)]
pub(super) enum PlainColumn {
    Prefix,
    Address,
    Length,
    /// Nothing: it is about other routes.
    Other,
}

impl PlainColumn {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "prefix" => Self::Prefix,
            "prefix_address" => Self::Address,
            "prefix_length" => Self::Length,
            _ => Self::Other,
        }
    }
}

/// The values of a column: of rows, or of the parts that rows share.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) field: &'static Field,
    form: ColumnType,
    types: Types,
    values: Values,
    /// The number of values, without the pending nulls.
    len: usize,
    /// Whether each is there; empty while all are.
    valid: Vec<bool>,
    nulls: usize,
    /// The nulls at the end that are only counted: many columns have nothing else.
    pending: usize,
    spare: Spare,
}

impl Column {
    /// No values of a field; `None` if it has no form in a column.
    pub(super) fn new(field: &'static Field, types: Types) -> Option<Self> {
        let form = field.column?;
        let values = match form {
            ColumnType::Symbol | ColumnType::Word => Values::Keys(Vec::new(), Box::new(Dictionary::new(field.name))),
            ColumnType::Time => Values::Times(Vec::new()),
            ColumnType::U8 => Values::U8(Vec::new()),
            ColumnType::U32 => Values::U32(Vec::new()),
            ColumnType::U64 => Values::U64(Vec::new()),
            ColumnType::Boolean => Values::Booleans(Vec::new()),
            ColumnType::Address => Values::Addresses(Vec::new()),
            ColumnType::Text | ColumnType::Octets => Values::Octets(Runs::new()),
            ColumnType::U32s => Values::Numbers(Runs::new()),
            ColumnType::Texts => Values::Texts(Texts::new()),
            ColumnType::Segments => Values::Segments(Runs::new()),
        };
        Some(Self { field, form, types, values, len: 0, valid: Vec::new(), nulls: 0, pending: 0, spare: Spare::default() })
    }

    /// The octets that a row takes whatever its value.
    pub(super) const fn fixed_len(&self) -> usize {
        let len = match self.form {
            ColumnType::Boolean | ColumnType::U8 => 1,
            ColumnType::U32 | ColumnType::Symbol | ColumnType::Word => 4,
            ColumnType::Time | ColumnType::U64 => 8,
            ColumnType::Address => ADDRESS_LEN as usize,
            ColumnType::Text | ColumnType::Octets | ColumnType::U32s | ColumnType::Texts | ColumnType::Segments => 4,
        };
        // Numbers of Spark are wider.
        if matches!(self.types, Types::Spark) { 2usize.saturating_mul(len) } else { len }
    }

    /// Whether values have different lengths.
    pub(super) const fn is_variable(&self) -> bool {
        matches!(self.values, Values::Octets(_) | Values::Numbers(_) | Values::Texts(_) | Values::Segments(_))
    }

    /// Adds a value; returns the octets that it takes beyond those of every row.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn push(&mut self, value: Option<&FieldValue<'_>>) -> usize {
        match value {
            Some(value) => self.push_some(value),
            None => {
                self.push_null();
                0
            }
        }
    }

    /// Adds nulls.
    pub(super) const fn push_nulls(&mut self, count: usize) {
        self.nulls = self.nulls.saturating_add(count);
        self.pending = self.pending.saturating_add(count);
    }

    #[inline(never)]
    fn push_some(&mut self, value: &FieldValue<'_>) -> usize {
        self.fill();
        match self.push_value(value) {
            Some(len) => {
                self.push_valid();
                len
            }
            None => {
                self.push_null();
                0
            }
        }
    }

    /// Adds what a plain prefix has in a column of routes: the same as its field's value; returns the octets beyond those of every
    /// row.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn push_plain(&mut self, is: PlainColumn, prefix: Prefix) -> usize {
        let len = match (is, &mut self.values) {
            (PlainColumn::Other, _) => {
                self.push_null();
                return 0;
            }
            (PlainColumn::Prefix, Values::Octets(runs)) if self.pending == 0 => runs.push_with(|out| put_prefix(out, prefix)),
            (PlainColumn::Prefix, _) => return self.push_some(&FieldValue::Prefix(prefix)),
            (PlainColumn::Address, _) => return self.push_some(&FieldValue::Address(prefix.address())),
            (PlainColumn::Length, _) => return self.push_some(&FieldValue::Number(prefix.len().into())),
        };
        self.push_valid();
        len
    }

    /// Adds a text to a column of texts.
    pub(super) fn push_text(&mut self, text: &str) -> usize {
        self.fill();
        let len = match &mut self.values {
            Values::Keys(keys, dictionary) => {
                let key = dictionary.key(text.as_bytes());
                keys.push(key);
                if self.types == Types::Arrow { 0 } else { text.len() }
            }
            Values::Octets(runs) => runs.push_with(|out| out.extend_from_slice(text.as_bytes())),
            _ => {
                self.push_null();
                return 0;
            }
        };
        self.push_valid();
        len
    }

    /// Counts a value that is there.
    #[cfg_attr(optimised, inline(always))]
    fn push_valid(&mut self) {
        self.len = self.len.saturating_add(1);
        if self.nulls > 0 {
            self.valid.push(true);
        }
    }

    #[cfg_attr(optimised, inline(always))]
    const fn push_null(&mut self) {
        self.push_nulls(1);
    }

    /// Gives the nulls at the end their places.
    #[cfg_attr(optimised, inline(always))]
    fn fill(&mut self) {
        if self.pending > 0 {
            self.fill_pending();
        }
    }

    #[inline(never)]
    fn fill_pending(&mut self) {
        let len = self.len.saturating_add(self.pending);
        match &mut self.values {
            Values::Keys(keys, _) => keys.resize(len, 0),
            Values::Times(values) => values.resize(len, 0),
            Values::U8(values) => values.resize(len, 0),
            Values::U32(values) => values.resize(len, 0),
            Values::U64(values) => values.resize(len, 0),
            Values::Booleans(values) => values.resize(len, false),
            Values::Addresses(values) => values.resize(len, [0; ADDRESS_LEN as usize]),
            Values::Octets(runs) => runs.resize(len),
            Values::Numbers(runs) => runs.resize(len),
            Values::Texts(texts) => texts.resize(len),
            Values::Segments(runs) => runs.resize(len),
        }
        // Those before the first null.
        if self.valid.is_empty() {
            self.valid.resize(self.len, true);
        }
        self.valid.resize(len, false);
        (self.len, self.pending) = (len, 0);
    }

    /// Adds a value, unless the column has none for it.
    #[inline]
    fn push_value(&mut self, value: &FieldValue<'_>) -> Option<usize> {
        use FieldValue as V;
        Some(match (&mut self.values, value) {
            (Values::Times(times), V::Time(time)) => {
                times.push(micros(*time));
                0
            }
            (Values::U8(numbers), V::Number(number)) => {
                numbers.push(u8::try_from(*number).ok()?);
                0
            }
            (Values::U32(numbers), V::Number(number)) => {
                numbers.push(u32::try_from(*number).ok()?);
                0
            }
            (Values::U32(numbers), V::Asn(asn)) => {
                numbers.push(asn.0);
                0
            }
            (Values::U64(numbers), V::Number(number)) => {
                numbers.push(*number);
                0
            }
            (Values::Booleans(values), V::Boolean(value)) => {
                values.push(*value);
                0
            }
            (Values::Addresses(addresses), V::Address(address)) => {
                addresses.push(match address {
                    IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
                    IpAddr::V6(address) => address.octets(),
                });
                0
            }
            (Values::Numbers(runs), V::Path(path)) => {
                let count = runs.push_with(|out| match path.only_sequence() {
                    Some(asns) => out.extend(asns.map(|asn| asn.0)),
                    None => path.segments().for_each(|segment| out.extend(segment.asns().map(|asn| asn.0))),
                });
                self.number_len().saturating_mul(count)
            }
            (Values::Numbers(runs), V::Asns(asns)) => {
                let count = runs.push_with(|out| out.extend(asns.clone().map(|asn| asn.0)));
                self.number_len().saturating_mul(count)
            }
            (Values::Segments(runs), V::Path(path)) => {
                if path.is_one_sequence() {
                    return None;
                }
                let count = runs.push_with(|out| {
                    // The count is an octet on the wire.
                    out.extend(path.segments().map(|s| [s.kind().code(), u8::try_from(s.len()).unwrap_or(u8::MAX)]));
                });
                count.saturating_mul(self.number_len())
            }
            (Values::Texts(texts), value) => match value {
                V::Communities(list) => texts.push(list.iter(), |out, community| {
                    number_then(out, community.asn().into(), b':');
                    number(out, community.value().into());
                }),
                V::LargeCommunities(list) => texts.push(list.iter(), |out, community| {
                    number_then(out, community.global, b':');
                    number_then(out, community.local1, b':');
                    number(out, community.local2);
                }),
                V::ExtendedCommunities(list) => texts.push(list.iter(), |out, community| {
                    // Writing to a buffer cannot fail.
                    let _ = write!(Plain(out), "{community}");
                }),
                V::ClusterList(list) => texts.push(list.iter(), |out, id| ipv4(out, id.0)),
                _ => return None,
            },
            (Values::Keys(keys, dictionary), value) => {
                let key = match value {
                    V::Word(word) => dictionary.key(word.as_bytes()),
                    V::Family(family) => dictionary.key_of_family(*family),
                    // The order of the dictionary.
                    V::Origin(Origin::Igp) => 0,
                    V::Origin(Origin::Egp) => 1,
                    V::Origin(Origin::Incomplete) => 2,
                    value => dictionary.key_of(|out| put(out, value)),
                };
                keys.push(key);
                if self.types == Types::Arrow { 0 } else { dictionary.text(key).len() }
            }
            (Values::Octets(runs), V::Octets(octets)) if self.form == ColumnType::Octets => {
                runs.push_with(|out| out.extend_from_slice(octets))
            }
            (Values::Octets(runs), value) if self.form == ColumnType::Text => runs.push_with(|out| put(out, value)),
            _ => return None,
        })
    }

    /// Octets of a number in a list.
    const fn number_len(&self) -> usize {
        if matches!(self.types, Types::Spark) { 8 } else { 4 }
    }

    /// The array of rows' values. The values may be moved into it: they are dropped after that.
    ///
    /// # Errors
    /// More items than Arrow's offsets can count.
    pub(super) fn array(&mut self, rows: Rows<'_>) -> Result<ArrayRef, ArrowError> {
        let mut spare = core::mem::take(&mut self.spare);
        let array = self.array_in(rows, &mut spare);
        if let Ok(array) = &array {
            spare.keep(array);
        }
        self.spare = spare;
        array
    }

    fn array_in(&mut self, rows: Rows<'_>, spare: &mut Spare) -> Result<ArrayRef, ArrowError> {
        let is_null = self.len == 0;
        if is_null {
            // One null stands for all.
            (self.nulls, self.pending) = (1, 1);
        }
        self.fill();
        let rows = if is_null { Rows::Same(rows.len()) } else { rows };
        let nulls = self.nulls_of(rows);
        let types = self.types;
        let (nulls_before, valid) = (self.nulls, &self.valid);
        let is_valid = |id: usize| nulls_before == 0 || valid.get(id).copied().unwrap_or_default();
        Ok(match &mut self.values {
            Values::Keys(keys, dictionary) if types != Types::Arrow => {
                let mut octets = Vec::new();
                let offsets = rows.offsets(spare, |id| {
                    if is_valid(id) {
                        octets.extend_from_slice(dictionary.text(keys.get(id).copied().unwrap_or_default()));
                    }
                    octets.len()
                })?;
                Arc::new(StringArray::try_new(offsets, octets.into(), nulls)?)
            }
            Values::Keys(keys, dictionary) => {
                let texts = dictionary.array()?;
                if self.form == ColumnType::Symbol {
                    if i8::try_from(texts.len()).is_err() {
                        return Err(ArrowError::DictionaryKeyOverflowError);
                    }
                    let keys = take_as(keys, rows, spare, |key| i8::try_from(key).unwrap_or(i8::MAX));
                    let keys = PrimitiveArray::<Int8Type>::try_new(keys.into(), nulls)?;
                    Arc::new(DictionaryArray::try_new(keys, texts)?)
                } else {
                    let keys = PrimitiveArray::<Int32Type>::try_new(take(keys, rows, spare).into(), nulls)?;
                    Arc::new(DictionaryArray::try_new(keys, texts)?)
                }
            }
            Values::Times(times) => {
                Arc::new(TimestampMicrosecondArray::try_new(take(times, rows, spare).into(), nulls)?.with_timezone(UTC))
            }
            Values::U8(numbers) if types == Types::Spark => {
                Arc::new(PrimitiveArray::<Int16Type>::try_new(take_as(numbers, rows, spare, i16::from).into(), nulls)?)
            }
            Values::U32(numbers) if types == Types::Spark => {
                Arc::new(PrimitiveArray::<Int64Type>::try_new(take_as(numbers, rows, spare, i64::from).into(), nulls)?)
            }
            Values::U64(numbers) if types == Types::Spark => {
                // No input has so many octets.
                let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
                Arc::new(PrimitiveArray::<Int64Type>::try_new(take_as(numbers, rows, spare, number).into(), nulls)?)
            }
            Values::U8(numbers) => Arc::new(PrimitiveArray::<UInt8Type>::try_new(take(numbers, rows, spare).into(), nulls)?),
            Values::U32(numbers) => Arc::new(PrimitiveArray::<UInt32Type>::try_new(take(numbers, rows, spare).into(), nulls)?),
            Values::U64(numbers) => Arc::new(PrimitiveArray::<UInt64Type>::try_new(take(numbers, rows, spare).into(), nulls)?),
            Values::Booleans(values) => Arc::new(BooleanArray::new(bits(values, rows), nulls)),
            Values::Addresses(addresses) if types == Types::Spark => {
                let mut octets = Vec::new();
                let offsets = rows.offsets(spare, |id| {
                    octets.extend_from_slice(addresses.get(id).filter(|_| is_valid(id)).map_or(&[][..], |address| address));
                    octets.len()
                })?;
                Arc::new(BinaryArray::try_new(offsets, octets.into(), nulls)?)
            }
            Values::Addresses(addresses) => {
                let octets =
                    Buffer::from(rows.collect(Vec::new(), |id| addresses.get(id).copied().unwrap_or_default()).into_flattened());
                Arc::new(FixedSizeBinaryArray::try_new_with_len(ADDRESS_LEN, octets, nulls, rows.len())?)
            }
            Values::Octets(runs) => {
                let (offsets, octets) = runs.take::<32>(rows, spare)?;
                if self.form == ColumnType::Text {
                    Arc::new(StringArray::try_new(offsets, octets.into(), nulls)?)
                } else {
                    Arc::new(BinaryArray::try_new(offsets, octets.into(), nulls)?)
                }
            }
            Values::Numbers(runs) => {
                let (offsets, numbers) = runs.take::<8>(rows, spare)?;
                let numbers: ArrayRef = if types == Types::Spark {
                    let numbers: Vec<_> = numbers.into_iter().map(i64::from).collect();
                    Arc::new(PrimitiveArray::<Int64Type>::try_new(numbers.into(), None)?)
                } else {
                    Arc::new(PrimitiveArray::<UInt32Type>::try_new(numbers.into(), None)?)
                };
                Arc::new(ListArray::try_new(item(data_type(ColumnType::U32, types), types), offsets, numbers, nulls)?)
            }
            Values::Texts(texts) => {
                let (lists, offsets, octets) = texts.take(rows, spare)?;
                let texts: ArrayRef = Arc::new(StringArray::try_new(offsets, octets.into(), None)?);
                Arc::new(ListArray::try_new(item(data_type(ColumnType::Text, types), types), lists, texts, nulls)?)
            }
            Values::Segments(runs) => {
                let (offsets, segments) = runs.take::<8>(rows, spare)?;
                let part = |part: fn(&[u8; 2]) -> u8| -> Result<ArrayRef, ArrowError> {
                    Ok(if types == Types::Spark {
                        let octets: Vec<_> = segments.iter().map(part).map(i16::from).collect();
                        Arc::new(PrimitiveArray::<Int16Type>::try_new(octets.into(), None)?)
                    } else {
                        let octets: Vec<_> = segments.iter().map(part).collect();
                        Arc::new(PrimitiveArray::<UInt8Type>::try_new(octets.into(), None)?)
                    })
                };
                let parts = vec![part(|[kind, _]| *kind)?, part(|[_, count]| *count)?];
                let segments = StructArray::try_new_with_length(segment(types), parts, None, segments.len())?;
                let item = item(segments.data_type().clone(), types);
                Arc::new(ListArray::try_new(item, offsets, Arc::new(segments), nulls)?)
            }
        })
    }

    /// Which of the rows' values are there; `None` if all.
    fn nulls_of(&self, rows: Rows<'_>) -> Option<NullBuffer> {
        if self.nulls == 0 {
            return None;
        }
        if self.nulls == self.len {
            return Some(NullBuffer::new_null(rows.len()));
        }
        let nulls = NullBuffer::new(bits(&self.valid, rows));
        (nulls.null_count() > 0).then_some(nulls)
    }

    /// Drops the values, for the next batch.
    pub(super) fn clear(&mut self) {
        match &mut self.values {
            Values::Keys(keys, dictionary) => {
                keys.clear();
                dictionary.next_batch(self.field.name);
            }
            Values::Times(values) => values.clear(),
            Values::U8(values) => values.clear(),
            Values::U32(values) => values.clear(),
            Values::U64(values) => values.clear(),
            Values::Booleans(values) => values.clear(),
            Values::Addresses(values) => values.clear(),
            Values::Octets(runs) => runs.clear(),
            Values::Numbers(runs) => runs.clear(),
            Values::Texts(texts) => texts.clear(),
            Values::Segments(runs) => runs.clear(),
        }
        self.valid.clear();
        (self.len, self.nulls, self.pending) = (0, 0, 0);
    }
}

fn take<T: ArrowNativeType>(values: &[T], rows: Rows<'_>, spare: &mut Spare) -> Vec<T> {
    match rows {
        Rows::Each(len) => {
            let mut taken = spare.take(len);
            taken.clear();
            taken.extend_from_slice(values);
            taken
        }
        rows => take_as(values, rows, spare, |value| value),
    }
}

#[cfg_attr(optimised, inline(always))]
fn take_as<T: Copy + Default, U: ArrowNativeType>(
    values: &[T],
    rows: Rows<'_>,
    spare: &mut Spare,
    to: impl Fn(T) -> U,
) -> Vec<U> {
    let taken = spare.take(rows.len());
    rows.collect(taken, |id| to(values.get(id).copied().unwrap_or_default()))
}

/// A bit for each row, from the values of rows.
fn bits(values: &[bool], rows: Rows<'_>) -> BooleanBuffer {
    let value = |id: usize| values.get(id).copied().unwrap_or_default();
    let mut words: Vec<u64> = Vec::with_capacity(rows.len().div_ceil(64));
    match rows {
        Rows::Same(len) if value(0) => return BooleanBuffer::new_set(len),
        Rows::Same(len) => return BooleanBuffer::new_unset(len),
        Rows::Each(len) => {
            let values = values.get(..len).unwrap_or(values);
            words.extend(values.chunks(64).map(|values| word(values.iter().copied())));
        }
        Rows::Of(ids) => words.extend(ids.chunks(64).map(|ids| word(ids.iter().map(|id| value(*id as usize))))),
    }
    // Bit 0 is the first octet's lowest.
    words.iter_mut().for_each(|word| *word = word.to_le());
    BooleanBuffer::new(Buffer::from_vec(words), 0, rows.len())
}

/// The bits of up to 64 rows.
#[cfg_attr(optimised, inline(always))]
fn word(values: impl Iterator<Item = bool>) -> u64 {
    let mut word = 0u64;
    for (bit, value) in (0u32..).zip(values) {
        word |= u64::from(value).wrapping_shl(bit);
    }
    word
}

/// Microseconds since 1970. Those of a full second or more, which no clock has, are the last of their second.
fn micros(time: Timestamp) -> i64 {
    let micros = time.micros.unwrap_or(0).min(999_999);
    i64::from(time.seconds).saturating_mul(1_000_000).saturating_add(i64::from(micros))
}

fn put_prefix(out: &mut Vec<u8>, prefix: Prefix) {
    prefix_by(out, prefix, ipv6);
}

/// A value as text.
fn put(out: &mut Vec<u8>, value: &FieldValue<'_>) {
    use FieldValue as V;
    // Writing to a buffer cannot fail.
    let _ = match value {
        V::Word(word) => {
            out.extend_from_slice(word.as_bytes());
            Ok(())
        }
        V::Address(IpAddr::V4(address)) | V::NextHop(NextHop::V4(address)) => {
            ipv4(out, *address);
            Ok(())
        }
        V::Address(IpAddr::V6(address)) | V::NextHop(NextHop::V6(address) | NextHop::V6LinkLocal(address, _)) => {
            ipv6(out, *address);
            Ok(())
        }
        V::Prefix(value) => {
            put_prefix(out, *value);
            Ok(())
        }
        V::Path(path) => {
            bgpdump::put_path(out, *path);
            Ok(())
        }
        V::State(value) => write!(Plain(out), "{value}"),
        V::Family(value) => write!(Plain(out), "{value}"),
        V::Route(value) => write!(Plain(out), "{value}"),
        V::VniRoute(value) => write!(Plain(out), "{value}"),
        V::Origin(value) => write!(Plain(out), "{value}"),
        V::NextHop(value) => write!(Plain(out), "{value}"),
        V::NextHopRd(value) => write!(Plain(out), "{value}"),
        V::Error(value) => write!(Plain(out), "{value}"),
        V::Action(value) => write!(Plain(out), "{value}"),
        V::Asn(value) => write!(Plain(out), "{value}"),
        V::Aggregator(value) => write!(Plain(out), "{value}"),
        V::Number(value) => write!(Plain(out), "{value}"),
        V::Time(value) => write!(Plain(out), "{value}"),
        V::Boolean(value) => write!(Plain(out), "{value}"),
        // No text of a column: lists and octets have forms of their own.
        V::Octets(_)
        | V::Asns(_)
        | V::Communities(_)
        | V::ExtendedCommunities(_)
        | V::LargeCommunities(_)
        | V::ClusterList(_)
        | V::Attributes(..) => Ok(()),
    };
}
