//! Tells the crate whether it is optimised: `cfg(optimised)`.
//!
//! The chain that all octets go through is `inline(always)`, since the compiler's own choice makes it half as fast again or less. Without
//! optimisation that only makes code larger: a third of the time to compile the tests of this crate, and of the programs that use it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(optimised)");
    if std::env::var_os("OPT_LEVEL").is_some_and(|level| level != "0") {
        println!("cargo::rustc-cfg=optimised");
    }
}
