//! The schema of a table, known from its options alone.

use std::prelude::v1::*;
use std::sync::Arc;
use std::vec;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};

use super::{Columns, Types};
use crate::element::fields::ColumnType;

/// The schema of a table with these columns.
pub(super) fn schema(columns: Columns, types: Types) -> SchemaRef {
    let field = |field: &crate::element::fields::Field| {
        // Every row has a kind. Spark lets any column be null.
        let is_nullable = types == Types::Spark || field.name != "kind";
        Some(Field::new(field.name, data_type(field.column?, types), is_nullable))
    };
    Arc::new(Schema::new(columns.fields().filter_map(field).collect::<Fields>()))
}

pub(super) fn data_type(form: ColumnType, types: Types) -> DataType {
    let dictionary = |key| DataType::Dictionary(Box::new(key), Box::new(DataType::Utf8));
    let is_spark = types == Types::Spark;
    match form {
        ColumnType::Symbol if types == Types::Arrow => dictionary(DataType::Int8),
        ColumnType::Word if types == Types::Arrow => dictionary(DataType::Int32),
        ColumnType::Symbol | ColumnType::Word | ColumnType::Text => DataType::Utf8,
        ColumnType::Texts => DataType::List(item(DataType::Utf8, types)),
        ColumnType::Time => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        ColumnType::U8 if is_spark => DataType::Int16,
        ColumnType::U8 => DataType::UInt8,
        ColumnType::U32 | ColumnType::U64 if is_spark => DataType::Int64,
        ColumnType::U32 => DataType::UInt32,
        ColumnType::U64 => DataType::UInt64,
        ColumnType::U32s => DataType::List(item(data_type(ColumnType::U32, types), types)),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Address if !is_spark => DataType::FixedSizeBinary(ADDRESS_LEN),
        ColumnType::Octets | ColumnType::Address => DataType::Binary,
        ColumnType::Segments => DataType::List(item(DataType::Struct(segment(types)), types)),
    }
}

/// The time zone of timestamps.
pub(super) const UTC: &str = "UTC";

/// Octets of an address.
pub(super) const ADDRESS_LEN: i32 = 16;

/// The items of a list.
pub(super) fn item(of: DataType, types: Types) -> FieldRef {
    Arc::new(Field::new(if types == Types::Spark { "element" } else { Field::LIST_FIELD_DEFAULT_NAME }, of, true))
}

/// The fields of a segment.
pub(super) fn segment(types: Types) -> Fields {
    let octet = || data_type(ColumnType::U8, types);
    vec![Field::new("type", octet(), true), Field::new("count", octet(), true)].into()
}
