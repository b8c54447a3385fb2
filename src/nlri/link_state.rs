//! Link state (RFC 9552 section 5.2, before it RFC 7752): nodes, links, prefixes, SR policies (RFC 9857) and SRv6 SIDs (RFC
//! 9514); non-VPN, VPN (SAFI 72) and BGP SPF (SAFI 80, RFC 9815).

mod checks;

pub(super) use checks::finding;

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use self::checks::{is_sound, is_sound_of_vpn};
use super::address::{address_octets, write_address};
use super::unicast::{prefix_octets, take_prefix, write_prefix};
use super::vpn::RouteDistinguisher;
use crate::asn::Asn;
use crate::codes::{BgpLsProtocol, BgpLsTlv, OspfRouteType, bgp_ls_nlri_types};
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::prefix::Prefix;
use crate::wire::{
    Cursor, Field, JsonObject, JsonSink, List, Observer, Shown, Sink, check_len, hex, wire_flags, wire_newtype, wire_struct,
    wire_tlv,
};

/// Code points as fields, displayed as one word: `IS-IS-Level-2`.
macro_rules! code_fields {
    ($($type:ident($inner:ty))*) => { $(
        impl<'a> Field<'a> for $type {
            fn read(c: &mut Cursor<'a>) -> Result<Self> {
                <$inner>::read(c).map(Self)
            }

            fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
                o.coded(c, name, |number: $inner| Self(number), Self::name)
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Some(name) = self.name() else {
                    return fmt::Display::fmt(self, f);
                };
                for (i, word) in name.split(' ').enumerate() {
                    if i > 0 {
                        f.write_str("-")?;
                    }
                    f.write_str(word)?;
                }
                Ok(())
            }

            fn wire_len(&self) -> usize {
                size_of::<$inner>()
            }

            fn write(&self, out: &mut dyn Sink) {
                self.0.write(out);
            }
        }
    )* };
}
code_fields!(BgpLsProtocol(u8) OspfRouteType(u8));

/// An IS-IS system identifier (ISO 10589), displayed as `1920.0000.2001`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "its octets are those on the wire")]
pub struct SystemId(pub [u8; 6]);

wire_newtype!(SystemId([u8; 6]));

impl fmt::Display for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}{b:02x}.{c:02x}{d:02x}.{e:02x}{g:02x}")
    }
}

impl fmt::Debug for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An IGP router identifier (RFC 9552 section 5.2.1.4); its length determines the variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum IgpRouterId<'a> {
    /// OSPF: four octets, displayed as `192.0.2.1`.
    Ospf(Ipv4Addr),
    /// IS-IS: a system identifier, displayed as `1920.0000.2001`.
    IsIs(SystemId),
    /// IS-IS pseudonode: the designated system and its number for the LAN, displayed as `1920.0000.2001.02`.
    IsIsPseudonode(SystemId, u8),
    /// OSPF pseudonode: the designated router and its interface on the LAN (an address in OSPFv2, a number in OSPFv3), displayed
    /// as `192.0.2.1:198.51.100.1`.
    OspfPseudonode(Ipv4Addr, Ipv4Addr),
    /// Of another length, undecoded.
    Unknown(&'a [u8]),
}

impl fmt::Display for IgpRouterId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Ospf(id) => fmt::Display::fmt(&id, f),
            Self::IsIs(id) => fmt::Display::fmt(&id, f),
            Self::IsIsPseudonode(id, number) => write!(f, "{id}.{number:02x}"),
            Self::OspfPseudonode(router, interface) => write!(f, "{router}:{interface}"),
            Self::Unknown(octets) => hex(octets, f),
        }
    }
}

impl<'a> Field<'a> for IgpRouterId<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Ok(match c.len() {
            4 => Self::Ospf(Field::read(c)?),
            6 => Self::IsIs(Field::read(c)?),
            7 => Self::IsIsPseudonode(Field::read(c)?, c.u8()?),
            8 => Self::OspfPseudonode(Field::read(c)?, Field::read(c)?),
            _ => Self::Unknown(Field::read(c)?),
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::Ospf(_) => 4,
            Self::IsIs(_) => 6,
            Self::IsIsPseudonode(..) => 7,
            Self::OspfPseudonode(..) => 8,
            Self::Unknown(octets) => octets.len(),
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        match self {
            // They would be read back as the variant of this length.
            Self::Unknown(octets) if matches!(octets.len(), 4 | 6 | 7 | 8) => Err(EncodeError::unrepresentable("igp-router-id")),
            _ => Ok(()),
        }
    }

    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::Ospf(id) => id.write(out),
            Self::IsIs(id) => id.write(out),
            Self::IsIsPseudonode(id, number) => {
                id.write(out);
                number.write(out);
            }
            Self::OspfPseudonode(router, interface) => {
                router.write(out);
                interface.write(out);
            }
            Self::Unknown(octets) => octets.write(out),
        }
    }
}

/// An IS-IS or OSPF topology (RFC 9552 section 5.2.2.1): twelve bits after four reserved ones, which are kept and displayed after
/// a colon if any is set: `2:0x8`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its bits are those on the wire")]
pub struct MultiTopologyId(pub u16);

wire_newtype!(MultiTopologyId(u16));

impl MultiTopologyId {
    /// The identifier without the reserved bits.
    pub const fn id(self) -> u16 {
        self.0 & 0x0fff
    }
}

impl fmt::Display for MultiTopologyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 >> 12 {
            0 => write!(f, "{}", self.id()),
            reserved => write!(f, "{}:{reserved:#x}", self.id()),
        }
    }
}

wire_tlv! {
    /// A descriptor of a node (RFC 9552 section 5.2.1.4).
    pub enum NodeDescriptor<'a>(u16, 2) kept_if always {
        /// AS number (RFC 9552 section 5.2.1.4).
        512 "as" As(Asn),
        /// BGP-LS identifier, deprecated by RFC 9552 section 5.2.1.4.
        513 "bgp-ls-id" BgpLsId(u32),
        /// OSPF area (RFC 9552 section 5.2.1.4).
        514 "ospf-area" OspfArea(Ipv4Addr),
        /// IGP router identifier (RFC 9552 section 5.2.1.4).
        515 "igp-router-id" IgpRouterId(IgpRouterId<'a>),
        /// BGP identifier (RFC 9086 section 4.1).
        516 "bgp-router-id" BgpRouterId(Ipv4Addr),
        /// AS number of a member of a confederation (RFC 9086 section 4.1).
        517 "member-as" MemberAs(Asn),
    }
}

/// The TLV around a node's descriptors: type 256 for the local node, 257 for the remote one (RFC 9552 sections 5.2.1.2 and
/// 5.2.1.3). Other types are an error there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it is a list after a header")]
pub struct NodeDescriptors<'a, const TYPE: u16>(pub List<'a, NodeDescriptor<'a>>);

const LOCAL_NODE: u16 = BgpLsTlv::LOCAL_NODE_DESCRIPTORS.0;
const REMOTE_NODE: u16 = BgpLsTlv::REMOTE_NODE_DESCRIPTORS.0;

/// Descriptors of the local node.
pub type LocalNode<'a> = NodeDescriptors<'a, LOCAL_NODE>;
/// Descriptors of the remote node.
pub type RemoteNode<'a> = NodeDescriptors<'a, REMOTE_NODE>;

impl<'a, const TYPE: u16> Field<'a> for NodeDescriptors<'a, TYPE> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let offset = c.offset();
            let kind: u16 = o.field(c, "type")?;
            if kind != TYPE {
                return Err(o.error(Error::new(ErrorKind::BadValue(u32::from(kind)), offset)));
            }
            let len: u16 = o.field(c, "length")?;
            o.window(c, usize::from(len), |mut body, o| o.field(&mut body, "descriptors").map(Self))
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.0.json(out)
    }

    fn wire_len(&self) -> usize {
        self.0.wire_len().saturating_add(4)
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()?;
        check_len(self.0.wire_len(), 2, "node descriptors")
    }

    fn write(&self, out: &mut dyn Sink) {
        TYPE.write(out);
        crate::wire::write_uint(out, self.0.wire_len(), 2);
        self.0.write(out);
    }
}

wire_struct! {
    /// Identifiers of a link at both ends (RFC 5307 section 1.1); 0 for an unknown remote one.
    pub struct LinkIdentifiers {
        /// Identifier at the local node.
        local: u32,
        /// Identifier at the remote node.
        remote: u32,
    }
}

wire_tlv! {
    /// A descriptor of a link (RFC 9552 section 5.2.2).
    pub enum LinkDescriptor<'a>(u16, 2) kept_if always {
        /// Link local and remote identifiers (RFC 5307 section 1.1).
        258 "link-ids" Identifiers(LinkIdentifiers),
        /// Address of the local interface (RFC 5305 section 3.2).
        259 "ipv4-interface" Ipv4Interface(Ipv4Addr),
        /// Address of the neighbour (RFC 5305 section 3.3).
        260 "ipv4-neighbor" Ipv4Neighbor(Ipv4Addr),
        /// Address of the local interface (RFC 6119 section 4.2).
        261 "ipv6-interface" Ipv6Interface(Ipv6Addr),
        /// Address of the neighbour (RFC 6119 section 4.3).
        262 "ipv6-neighbor" Ipv6Neighbor(Ipv6Addr),
        /// The topology of the link (RFC 9552 section 5.2.2.1).
        263 "mt-id" MultiTopology(List<'a, MultiTopologyId>),
    }
}

/// An IPv4 or IPv6 prefix reachable by an IGP (RFC 9552 section 5.2.3.2): a length in bits, then its octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it is only a prefix")]
pub struct IpReachability<const V6: bool>(pub Prefix);

impl<'a, const V6: bool> Field<'a> for IpReachability<V6> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        take_prefix(c, V6).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        prefix_octets(self.0).saturating_add(1)
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.0.is_v6() == V6 { Ok(()) } else { Err(EncodeError::unrepresentable("prefix")) }
    }

    fn write(&self, out: &mut dyn Sink) {
        write_prefix(self.0, out);
    }
}

macro_rules! prefix_descriptors {
    ($($name:ident($v6:literal, $doc:literal);)*) => { $(
        wire_tlv! {
            #[doc = $doc]
            pub enum $name<'a>(u16, 2) kept_if always {
                /// The topology of the prefix (RFC 9552 section 5.2.2.1).
                263 "mt-id" MultiTopology(List<'a, MultiTopologyId>),
                /// OSPF route type (RFC 9552 section 5.2.3.1).
                264 "ospf-route-type" OspfRouteType(OspfRouteType),
                /// The prefix (RFC 9552 section 5.2.3.2).
                265 "prefix" Prefix(IpReachability<$v6>),
            }
        }
    )* };
}
prefix_descriptors! {
    Ipv4PrefixDescriptor(false, "What distinguishes an IPv4 prefix from others of the same node (RFC 9552 section 5.2.3).");
    Ipv6PrefixDescriptor(true, "What distinguishes an IPv6 prefix from others of the same node (RFC 9552 section 5.2.3).");
}

bitflags::bitflags! {
    /// Address families of a candidate path (RFC 9857 section 4).
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct CandidatePathFlags: u8 {
        /// E: the endpoint has 16 octets.
        const IPV6_ENDPOINT = 0x80;
        /// O: the originator has 16 octets.
        const IPV6_ORIGINATOR = 0x40;
        const _ = !0;
    }
}

wire_flags!(CandidatePathFlags(u8));

/// Identity of a candidate path of an SR policy at a headend (RFC 9857 section 4): 24, 36 or 48 octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct CandidatePath {
    /// Protocol-origin: 1 PCEP, 2 BGP SR policy, 3 configuration (RFC 9857).
    pub origin: u8,
    /// Flags, which determine the sizes of both addresses.
    pub flags: CandidatePathFlags,
    /// Reserved octets.
    pub reserved: u16,
    /// Endpoint of the policy; zero for any.
    pub endpoint: IpAddr,
    /// Color of the policy.
    pub color: u32,
    /// AS number of the path's originator.
    pub originator_as: Asn,
    /// The path's originator.
    pub originator: IpAddr,
    /// Discriminator among paths of one originator.
    pub discriminator: u32,
}

fn address<O: Observer>(c: &mut Cursor<'_>, name: &'static str, v6: bool, o: &mut O) -> Result<IpAddr> {
    if v6 { o.field::<Ipv6Addr>(c, name).map(IpAddr::V6) } else { o.field::<Ipv4Addr>(c, name).map(IpAddr::V4) }
}

impl fmt::Display for CandidatePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "origin={} flags={} reserved={} endpoint={} color={} originator_as={} originator={} discriminator={}",
            self.origin,
            Shown(&self.flags),
            self.reserved,
            self.endpoint,
            self.color,
            self.originator_as,
            self.originator,
            self.discriminator
        )
    }
}

impl<'a> Field<'a> for CandidatePath {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let origin = o.field(c, "origin")?;
            let flags: CandidatePathFlags = o.field(c, "flags")?;
            Ok(Self {
                origin,
                flags,
                reserved: o.field(c, "reserved")?,
                endpoint: address(c, "endpoint", flags.contains(CandidatePathFlags::IPV6_ENDPOINT), o)?,
                color: o.field(c, "color")?,
                originator_as: o.field(c, "originator_as")?,
                originator: address(c, "originator", flags.contains(CandidatePathFlags::IPV6_ORIGINATOR), o)?,
                discriminator: o.field(c, "discriminator")?,
            })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        address_octets(self.endpoint).saturating_add(address_octets(self.originator)).saturating_add(16)
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.flags.contains(CandidatePathFlags::IPV6_ENDPOINT) != self.endpoint.is_ipv6() {
            return Err(EncodeError::unrepresentable("endpoint"));
        }
        if self.flags.contains(CandidatePathFlags::IPV6_ORIGINATOR) != self.originator.is_ipv6() {
            return Err(EncodeError::unrepresentable("originator"));
        }
        Ok(())
    }

    fn write(&self, out: &mut dyn Sink) {
        self.origin.write(out);
        self.flags.write(out);
        self.reserved.write(out);
        write_address(self.endpoint, out);
        self.color.write(out);
        Field::write(&self.originator_as, out);
        write_address(self.originator, out);
        self.discriminator.write(out);
    }
}

wire_tlv! {
    /// A descriptor of a traffic engineering path.
    pub enum TePolicyDescriptor<'a>(u16, 2) kept_if always {
        /// Tunnel number (draft-ietf-idr-bgp-ls-te-path).
        550 "tunnel-id" TunnelId(u16),
        /// LSP number within the tunnel (draft-ietf-idr-bgp-ls-te-path).
        551 "lsp-id" LspId(u16),
        /// Head end of the tunnel (draft-ietf-idr-bgp-ls-te-path).
        552 "tunnel-head-end" HeadEnd(IpAddr),
        /// Tail end of the tunnel (draft-ietf-idr-bgp-ls-te-path).
        553 "tunnel-tail-end" TailEnd(IpAddr),
        /// A candidate path of an SR policy (RFC 9857 section 4).
        554 "candidate-path" CandidatePath(CandidatePath),
    }
}

wire_tlv! {
    /// A descriptor of an SRv6 SID (RFC 9514 section 6).
    pub enum Srv6SidDescriptor<'a>(u16, 2) kept_if always {
        /// The topology of the SID (RFC 9552 section 5.2.2.1).
        263 "mt-id" MultiTopology(List<'a, MultiTopologyId>),
        /// The SID (RFC 9514 section 6.1).
        518 "srv6-sid" Sid(Ipv6Addr),
    }
}

wire_struct! {
    /// A node (RFC 9552 section 5.2, type 1).
    pub struct LinkStateNode<'a> {
        /// Protocol-ID: the source of the information.
        protocol: BgpLsProtocol,
        /// Identifier: the protocol instance; 0 for the default topology.
        identifier: u64,
        /// The node.
        local: LocalNode<'a>,
    }
}

wire_struct! {
    /// One direction of a link (RFC 9552 section 5.2, type 2).
    pub struct LinkStateLink<'a> {
        /// Protocol-ID: the source of the information.
        protocol: BgpLsProtocol,
        /// Identifier: the protocol instance; 0 for the default topology.
        identifier: u64,
        /// The local node.
        local: LocalNode<'a>,
        /// The remote node.
        remote: RemoteNode<'a>,
        /// Descriptors of the link.
        descriptors: List<'a, LinkDescriptor<'a>>,
    }
}

wire_struct! {
    /// An IPv4 prefix (RFC 9552 section 5.2, type 3).
    pub struct LinkStateIpv4Prefix<'a> {
        /// Protocol-ID: the source of the information.
        protocol: BgpLsProtocol,
        /// Identifier: the protocol instance; 0 for the default topology.
        identifier: u64,
        /// The node that advertises the prefix.
        local: LocalNode<'a>,
        /// Descriptors of the prefix.
        descriptors: List<'a, Ipv4PrefixDescriptor<'a>>,
    }
}

wire_struct! {
    /// An IPv6 prefix (RFC 9552 section 5.2, type 4).
    pub struct LinkStateIpv6Prefix<'a> {
        /// Protocol-ID: the source of the information.
        protocol: BgpLsProtocol,
        /// Identifier: the protocol instance; 0 for the default topology.
        identifier: u64,
        /// The node that advertises the prefix.
        local: LocalNode<'a>,
        /// Descriptors of the prefix.
        descriptors: List<'a, Ipv6PrefixDescriptor<'a>>,
    }
}

wire_struct! {
    /// A traffic engineering path, such as a candidate path of an SR policy (RFC 9857 section 3, type 5).
    pub struct LinkStateTePolicy<'a> {
        /// Protocol-ID: the source of the information.
        protocol: BgpLsProtocol,
        /// Identifier: the protocol instance; 0 for the default topology.
        identifier: u64,
        /// The headend.
        local: LocalNode<'a>,
        /// Descriptors of the path.
        descriptors: List<'a, TePolicyDescriptor<'a>>,
    }
}

wire_struct! {
    /// An SRv6 SID (RFC 9514 section 6, type 6).
    pub struct LinkStateSrv6Sid<'a> {
        /// Protocol-ID: the source of the information.
        protocol: BgpLsProtocol,
        /// Identifier: the protocol instance; 0 for the default topology.
        identifier: u64,
        /// The node that owns the SID.
        local: LocalNode<'a>,
        /// Descriptors of the SID.
        descriptors: List<'a, Srv6SidDescriptor<'a>>,
    }
}

/// A route distinguisher and the route: the value of a link-state-vpn route (RFC 9552 section 5.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct OfVpn<T> {
    /// Route distinguisher.
    pub rd: RouteDistinguisher,
    /// The route, as without a VPN.
    pub route: T,
}

impl<T: fmt::Display> fmt::Display for OfVpn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rd={} {}", self.rd, self.route)
    }
}

impl<'a, T: Field<'a> + fmt::Display> Field<'a> for OfVpn<T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| Ok(Self { rd: o.field(c, "rd")?, route: o.field(c, "route")? }))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("rd", &self.rd)?;
        object.member("route", &self.route)?;
        object.end()
    }

    fn wire_len(&self) -> usize {
        self.rd.wire_len().saturating_add(self.route.wire_len())
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.route.check()
    }

    fn write(&self, out: &mut dyn Sink) {
        self.rd.write(out);
        self.route.write(out);
    }
}

/// Both kinds of routes: plain ones, and those of VPNs.
macro_rules! link_state_routes {
    ({$(
        $point:ident = $code:literal, $registered:literal, $source:literal
        $(plain { $text:literal $variant:ident($type:ty) } vpn { $vpn_text:literal $vpn_variant:ident($vpn_type:ty) })?;
    )*}) => {
        wire_tlv! {
            /// A route of the families link-state and link-state-spf (RFC 9552 section 5.2).
            pub enum LinkStateRoute<'a>(u16, 2) kept_if is_sound {
                $($point = $code, $registered, $source $({ $text $variant($type) })?;)*
            }
        }

        wire_tlv! {
            /// A route of the family link-state-vpn (RFC 9552 section 5.2). For a type without a row, the route distinguisher is
            /// part of the octets.
            pub enum LinkStateVpnRoute<'a>(u16, 2) kept_if is_sound_of_vpn {
                $($point = $code, $registered, $source $({ $vpn_text $vpn_variant($vpn_type) })?;)*
            }
        }
    };
}
bgp_ls_nlri_types!(link_state_routes!);

// Lengths and values of descriptors are not checked: a speaker keeps a route whatever its descriptors contain (RFC 9552 section
// 8.2.2). An undecodable one is kept as octets.
const fn always(_: u16, _: &[u8]) -> bool {
    true
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests;
