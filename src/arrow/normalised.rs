//! Two tables instead of one: routes, and the attribute lists that they refer to.

use std::prelude::v1::*;
use std::sync::Arc;

use arrow_array::types::{Int64Type, UInt32Type};
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};

use super::Types;
use super::runs::Rows;
use super::schema::data_type;
use super::shared::Shared;
use crate::element::fields::ColumnType;

/// The column that both tables have.
const ID: &str = "attributes_id";

/// The number of no list.
pub(super) const NO_LIST: u32 = u32::MAX;

/// What a builder of two tables knows besides.
pub(super) struct Two {
    /// The number of the first list of the batch.
    pub(super) first: u32,
    types: Types,
    pub(super) routes: SchemaRef,
    pub(super) lists: SchemaRef,
    /// The lists of the last batch.
    pub(super) ready: Option<RecordBatch>,
}

impl Two {
    /// Schemas of both tables, from that of the one and the places of its columns of attribute lists.
    pub(super) fn new(first: u32, types: Types, schema: &Schema, of_lists: &[usize]) -> Self {
        let id = |is_nullable| Arc::new(Field::new(ID, data_type(ColumnType::U32, types), is_nullable || types == Types::Spark));
        let (mut routes, mut lists) = (Vec::new(), std::vec![id(false)]);
        for (place, field) in schema.fields().iter().enumerate() {
            let part = if of_lists.contains(&place) { &mut lists } else { &mut routes };
            part.push(Arc::clone(field));
        }
        routes.push(id(true));
        let schema = |fields: Vec<_>| Arc::new(Schema::new(fields));
        Self { first, types, routes: schema(routes), lists: schema(lists), ready: None }
    }

    /// Numbers of lists; [`NO_LIST`] is none.
    fn ids(&self, ids: &[u32]) -> Result<ArrayRef, ArrowError> {
        let there: Vec<_> = ids.iter().map(|id| *id != NO_LIST).collect();
        let nulls = Some(NullBuffer::from(there)).filter(|nulls| nulls.null_count() > 0);
        Ok(if self.types == Types::Spark {
            let ids: Vec<_> = ids.iter().copied().map(i64::from).collect();
            Arc::new(PrimitiveArray::<Int64Type>::try_new(ids.into(), nulls)?)
        } else {
            Arc::new(PrimitiveArray::<UInt32Type>::try_new(ids.to_vec().into(), nulls)?)
        })
    }
}

impl Two {
    /// The batch of routes, of their arrays; that of the lists which are new in it is [ready](Two::ready) then.
    ///
    /// # Errors
    /// More octets in a column than Arrow's offsets can count, and more lists than have numbers.
    pub(super) fn batch(
        &mut self,
        list: &mut Shared,
        rows: usize,
        arrays: Vec<Option<ArrayRef>>,
    ) -> Result<RecordBatch, ArrowError> {
        let len = list.lens.len();
        let end = u32::try_from(len).ok().and_then(|len| self.first.checked_add(len)).filter(|end| *end < NO_LIST);
        let Some(end) = end else { return Err(ArrowError::OffsetOverflowError(len)) };
        let mut lists = std::vec![self.ids(&(self.first..end).collect::<Vec<_>>())?];
        for (_, column) in &mut list.columns {
            lists.push(column.array(Rows::Each(len))?);
        }
        let options = |len| RecordBatchOptions::new().with_row_count(Some(len));
        self.ready = Some(RecordBatch::try_new_with_options(self.lists.clone(), lists, &options(len))?);
        let mut routes: Vec<_> = arrays.into_iter().flatten().collect();
        // Without columns of lists, rows are given none.
        let none = if list.is_empty() { std::vec![NO_LIST; rows] } else { Vec::new() };
        routes.push(self.ids(if list.is_empty() { &none } else { &list.ids })?);
        self.first = end;
        RecordBatch::try_new_with_options(self.routes.clone(), routes, &options(rows))
    }
}
