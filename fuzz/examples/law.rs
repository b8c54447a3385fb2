//! Every law in one program, which takes as long to build as one target: `LAW=record law CORPUS` fuzzes the law of that name.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
static LAW: std::sync::LazyLock<routeglass_fuzz::Law> = std::sync::LazyLock::new(routeglass_fuzz::named);

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| LAW(data));

#[cfg(not(fuzzing))]
fn main() {
    routeglass_fuzz::replay(routeglass_fuzz::named());
}
