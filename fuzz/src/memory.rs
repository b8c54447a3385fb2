//! Memory used for reading grows with the input, never with declared lengths.

#[path = "../../tests/common/allocator.rs"]
mod allocator;

use routeglass::elements;
use routeglass::io::Compression;
use routeglass::mrt::{Evidence, ReadContext, Reader, records};

pub(crate) use allocator::{peak, signed};

/// From a slice: only the peer table. With the reader: its two buffers, and the longest record.
pub fn allocation(data: &[u8]) {
    let len = signed(data.len());
    // A peer takes 11 octets on the wire at least and about four times that in memory; a list that grows is there twice, and
    // once more as long as it is copied.
    const K: i64 = 16;
    let slice = peak(|| {
        for element in elements(data).flatten() {
            std::hint::black_box((element.attributes().is_ok(), element.next_hop().is_ok()));
        }
    });
    assert!(slice <= K * len, "{slice} octets for an input of {len}");
    let mut peers = ReadContext::new();
    for record in records(data).flatten() {
        peers.observe(&record);
        let own = peak(|| {
            record.findings(&peers, |e| {
                std::hint::black_box(e);
            });
            std::hint::black_box(record.body().is_ok());
        });
        assert_eq!(own, 0, "findings took {own} octets");
    }
    let evidence = peak(|| {
        std::hint::black_box(Evidence::scan(data));
    });
    assert!(evidence <= 4096 + 64 * len, "evidence took {evidence} octets for an input of {len}");
    if Compression::detect(data).is_some() {
        return;
    }
    const BUFFERS: i64 = (256 + 64) << 10;
    let reader = peak(|| {
        let mut peers = ReadContext::new();
        let mut reader = Reader::new(data).expect("plain input");
        while let Ok(Some(record)) = reader.next_record() {
            std::hint::black_box(record.elements(&mut peers).count());
        }
    });
    assert!(reader <= BUFFERS + 1024 + K * len, "{reader} octets for an input of {len}");
    let owned = peak(|| {
        for record in Reader::new(data).expect("plain input").map_while(Result::ok) {
            std::hint::black_box(record.as_bytes().len());
        }
    });
    assert!(owned <= BUFFERS + 1024 + K * len, "{owned} octets for an input of {len}");
}
