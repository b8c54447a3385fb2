//! Tells the crate whether it is optimised: `cfg(optimised)`.
//!
//! The chain that all octets go through is `inline(always)`: what the compiler inlines by itself takes 1.4 to 1.8 times the
//! instructions. Without optimisation it only makes code larger, which is a third of the time to compile the tests of this crate, and
//! some of that of programs that use it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(optimised)");
    if std::env::var_os("OPT_LEVEL").is_some_and(|level| level != "0") {
        println!("cargo::rustc-cfg=optimised");
    }
}
