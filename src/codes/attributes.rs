//! The table of path attributes: one row with all properties per attribute.

use core::fmt;

/// Passes the rows to the macro `$then`. Each layer takes what it needs: codes and names, RFCs of findings, values, the index of
/// a list, JSON fields, the form in a table.
///
/// A row has, in this order:
///
/// * constant and code of [`AttrCode`](super::AttrCode), name, the RFC that defines it;
/// * the flags fixed by the definition (`attr::table`), the action for a malformed attribute and the RFC that defines it;
/// * `flat` for a single value or values of one size, `nested` for values with inner lengths;
/// * `fields` if the body is encoded by the fields of the type, `own` if the type has its own encoding;
/// * variant and type of the value;
/// * optionally: `check(…)`, further conditions that the RFC calls malformed; `findings(…)`, findings about a readable value;
///   `index`, the slot in the index of a list; `json`, the element field that shows it; `kept`, how a table stores it unless
///   unchanged.
///
/// Codes with a name but without a value type follow in `names`.
macro_rules! path_attributes {
    ($then:ident) => {
        $then! {
            'a
            values {
                ORIGIN = 1, "ORIGIN", "RFC 4271 section 5.1.1",
                    WELL_KNOWN, TreatAsWithdraw "RFC 7606 section 7.1", flat own Origin(Origin) index 8 json "origin";
                AS_PATH = 2, "AS_PATH", "RFC 4271 section 5.1.2",
                    WELL_KNOWN, TreatAsWithdraw "RFC 7606 section 7.2", nested own AsPath(AsPath<'a>) findings(AsPath::findings)
                    index 0 json "as_path";
                NEXT_HOP = 3, "NEXT_HOP", "RFC 4271 section 5.1.3",
                    WELL_KNOWN, TreatAsWithdraw "RFC 7606 section 7.3", flat own NextHop(Ipv4Addr) index 9 json "next_hop";
                /// Lower is better.
                MULTI_EXIT_DISC = 4, "MULTI_EXIT_DISC", "RFC 4271 section 5.1.4",
                    OPT_NON_TRANS, TreatAsWithdraw "RFC 7606 section 7.4", flat own MultiExitDisc(u32) index 10 json "med";
                /// Higher is better.
                LOCAL_PREF = 5, "LOCAL_PREF", "RFC 4271 section 5.1.5",
                    WELL_KNOWN, TreatAsWithdraw "RFC 7606 section 7.5", flat own LocalPref(u32) index 11 json "local_pref";
                ATOMIC_AGGREGATE = 6, "ATOMIC_AGGREGATE", "RFC 4271 section 5.1.6",
                    WELL_KNOWN, DiscardAttribute "RFC 7606 section 7.6", flat own AtomicAggregate(AtomicAggregate)
                    json "atomic_aggregate";
                AGGREGATOR = 7, "AGGREGATOR", "RFC 4271 section 5.1.7",
                    OPT_TRANS, DiscardAttribute "RFC 7606 section 7.7", flat own Aggregator(Aggregator) findings(Aggregator::findings)
                    index 1 json "aggregator";
                COMMUNITIES = 8, "COMMUNITIES", "RFC 1997",
                    OPT_TRANS, TreatAsWithdraw "RFC 7606 section 7.8", flat own Communities(Communities<'a>) index 2
                    json "communities";
                /// The speaker that originated a reflected route in the local AS.
                ORIGINATOR_ID = 9, "ORIGINATOR_ID", "RFC 4456 section 8",
                    OPT_NON_TRANS, TreatAsWithdraw "RFC 7606 section 7.9", flat own OriginatorId(Ipv4Addr) index 12
                    json "originator_id";
                CLUSTER_LIST = 10, "CLUSTER_LIST", "RFC 4456 section 8",
                    OPT_NON_TRANS, TreatAsWithdraw "RFC 7606 section 7.10", flat own ClusterList(ClusterList<'a>) index 3
                    json "cluster_list";
                /// Obsolete, undecoded.
                DPA = 11, "DPA", "RFC 6938 (deprecated)",
                    OBSOLETE_TRANS, DiscardAttribute "RFC 7606 section 4", nested own Dpa(ObsoleteBody<'a>);
                /// Obsolete: the route server that sent a route (RFC 1863 section 4).
                ADVERTISER = 12, "ADVERTISER", "RFC 1863 (deprecated by RFC 6938)",
                    OBSOLETE_NON_TRANS, DiscardAttribute "RFC 7606 section 4", nested own Advertiser(Ipv4Addr);
                /// Obsolete.
                RCID_PATH = 13, "RCID_PATH", "RFC 1863 (deprecated by RFC 6938)",
                    OBSOLETE_NON_TRANS, DiscardAttribute "RFC 7606 section 4", nested fields RcidPath(RcidPath<'a>) check(non_empty);
                MP_REACH_NLRI = 14, "MP_REACH_NLRI", "RFC 4760 section 3",
                    OPT_NON_TRANS, ResetSession "RFC 7606 section 5.3", nested own MpReach(MpReach<'a>) findings(MpReach::findings)
                    index 4 json "next_hop" kept NextHop;
                MP_UNREACH_NLRI = 15, "MP_UNREACH_NLRI", "RFC 4760 section 4",
                    OPT_NON_TRANS, ResetSession "RFC 7606 section 5.3", nested own MpUnreach(MpUnreach<'a>) index 5 json "prefix"
                    kept Never;
                EXTENDED_COMMUNITIES = 16, "EXTENDED_COMMUNITIES", "RFC 4360",
                    OPT_TRANS, TreatAsWithdraw "RFC 7606 section 7.14", flat own ExtendedCommunities(ExtendedCommunities<'a>)
                    index 6 json "extended_communities";
                AS4_PATH = 17, "AS4_PATH", "RFC 6793 section 3",
                    OPT_TRANS, DiscardAttribute "RFC 6793 section 6", nested own As4Path(As4Path<'a>) findings(As4Path::findings)
                    index 13 json "as_path" kept Merged;
                AS4_AGGREGATOR = 18, "AS4_AGGREGATOR", "RFC 6793 section 3",
                    OPT_TRANS, DiscardAttribute "RFC 6793 section 6", flat own As4Aggregator(As4Aggregator)
                    findings(As4Aggregator::findings) index 14 json "aggregator" kept Merged;
                /// Obsolete, undecoded.
                SSA = 19, "SSA", "draft-kapoor-nalawade-idr-bgp-ssa (deprecated)",
                    OBSOLETE_TRANS, DiscardAttribute "RFC 7606 section 4", nested own SafiSpecific(ObsoleteBody<'a>);
                /// Obsolete.
                CONNECTOR = 20, "CONNECTOR", "RFC 6037 (deprecated)",
                    OBSOLETE_TRANS, DiscardAttribute "RFC 7606 section 4", nested fields Connector(Connector<'a>);
                /// Obsolete.
                AS_PATHLIMIT = 21, "AS_PATHLIMIT", "draft-ietf-idr-as-pathlimit (deprecated)",
                    OBSOLETE_TRANS, DiscardAttribute "RFC 7606 section 4", nested fields AsPathLimit(AsPathLimit);
                PMSI_TUNNEL = 22, "PMSI_TUNNEL", "RFC 6514 section 5",
                    OPT_TRANS, TreatAsWithdraw "RFC 6514 section 5", nested fields PmsiTunnel(PmsiTunnel<'a>);
                TUNNEL_ENCAPSULATION = 23, "TUNNEL_ENCAPSULATION", "RFC 9012 section 2",
                    OPT_TRANS, TreatAsWithdraw "RFC 9012 section 13", nested fields TunnelEncapsulation(TunnelEncapsulation<'a>)
                    check(non_empty) findings(TunnelEncapsulation::findings);
                TRAFFIC_ENGINEERING = 24, "TRAFFIC_ENGINEERING", "RFC 5543",
                    OPT_NON_TRANS, TreatAsWithdraw "RFC 7606 section 7.13", nested
                    fields TrafficEngineering(TrafficEngineering<'a>) check(non_empty);
                IPV6_EXT_COMMUNITIES = 25, "IPV6_EXT_COMMUNITIES", "RFC 5701",
                    OPT_TRANS, TreatAsWithdraw "RFC 7606 section 7.15", nested
                    own Ipv6ExtendedCommunities(Ipv6ExtendedCommunities<'a>);
                AIGP = 26, "AIGP", "RFC 7311",
                    OPT_NON_TRANS, DiscardAttribute "RFC 7311 section 3.2", nested fields Aigp(Aigp<'a>) check(non_empty)
                    findings(Aigp::findings);
                PE_DISTINGUISHER_LABELS = 27, "PE_DISTINGUISHER_LABELS", "RFC 6514 section 8",
                    OPT_TRANS, TreatAsWithdraw "RFC 6514 section 5", nested fields PeDistinguisherLabels(PeDistinguisherLabels<'a>)
                    check(PeDistinguisherLabels::check_addresses);
                /// Obsolete.
                ENTROPY_LABEL_CAPABILITY = 28, "ENTROPY_LABEL_CAPABILITY", "RFC 6790 (deprecated by RFC 7447)",
                    OBSOLETE_TRANS, DiscardAttribute "RFC 7606 section 4", nested
                    fields EntropyLabelCapability(EntropyLabelCapability<'a>);
                /// Link-state properties of the routes of its families.
                /// A list of TLVs, empty if nothing more is known of a route.
                BGP_LS = 29, "BGP-LS", "RFC 9552 section 5.3",
                    OPT_NON_TRANS, DiscardAttribute "RFC 9552 section 8.2.2", nested fields LinkState(LinkState<'a>)
                    findings(LinkState::report_findings);
                LARGE_COMMUNITIES = 32, "LARGE_COMMUNITIES", "RFC 8092",
                    OPT_TRANS, TreatAsWithdraw "RFC 8092 section 6", flat own LargeCommunities(LargeCommunities<'a>) index 7
                    json "large_communities";
                BGPSEC_PATH = 33, "BGPSEC_PATH", "RFC 8205",
                    OPT_NON_TRANS, TreatAsWithdraw "RFC 8205 section 5.2", nested fields BgpsecPath(BgpsecPath<'a>)
                    check(BgpsecPath::check_counts);
                COMMUNITY_CONTAINER = 34, "COMMUNITY_CONTAINER", "draft-ietf-idr-wide-bgp-communities",
                    OPT_TRANS, TreatAsWithdraw "RFC 7606 section 4", nested fields CommunityContainer(CommunityContainer<'a>)
                    check(CommunityContainer::check_types);
                /// The first AS that sent the route to a customer, a peer or a route server's client.
                OTC = 35, "OTC", "RFC 9234 section 5",
                    OPT_TRANS, TreatAsWithdraw "RFC 9234 section 5", flat own OnlyToCustomer(Asn) index 15 json "otc";
                D_PATH = 36, "D-PATH", "RFC 10039",
                    OPT_TRANS, TreatAsWithdraw "RFC 7606 section 4", nested fields DPath(DPath<'a>) check(DPath::check_segments);
                SFP = 37, "SFP", "RFC 9015 section 3.2.1",
                    OPT_TRANS, TreatAsWithdraw "RFC 9015 section 3.1", nested fields Sfp(Sfp<'a>) check(Sfp::check_hops);
                BFD_DISCRIMINATOR = 38, "BFD_DISCRIMINATOR", "RFC 9026 section 3.1.6",
                    OPT_TRANS, DiscardAttribute "RFC 7606 section 4", nested fields BfdDiscriminator(BfdDiscriminator<'a>)
                    check(BfdDiscriminator::check_source);
                NHC = 39, "NHC", "draft-ietf-idr-nhc",
                    OPT_TRANS, DiscardAttribute "RFC 7606 section 4", nested fields Nhc(Nhc<'a>);
                /// A malformed SRv6 service withdraws the route (RFC 9252 section 7).
                PREFIX_SID = 40, "PREFIX_SID", "RFC 8669",
                    OPT_TRANS, DiscardAttribute "RFC 8669 section 6", nested own PrefixSid(PrefixSid<'a>);
                BIER = 41, "BIER", "RFC 9793",
                    OPT_TRANS, DiscardAttribute "RFC 7606 section 4", nested fields Bier(Bier<'a>) check(non_empty);
                EDGE_METADATA = 42, "EDGE_METADATA", "draft-ietf-idr-5g-edge-service-metadata",
                    OPT_NON_TRANS, DiscardAttribute "RFC 7606 section 4", nested fields EdgeMetadata(EdgeMetadata<'a>)
                    check(non_empty);
                ATTR_SET = 128, "ATTR_SET", "RFC 6368",
                    OPT_TRANS, TreatAsWithdraw "RFC 7606 section 7.16", nested own AttrSet(AttrSet<'a>);
            }
            names {
                DEVELOPMENT = 255, "DEVELOPMENT", "RFC 2042";
            }
        }
    };
}
pub(crate) use path_attributes;

macro_rules! attribute_codes {
    (
        $a:lifetime
        values {
            $($(#[$doc:meta])* $point:ident = $code:literal, $text:literal, $source:literal,
                $flags:ident, $action:ident $rfc:literal, $lengths:ident $how:ident $variant:ident($value:ty)
                $(check($check:path))? $(findings($findings:path))? $(index $index:literal)? $(json $json:literal)?
                $(kept $kept:ident)?;)*
        }
        names { $($named:ident = $named_code:literal, $named_text:literal, $named_source:literal;)* }
    ) => {
        code_points! {
            /// Path attribute type codes.
            AttrCode(u8), "attribute" {
                $($point = $code, $text, $source;)*
                $($named = $named_code, $named_text, $named_source;)*
            }
        }

        impl AttrCode {
            /// The RFC and section of the action for a malformed attribute: RFC 7606 section 4 unless the attribute has its own.
            pub(crate) const fn rfc_of_malformed(self) -> &'static str {
                match self {
                    $(Self::$point => $rfc,)*
                    _ => "RFC 7606 section 4",
                }
            }

            /// Whether the body is one value, or values of one size, without inner lengths.
            pub(crate) const fn is_flat(self) -> bool {
                match self {
                    $(Self::$point => attribute_codes!(@ $lengths),)*
                    _ => false,
                }
            }

            /// The field of an element's JSON object that shows the attribute.
            pub(crate) const fn json_field(self) -> Option<&'static str> {
                match self {
                    $($(Self::$point => Some($json),)?)*
                    _ => None,
                }
            }
        }
    };
    (@ flat) => { true };
    (@ nested) => { false };
}
path_attributes!(attribute_codes);

impl AttrCode {
    /// Whether the attribute carries routes.
    pub(crate) const fn has_routes(self) -> bool {
        matches!(self, Self::MP_REACH_NLRI | Self::MP_UNREACH_NLRI)
    }
}
