//! The shipped archive is the output of the example program.
#![cfg(feature = "alloc")]

#[expect(dead_code, reason = "the program's main is not run here")]
#[path = "../../examples/write_sample.rs"]
mod write_sample;

#[test]
fn the_shipped_archive_is_what_the_program_writes() {
    assert!(write_sample::sample().unwrap() == include_bytes!("../data/sample.mrt"));
}

#[cfg(feature = "std")]
#[expect(dead_code, reason = "the program's main is not run here")]
#[path = "../../examples/write_peering_sample.rs"]
mod write_peering_sample;

#[cfg(feature = "std")]
#[test]
fn the_shipped_table_for_peering_is_what_the_program_writes() {
    let net = write_peering_sample::Internet::draw();
    assert!(write_peering_sample::archive(&net).unwrap() == include_bytes!("../data/peering.mrt"));
    assert_eq!(net.text(), include_str!("../data/peering.as-rel"));
}

#[test]
fn every_element_of_it_is_clean() {
    let lines: Vec<_> = routeglass::elements(include_bytes!("../data/sample.mrt")).map(|e| e.unwrap().to_string()).collect();
    assert_eq!(
        lines,
        [
            "1767268800 AS64496 192.0.2.1 = 198.51.100.0/24 path 64496 64500 via 192.0.2.1",
            "1767268800 AS65536 2001:db8::2 = 198.51.100.0/24 path 65536 64497 64500 via 192.0.2.2",
            "1767268800 AS64496 192.0.2.1 = 203.0.113.0/24 path 64496 {64501,64502} via 192.0.2.1",
            "1767268800 AS65536 2001:db8::2 = 2001:db8:100::/40 path 65536 64500 via 2001:db8::2",
            "1767268801.500000 AS64496 192.0.2.1 - 203.0.113.0/24",
            "1767268801.500000 AS64496 192.0.2.1 + 203.0.113.0/25 path 64496 64503 via 192.0.2.1",
            "1767268801.500000 AS64496 192.0.2.1 + 203.0.113.128/25 path 64496 64503 via 192.0.2.1",
            "1767268802.000007 AS64496 192.0.2.1 + 2001:db8:200::/40 path 64496 via 2001:db8::1",
            "1767268804 AS64496 192.0.2.1 ! Established > Idle",
        ]
    );
}
