//! Costs, counted by the allocator, which needs a separate program.

#[expect(unreachable_pub, reason = "shared with the fuzz targets")]
#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

mod bounded;
mod no_alloc;
mod peering;
