//! Texts that list things, by lines or in JSON, read with the place of what is wrong.
#![cfg_attr(not(feature = "peering"), allow(dead_code, unreachable_pub, reason = "filters read payloads alone"))]

pub(crate) mod json;
pub(crate) mod lines;
