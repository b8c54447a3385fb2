//! Reads an archive and writes its contents without standard library or allocator. Linking it is the test.
#![no_std]
#![no_main]

use routeglass::bgp::CapabilityValue;
use routeglass::mrt::{self, Body};
use routeglass::{EncodeError, Session};

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

/// Writes attributes, prefixes and a capability to a slice; returns the number of octets.
fn write(archive: &[u8], mut room: &mut [u8]) -> Result<usize, EncodeError> {
    let all = room.len();
    let messages = mrt::records(archive).flatten().filter_map(|record| match record.body() {
        Ok(Body::Message(message)) => message.update().ok().flatten(),
        _ => None,
    });
    for update in messages {
        let values = update.attributes().into_iter().flatten().flatten().filter_map(|a| a.decode(&Session::AS4).ok());
        for value in values {
            value.encode(&Session::AS4, &mut room)?;
        }
        for path in update.announced().into_iter().flatten() {
            path.encode(&mut room)?;
        }
    }
    CapabilityValue::RouteRefresh.encode(&mut room)?;
    Ok(all.saturating_sub(room.len()))
}

/// The entry point of a program without an operating system.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let sum = visit(core::hint::black_box(ARCHIVE));
    core::hint::black_box(sum.is_ok());
    let mut room = [0; 4096];
    let written = write(core::hint::black_box(ARCHIVE), &mut room);
    core::hint::black_box(written.is_ok());
    loop {}
}
