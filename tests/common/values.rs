//! Which values of a message or record are written from decoded values, and which are copied: the library's copying of unwritable
//! values is not trusted, every value is encoded separately here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "shared by tests that each use some of it")]

use std::collections::BTreeMap;

use routeglass::Session;
use routeglass::attr::{Attribute, Value};
use routeglass::bgp::{Message, OpenBuilder, RouteRefreshBuilder, Update};
use routeglass::codes::AttrCode;
use routeglass::nlri::{Nlri, RawRoute, RouteValue};
use routeglass::places::Places;

/// Counts of events.
#[derive(Default, Debug)]
pub struct Counts {
    /// Counts by name.
    pub all: BTreeMap<String, u64>,
    /// Values of clean messages or records that cannot be written from their decoded form.
    pub refused: Vec<String>,
}

impl Counts {
    pub fn add(&mut self, what: impl Into<String>) {
        *self.all.entry(what.into()).or_default() += 1;
    }

    fn refuse(&mut self, what: String) {
        self.add("values copied for want of an encoder");
        self.refused.push(what);
    }

    /// One attribute; `value` is its decoded form.
    pub fn attribute(&mut self, attribute: &Attribute<'_>, value: routeglass::Result<Value<'_>>, session: &Session) {
        match value {
            Ok(Value::Unknown(_)) => self.add(format!("attributes copied, no row in the table: {}", attribute.code().0)),
            Ok(value) => {
                let mut out = Vec::new();
                match value.encode_with_flags(attribute.flags(), session, &mut out) {
                    Ok(()) if out.ends_with(attribute.raw()) => self.add("attributes from values"),
                    Ok(()) => self.add(format!("attributes from values, in another form: {}", attribute.code())),
                    Err(e) => self.refuse(format!("{} {:02x?}: {e}", attribute.code(), attribute.raw())),
                }
                if let Value::AttrSet(set) = value {
                    for inner in set.attributes().unwrap().iter().flatten() {
                        self.attribute(&inner, inner.decode(&Session::AS4), &Session::AS4);
                    }
                }
            }
            Err(e) => self.refuse(format!("{} {:02x?}: {e}", attribute.code(), attribute.raw())),
        }
    }

    /// One route other than a plain prefix.
    pub fn route(&mut self, route: &RawRoute<'_>) {
        let mut out = Vec::new();
        match route.decode() {
            Ok(RouteValue::Unknown(_)) => self.add(format!("routes copied, no row in the table: {}", route.family)),
            Ok(decoded) => match decoded.encode(route.family, &mut out) {
                Ok(()) if out == route.bytes => self.add("routes from values"),
                Ok(()) => self.add(format!("routes from values, in another form: {}", route.family)),
                Err(e) => self.refuse(format!("{} {:02x?}: {e}", route.family, route.bytes)),
            },
            Err(e) => self.refuse(format!("{} {:02x?}: {e}", route.family, route.bytes)),
        }
    }

    /// The routes of one attribute.
    pub fn nlri(&mut self, nlri: &Nlri<'_>) {
        nlri.prefixes().iter().for_each(|_| self.add("routes from values"));
        for route in nlri.routes() {
            self.route(&route.unwrap());
        }
    }

    fn update(&mut self, update: &Update<'_>) {
        for attribute in update.attribute_windows() {
            let attribute = attribute.unwrap();
            self.attribute(&attribute, attribute.decode(update.session()), update.session());
        }
        let attributes = update.attributes().unwrap();
        for (_, nlri) in
            [update.mp_announced(&attributes), update.mp_withdrawn(&attributes)].into_iter().filter_map(|n| n.unwrap())
        {
            self.nlri(&nlri);
        }
        for list in [update.withdrawn(), update.announced()] {
            list.unwrap().iter().for_each(|_| self.add("routes from values"));
        }
    }

    /// A clean message.
    pub fn message(&mut self, message: &Message<'_>) {
        match message {
            Message::Update(update) => self.update(update),
            Message::Open(open) => match OpenBuilder::from_open(open) {
                Ok(_) => self.add("OPEN from values"),
                Err(e) => self.refuse(format!("OPEN: {e}")),
            },
            Message::RouteRefresh(refresh) => match RouteRefreshBuilder::from_message(refresh) {
                Ok(_) => self.add("ROUTE-REFRESH from values"),
                Err(e) => self.refuse(format!("ROUTE-REFRESH: {e}")),
            },
            Message::Unknown(kind, _) => self.add(format!("messages copied, no row in the table: {}", kind.0)),
            _ => self.add("NOTIFICATION and KEEPALIVE from values"),
        }
    }

    /// Where a rewritten message or record differs from its old form: the fields of those octets, and whether the new form only
    /// has zeros where the old one had ones. `places` are those of the old form, which starts at `offset`.
    pub fn difference(&mut self, old: &[u8], new: &[u8], offset: u64, places: &Places) -> Result<(), String> {
        if old.len() != new.len() {
            return Err(format!("{} octets became {}", old.len(), new.len()));
        }
        for (at, (old, new)) in old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new) {
            let at = offset + at as u64;
            let leaf = places.iter().rfind(|place| place.range.contains(&at));
            let name = leaf.map_or("no field", |leaf| &*leaf.name);
            let allowed = match name {
                // RFC 4760 section 3: the octet between next hop and routes is sent as zero and not read.
                "reserved" => *new == 0,
                // RFC 4271 section 4.3: bits after the length of a prefix are meaningless. They are in its last octet, or in all
                // of a field that is as wide as an address (RFC 9136 section 3.1).
                "prefix" => leaf.is_some_and(|leaf| {
                    let bits = leaf.text.rsplit('/').next().and_then(|len| len.parse::<u64>().ok()).unwrap();
                    let (len, octets) = (leaf.range.end - leaf.range.start, bits.div_ceil(8));
                    let width = if len > octets + 1 { len & !1 } else { octets };
                    (width + at).checked_sub(leaf.range.end).is_some_and(|octet| {
                        let kept = bits.saturating_sub(8 * octet);
                        kept < 8 && *new == old & !(0xff >> kept)
                    })
                }),
                _ => false,
            };
            if !allowed {
                return Err(format!("{name} at byte {at}: {old:#04x} became {new:#04x}"));
            }
            self.add(format!("octets with bits that are zero in the new form: {name}"));
        }
        Ok(())
    }
}

/// An attribute of a table dump, whose MP_REACH_NLRI may be the short form.
pub fn in_rib<'a>(attribute: &Attribute<'a>) -> routeglass::Result<Value<'a>> {
    match attribute.code() {
        AttrCode::MP_REACH_NLRI => {
            routeglass::attr::MpReach::parse_rib_at(attribute.raw(), attribute.body_offset()).map(Value::MpReach)
        }
        _ => attribute.decode(&Session::AS4),
    }
}
