//! Tables of columns: their rows, the memory that they take, and the files of the command. A program of its own, since the libraries of
//! columns are compiled for nothing else.

#[expect(unreachable_pub, reason = "shared with the fuzz targets")]
#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

#[cfg(feature = "parquet")]
#[path = "../command/columns.rs"]
mod files;
mod memory;
mod rows;
