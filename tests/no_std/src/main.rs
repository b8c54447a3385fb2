//! Reads an archive with neither a standard library nor an allocator. Linking it is the test.
#![no_std]
#![no_main]

use routeglass::mrt::{self, Body};

static ARCHIVE: &[u8] = include_bytes!("../../data/sample.mrt");

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// The sum of all AS numbers in all paths: enough to pull in every view.
fn visit(archive: &[u8]) -> routeglass::Result<u64> {
    let mut sum = 0u64;
    for record in mrt::records(archive) {
        match record?.body()? {
            Body::Rib(rib) => {
                for entry in rib.entries() {
                    for asn in entry?.attributes()?.as_path()?.asns() {
                        sum = sum.wrapping_add(u64::from(asn.0));
                    }
                }
            }
            Body::Message(message) => {
                if let Some(update) = message.update()? {
                    let attributes = update.attributes()?;
                    for asn in attributes.merged_path()?.asns() {
                        sum = sum.wrapping_add(u64::from(asn.0));
                    }
                    for prefix in update.announced()? {
                        sum = sum.wrapping_add(u64::from(prefix.prefix.len()));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(sum)
}

/// Where a program without an operating system starts.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let sum = visit(core::hint::black_box(ARCHIVE));
    core::hint::black_box(sum.is_ok());
    loop {}
}
