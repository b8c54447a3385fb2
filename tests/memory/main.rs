//! What work costs, counted: in one program of its own, since it counts what the allocator gives.

#[expect(unreachable_pub, reason = "shared with the fuzz targets")]
#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

mod bounded;
mod no_alloc;
