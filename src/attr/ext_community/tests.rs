use super::*;
use proptest::prelude::*;

/// Octets and text, typed by hand from the documents that the table names.
const VECTORS: &[(u64, &str)] = &[
    (0x0002_fbf0_0000_0064, "rt:64496:100"),
    (0x0102_c000_0201_0064, "rt:192.0.2.1:100"),
    (0x0202_0001_0000_0064, "rt:65536:100"),
    (0x0202_0000_fbf0_0064, "rt:64496L:100"),
    (0x0003_fbf0_0000_0064, "soo:64496:100"),
    (0x0103_c000_0201_0064, "soo:192.0.2.1:100"),
    (0x0203_0001_0000_0064, "soo:65536:100"),
    (0x4004_fbf0_4b3e_bc20, "link-bandwidth:64496:1.25e7"),
    (0x0004_fbf0_0000_0000, "link-bandwidth-transitive:64496:0"),
    (0x0204_0001_0000_0007, "generic:65536:7"),
    (0x0104_c000_0201_8000, "ifit:192.0.2.1:0x8000"),
    (0x0005_0000_0000_0200, "ospf-domain:0:512"),
    (0x0105_c000_0201_0200, "ospf-domain:192.0.2.1:512"),
    (0x0205_0001_0000_0200, "ospf-domain:65536:512"),
    (0x0107_c000_0201_0000, "ospf-router-id:192.0.2.1"),
    (0x0306_0000_0001_0501, "ospf-route-type:0.0.0.1:5:1"),
    (0x8000_0000_0001_0501, "ospf-route-type-deprecated:0.0.0.1:5:1"),
    (0x8001_c000_0201_0000, "ospf-router-id-deprecated:192.0.2.1"),
    (0x8005_0000_0000_0200, "ospf-domain-deprecated:0:512"),
    (0x0008_fbf0_0000_0001, "data-collection:64496:1"),
    (0x0208_0001_0000_0001, "data-collection:65536:1"),
    (0x0009_fbf0_0000_0000, "source-as:64496"),
    (0x0209_0001_0000_0000, "source-as:65536"),
    (0x010b_c000_0201_0005, "vrf-import:192.0.2.1:5"),
    (0x0109_c000_0201_0000, "node-target:192.0.2.1"),
    (0x000a_fbf0_0000_0009, "l2vpn-id:64496:9"),
    (0x010a_c000_0201_0009, "l2vpn-id:192.0.2.1:9"),
    (0x0010_fbf0_0000_0009, "cisco-vpn:64496:9"),
    (0x0110_c000_0201_0009, "cisco-vpn:192.0.2.1:9"),
    (0x0210_0001_0000_0009, "cisco-vpn:65536:9"),
    (0x0112_c000_0201_0000, "inter-area-p2mp-next-hop:192.0.2.1:0"),
    (0x0013_fbf0_0000_0009, "rt-record:64496:9"),
    (0x0113_c000_0201_0009, "rt-record:192.0.2.1:9"),
    (0x0213_0001_0000_0009, "rt-record:65536:9"),
    (0x0114_c000_0201_0009, "vrf-recursive-next-hop:192.0.2.1:9"),
    (0x0015_fbf0_0000_0009, "rt-derived:64496:9"),
    (0x0115_c000_0201_0009, "rt-derived:192.0.2.1:9"),
    (0x0215_0001_0000_0009, "rt-derived:65536:9"),
    (0x0080_fbf0_0000_2710, "vni:64496:10000"),
    (0x0120_c000_0201_0000, "mvpn-sa-rp:192.0.2.1:0"),
    (0x0301_8001_0000_03e8, "cost:128:1:1000"),
    (0x4301_8001_0000_03e8, "cost-non-transitive:128:1:1000"),
    (0x0303_0000_0000_0000, "cp-orf:0x000000000000"),
    (0x0304_0000_0000_0000, "extranet-source:0x000000000000"),
    (0x0305_0000_0000_0001, "extranet-separation:0x000000000001"),
    (0x0307_8000_0000_0000, "pmsi-flags:0x800000000000"),
    (0x0308_0000_0000_0064, "context-label-space:0:100"),
    (0x0309_0102_0304_0506, "upa:0x010203040506"),
    (0x030b_0000_0000_0064, "color:0:100"),
    (0x030b_4000_0000_0064, "color:16384:100"),
    (0x030c_0000_0000_0008, "encap:vxlan"),
    (0x030c_0000_0000_0063, "encap:99"),
    (0x030d_0000_0000_0000, "default-gateway"),
    (0x030e_0000_0000_0001, "p2p-to-mp:0x000000000001"),
    (0x0314_0000_0000_0001, "hash-sort-order:0x000000000001"),
    (0x4300_0000_0000_0000, "validation:valid"),
    (0x4300_0000_0000_0002, "validation:invalid"),
    (0x4300_0000_0000_0009, "validation:9"),
    (0x0600_0100_0000_0005, "mac-mobility:sticky:5"),
    (0x0600_0000_0000_0005, "mac-mobility:0:5"),
    (0x0600_8300_0000_0005, "mac-mobility:sticky|0x82:5"),
    (0x0601_0100_0000_0640, "esi-label:single-active:100"),
    (0x0601_0000_0000_0641, "esi-label:0:100/0x1"),
    (0x0602_0053_0000_00ab, "es-import:00:53:00:00:00:ab"),
    (0x0603_0053_0000_00ab, "router-mac:00:53:00:00:00:ab"),
    (0x0604_0006_05dc_0000, "l2-attributes:primary|control-word:1500"),
    (0x0605_0100_0000_0640, "e-tree:leaf:100"),
    (0x0606_0240_0000_0000, "df-election:2:0x4000"),
    (0x0607_0000_0000_2710, "0x0607000000002710"),
    (0x0608_0a00_0000_0000, "arp-nd:override|immutable"),
    (0x0609_0003_0000_0000, "multicast-flags:igmp-proxy|mld-proxy"),
    (0x060a_fbf0_0000_0064, "evi-rt:64496:100"),
    (0x060b_c000_0201_0064, "evi-rt:192.0.2.1:100"),
    (0x060c_0001_0000_0064, "evi-rt:65536:100"),
    (0x060d_0102_0304_0506, "evi-rt-3:0x010203040506"),
    (0x060e_0000_0000_0007, "attachment-circuit:0x000000000007"),
    (0x060f_6553_f100_8000, "service-carving-time:1700000000:32768"),
    (0x0610_0100_0000_000a, "evpn-link-bandwidth:1:10"),
    (0x0702_0001_0000_8001, "interface-set:65536:0x8001"),
    (0x4702_0001_0000_4001, "interface-set-non-transitive:65536:0x4001"),
    (0x0a02_0000_0000_0064, "transport-target:100"),
    (0x4a02_0000_0000_0064, "transport-target-non-transitive:100"),
    (0x0b01_0000_0000_0007, "sfir-pool:7"),
    (0x0b02_0006_4000_0c80, "sfc-labels:100:200"),
    (0x0c00_000a_0000_000a, "mup-direct:10:10"),
    (0x0c01_c000_0201_000a, "mup-direct:192.0.2.1:10"),
    (0x0c02_0001_0000_000a, "mup-direct:65536:10"),
    (0x0c03_000a_0000_000a, "mup-interwork:10:10"),
    (0x0c04_c000_0201_000a, "mup-interwork:192.0.2.1:10"),
    (0x0c05_0001_0000_000a, "mup-interwork:65536:10"),
    (0x8004_fbf0_0000_0001, "security-group:64496:1"),
    (0x8204_0001_0000_0001, "security-group:65536:1"),
    (0x8084_fbf0_0000_0001, "tag:64496:1"),
    (0x8284_0001_0000_0001, "tag:65536:1"),
    (0x8085_fbf0_0000_0001, "origin-sub-cluster:64496:1"),
    (0x8285_0001_0000_0001, "origin-sub-cluster:65536:1"),
    (0x8006_fbf0_4974_2400, "rate-bytes:64496:1e6"),
    (0x8006_0000_0000_0000, "rate-bytes:0:0"),
    (0x8006_0000_8000_0000, "rate-bytes:0:-0"),
    (0x8006_0000_3f00_0000, "rate-bytes:0:5e-1"),
    (0x8006_0000_7fc0_0001, "rate-bytes:0:0x7fc00001"),
    (0x800c_0000_4616_0000, "rate-packets:0:9600"),
    (0x8007_0000_0000_0003, "traffic-action:terminal|sample"),
    (0x8007_0000_0000_0000, "traffic-action:0"),
    (0x8008_fbf0_0000_0064, "redirect:64496:100"),
    (0x8108_c000_0201_0064, "redirect:192.0.2.1:100"),
    (0x8208_0001_0000_0064, "redirect:65536:100"),
    (0x8009_0000_0000_002e, "mark:46"),
    (0x010c_c000_0201_0000, "redirect-ip:192.0.2.1:0"),
    (0x010c_c000_0201_0001, "redirect-ip:192.0.2.1:copy"),
    (0x800a_1302_05dc_0064, "l2-info:19:0x02:1500:100"),
    (0x800b_0001_0000_0000, "e-tree-info:0x0001"),
    (0x0401_0203_0405_0607, "qos-marking:0x01020304050607"),
    (0x4401_0203_0405_0607, "qos-marking-non-transitive:0x01020304050607"),
    (0x0501_0203_0405_0607, "cos-capability:0x01020304050607"),
    (0x0800_0000_0000_0000, "redirect-next-hop:0"),
    (0x0800_0000_0000_0001, "redirect-next-hop:copy"),
    (0x0800_0000_0001_0001, "0x0800000000010001"),
    (0x0801_0000_0000_0001, "redirect-next-hop:0x01000000000001"),
    (0x0900_0000_0000_0001, "indirection-id:0x00000000000001"),
    (0x8802_0000_0001_0002, "eigrp:0x02000000010002"),
    // Sub-types of IANA's registries without a public layout, or with that of their type.
    (0x0006_fbf0_0000_0001, "route-aggregation:64496:1"),
    (0x0206_0001_0000_0001, "route-aggregation:65536:1"),
    (0x030f_0000_0000_0001, "group-policy-class-tag:0x000000000001"),
    (0x0310_0000_0000_0001, "site-id:0x000000000001"),
    (0x0317_0000_0000_0001, "group-policy-id:0x000000000001"),
    (0x031b_0000_0000_0064, "local-color-mapping:0x000000000064"),
    (0x03aa_0000_0000_0001, "load-balance:0x000000000001"),
    (0x0615_0053_0000_00ab, "rt-derived-evpn:0x0053000000ab"),
    (0x0d01_c000_0201_0000, "source-pe:0x01c00002010000"),
    (0x4080_fbf0_0000_2710, "vni-non-transitive:64496:10000"),
    (0x4109_c000_0201_0000, "node-target-non-transitive:192.0.2.1"),
    (0x4204_0001_0000_0007, "generic-non-transitive:65536:7"),
    (0x4302_0000_0000_0001, "rt-opaque-non-transitive:0x000000000001"),
    (0x4315_0000_0000_0001, "rt-derived-opaque-non-transitive:0x000000000001"),
    // RFC 9015 section 7.4: SPI, SI, SFT.
    (0x800d_0000_64ff_0007, "sfc-classifier:100:255:7"),
    // No row, or octets that the row does not cover; MVPN SA RP-address and I-SID were once expected here.
    (0x0180_c000_0201_0000, "0x0180c00002010000"),
    (0x0000_0000_0000_0000, "0x0000000000000000"),
    (0xffff_ffff_ffff_ffff, "0xffffffffffffffff"),
    (0x030c_0001_0000_0008, "0x030c000100000008"),
    (0x030d_0000_0000_0001, "0x030d000000000001"),
];

#[test]
fn every_row_has_a_vector() {
    for row in rows() {
        let found = VECTORS.iter().any(|(octets, text)| {
            let whole = u16::try_from(octets >> 48).unwrap();
            row.matches(whole) && text.split(':').next() == Some(row.name)
        });
        let code = match row.code {
            Code::Whole(code) => code,
            Code::Type(kind) => u16::from(kind) << 8,
        };
        assert!(found, "{code:#06x} {}", row.name);
        let octets: usize = row.parts.iter().map(|part| part.len()).sum();
        assert_eq!(octets + row.front(), 8, "{code:#06x} {}", row.name);
    }
    for kind in crate::codes::ExtCommunityType::ALL {
        let generic = matches!(kind.0, 0x40..=0x43);
        assert!(generic || rows().any(|row| (0..=255).any(|low| row.matches(u16::from(kind.0) << 8 | low))), "{kind}");
    }
}

#[test]
fn text_both_ways() {
    for (octets, text) in VECTORS {
        let community = ExtendedCommunity(octets.to_be_bytes());
        assert_eq!(community.to_string(), *text);
        assert_eq!(text.parse(), Ok(community), "{text}");
        assert_eq!(format!("{octets:#018x}").parse(), Ok(community));
    }
}

#[cfg(feature = "alloc")]
#[test]
fn places_of_every_row() {
    for (octets, text) in VECTORS {
        let mut places = crate::places::Places::new();
        ExtendedCommunity(octets.to_be_bytes()).place_at(40, &mut places);
        places.assert_cover(40..48);
        assert_eq!(places.iter().next().unwrap().text, *text);
    }
    let fields = |octets: u64| {
        let mut places = crate::places::Places::new();
        ExtendedCommunity(octets.to_be_bytes()).place_at(0, &mut places);
        let list: Vec<_> = places.leaves().map(|p| format!("{} {}..{} {}", p.name, p.range.start, p.range.end, p.text)).collect();
        list.join("|")
    };
    assert_eq!(fields(0x0002_fbf0_0000_0064), "type 0..1 0x00|sub_type 1..2 0x02|asn 2..4 64496|value 4..8 100");
    assert_eq!(fields(0x0102_c000_0201_0064), "type 0..1 0x01|sub_type 1..2 0x02|address 2..6 192.0.2.1|value 6..8 100");
    assert_eq!(
        fields(0x0601_0100_0000_0641),
        "type 0..1 0x06|sub_type 1..2 0x01|flags 2..3 single-active|reserved 3..5 0|label 5..8 100/0x1"
    );
    assert_eq!(fields(0x8006_fbf0_447a_0000), "type 0..1 0x80|sub_type 1..2 0x06|asn 2..4 64496|rate 4..8 1000");
    assert_eq!(fields(0x0602_0053_0000_0001), "type 0..1 0x06|sub_type 1..2 0x02|mac 2..8 00:53:00:00:00:01");
    // A type whose sub-types are fields as well, one without a row, and octets that the row does not cover.
    assert_eq!(fields(0x0401_0203_0405_0607), "type 0..1 0x04|value 1..8 0x01020304050607");
    assert_eq!(fields(0x3f01_0203_0405_0607), "type 0..1 0x3f|sub_type 1..2 0x01|value 2..8 0x020304050607");
    assert_eq!(fields(0x030d_0000_0000_0001), "type 0..1 0x03|sub_type 1..2 0x0d|value 2..8 0x000000000001");
}

#[test]
fn text_that_is_none() {
    for bad in [
        "",
        "rt",
        "rt:",
        "rt:1",
        "rt:1:",
        "rt:1:2:3",
        "rt:+1:2",
        "rt:1:2 ",
        "rt:70000:70000",
        "rt:70000L:1",
        "rt:192.0.2.1:65536",
        "rt:192.0.2:1",
        "rt:4294967296:1",
        "RT:1:1",
        "nothing:1",
        "encap:none",
        "encap:65536",
        "es-import:00:53:00:00:00",
        "es-import:00:53:00:00:00:00:00",
        "mac-mobility:static:5",
        "mac-mobility:sticky|:5",
        "mac-mobility:0x100:5",
        "esi-label:0:1048576",
        "esi-label:0:1/0x10",
        "rate-bytes:0:inf",
        "rate-bytes:0:nan",
        "rate-bytes:0:1e39",
        "rate-bytes:0:",
        "evpn-link-bandwidth:1:1099511627776",
        "default-gateway:",
        "default-gateway:0",
        "upa:0x0102030405",
        "upa:0x01020304050607",
        "0x0002fbf0000000",
        "0x0002fbf00000006400",
        "0x+002fbf000000064",
        "rt:１:1",
    ] {
        assert_eq!(bad.parse::<ExtendedCommunity>(), Err(ParseCommunityError::Extended), "{bad}");
    }
    assert_eq!(
        ParseCommunityError::Extended.to_string(),
        "not an extended community: expected NAME:FIELD:… or 0x and 16 hexadecimal digits"
    );
}

#[test]
fn values_to_use() {
    let target = ExtendedCommunity::route_target_as2(64496, 100);
    assert_eq!((target.to_string().as_str(), target.is_route_target(), target.name()), ("rt:64496:100", true, Some("rt")));
    assert_eq!(ExtendedCommunity::route_target_ipv4([192, 0, 2, 1].into(), 100).to_string(), "rt:192.0.2.1:100");
    assert_eq!(ExtendedCommunity::route_target_as4(Asn(65536), 100).to_string(), "rt:65536:100");
    let bandwidth = ExtendedCommunity::link_bandwidth(64496, 12_500_000.0);
    assert_eq!((bandwidth.kind(), bandwidth.subtype(), target.kind(), target.subtype()), (0x40, 4, 0, 2));
    assert_eq!((bandwidth.to_string().as_str(), bandwidth.rate()), ("link-bandwidth:64496:1.25e7", Some(12_500_000.0)));
    assert!(!bandwidth.is_transitive() && target.rate().is_none() && target.code() == ExtCommunitySubtype::ROUTE_TARGET_AS2);
    assert_eq!(target.value(), [0xfb, 0xf0, 0, 0, 0, 100]);
}

proptest! {
    #[test]
    fn any_octets_survive_their_text(octets: u64) {
        let community = ExtendedCommunity(octets.to_be_bytes());
        prop_assert_eq!(community.to_string().parse(), Ok(community));
    }

    #[test]
    fn any_value_of_any_row_survives_its_text(row in 0..rows().count(), value: u64, zeros: u64) {
        let code = match rows().nth(row).unwrap().code {
            Code::Whole(code) => u64::from(code) << 48,
            Code::Type(kind) => u64::from(kind) << 56 | (value & 0xff << 48),
        };
        let community = ExtendedCommunity((code | (value & zeros & 0xffff_ffff_ffff)).to_be_bytes());
        prop_assert_eq!(community.to_string().parse(), Ok(community));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(rt|encap|esi-label|rate-bytes|es-import|0x)?[:0-9a-fx.|/-]{0,30}") {
        if let Ok(community) = text.parse::<ExtendedCommunity>() {
            prop_assert_eq!(community.to_string().parse(), Ok(community));
        }
    }
}
