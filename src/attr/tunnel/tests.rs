use super::super::Value;
use super::super::sr_policy::*;
use super::super::testing::{refused, round_trip, value, vector};
use super::*;
use crate::places::Places;
use crate::wire::Text;
use proptest::prelude::*;

fn tunnel(kind: u8, sub_tlvs: &[&[u8]]) -> Vec<u8> {
    let body = sub_tlvs.concat();
    let mut bytes = vec![0, kind];
    bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend(body);
    bytes
}

const SID: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const BEHAVIOR: [u8; 8] = [0, 19, 0, 0, 40, 24, 16, 0];

#[test]
pub(in crate::attr) fn sub_tlvs_of_rfc_9012() {
    let vxlan: &[&[u8]] = &[
        &[1, 12, 0xc0, 0, 0x03, 0xe8, 0, 0x53, 0, 0, 0, 1, 0, 0],
        &[2, 2, 0x08, 0x00],
        &[4, 8, 3, 0x0b, 0, 0, 0, 0, 0, 100],
        &[6, 10, 0, 0, 0, 0, 0, 1, 192, 0, 2, 1],
        &[7, 1, 46],
        &[8, 2, 0x12, 0xb5],
        &[9, 1, 2],
    ];
    let places = vector(
        23,
        &tunnel(8, vxlan),
        "VXLAN[encapsulation(flags=VN_ID|MAC vn_id=1000 mac=00:53:00:00:00:01 reserved=0),protocol(0x0800),color(100),\
         endpoint(192.0.2.1),ds(46),udp-port(4789),embedded-label(2)]",
        &[],
    );
    assert!(
        places.contains(
            "|item 3..57 VXLAN|type 3..5 8 (VXLAN)|length 5..7 50|item 7..21 encapsulation|type 7..8 1 (encapsulation)|\
             length 8..9 12|value 9..21 |flags 9..10 VN_ID|MAC|vn_id 10..13 1000|mac 13..19 00:53:00:00:00:01|reserved 19..21 0|item 21..25 protocol|"
        ),
        "{places}"
    );
    let gre: &[&[u8]] = &[
        &[1, 4, 0, 0, 0, 7],
        &[5, 2, 0, 24],
        &[10, 8, 0x03, 0xe8, 0x10, 0, 0x03, 0xe8, 0x21, 0xff],
        &[11, 10, 1, 0, 7, 0, 0, 0, 0, 0, 0, 5],
        &[16, 2, 0x80, 0],
        &[17, 4, 40, 24, 16, 0],
        &[18, 1, 0xab],
        &[19, 0],
    ];
    vector(
        23,
        &tunnel(2, gre),
        "GRE[encapsulation(key=7),load-balancing-block(24),label-stack([16001,16002:0:1:255]),\
         prefix-sid([label-index(reserved=0 flags=0 index=5)]),spi-si(0x8000),\
         type-17(0x28181000),type-18(0xab),type-19(0x)]",
        &[],
    );
    let l2tp: &[&[u8]] = &[&[1, 6, 0, 0, 0, 9, 0xab, 0xcd], &[6, 6, 0, 0, 0, 0, 0, 0], &[3, 1, 7]];
    let two = [tunnel(1, l2tp), tunnel(200, &[&[1, 1, 5], &[200, 0, 1, 9], &[99, 1, 8]])].concat();
    vector(
        23,
        &two,
        "L2TPv3-over-IP[encapsulation(session_id=9 cookie=0xabcd),endpoint(next-hop),ipsec-authenticator(0x07)] \
         type-200[encapsulation(0x05),type-200(0x09),type-99(0x08)]",
        &[23],
    );
    let nvgre = tunnel(9, &[&[1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[4, 8, 3, 0x0b, 0x40, 0, 0, 0, 0, 1]]);
    vector(23, &nvgre, "NVGRE[encapsulation(flags=0 vn_id=0 mac=00:00:00:00:00:00 reserved=0),color(1:0x4000)]", &[]);
    let v6 = [&[6u8, 22, 0, 0, 0, 1, 0, 2][..], &SID].concat();
    vector(23, &tunnel(7, &[&v6]), "IP-in-IP[endpoint(2001:db8::1 reserved=1)]", &[]);
    vector(23, &tunnel(10, &[]), "MPLS[]", &[]);
}

#[test]
pub(in crate::attr) fn sub_tlvs_of_an_sr_policy() {
    let b = [&[13u8, 26, 0x10, 0][..], &SID, &BEHAVIOR].concat();
    let list = [&[0u8, 9, 6, 0, 0, 0, 0, 0, 3, 1, 6, 0x80, 0, 0x03, 0xe8, 0x10, 0][..], &b].concat();
    let list = [&[128, 0, u8::try_from(list.len()).unwrap()][..], &list].concat();
    let srv6 = [&[20u8, 26, 0xe0, 0][..], &SID, &BEHAVIOR].concat();
    let policy: &[&[u8]] = &[
        &[12, 6, 0, 0, 0, 0, 0, 200],
        &[13, 6, 0x80, 0, 0x05, 0xdc, 0, 0],
        &[14, 3, 0, 0, 4],
        &[15, 2, 10, 0],
        &srv6,
        &list,
        &[129, 0, 5, 0, b'm', b'a', b'i', b'n'],
        &[130, 0, 3, 0, 0xc3, 0xa9],
    ];
    let places = vector(
        23,
        &tunnel(15, policy),
        "SR-Policy[preference(flags=0 reserved=0 preference=200),binding-sid(flags=SPECIFIED_ONLY reserved=0 sid=24000),\
         enlp(flags=0 reserved=0 policy=4),priority(priority=10 reserved=0),\
         srv6-binding-sid(flags=SPECIFIED_ONLY|DROP_UPON_INVALID|BEHAVIOR reserved=0 sid=2001:db8::1 behavior=19:40/24/16/0),\
         segment-list(reserved=0 segments=[weight(flags=0 reserved=0 weight=3),a(flags=VERIFY reserved=0 label=16001),\
         b(flags=BEHAVIOR reserved=0 sid=2001:db8::1 behavior=19:40/24/16/0)]),\
         candidate-path-name(reserved=0 name=\"main\"),policy-name(reserved=0 name=\"é\")]",
        &[],
    );
    assert!(
        places.contains(
            "segment-list|type 60..61 128 (segment-list)|length 61..63 45|value 63..108 |reserved 63..64 0|segments 64..108 |"
        ),
        "{places}"
    );
    let Value::TunnelEncapsulation(tunnels) = value(23, &tunnel(15, policy)) else { panic!() };
    let lists = tunnels.iter().flat_map(|tunnel| tunnel.sub_tlvs());
    let weights: Vec<_> =
        lists.filter_map(|sub_tlv| if let SubTlv::SegmentList(list) = sub_tlv { Some(list.weight()) } else { None }).collect();
    assert_eq!(weights, [3]);
    let none = tunnel(15, &[&[13, 2, 0, 0], &[&[13, 18, 0, 0][..], &SID].concat(), &[&[20, 18, 0, 0][..], &SID].concat()]);
    vector(
        23,
        &none,
        "SR-Policy[binding-sid(flags=0 reserved=0 sid=none),binding-sid(flags=0 reserved=0 sid=2001:db8::1),\
         srv6-binding-sid(flags=0 reserved=0 sid=2001:db8::1 behavior=none)]",
        &[],
    );
}

/// A segment list with one segment of each length that its type can have.
#[test]
pub(in crate::attr) fn every_type_of_segment() {
    let v4 = [192u8, 0, 2, 1];
    let label = [0x03u8, 0xe8, 0x10, 0];
    let id = [0u8, 0, 0, 7];
    let six = "2001:db8::1";
    let j = format!("local_interface=7 local={six} remote_interface=7 remote={six}");
    // Type, required fields, optional trailing fields, text.
    type Row<'a> = (u8, Vec<&'a [u8]>, Vec<&'a [u8]>, String);
    let rows: Vec<Row<'_>> = vec![
        (3, vec![&v4], vec![&label], "c(flags=SID algorithm=1 node=192.0.2.1 sid=".into()),
        (4, vec![&SID], vec![&label], format!("d(flags=SID algorithm=1 node={six} sid=")),
        (5, vec![&id, &v4], vec![&label], "e(flags=SID reserved=1 interface=7 node=192.0.2.1 sid=".into()),
        (6, vec![&v4, &v4], vec![&label], "f(flags=SID reserved=1 local=192.0.2.1 remote=192.0.2.1 sid=".into()),
        (7, vec![&id, &SID, &id, &SID], vec![&label], format!("g(flags=SID reserved=1 {j} sid=")),
        (8, vec![&SID, &SID], vec![&label], format!("h(flags=SID reserved=1 local={six} remote={six} sid=")),
        (13, vec![&SID], vec![&BEHAVIOR], format!("b(flags=SID reserved=1 sid={six} behavior=")),
        (14, vec![&SID], vec![&SID, &BEHAVIOR], format!("i(flags=SID algorithm=1 node={six} sid=")),
        (15, vec![&id, &SID, &id, &SID], vec![&SID, &BEHAVIOR], format!("j(flags=SID algorithm=1 {j} sid=")),
        (16, vec![&SID, &SID], vec![&SID, &BEHAVIOR], format!("k(flags=SID algorithm=1 local={six} remote={six} sid=")),
    ];
    for (kind, fixed, optional, text) in rows {
        for n in 0..=optional.len() {
            let body = [&[0x20u8, 1][..], &fixed.concat(), &optional[..n].concat()].concat();
            let segment = [&[kind, u8::try_from(body.len()).unwrap()][..], &body].concat();
            let list = [&[128, 0, u8::try_from(segment.len() + 1).unwrap(), 0][..], &segment].concat();
            let rest = match (kind, n) {
                (3..=8, 0) => "none",
                (3..=8, _) => "16001",
                (13, 0) => "none",
                (13, _) => "19:40/24/16/0",
                (_, 0) => "none behavior=none",
                (_, 1) => "2001:db8::1 behavior=none",
                _ => "2001:db8::1 behavior=19:40/24/16/0",
            };
            vector(23, &tunnel(15, &[&list]), &format!("SR-Policy[segment-list(reserved=0 segments=[{text}{rest})])]"), &[]);
            // One octet more or less matches no valid length.
            let long = [&[kind, u8::try_from(body.len() + 1).unwrap()][..], &body, &[0]].concat();
            let list = [&[128, 0, u8::try_from(long.len() + 1).unwrap(), 0][..], &long].concat();
            let frame = tunnel(15, &[&list]);
            let decoded = TunnelEncapsulation::read(&mut Cursor::at(&frame, 0));
            assert!(decoded.is_err(), "segment {kind} with {n} optional fields and an octet");
        }
    }
}

#[test]
fn a_malformed_sub_tlv_counts_as_unknown() {
    let color: &[u8] = &[4, 8, 3, 0x0b, 0, 0, 0, 0, 0, 1];
    for (kind, bad, shown, text) in [
        (8, &[1u8, 3, 1, 2, 3][..], "type-1(0x010203)", "needs 1 byte more than is there (at byte 10)"),
        (
            1,
            &[1, 13, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            "type-1(0x00000001010203040506070809)",
            "length 13 is not valid here (at byte 9)",
        ),
        (2, &[2, 2, 255, 255], "type-2(0xffff)", "value 65535 is not valid here (at byte 9)"),
        (2, &[4, 2, 3, 0x0c], "type-4(0x030c)", "value 780 is not valid here (at byte 9)"),
        (2, &[8, 2, 0, 0], "type-8(0x0000)", "value 0 is not valid here (at byte 9)"),
        (2, &[9, 1, 3], "type-9(0x03)", "value 3 is not valid here (at byte 9)"),
        (2, &[10, 3, 0, 0, 0], "type-10(0x000000)", "needs 1 byte more than is there (at byte 9)"),
        (2, &[6, 6, 0, 0, 0, 0, 0, 3], "type-6(0x000000000003)", "value 3 is not valid here (at byte 13)"),
    ] {
        let body = tunnel(kind, &[bad, color]);
        let value = value(23, &body);
        assert!(value.to_string().ends_with(&format!("[{shown},color(1)]")), "{value}");
        let frame = [&[0xc0, 23, u8::try_from(body.len()).unwrap()][..], &body].concat();
        let mut found = Vec::new();
        let list = super::super::Attributes::parse_at(&frame, &crate::Session::AS4, 0).unwrap();
        assert_eq!(list.findings(|e| found.push(e.to_string())), Action::None);
        assert_eq!(found, [format!("TUNNEL_ENCAPSULATION attribute: {text}")]);
        let mut places = Places::new();
        list.iter().for_each(|attribute| attribute.unwrap().places(&crate::Session::AS4, &mut places));
        assert_eq!(places.iter().filter(|place| place.error.is_some()).count(), 1, "{places}");
        assert!(places.to_string().contains("color"), "the next one has its place: {places}");
    }
}

#[test]
fn what_costs_the_route() {
    let says = |body: &[u8], text| refused(23, body, &format!("TUNNEL_ENCAPSULATION attribute: {text}; treat-as-withdraw"));
    says(&[], "length 0 is not valid here (at byte 3)");
    says(&[0, 8, 0, 5, 1], "needs 4 bytes more than are there (at byte 7)");
    says(&tunnel(8, &[&[7, 2, 1]]), "needs 1 byte more than is there (at byte 9)");
    says(&tunnel(8, &[&[200, 0]]), "needs 1 byte more than is there (at byte 8)");
    says(&tunnel(15, &[&[12, 5, 0, 0, 0, 0, 0]]), "needs 1 byte more than is there (at byte 11)");
    says(&tunnel(15, &[&[13, 3, 0, 0, 0]]), "length 1 is not valid here (at byte 11)");
    // Without a valid endpoint the tunnel is ignored, and there is no other.
    let endpoint: &[u8] = &[6, 9, 0, 0, 0, 0, 0, 1, 192, 0, 2];
    says(&tunnel(8, &[endpoint]), "length 3 is not valid here (at byte 15)");
    let both = [tunnel(8, &[endpoint]), tunnel(8, &[])].concat();
    let frame = [&[0xc0, 23, u8::try_from(both.len()).unwrap()][..], &both].concat();
    let mut found = 0;
    let list = super::super::Attributes::parse_at(&frame, &crate::Session::AS4, 0).unwrap();
    assert_eq!((list.findings(|_| found += 1), found), (Action::None, 1));
}

#[test]
fn values_that_do_not_fit() {
    let build = |kind, value| SubTlvs::from_values(TunnelType(kind), [value], &mut Vec::new()).unwrap_err().to_string();
    let key = SubTlv::Encapsulation(Encapsulation::GreKey(1));
    assert_eq!(build(8, key), "encapsulation: the value has no form on the wire");
    let long = SubTlv::Encapsulation(Encapsulation::L2tpv3(L2tpv3 { session_id: 1, cookie: &[0; 9] }));
    assert_eq!(build(1, long), "cookie: length 9 is over 8");
    assert_eq!(build(1, SubTlv::UdpPort(UdpPort(0))), "udp-port: value 0 does not fit");
    assert_eq!(build(1, SubTlv::Unknown { kind: 99, raw: &[0; 256] }), "unknown: length 256 is over 255");
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        numbers: (u8, u16, u32), address: std::net::IpAddr, octets: [u8; 16], raw in proptest::collection::vec(any::<u8>(), 0..200),
        name: String, some: bool, labels: Vec<u32>,
    ) {
        let mut buffers = vec![Vec::new(); 8];
        let [b1, b2, b3, b4, b5, b6, b7, ..] = &mut buffers[..] else { unreachable!() };
        let (a, b, c) = numbers;
        let (sid, flags) = (std::net::Ipv6Addr::from(octets), SegmentFlags::from_bits_retain(a));
        let v4 = std::net::Ipv4Addr::from(c);
        let label = some.then_some(LabelStackEntry(c));
        let behavior = some.then_some(EndpointBehavior([a, a, a, a, 1, 2, 3, 4]));
        let segments = [
            SegmentTlv::A(SegmentA { flags, reserved: a, label: LabelStackEntry(c) }),
            SegmentTlv::B(SegmentB { flags, reserved: a, sid, behavior }),
            SegmentTlv::C(SegmentC { flags, algorithm: a, node: v4, sid: label }),
            SegmentTlv::D(SegmentD { flags, algorithm: a, node: sid, sid: label }),
            SegmentTlv::E(SegmentE { flags, reserved: a, interface: c, node: v4, sid: label }),
            SegmentTlv::F(SegmentF { flags, reserved: a, local: v4, remote: v4, sid: label }),
            SegmentTlv::G(SegmentG {
                flags, reserved: a, local_interface: c, local: sid, remote_interface: c, remote: sid, sid: label,
            }),
            SegmentTlv::H(SegmentH { flags, reserved: a, local: sid, remote: sid, sid: label }),
            SegmentTlv::I(SegmentI { flags, algorithm: a, node: sid, sid: Some(sid), behavior }),
            SegmentTlv::J(SegmentJ {
                flags, algorithm: a, local_interface: c, local: sid, remote_interface: c, remote: sid, sid: Some(sid), behavior,
            }),
            SegmentTlv::K(SegmentK { flags, algorithm: a, local: sid, remote: sid, sid: some.then_some(sid), behavior }),
            SegmentTlv::Weight(Weight { flags: a, reserved: a, weight: c }),
            SegmentTlv::Unknown { kind: 2, raw: &raw },
        ];
        let name = PolicyName { reserved: a, name: Text(name.as_bytes()) };
        let bits = BindingSidFlags::from_bits_retain(a);
        let policy = [
            SubTlv::Preference(Preference { flags: a, reserved: a, preference: c }),
            SubTlv::BindingSid(BindingSid { flags: bits, reserved: a, sid: BindingSidValue::None }),
            SubTlv::BindingSid(BindingSid { flags: bits, reserved: a, sid: BindingSidValue::Label(LabelStackEntry(c)) }),
            SubTlv::BindingSid(BindingSid { flags: bits, reserved: a, sid: BindingSidValue::Srv6(sid) }),
            SubTlv::Srv6BindingSid(Srv6BindingSid { flags: bits, reserved: a, sid, behavior }),
            SubTlv::ExplicitNullLabelPolicy(ExplicitNullLabelPolicy { flags: a, reserved: a, policy: a }),
            SubTlv::Priority(Priority { priority: a, reserved: a }),
            SubTlv::SegmentList(SegmentList { reserved: a, segments: List::from_values(segments, b1).unwrap() }),
            SubTlv::CandidatePathName(name),
            SubTlv::PolicyName(name),
            SubTlv::Encapsulation(Encapsulation::Unknown(&raw)),
        ];
        let network = VirtualNetwork {
            flags: VirtualNetworkFlags::from_bits_retain(a), vn_id: U24(c >> 8), mac: MacAddress([a; 6]), reserved: b,
        };
        let vxlan = [
            SubTlv::Encapsulation(Encapsulation::VirtualNetwork(network)),
            SubTlv::ProtocolType(ProtocolType(b & 0x7fff)),
            SubTlv::IpsecAuthenticator(&raw),
            SubTlv::Unknown { kind: 17, raw: &raw },
            SubTlv::Color(Color { flags: b, color: c }),
            SubTlv::LoadBalancingBlock(b),
            SubTlv::EgressEndpoint(EgressEndpoint::NextHop(c)),
            SubTlv::EgressEndpoint(EgressEndpoint::Address(c, address)),
            SubTlv::DsField(a),
            SubTlv::UdpPort(UdpPort(b | 1)),
            SubTlv::EmbeddedLabelHandling(EmbeddedLabelHandling(1 + u8::from(some))),
            SubTlv::LabelStack(List::from_values(labels.into_iter().take(20).map(LabelStackEntry), b2).unwrap()),
            SubTlv::PrefixSid(List::default()),
            SubTlv::SpiSiRepresentation(SpiSiRepresentation(b)),
            SubTlv::Unknown { kind: 77, raw: &raw },
            SubTlv::Unknown { kind: 222, raw: &raw },
        ];
        let l2tp = [SubTlv::Encapsulation(Encapsulation::L2tpv3(L2tpv3 { session_id: c, cookie: &raw[..raw.len().min(8)] }))];
        let gre = [SubTlv::Encapsulation(Encapsulation::GreKey(c))];
        let tunnels = [
            Tunnel::new(SubTlvs::from_values(TunnelType::SR_POLICY, policy, b3).unwrap()),
            Tunnel::new(SubTlvs::from_values(TunnelType::VXLAN, vxlan, b4).unwrap()),
            Tunnel::new(SubTlvs::from_values(TunnelType::L2TPV3_OVER_IP, l2tp, b5).unwrap()),
            Tunnel::new(SubTlvs::from_values(TunnelType::GRE, gre, b6).unwrap()),
        ];
        prop_assert!(tunnels[1].sub_tlvs().iter().eq(vxlan));
        round_trip(Value::TunnelEncapsulation(TunnelEncapsulation(List::from_values(tunnels, b7).unwrap())));
    }
}
