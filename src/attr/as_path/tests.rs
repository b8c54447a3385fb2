use super::*;

const FOUR: &[u8] = &[2, 2, 0, 0, 0xfb, 0xf0, 0, 1, 0, 0, 1, 2, 0, 0, 0xfb, 0xf1, 0, 0, 0xfb, 0xf2];

#[test]
fn a_path_with_a_set() {
    let path = AsPath::parse_at(FOUR, true, 0).unwrap();
    assert_eq!(path.to_string(), "64496 65536 {64497,64498}");
    assert_eq!((path.hops(), path.neighbour()), (3, Some(Asn(64496))));
    assert_eq!(path.origins().collect::<Vec<_>>(), [Asn(64497), Asn(64498)]);
    assert_eq!(path.asns().count(), 4);
    assert!(path.contains(Asn(65536)) && !path.contains(Asn(1)));
    let kinds: Vec<_> = path.segments().map(|s| (s.kind(), s.len())).collect();
    assert_eq!(kinds, [(SegmentKind::Sequence, 2), (SegmentKind::Set, 2)]);
}

#[test]
fn two_octets_and_a_confederation() {
    let path = AsPath::parse_at(&[3, 2, 0xfd, 0xe9, 0xfd, 0xea, 4, 1, 0xfd, 0xeb, 2, 1, 0, 1], false, 0).unwrap();
    assert_eq!(path.to_string(), "(65001 65002) [65003] 1");
    assert_eq!((path.hops(), path.neighbour()), (1, Some(Asn(1))));
    assert_eq!(path.origins().rev().collect::<Vec<_>>(), [Asn(1)]);
    assert_eq!(AsPath::default().to_string(), "");
}

/// Kinds and lengths of consecutive segments.
fn lengths(path: &AsPathBuf) -> Vec<(SegmentKind, usize)> {
    path.segments().map(|(kind, asns)| (kind, asns.len())).collect()
}

#[test]
fn segments_of_one_kind_side_by_side() {
    use SegmentKind::{ConfedSequence, Sequence};
    let octets = [2, 2, 0, 1, 0, 2, 2, 1, 0, 3, 3, 1, 0, 4, 3, 1, 0, 5, 1, 1, 0, 6, 1, 1, 0, 7, 4, 1, 0, 8, 4, 1, 0, 9];
    let path = AsPath::parse_at(&octets, false, 0).unwrap();
    assert_eq!(path.to_string(), "1 2 | 3 (4) (5) {6} {7} [8] [9]");
    let own = AsPathBuf::from(path);
    assert_eq!(own.to_string().parse(), Ok(own.clone()));
    let mut again = Vec::new();
    own.encode(false, &mut again).unwrap();
    assert_eq!(again, octets);
    // A full sequence continues in the next segment without a bar, others end.
    let mut long = AsPathBuf::new();
    long.push(Sequence, (0..255).map(Asn)).push(Sequence, [Asn(255)]).push(Sequence, [Asn(256)]);
    assert_eq!(lengths(&long), [(Sequence, 256), (Sequence, 1)]);
    assert!(long.to_string().ends_with(" 254 255 | 256"));
    let mut confed = AsPathBuf::new();
    confed.push(ConfedSequence, (0..255).map(Asn)).push(ConfedSequence, [Asn(255)]).push(ConfedSequence, [Asn(256)]);
    assert_eq!(lengths(&confed), [(ConfedSequence, 256), (ConfedSequence, 1)]);
    assert!(confed.to_string().ends_with(" 254 255) (256)"));
    // Prepended numbers may fill the first.
    let mut filled: AsPathBuf = "1 | 2".parse().unwrap();
    assert_eq!(lengths(filled.prepend(Asn(9), 253)), [(Sequence, 254), (Sequence, 1)]);
    assert_eq!(lengths(filled.prepend(Asn(9), 1)), [(Sequence, 256)]);
    // Removed segments do not divide sequences, remaining ones do.
    assert_eq!("1 (65001) 2 | 3".parse::<AsPathBuf>().unwrap().as4_path().to_string(), "1 2 | 3");
    // AS4_PATH continues the sequence split by the merge, and keeps its own segments.
    assert_eq!(merged(&[2, 4, 0, 1, 0, 2, 0, 3, 0, 4], &[2, 1, 0, 0, 0, 3, 2, 1, 0, 0, 0, 4]), "1 2 3 | 4");
    assert_eq!(merged(&[2, 1, 0, 1, 2, 2, 0, 2, 0x5b, 0xa0], &[2, 1, 0, 1, 0, 0]), "1 | 2 65536");
}

#[test]
fn damage_is_placed() {
    let error = |b: &[u8], asn4| AsPath::parse_at(b, asn4, 10).unwrap_err().to_string();
    assert_eq!(error(&[5, 1, 0, 0, 0, 1], true), "input: value 5 is not valid here (at byte 10)");
    assert_eq!(error(&[0, 1, 0, 0, 0, 1], true), "input: value 0 is not valid here (at byte 10)");
    assert_eq!(error(&[2, 0], true), "input: value 0 is not valid here (at byte 11)");
    assert_eq!(error(&[2, 1, 0, 1, 2], false), "input: needs 1 byte more than is there (at byte 14)");
    assert_eq!(error(&[2, 2, 0, 0, 0, 1], true), "input: needs 4 bytes more than are there (at byte 10)");
    for n in 1..FOUR.len() {
        assert_eq!(AsPath::parse_at(&FOUR[..n], true, 0).is_err(), n != 10, "cut at {n}");
    }
}

fn merged(two: &[u8], four: &[u8]) -> String {
    AsPath::parse_at(two, false, 0).unwrap().merge(AsPath::parse_at(four, true, 0).unwrap()).to_string()
}

#[test]
fn as4_path_replaces_the_far_end() {
    let trans = [2, 3, 0, 1, 0x5b, 0xa0, 0x5b, 0xa0];
    assert_eq!(merged(&trans, &[2, 2, 0, 1, 0, 0, 0, 1, 0, 1]), "1 65536 65537");
    // As long as the path: replaces it.
    assert_eq!(merged(&trans, &[2, 3, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1]), "1 65536 65537");
    // Longer than the path: ignored (RFC 6793 section 4.2.3).
    assert_eq!(
        merged(
            &trans[..6].iter().map(|&b| if b == 3 { 2 } else { b }).collect::<Vec<_>>(),
            &[2, 3, 0, 0, 0, 9, 0, 1, 0, 0, 0, 1, 0, 1]
        ),
        "1 23456"
    );
    // Empty AS4_PATH.
    assert_eq!(merged(&trans, &[]), "1 23456 23456");
    // AS4_PATH cannot hold confederation segments.
    assert_eq!(merged(&trans, &[3, 1, 0, 0, 0xfd, 0xe9, 2, 1, 0, 1, 0, 0]), "1 23456 65536");
    assert_eq!(merged(&trans, &[3, 1, 0, 0, 0xfd, 0xe9]), "1 23456 23456");
    // A leading confederation stays.
    assert_eq!(merged(&[3, 1, 0xfd, 0xe9, 2, 2, 0, 1, 0x5b, 0xa0], &[2, 1, 0, 1, 0, 0]), "(65001) 1 65536");
    // So does one before a path of which nothing else is kept, and one next to what is kept; not one after the split.
    assert_eq!(merged(&[3, 1, 0xfd, 0xe9, 2, 1, 0x5b, 0xa0], &[2, 1, 0, 1, 0, 0]), "(65001) 65536");
    assert_eq!(merged(&[2, 1, 0, 1, 3, 1, 0xfd, 0xe9, 2, 1, 0x5b, 0xa0], &[2, 1, 0, 1, 0, 0]), "1 (65001) 65536");
    assert_eq!(merged(&[2, 2, 0, 1, 0x5b, 0xa0, 3, 1, 0xfd, 0xe9, 2, 1, 0, 7], &[2, 2, 0, 1, 0, 0, 0, 0, 0, 7]), "1 65536 7");
    // Two sets are two hops, as in AS_PATH; so are a set and a sequence.
    assert_eq!(merged(&[1, 1, 0, 1, 1, 1, 0x5b, 0xa0], &[1, 2, 0, 1, 0, 0, 0, 0, 0, 7]), "{1} {65536,7}");
    assert_eq!(merged(&[1, 1, 0, 1, 2, 1, 0x5b, 0xa0], &[2, 1, 0, 1, 0, 0]), "{1} 65536");
}

#[test]
fn a_secure_path_is_a_path() {
    let of = MergedPath::of_secure_path;
    let path = of(&[1, 0, 0, 0, 0xfb, 0xf0, 1, 0, 0, 1, 0, 0]);
    assert_eq!((path.to_string(), path.hops(), path.origins().collect()), ("64496 65536".into(), 2, vec![Asn(65536)]));
    assert_eq!((path.neighbour(), path.contains(Asn(65536)), path.is_empty()), (Some(Asn(64496)), true, false));
    assert_eq!(AsPathBuf::from(path).segments().collect::<Vec<_>>(), [(SegmentKind::Sequence, &[Asn(64496), Asn(65536)][..])]);
    // Three times, a route server with pCount 0, and two ASes of a confederation before it (RFC 8205 section 4.4).
    let path = of(&[
        1, 0x80, 0, 0, 0xfd, 0xe9, 2, 0x80, 0, 0, 0xfd, 0xea, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0,
        0, 4,
    ]);
    assert_eq!((path.to_string(), path.hops()), ("(65001 65002 65002) 1 1 1 3".into(), 4));
    assert_eq!((path.neighbour(), path.origins().collect::<Vec<_>>()), (Some(Asn(1)), vec![Asn(3)]));
    assert_eq!(AsPathBuf::from(path).to_string(), path.to_string());
    let own = of(&[1, 0x80, 0, 0, 0xfd, 0xe9]);
    assert_eq!((own.to_string(), own.hops(), own.neighbour(), own.origins().next()), ("(65001)".into(), 0, None, None));
    // Without counted segments the path is empty.
    for empty in [&[][..], &[0, 0, 0, 0, 0, 2]] {
        assert!(of(empty).is_empty() && of(empty).segments().next().is_none() && of(empty).origins().next().is_none());
    }
    // A segment is full with 255 numbers, and the next continues it.
    let long = of(&[255, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1]);
    let mut octets = Vec::new();
    AsPathBuf::from(long).encode(true, &mut octets).unwrap();
    assert_eq!((long.hops(), octets.len(), &octets[1022..1024]), (257, 2 + 255 * 4 + 2 + 2 * 4, &[2, 2][..]));
}

#[test]
fn a_merged_path_counts_and_finds() {
    let two = AsPath::parse_at(&[2, 2, 0, 1, 0x5b, 0xa0], false, 0).unwrap();
    let path = two.merge(AsPath::parse_at(&[2, 1, 0, 1, 0, 0], true, 0).unwrap());
    assert_eq!((path.hops(), path.origins().next()), (2, Some(Asn(65536))));
    assert!(path.contains(Asn(65536)) && !path.contains(Asn::TRANS) && !path.is_empty());
    assert_eq!(format!("{path:?}"), "[1 65536]");
}

#[test]
fn a_path_of_ones_own() {
    let mut path = AsPathBuf::new();
    path.push(SegmentKind::Sequence, [Asn(64496), Asn(65536)]).push(SegmentKind::Set, [Asn(64497), Asn(64498)]);
    assert_eq!(path.to_string(), "64496 65536 {64497,64498}");
    assert_eq!(format!("{path:?}"), "[64496 65536 {64497,64498}]");
    let mut octets = Vec::new();
    path.encode(true, &mut octets).unwrap();
    assert_eq!((&octets[..], path.encoded_len(true)), (FOUR, FOUR.len()));
    assert_eq!(AsPathBuf::from(AsPath::parse_at(FOUR, true, 0).unwrap()), path);
    // Two octets: AS_TRANS for larger numbers, and AS4_PATH beside it.
    let mut octets = Vec::new();
    path.encode(false, &mut octets).unwrap();
    assert_eq!(octets, [2, 2, 0xfb, 0xf0, 0x5b, 0xa0, 1, 2, 0xfb, 0xf1, 0xfb, 0xf2]);
    assert!(path.needs_as4_path() && octets.len() == path.encoded_len(false));
    let mut small = [0; 11];
    assert_eq!(path.encode(false, &mut &mut small[..]), Err(EncodeError::no_room(1)));
    assert_eq!(small, [0; 11]);
    path.prepend(Asn(1), 2);
    assert_eq!(path.to_string(), "1 1 64496 65536 {64497,64498}");
    let mut set: AsPathBuf = "{1,2}".parse().unwrap();
    assert_eq!(set.prepend(Asn(3), 0).to_string(), "{1,2}");
    assert_eq!(set.prepend(Asn(3), 1).to_string(), "3 {1,2}");
    assert_eq!("(65001) 1 [2] 3".parse::<AsPathBuf>().unwrap().as4_path().to_string(), "1 3");
    assert!(AsPathBuf::new().push(SegmentKind::Set, []).is_empty());
}

#[test]
fn long_sequences_are_divided_and_long_sets_refused() {
    let mut path = AsPathBuf::new();
    path.push(SegmentKind::Sequence, (1..=256).map(Asn));
    let mut octets = Vec::new();
    let view = path.view(true, &mut octets).unwrap();
    assert_eq!(view.segments().map(|s| s.len()).collect::<Vec<_>>(), [255, 1]);
    assert_eq!((view.as_bytes().len(), view.hops()), (path.encoded_len(true), 256));
    assert_eq!((view.to_string(), AsPathBuf::from(view)), (path.to_string(), path));
    let mut set = AsPathBuf::new();
    set.push(SegmentKind::Set, (1..=256).map(Asn));
    assert_eq!(set.encode(true, &mut Vec::new()).unwrap_err().to_string(), "AS set: length 256 is over 255");
}

#[test]
fn path_text_both_ways() {
    for text in [
        "",
        "1",
        "1 2 3",
        "{1}",
        "1 {2,3} 4",
        "(65001 65002) [65003,65004] 1",
        "{1} {2}",
        "4294967295",
        "1 2 | 3 | 4 {5}",
        "(1) (2) 3",
        "[1] [2]",
    ] {
        let path: AsPathBuf = text.parse().unwrap();
        assert_eq!(path.to_string(), text);
        let mut octets = Vec::new();
        assert_eq!(path.view(true, &mut octets).unwrap().to_string(), text);
    }
    for bad in [
        "1 |",
        "| 1",
        "1 | ",
        "1 | {2}",
        "{1} | 2",
        "(1) | (2)",
        "1 || 2",
        "1|2",
        "1 | | 2",
        " ",
        "1 ",
        " 1",
        "1  2",
        "{}",
        "{1 2}",
        "(1,2)",
        "[1",
        "1}",
        "4294967296",
        "+1",
        "1,2",
        "{1}{2}",
        "1{2}",
        "AS1",
    ] {
        assert_eq!(bad.parse::<AsPathBuf>(), Err(ParseAsPathError), "{bad}");
    }
    assert!(ParseAsPathError.to_string().starts_with("not an AS path: "));
}

proptest::proptest! {
    #[test]
    fn any_path_survives_octets_and_text(
        segments in proptest::collection::vec(
            (1u8..=4, proptest::prop_oneof![
                8 => proptest::collection::vec(proptest::num::u32::ANY, 0..9),
                1 => proptest::collection::vec(proptest::num::u32::ANY, 255),
            ]),
            0..6,
        ),
    ) {
        // First on the wire: every segment as it is, except empty ones.
        let mut wire = Vec::new();
        for (kind, asns) in segments.iter().filter(|(_, asns)| !asns.is_empty()) {
            wire.extend([*kind, u8::try_from(asns.len()).unwrap()]);
            asns.iter().for_each(|asn| wire.extend(asn.to_be_bytes()));
        }
        let seen = AsPath::parse_at(&wire, true, 0).unwrap();
        let back: AsPathBuf = seen.to_string().parse().unwrap();
        let mut again = Vec::new();
        back.encode(true, &mut again).unwrap();
        proptest::prop_assert_eq!(&again, &wire);
        proptest::prop_assert_eq!(back.to_string(), seen.to_string());
        proptest::prop_assert_eq!(&back, &AsPathBuf::from(seen));

        let mut path = AsPathBuf::new();
        for (kind, asns) in &segments {
            path.push(SegmentKind::from_wire(*kind).unwrap(), asns.iter().copied().map(Asn));
        }
        proptest::prop_assert_eq!(path.to_string().parse(), Ok(path.clone()));
        let mut octets = Vec::new();
        let view = path.view(true, &mut octets).unwrap();
        proptest::prop_assert_eq!(AsPath::parse_at(view.as_bytes(), true, 0), Ok(view));
        proptest::prop_assert_eq!(AsPathBuf::from(view), path);
    }
}
