//! Properties of the library as a whole: public types, errors, layers, documented tables.

#[path = "../common/mod.rs"]
mod common;

mod api;
mod errors;
mod fields;
mod filter;
mod labels;
mod layers;
mod peering;
mod registries;
mod sample;
mod support;
mod text;
mod verdicts;
mod worlds;
