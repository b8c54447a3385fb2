//! What the library promises as a whole: its public types, its errors, its layers, its documented tables.

#[path = "../common/mod.rs"]
mod common;

mod api;
mod errors;
mod fields;
mod labels;
mod layers;
mod registries;
mod sample;
mod support;
