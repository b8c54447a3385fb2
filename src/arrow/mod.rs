//! Tables: elements as Arrow record batches, a row for each.
//!
//! ```no_run
//! use routeglass::arrow::{Batches, Columns, TableOptions};
//! use routeglass::mrt::Reader;
//!
//! let options = TableOptions::default().with_columns(Columns::PREFIX | Columns::ORIGIN_ASN);
//! for batch in Batches::new(Reader::open("rib.20260101.0000.bz2")?, options) {
//!     println!("{} rows", batch?.num_rows());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Batches`] reads archives; a [`TableBuilder`] takes elements from anywhere.
//!
//! # Columns
//!
//! The columns are the fields of elements that have a form in a column: their names, types and units are in the table of
//! [`crate::element::fields`]. A value that the element does not have is null, never 0 or an empty text; only `kind` has a value in
//! every row.
//!
//! * `time` has microseconds; a fraction of a second or more, which is damage, is 0.999999 s, and the row has an `error`.
//! * `prefix`, `prefix_address` and `prefix_length` are those of plain prefixes; other routes are in `route` and `route_octets`.
//! * `as_path` is all numbers of the path, in order, AS4_PATH worked in. `as_path_segments` is null where they are one sequence, as in
//!   nearly all paths; else it has type (as in AS_PATH: 1 for a set, 2 for a sequence) and number of ASes of each segment.
//! * `communities` are always two numbers, `64496:100`, also those with a name.
//! * `error` is the worst finding about what carried the row's element.
//! * `offset` is where the record starts in the decompressed input: `routeglass dissect FILE --offset N` shows it.
//!
//! # Dictionaries
//!
//! The texts of `kind`, `record_type`, `origin` and `error_action` are the same in every batch. Those of `peer_address`, `family` and
//! `file` are appended to, so that a number means the same in all batches, unless an input has more than 131,072 of them: then the next
//! batch starts anew. Writers need the stream format of Arrow IPC, or one that has no dictionaries ([`Types::Plain`]).
//!
//! # Cost
//!
//! Only the columns of a table are decoded. A list of attributes that is repeated, as in most of a table dump, is decoded once per
//! batch.

mod batches;
mod builder;
mod columns;
mod dictionary;
mod lists;
mod normalised;
mod options;
#[cfg(feature = "rayon")]
mod parallel;
mod runs;
mod schema;
mod shared;
mod spare;
mod values;

pub use arrow_array::{RecordBatch, RecordBatchReader};
pub use arrow_schema::{ArrowError, Schema, SchemaRef};
pub use batches::{Batches, NormalisedBatches, TableError};
pub use builder::TableBuilder;
pub use columns::{Columns, UnknownColumn};
pub use options::{AddPath, Errors, TableOptions, Types};
#[cfg(feature = "rayon")]
pub use parallel::ParBatches;
#[cfg(feature = "python")]
pub(crate) use parallel::Step;
