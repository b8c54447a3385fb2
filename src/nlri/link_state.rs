//! Link state (RFC 9552 section 5.2, before it RFC 7752): nodes, links, prefixes, SR policies (RFC 9857) and SRv6 SIDs (RFC
//! 9514); non-VPN, VPN (SAFI 72) and BGP SPF (SAFI 80, RFC 9815).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::unicast::{prefix_octets, take_prefix, write_prefix};
use super::vpn::RouteDistinguisher;
use crate::asn::Asn;
use crate::codes::{BgpLsProtocol, OspfRouteType, bgp_ls_nlri_types};
use crate::error::{Action, EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
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

#[cold]
fn bad_length(c: &Cursor<'_>) -> Error {
    Error::new(ErrorKind::BadLength(u32::try_from(c.len()).unwrap_or(u32::MAX)), c.offset())
}

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

/// An IPv4 or IPv6 address that fills its field; the length, 4 or 16 octets, determines the family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it is only an address")]
pub struct LinkStateAddress(pub IpAddr);

impl<'a> Field<'a> for LinkStateAddress {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            4 => Ipv4Addr::read(c).map(|address| Self(address.into())),
            16 => Ipv6Addr::read(c).map(|address| Self(address.into())),
            _ => Err(bad_length(c)),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        address_len(self.0)
    }

    fn write(&self, out: &mut dyn Sink) {
        write_address(self.0, out);
    }
}

const fn address_len(address: IpAddr) -> usize {
    if address.is_ipv4() { 4 } else { 16 }
}

fn write_address(address: IpAddr, out: &mut dyn Sink) {
    match address {
        IpAddr::V4(address) => address.write(out),
        IpAddr::V6(address) => address.write(out),
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

/// Descriptors of the local node.
pub type LocalNode<'a> = NodeDescriptors<'a, 256>;
/// Descriptors of the remote node.
pub type RemoteNode<'a> = NodeDescriptors<'a, 257>;

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
    Ipv4PrefixDescriptor(false, "What tells an IPv4 prefix from others of the same node (RFC 9552 section 5.2.3).");
    Ipv6PrefixDescriptor(true, "What tells an IPv6 prefix from others of the same node (RFC 9552 section 5.2.3).");
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
        address_len(self.endpoint).saturating_add(address_len(self.originator)).saturating_add(16)
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
        552 "tunnel-head-end" HeadEnd(LinkStateAddress),
        /// Tail end of the tunnel (draft-ietf-idr-bgp-ls-te-path).
        553 "tunnel-tail-end" TailEnd(LinkStateAddress),
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

/// Whether the body of a route, after type and length, is well-formed by a speaker's checks.
fn is_sound(_: u16, body: &[u8]) -> bool {
    check_body(Cursor::at(body, 0)).is_ok()
}

/// The same after a route distinguisher.
fn is_sound_of_vpn(_: u16, body: &[u8]) -> bool {
    body.split_first_chunk::<8>().is_some_and(|(_, body)| check_body(Cursor::at(body, 0)).is_ok())
}

/// The checks of RFC 9552 section 8.2.2 on the body of a route: consistent lengths of TLVs and of node sub-TLVs, no repeated
/// sub-TLV of a node (section 5.2.1.4), and the order (section 5.1).
fn check_body(mut c: Cursor<'_>) -> Result<()> {
    c.u8()?; // protocol
    c.array::<8>()?; // identifier
    check_tlvs(
        c,
        |kind, body| match kind {
            LOCAL_NODE | REMOTE_NODE => check_tlvs(body, |_, _| Ok(()), true),
            _ => Ok(()),
        },
        false,
    )
}

const LOCAL_NODE: u16 = 256;
const REMOTE_NODE: u16 = 257;

/// TLVs ascend by type; those of one type by length, then by value (RFC 9552 section 5.1). `once`: each type occurs once.
fn check_tlvs(mut c: Cursor<'_>, inside: impl Fn(u16, Cursor<'_>) -> Result<()>, once: bool) -> Result<()> {
    let mut before: Option<(u16, &[u8])> = None;
    while !c.is_empty() {
        let start = c.offset();
        let kind = c.u16()?;
        let len = usize::from(c.u16()?);
        let body = c.sub(len)?;
        if let Some((last, value)) = before {
            if once && last == kind {
                return Err(Error::new(ErrorKind::Duplicate, start));
            }
            if (kind, len, body.rest()) < (last, value.len(), value) {
                return Err(Error::new(ErrorKind::BadOrder, start));
            }
        }
        inside(kind, body)?;
        before = Some((kind, body.rest()));
    }
    Ok(())
}

/// Keeps the first error reported by fields.
#[derive(Default)]
struct FirstError(Option<Error>);

impl Observer for FirstError {
    const OBSERVES: bool = true;

    fn error(&mut self, e: Error) -> Error {
        self.0.get_or_insert(e);
        e
    }

    fn cut(&mut self, e: Error, _: impl FnOnce(&mut Self)) -> Error {
        self.error(e)
    }
}

/// The finding about a decodable link-state route, and the action (RFC 9552 section 8.2.2): it is malformed, or it is kept with a
/// finding about its descriptors. Routes of unknown types are opaque.
pub(super) fn finding(family: Family, bytes: &[u8], offset: u64) -> Option<(Error, Action)> {
    let of_vpn = family == Family::LINK_STATE_VPN;
    let mut c = Cursor::at(bytes, offset);
    let kind = c.u16().ok()?;
    c.u16().ok()?;
    if !LinkStateRoute::TYPES.iter().any(|(known, _)| *known == kind) {
        return None;
    }
    if of_vpn {
        c.array::<8>().ok()?;
    }
    if let Err(e) = check_body(c) {
        return Some((e, Action::TreatAsWithdraw));
    }
    let (mut route, mut first) = (Cursor::at(bytes, offset), FirstError::default());
    let _ = match of_vpn {
        true => first.field::<LinkStateVpnRoute<'_>>(&mut route, "route").map(drop),
        false => first.field::<LinkStateRoute<'_>>(&mut route, "route").map(drop),
    };
    // RFC 9815 defines other ones for BGP SPF.
    let missing = || if family == Family::LINK_STATE_SPF { None } else { missing(kind, c) };
    first.0.or_else(missing).map(|e| (e, Action::None))
}

/// A missing mandatory descriptor (RFC 9552 sections 5.2.1 to 5.2.3, RFC 9086 section 4, RFC 9514 section 6, RFC 9857 section 4),
/// with its expected offset. The lengths of TLVs are known to be consistent.
fn missing(kind: u16, mut c: Cursor<'_>) -> Option<Error> {
    let protocol = BgpLsProtocol(c.u8().ok()?);
    c.array::<8>().ok()?;
    let wanted = match (kind, protocol) {
        (3 | 4, _) => Some(265),
        (5, BgpLsProtocol::SEGMENT_ROUTING) => Some(554),
        (6, _) => Some(518),
        _ => None,
    };
    // A node is identified by its IGP router identifier, or by its BGP identifier.
    let identifier = match protocol {
        BgpLsProtocol::BGP => 516,
        BgpLsProtocol(1..=6) => 515,
        _ => 0,
    };
    let mut is_there = wanted.is_none();
    while !c.is_empty() {
        let (kind, body) = tlv(&mut c)?;
        is_there |= Some(kind) == wanted;
        if matches!(kind, LOCAL_NODE | REMOTE_NODE) && identifier != 0 {
            let start = body.offset();
            let mut sub_tlvs = body;
            let mut is_named = false;
            while !sub_tlvs.is_empty() {
                is_named |= tlv(&mut sub_tlvs)?.0 == identifier;
            }
            if !is_named {
                return Some(Error::new(ErrorKind::Missing, start));
            }
        }
    }
    (!is_there).then(|| Error::new(ErrorKind::Missing, c.offset()))
}

fn tlv<'a>(c: &mut Cursor<'a>) -> Option<(u16, Cursor<'a>)> {
    let kind = c.u16().ok()?;
    let len = c.u16().ok()?;
    Some((kind, c.sub(usize::from(len)).ok()?))
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::*;
    use crate::nlri::{RawRoute, RouteValue};
    use crate::places::Places;
    use proptest::prelude::*;

    const PLAIN: Family = Family::of(16388, 71);
    const VPN: Family = Family::of(16388, 72);
    const SPF: Family = Family::of(16388, 80);

    fn octets(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn every_descriptor_has_a_name() {
        for table in [
            NodeDescriptor::TYPES,
            LinkDescriptor::TYPES,
            Ipv4PrefixDescriptor::TYPES,
            Ipv6PrefixDescriptor::TYPES,
            TePolicyDescriptor::TYPES,
            Srv6SidDescriptor::TYPES,
        ] {
            for (code, name) in table {
                assert!(crate::codes::BgpLsTlv(*code).name().is_some(), "{code} {name}");
            }
        }
    }

    // Octets and texts of routes without a VPN.
    const VECTORS: &[(&str, &str)] = &[
        (
            "0001 0027 02 0000000000000000 0100 001a 0200 0004 0000fbf0 0201 0004 00000000 0203 0006 192000002001",
            "node(protocol=IS-IS-Level-2 identifier=0 local=[as(64496),bgp-ls-id(0),igp-router-id(1920.0000.2001)])",
        ),
        (
            "0002 009f 03 0000000000000001 \
             0100 0024 0200 0004 0000fbf0 0201 0004 00000001 0202 0004 00000000 0203 0008 c0000201 c6336401 \
             0101 0020 0200 0004 0000fbf0 0201 0004 00000001 0202 0004 00000000 0203 0004 c0000202 \
             0102 0008 00000005 00000006 0103 0004 c6336401 0104 0004 c6336402 \
             0105 0010 20010db8000000000000000000000001 0106 0010 20010db8000000000000000000000002 0107 0002 0002",
            "link(protocol=OSPFv2 identifier=1 \
             local=[as(64496),bgp-ls-id(1),ospf-area(0.0.0.0),igp-router-id(192.0.2.1:198.51.100.1)] \
             remote=[as(64496),bgp-ls-id(1),ospf-area(0.0.0.0),igp-router-id(192.0.2.2)] \
             descriptors=[link-ids(local=5 remote=6),ipv4-interface(198.51.100.1),ipv4-neighbor(198.51.100.2),\
             ipv6-interface(2001:db8::1),ipv6-neighbor(2001:db8::2),mt-id([2])])",
        ),
        (
            "0003 0038 03 0000000000000000 0100 0018 0200 0004 0000fbf0 0202 0004 00000001 0203 0004 c0000201 \
             0107 0002 0000 0108 0001 04 0109 0004 18 c63364",
            "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[as(64496),ospf-area(0.0.0.1),igp-router-id(192.0.2.1)] \
             descriptors=[mt-id([0]),ospf-route-type(External-2),prefix(198.51.100.0/24)])",
        ),
        (
            "0004 0030 01 0000000000000007 0100 000b 0203 0007 192000002001 02 \
             0107 0004 0000 f002 0108 0001 01 0109 0007 2d 20010db80038",
            "ipv6-prefix(protocol=IS-IS-Level-1 identifier=7 local=[igp-router-id(1920.0000.2001.02)] \
             descriptors=[mt-id([0,2:0xf]),ospf-route-type(Intra-Area),prefix(2001:db8:38::/45)])",
        ),
        (
            "0005 0039 09 0000000000000000 0100 0010 0200 0004 0000fbf0 0204 0004 c0000201 \
             022a 0018 02 00 0000 c6336401 00000064 0000fbf0 c0000202 00000007",
            "te-policy(protocol=Segment-Routing identifier=0 local=[as(64496),bgp-router-id(192.0.2.1)] \
             descriptors=[candidate-path(origin=2 flags=0 reserved=0 endpoint=198.51.100.1 color=100 originator_as=64496 \
             originator=192.0.2.2 discriminator=7)])",
        ),
        (
            "0005 0071 08 0000000000000000 0100 0008 0205 0004 0000fde9 0226 0002 0001 0227 0002 0002 0228 0004 c0000201 \
             0229 0010 20010db8000000000000000000000001 \
             022a 0030 03 c0 0000 20010db8000000000000000000000002 00000064 0000fbf0 20010db8000000000000000000000003 00000001",
            "te-policy(protocol=RSVP-TE identifier=0 local=[member-as(65001)] \
             descriptors=[tunnel-id(1),lsp-id(2),tunnel-head-end(192.0.2.1),tunnel-tail-end(2001:db8::1),\
             candidate-path(origin=3 flags=IPV6_ENDPOINT|IPV6_ORIGINATOR reserved=0 endpoint=2001:db8::2 color=100 \
             originator_as=64496 originator=2001:db8::3 discriminator=1)])",
        ),
        (
            "0006 0031 02 0000000000000000 0100 000a 0203 0006 192000002001 0107 0002 0002 \
             0206 0010 20010db8000100000000000000000000",
            "srv6-sid(protocol=IS-IS-Level-2 identifier=0 local=[igp-router-id(1920.0000.2001)] \
             descriptors=[mt-id([2]),srv6-sid(2001:db8:1::)])",
        ),
        // Of no known type; an unknown protocol and descriptor; a router identifier of five octets.
        ("0007 0003 010203", "type-7(0x010203)"),
        (
            "0001 001f 63 0000000000000000 0100 0012 0203 0005 0102030405 02ff 0005 0a0b0c0d0e",
            "node(protocol=BgpLsProtocol(99) identifier=0 local=[igp-router-id(0x0102030405),type-767(0x0a0b0c0d0e)])",
        ),
    ];

    // The same route after a route distinguisher.
    fn of_vpn(bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes[..2].to_vec();
        out.extend_from_slice(&(u16::from_be_bytes([bytes[2], bytes[3]]) + 8).to_be_bytes());
        out.extend_from_slice(&[0, 0, 0xfb, 0xf0, 0, 0, 0, 100]);
        out.extend_from_slice(&bytes[4..]);
        out
    }

    fn decode(bytes: &[u8], family: Family) -> Result<RouteValue<'_>> {
        RawRoute::new(family, bytes, 40).decode()
    }

    fn encoded(route: &RouteValue<'_>, family: Family) -> Vec<u8> {
        let mut out = Vec::new();
        route.encode(family, &mut out).unwrap();
        assert_eq!(out.len(), route.encoded_len());
        out
    }

    #[test]
    pub(in crate::nlri) fn every_field_both_ways() {
        for (hex, text) in VECTORS {
            let bytes = octets(hex);
            for family in [PLAIN, SPF] {
                let route = decode(&bytes, family).unwrap();
                assert_eq!(route.to_string(), *text);
                assert_eq!(encoded(&route, family), bytes, "{text}");
            }
            let bytes = of_vpn(&bytes);
            let route = decode(&bytes, VPN).unwrap();
            match text.split_once("(protocol") {
                Some((kind, rest)) => assert_eq!(route.to_string(), format!("vpn-{kind}(rd=64496:100 protocol{rest}")),
                None => assert_eq!(route.to_string(), "type-7(0x0000fbf000000064010203)"),
            }
            assert_eq!(encoded(&route, VPN), bytes, "{text}");
        }
    }

    #[test]
    fn every_row_has_a_vector() {
        let tables = [
            LinkStateRoute::TYPES,
            NodeDescriptor::TYPES,
            LinkDescriptor::TYPES,
            Ipv4PrefixDescriptor::TYPES,
            Ipv6PrefixDescriptor::TYPES,
            TePolicyDescriptor::TYPES,
            Srv6SidDescriptor::TYPES,
        ];
        for (code, name) in tables.into_iter().flatten() {
            assert!(VECTORS.iter().any(|(_, text)| text.contains(&format!("{name}("))), "{code} {name}");
        }
        // A VPN's routes are the same after a route distinguisher.
        let plain = LinkStateRoute::TYPES.iter().map(|(code, name)| (*code, format!("vpn-{name}")));
        assert!(plain.eq(LinkStateVpnRoute::TYPES.iter().map(|(code, name)| (*code, (*name).to_owned()))));
    }

    #[test]
    fn cut_anywhere_it_is_an_error() {
        for (hex, text) in VECTORS {
            for (bytes, family) in [(octets(hex), PLAIN), (of_vpn(&octets(hex)), VPN)] {
                for n in 0..bytes.len() {
                    assert!(decode(&bytes[..n], family).is_err(), "{text} cut at {n}");
                    // The length determines the content: a truncated route is a shorter route or an error.
                    if n >= 4 {
                        let mut short = bytes[..n].to_vec();
                        short[2..4].copy_from_slice(&u16::try_from(n - 4).unwrap().to_be_bytes());
                        if let Ok(route) = decode(&short, family) {
                            assert_eq!(encoded(&route, family), short);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn any_octet_may_be_wrong() {
        let mut good = 0;
        for (hex, text) in VECTORS {
            for (bytes, family) in [(octets(hex), PLAIN), (of_vpn(&octets(hex)), VPN)] {
                for at in 0..bytes.len() {
                    for flip in [1, 2, 4, 0x10, 0x80, 0xff] {
                        let mut other = bytes.clone();
                        other[at] ^= flip;
                        let Ok(route) = decode(&other, family) else { continue };
                        good += 1;
                        let again = encoded(&route, family);
                        // Bits after the length of a prefix are not kept.
                        assert!(again == other || text.contains("prefix("), "{text} with {flip:#x} at {at}");
                        assert_eq!(decode(&again, family).unwrap().to_string(), route.to_string());
                    }
                }
            }
        }
        assert!(good > 1000);
    }

    #[test]
    fn what_is_wrong_and_where() {
        for (hex, error) in [
            (
                "0001 0015 02 0000000000000000 0100 0008 0200 0005 0000fbf0",
                "BGP-LS link-state routes: needs 1 byte more than is there (at byte 61)",
            ),
            ("0001 0010 02 0000000000000000 0100 0000 010203", "BGP-LS link-state routes: 3 bytes are left over (at byte 57)"),
            ("0001 0000", "BGP-LS link-state routes: needs 1 byte more than is there (at byte 44)"),
        ] {
            let bytes = octets(hex);
            let e = decode(&bytes, PLAIN).unwrap_err();
            assert_eq!((e.to_string().as_str(), e.action()), (error, Action::TreatAsWithdraw));
            assert_eq!(RawRoute::new(PLAIN, &bytes, 40).finding(), Some(e));
        }
    }

    /// RFC 9552 section 8.2.2: routes are kept whatever their descriptors contain; errors in them are still findings.
    #[test]
    fn what_is_wrong_and_kept() {
        for (hex, text, error) in [
            // The remote node in place of the local one, and sub-TLVs without the TLV around them.
            (
                "0001 0017 02 0000000000000000 0101 000a 0203 0006 192000002001",
                "type-1(0x0200000000000000000101000a02030006192000002001)",
                "value 257 is not valid here (at byte 53)",
            ),
            (
                "0001 0013 02 0000000000000000 0203 0006 192000002001",
                "type-1(0x02000000000000000002030006192000002001)",
                "value 515 is not valid here (at byte 53)",
            ),
            (
                "0001 001e 02 0000000000000000 0100 0011 0200 0003 00fbf0 0203 0006 192000002001",
                "node(protocol=IS-IS-Level-2 identifier=0 local=[type-512(0x00fbf0),igp-router-id(1920.0000.2001)])",
                "needs 1 byte more than is there (at byte 61)",
            ),
            (
                "0001 0020 02 0000000000000000 0100 0013 0200 0005 0000fbf000 0203 0006 192000002001",
                "node(protocol=IS-IS-Level-2 identifier=0 local=[type-512(0x0000fbf000),igp-router-id(1920.0000.2001)])",
                "1 byte is left over (at byte 65)",
            ),
            (
                "0003 001b 03 0000000000000000 0100 0008 0203 0004 c0000201 0109 0002 2100",
                "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[type-265(0x2100)])",
                "prefix length 33 is longer than an address (at byte 69)",
            ),
            (
                "0003 001b 03 0000000000000000 0100 0008 0203 0004 c0000201 0109 0002 18c6",
                "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[type-265(0x18c6)])",
                "needs 2 bytes more than are there (at byte 69)",
            ),
            (
                "0005 0014 08 0000000000000000 0100 0000 0228 0003 c00002",
                "te-policy(protocol=RSVP-TE identifier=0 local=[] descriptors=[type-552(0xc00002)])",
                "length 3 is not valid here (at byte 61)",
            ),
            // Missing descriptors: the node's identifier in IS-IS and in BGP, the prefix, the SID, the candidate path.
            (
                "0001 0015 02 0000000000000000 0100 0008 0200 0004 0000fbf0",
                "node(protocol=IS-IS-Level-2 identifier=0 local=[as(64496)])",
                "is missing (at byte 57)",
            ),
            (
                "0001 0015 07 0000000000000000 0100 0008 0200 0004 0000fbf0",
                "node(protocol=BGP identifier=0 local=[as(64496)])",
                "is missing (at byte 57)",
            ),
            (
                "0003 0015 03 0000000000000000 0100 0008 0203 0004 c0000201",
                "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[])",
                "is missing (at byte 65)",
            ),
            (
                "0006 0015 03 0000000000000000 0100 0008 0203 0004 c0000201",
                "srv6-sid(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[])",
                "is missing (at byte 65)",
            ),
            (
                "0005 000d 09 0000000000000000 0100 0000",
                "te-policy(protocol=Segment-Routing identifier=0 local=[] descriptors=[])",
                "is missing (at byte 57)",
            ),
        ] {
            for (bytes, family, shift) in [(octets(hex), PLAIN, 0), (of_vpn(&octets(hex)), VPN, 8)] {
                let route = RawRoute::new(family, &bytes, 40 - shift);
                let value = route.decode().unwrap();
                let found = route.finding().unwrap();
                assert_eq!((found.action(), found.rfc()), (Action::None, "RFC 9552 section 8.2.2"), "{text}");
                assert!(found.to_string().ends_with(error), "{found}");
                if family == PLAIN {
                    assert_eq!(value.to_string(), text);
                }
                assert_eq!(encoded(&value, family), bytes, "{text}");
            }
        }
        // In BGP SPF a node has other descriptors.
        let own = octets("0001 0015 02 0000000000000000 0100 0008 0200 0004 0000fbf0");
        assert_eq!(RawRoute::new(SPF, &own, 40).finding(), None);
    }

    /// RFC 9552 sections 5.1 and 5.2.1.4: such a route is malformed, although it can be decoded.
    #[test]
    fn order_is_syntax() {
        for (hex, error) in [
            (
                "0001 001f 02 0000000000000000 0100 0012 0203 0006 192000002001 0200 0004 0000fbf0",
                "is out of order (at byte 67); treat-as-withdraw",
            ),
            (
                "0001 0021 02 0000000000000000 0100 0014 0203 0006 192000002001 0203 0006 192000002002",
                "occurs more than once (at byte 67); treat-as-withdraw",
            ),
            // Interface addresses before numbers; of one type the longer first, then the greater value first.
            (
                "0002 002d 03 0000000000000000 0100 0008 0203 0004 c0000201 0101 0008 0203 0004 c0000202 \
                 0103 0004 c6336402 0102 0000",
                "is out of order (at byte 85); treat-as-withdraw",
            ),
            (
                "0004 0026 01 0000000000000007 0100 000b 0203 0007 19200000200102 0107 0004 0000 0002 0107 0002 0003",
                "is out of order (at byte 76); treat-as-withdraw",
            ),
            (
                "0004 0024 01 0000000000000007 0100 000b 0203 0007 19200000200102 0107 0002 0003 0107 0002 0002",
                "is out of order (at byte 74); treat-as-withdraw",
            ),
        ] {
            let bytes = octets(hex);
            let route = RawRoute::new(PLAIN, &bytes, 40);
            let found = route.finding().unwrap();
            let text = format!("{found}; {}", found.action());
            assert!(text.contains(error), "{text}");
        }
        // Unknown types are opaque; ascending order suffices.
        for hex in ["004d 0003 010203", VECTORS[1].0, VECTORS[2].0, VECTORS[4].0, VECTORS[6].0] {
            let bytes = octets(hex);
            assert_eq!(RawRoute::new(PLAIN, &bytes, 40).finding(), None, "{hex}");
        }
    }

    #[test]
    fn what_cannot_be_written_says_so() {
        let refused = |route: LinkStateRoute<'_>| {
            let mut out = Vec::new();
            let error = RouteValue::LinkState(route).encode(PLAIN, &mut out).unwrap_err();
            assert!(out.is_empty());
            error.to_string()
        };
        let mut buffer = Vec::new();
        let error =
            List::from_values([NodeDescriptor::IgpRouterId(IgpRouterId::Unknown(&[1, 2, 3, 4]))], &mut buffer).unwrap_err();
        assert_eq!(error.to_string(), "igp-router-id: the value has no form on the wire");

        let (protocol, local) = (BgpLsProtocol::OSPFV2, LocalNode::default());
        let v6 = [Ipv6PrefixDescriptor::Prefix(IpReachability("198.51.100.0/24".parse().unwrap()))];
        let error = List::from_values(v6, &mut buffer).unwrap_err();
        assert_eq!(error.to_string(), "prefix: the value has no form on the wire");

        let mut path = CandidatePath {
            origin: 1,
            flags: CandidatePathFlags::IPV6_ENDPOINT,
            reserved: 0,
            endpoint: "192.0.2.1".parse().unwrap(),
            color: 1,
            originator_as: Asn(64496),
            originator: "192.0.2.1".parse().unwrap(),
            discriminator: 1,
        };
        assert_eq!(path.check().unwrap_err().to_string(), "endpoint: the value has no form on the wire");
        path.flags = CandidatePathFlags::IPV6_ORIGINATOR;
        assert_eq!(path.check().unwrap_err().to_string(), "originator: the value has no form on the wire");

        let long = vec![0; 0x10000];
        let raw = [NodeDescriptor::Unknown { kind: 600, raw: &long }];
        assert_eq!(List::from_values(raw, &mut buffer).unwrap_err().to_string(), "unknown: length 65536 is over 65535");
        let most = [NodeDescriptor::Unknown { kind: 600, raw: &long[..0xffff] }];
        let local_long = NodeDescriptors(List::from_values(most, &mut buffer).unwrap());
        let node = LinkStateNode { protocol, identifier: 0, local: local_long };
        assert_eq!(refused(LinkStateRoute::Node(node)), "node descriptors: length 65539 is over 65535");
        let mut buffer = Vec::new();
        let most = [LinkDescriptor::Unknown { kind: 600, raw: &long[..0xfffb] }];
        let descriptors = List::from_values(most, &mut buffer).unwrap();
        let link = LinkStateLink { protocol, identifier: 0, local, remote: RemoteNode::default(), descriptors };
        assert_eq!(refused(LinkStateRoute::Link(link)), "link: length 65552 is over 65535");
    }

    #[test]
    fn places_of_the_fields() {
        let bytes = octets(VECTORS[0].0);
        let mut places = Places::new();
        RawRoute::new(PLAIN, &bytes, 40).places(&mut places);
        let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                (0, "route", 40..83, "node"),
                (1, "type", 40..42, "1 (node)"),
                (1, "length", 42..44, "39"),
                (1, "value", 44..83, ""),
                (2, "protocol", 44..45, "2 (IS-IS Level 2)"),
                (2, "identifier", 45..53, "0"),
                (2, "local", 53..83, ""),
                (3, "type", 53..55, "256"),
                (3, "length", 55..57, "26"),
                (3, "descriptors", 57..83, ""),
                (4, "item", 57..65, "as"),
                (5, "type", 57..59, "512 (as)"),
                (5, "length", 59..61, "4"),
                (5, "value", 61..65, "64496"),
                (4, "item", 65..73, "bgp-ls-id"),
                (5, "type", 65..67, "513 (bgp-ls-id)"),
                (5, "length", 67..69, "4"),
                (5, "value", 69..73, "0"),
                (4, "item", 73..83, "igp-router-id"),
                (5, "type", 73..75, "515 (igp-router-id)"),
                (5, "length", 75..77, "6"),
                (5, "value", 77..83, "1920.0000.2001"),
            ]
        );
        // The description of every route ends with its octets, and reports errors at their place.
        for (hex, text) in VECTORS {
            for (bytes, family) in [(octets(hex), PLAIN), (of_vpn(&octets(hex)), VPN)] {
                let mut places = Places::new();
                RawRoute::new(family, &bytes, 0).places(&mut places);
                assert!(places.iter().all(|p| p.error.is_none()), "{text}");
                assert_eq!(places.iter().last().unwrap().range.end, bytes.len() as u64, "{text}");
                for n in 0..bytes.len() {
                    let mut places = Places::new();
                    RawRoute::new(family, &bytes[..n], 0).places(&mut places);
                    let errors: Vec<_> = places.iter().filter_map(|p| p.error).collect();
                    assert_eq!(errors, [RawRoute::new(family, &bytes[..n], 0).decode().unwrap_err()]);
                }
            }
        }
        let mut policy = Places::new();
        RawRoute::new(PLAIN, &octets(VECTORS[4].0), 0).places(&mut policy);
        let last: Vec<_> = policy.iter().rev().take(3).map(|p| (p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            last,
            [("discriminator", 57..61, "7"), ("originator", 53..57, "192.0.2.2"), ("originator_as", 49..53, "64496")]
        );
    }

    #[cfg(feature = "serde")]
    #[test]
    fn as_json() {
        let body = octets("03 0000000000000000 0100 0000 0109 0004 18 c63364");
        let prefix = LinkStateIpv4Prefix::parse_at(&body, 0).unwrap();
        assert_eq!(
            serde_json::to_string(&prefix).unwrap(),
            "{\"protocol\":\"OSPFv2\",\"identifier\":0,\"local\":[],\
             \"descriptors\":[{\"type\":265,\"name\":\"prefix\",\"value\":\"198.51.100.0/24\"}]}"
        );
    }

    fn router_id() -> impl Strategy<Value = IgpRouterId<'static>> {
        prop_oneof![
            any::<Ipv4Addr>().prop_map(IgpRouterId::Ospf),
            any::<[u8; 6]>().prop_map(|id| IgpRouterId::IsIs(SystemId(id))),
            any::<([u8; 6], u8)>().prop_map(|(id, n)| IgpRouterId::IsIsPseudonode(SystemId(id), n)),
            any::<(Ipv4Addr, Ipv4Addr)>().prop_map(|(a, b)| IgpRouterId::OspfPseudonode(a, b)),
            Just(IgpRouterId::Unknown(&[1, 2, 3])),
        ]
    }

    fn node_descriptor() -> impl Strategy<Value = NodeDescriptor<'static>> {
        prop_oneof![
            any::<u32>().prop_map(|n| NodeDescriptor::As(Asn(n))),
            any::<u32>().prop_map(NodeDescriptor::BgpLsId),
            any::<Ipv4Addr>().prop_map(NodeDescriptor::OspfArea),
            router_id().prop_map(NodeDescriptor::IgpRouterId),
            any::<Ipv4Addr>().prop_map(NodeDescriptor::BgpRouterId),
            any::<u32>().prop_map(|n| NodeDescriptor::MemberAs(Asn(n))),
            (600u16..).prop_map(|kind| NodeDescriptor::Unknown { kind, raw: &[9, 8, 7] }),
        ]
    }

    fn link_descriptor() -> impl Strategy<Value = LinkDescriptor<'static>> {
        prop_oneof![
            any::<(u32, u32)>().prop_map(|(local, remote)| LinkDescriptor::Identifiers(LinkIdentifiers { local, remote })),
            any::<Ipv4Addr>().prop_map(LinkDescriptor::Ipv4Interface),
            any::<Ipv4Addr>().prop_map(LinkDescriptor::Ipv4Neighbor),
            any::<Ipv6Addr>().prop_map(LinkDescriptor::Ipv6Interface),
            any::<Ipv6Addr>().prop_map(LinkDescriptor::Ipv6Neighbor),
            Just(LinkDescriptor::MultiTopology(List::parse_at(&[0, 2, 0, 0], 0).unwrap())),
            (600u16..).prop_map(|kind| LinkDescriptor::Unknown { kind, raw: &[] }),
        ]
    }

    fn policy_descriptor() -> impl Strategy<Value = TePolicyDescriptor<'static>> {
        let path = (any::<(u8, u16, IpAddr, u32, u32, IpAddr, u32)>(), 0u8..0x40).prop_map(|(fields, more)| {
            let (origin, reserved, endpoint, color, asn, originator, discriminator) = fields;
            let mut flags = CandidatePathFlags::from_bits_retain(more);
            flags.set(CandidatePathFlags::IPV6_ENDPOINT, endpoint.is_ipv6());
            flags.set(CandidatePathFlags::IPV6_ORIGINATOR, originator.is_ipv6());
            CandidatePath { origin, flags, reserved, endpoint, color, originator_as: Asn(asn), originator, discriminator }
        });
        prop_oneof![
            any::<u16>().prop_map(TePolicyDescriptor::TunnelId),
            any::<u16>().prop_map(TePolicyDescriptor::LspId),
            any::<IpAddr>().prop_map(|a| TePolicyDescriptor::HeadEnd(LinkStateAddress(a))),
            any::<IpAddr>().prop_map(|a| TePolicyDescriptor::TailEnd(LinkStateAddress(a))),
            path.prop_map(TePolicyDescriptor::CandidatePath),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            (protocol, identifier, rd, kind) in any::<(u8, u64, [u8; 8], u8)>(),
            local in proptest::collection::vec(node_descriptor(), 0..5),
            remote in proptest::collection::vec(node_descriptor(), 0..5),
            links in proptest::collection::vec(link_descriptor(), 0..5),
            policies in proptest::collection::vec(policy_descriptor(), 0..3),
            (address4, len4, address6, len6, route_type) in (any::<u32>(), 0u8..=32, any::<u128>(), 0u8..=128, any::<u8>()),
        ) {
            let protocol = BgpLsProtocol(protocol);
            let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
            let local: LocalNode<'_> = NodeDescriptors(List::from_values(local, &mut a).unwrap());
            let remote: RemoteNode<'_> = NodeDescriptors(List::from_values(remote, &mut b).unwrap());
            let (four, six) = (Prefix::v4(address4, len4).unwrap(), Prefix::v6(address6, len6).unwrap());
            let route_type = OspfRouteType(route_type);
            macro_rules! both {
                ($variant:ident, $route:expr) => {{
                    let route = $route;
                    (LinkStateRoute::$variant(route), LinkStateVpnRoute::$variant(OfVpn { rd: RouteDistinguisher(rd), route }))
                }};
            }
            let (plain, vpn) = match kind % 6 {
                0 => both!(Node, LinkStateNode { protocol, identifier, local }),
                1 => {
                    let descriptors = List::from_values(links, &mut c).unwrap();
                    both!(Link, LinkStateLink { protocol, identifier, local, remote, descriptors })
                }
                2 => {
                    let list = [
                        Ipv4PrefixDescriptor::OspfRouteType(route_type),
                        Ipv4PrefixDescriptor::Prefix(IpReachability(four)),
                    ];
                    let descriptors = List::from_values(list, &mut c).unwrap();
                    both!(Ipv4Prefix, LinkStateIpv4Prefix { protocol, identifier, local, descriptors })
                }
                3 => {
                    let list = [
                        Ipv6PrefixDescriptor::OspfRouteType(route_type),
                        Ipv6PrefixDescriptor::Prefix(IpReachability(six)),
                    ];
                    let descriptors = List::from_values(list, &mut c).unwrap();
                    both!(Ipv6Prefix, LinkStateIpv6Prefix { protocol, identifier, local, descriptors })
                }
                4 => {
                    let descriptors = List::from_values(policies, &mut c).unwrap();
                    both!(TePolicy, LinkStateTePolicy { protocol, identifier, local, descriptors })
                }
                _ => {
                    let list = [Srv6SidDescriptor::Sid(Ipv6Addr::from_bits(address6))];
                    let descriptors = List::from_values(list, &mut c).unwrap();
                    both!(Srv6Sid, LinkStateSrv6Sid { protocol, identifier, local, descriptors })
                }
            };
            for (route, family) in [(RouteValue::LinkState(plain), PLAIN), (RouteValue::LinkStateVpn(vpn), VPN)] {
                let bytes = encoded(&route, family);
                prop_assert_eq!(decode(&bytes, family), Ok(route));
            }
        }

        #[test]
        fn no_octets_are_too_wild(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 1u8..8) {
            if bytes.len() > 4 {
                let len = u16::try_from(bytes.len() - 4).unwrap().to_be_bytes();
                bytes[..4].copy_from_slice(&[0, kind, len[0], len[1]]);
            }
            for family in [PLAIN, VPN] {
                if let Ok(route) = decode(&bytes, family) {
                    let again = encoded(&route, family);
                    prop_assert_eq!(decode(&again, family).unwrap().to_string(), route.to_string());
                }
            }
        }
    }
}
