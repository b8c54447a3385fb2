//! Only to Customer (RFC 9234 section 5).

/// The role of the remote side of a session for the local one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Role {
    /// The remote side is the provider.
    Provider,
    /// The remote side is the customer.
    Customer,
    /// They exchange their own and their customers' routes.
    Peer,
    /// The remote side is a route server, the local one its client.
    RouteServer,
    /// The remote side is a client of the local route server.
    RouteServerClient,
}

impl Role {
    /// The role by its name in arguments: `provider`, `customer`, `peer`, `rs`, `rs-client`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "provider" => Self::Provider,
            "customer" => Self::Customer,
            "peer" => Self::Peer,
            "rs" => Self::RouteServer,
            "rs-client" => Self::RouteServerClient,
            _ => return None,
        })
    }
}

/// Handling of a received route.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Ingress {
    /// No leak; the attribute that it has from now on.
    Accept(Option<u32>),
    /// A leak, which is ineligible; the attribute is kept.
    Leak(u32),
}

/// Handling of a route to send.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Egress {
    /// It is sent with this attribute.
    Send(Option<u32>),
    /// It must not be sent.
    Withhold(u32),
}

/// Judges a route received from `remote`, whose AS number is `remote_asn`, by its attribute.
pub const fn ingress(remote: Role, otc: Option<u32>, remote_asn: u32) -> Ingress {
    match (remote, otc) {
        (Role::Customer | Role::RouteServerClient, Some(otc)) => Ingress::Leak(otc),
        (Role::Peer, Some(otc)) if otc != remote_asn => Ingress::Leak(otc),
        (_, Some(otc)) => Ingress::Accept(Some(otc)),
        (Role::Provider | Role::Peer | Role::RouteServer, None) => Ingress::Accept(Some(remote_asn)),
        (Role::Customer | Role::RouteServerClient, None) => Ingress::Accept(None),
    }
}

/// Judges a route that is to be sent to `remote` by the network with the number `local_asn`.
pub const fn egress(remote: Role, otc: Option<u32>, local_asn: u32) -> Egress {
    match (remote, otc) {
        (Role::Provider | Role::Peer | Role::RouteServer, Some(otc)) => Egress::Withhold(otc),
        (Role::Customer | Role::RouteServerClient, Some(otc)) => Egress::Send(Some(otc)),
        (Role::Customer | Role::Peer | Role::RouteServerClient, None) => Egress::Send(Some(local_asn)),
        (Role::Provider | Role::RouteServer, None) => Egress::Send(None),
    }
}
