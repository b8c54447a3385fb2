//! Findings about an input, and the resulting outcome.

use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;

use routeglass::bgp::Message;
use routeglass::codes::AttrCode;
use routeglass::element::{Element, ElementKind, Route, UpdateElements};
use routeglass::error::{Action, Context, ErrorKind};
use routeglass::mrt::{Body, ReadContext, Record, RibRoute};
use routeglass::{Asn, Error, Family, Peer, Timestamp};

use crate::args::FailOn;
use crate::input::is_stdin;
use crate::report::{Paint, complain, remark};

/// Severity of a finding, mildest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Harm {
    /// No loss.
    Nothing,
    /// An attribute.
    Attribute,
    /// Routes.
    Routes,
    /// A session, or records that are unreadable or without a peer.
    Everything,
}

impl Harm {
    /// The harm of an error of records or messages.
    pub(crate) const fn of(e: &Error) -> Self {
        match e.action() {
            Action::DiscardAttribute => Self::Attribute,
            Action::TreatAsWithdraw | Action::DisableFamily => Self::Routes,
            Action::ResetSession => Self::Everything,
            // Container damage: the unreadable part is lost or without a peer.
            Action::None => match (e.context(), e.kind()) {
                // Of the time only the fraction is wrong.
                (_, ErrorKind::TrailingBytes(_)) | (Context::MrtHeader, ErrorKind::BadValue(_)) => Self::Nothing,
                (Context::MrtHeader | Context::Mrt(..) | Context::RibEntry, _) => Self::Everything,
                _ => Self::Nothing,
            },
        }
    }
}

/// Outcome of a run.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outcome {
    /// The worst finding.
    pub(crate) harm: Option<Harm>,
    /// Whether an input or output failed, or an input is of another kind.
    pub(crate) unreadable: bool,
}

impl Outcome {
    pub(crate) fn add(&mut self, harm: Harm) {
        self.harm = self.harm.max(Some(harm));
    }

    /// The outcome of this run and another.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { harm: self.harm.max(other.harm), unreadable: self.unreadable || other.unreadable }
    }

    pub(crate) fn exit_code(self, fail_on: FailOn) -> ExitCode {
        let least = match fail_on {
            FailOn::None => None,
            FailOn::Discard => Some(Harm::Attribute),
            FailOn::Withdraw => Some(Harm::Routes),
            FailOn::Reset => Some(Harm::Everything),
            FailOn::Any => Some(Harm::Nothing),
        };
        let failed = least.is_some_and(|least| self.harm.is_some_and(|harm| harm >= least));
        ExitCode::from(if self.unreadable {
            2
        } else if failed {
            1
        } else {
            0
        })
    }
}

/// Kinds of findings.
#[derive(Clone, Copy)]
pub(crate) enum What<'a> {
    /// An error in a record or message.
    Error(Error),
    /// A note: worth knowing, no damage.
    Note(Error),
    /// Skipped octets: the first, the one after the last, and the reason.
    Gap(u64, u64, Error),
    /// The input cannot be read further: offset, layer, kind, RFC, and reason.
    End(u64, [&'static str; 3], &'a str),
}

/// A finding and its place.
#[derive(Clone, Copy)]
pub(crate) struct Finding<'a> {
    pub(crate) input: &'a Path,
    /// The unit of `number`: a record or a message.
    pub(crate) unit: &'static str,
    pub(crate) number: u64,
    pub(crate) what: What<'a>,
    pub(crate) enclosing: Enclosing<'a>,
    pub(crate) located: Option<&'a Located>,
}

impl Finding<'_> {
    pub(crate) fn harm(&self) -> Option<Harm> {
        match self.what {
            What::Error(e) => Some(Harm::of(&e)),
            What::Note(_) => None,
            What::Gap(..) | What::End(..) => Some(Harm::Everything),
        }
    }

    pub(crate) const fn offset(&self) -> u64 {
        match self.what {
            What::Error(e) | What::Note(e) => e.offset(),
            What::Gap(start, ..) => start,
            What::End(offset, ..) => offset,
        }
    }

    /// Layer, kind and RFC.
    pub(crate) fn class(&self) -> [&'static str; 3] {
        match self.what {
            What::Error(e) | What::Note(e) => [e.context().layer(), e.kind().name(), e.rfc()],
            // Between messages that no record carries.
            What::Gap(.., reason) if self.unit == "message" => [reason.context().layer(), "gap", reason.rfc()],
            What::Gap(..) => ["mrt", "gap", "RFC 6396 section 2"],
            What::End(_, class, _) => class,
        }
    }

    pub(crate) const fn action(&self) -> Action {
        match self.what {
            What::Error(e) | What::Note(e) => e.action(),
            What::Gap(.., reason) => reason.action(),
            What::End(..) => Action::None,
        }
    }

    /// The reason, without its place.
    pub(crate) fn reason(&self) -> String {
        match self.what {
            What::Error(e) | What::Note(e) => reason(&e),
            What::Gap(start, end, e) => {
                let done = if self.enclosing.has_routes() { "read in part" } else { "passed over" };
                let len = end.saturating_sub(start);
                let bytes = if len == 1 { "byte" } else { "bytes" };
                format!("{len} {bytes} {done}, from byte {start} to {end}: {}", reason(&e))
            }
            What::End(_, _, reason) => reason.to_owned(),
        }
    }

    /// Whether there are fields to inspect at its place.
    fn is_in_records(&self) -> bool {
        let [layer, kind, _] = self.class();
        layer != "input" && kind != "not-mrt"
    }

    /// One line of text, with the command that shows more.
    pub(crate) fn remark(&self) {
        let mut line = format!("{}: {} {}", self.input.display(), self.unit, self.number);
        if let Some(located) = self.located {
            for fact in [self.enclosing.time().map(|time| time.utc().to_string()), located.peer_text(), located.routes.clone()] {
                line.extend(fact.iter().flat_map(|fact| [", ", fact]));
            }
        }
        let place = Place { input: self.input, offset: self.offset(), has_fields: self.is_in_records() };
        // The end of an input is what keeps the rest of it from being read.
        let say: fn(&str) = if matches!(self.what, What::End(..)) { complain } else { remark };
        say(&format!("{line}: {}", place.of_reason(&self.reason(), self.harm() >= Some(Harm::Routes))));
    }
}

/// The place of a finding.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) input: &'a Path,
    pub(crate) offset: u64,
    /// Whether it is in a record or message whose fields can be shown.
    pub(crate) has_fields: bool,
}

impl Place<'_> {
    /// The reason and the place: the command that shows it, if any.
    pub(crate) fn of_reason(&self, reason: &str, costs_routes: bool) -> String {
        let reason = if costs_routes { Paint::Red } else { Paint::Yellow }.on_stderr(reason);
        if is_stdin(self.input) || !self.has_fields {
            return format!("{reason} (at byte {})", self.offset);
        }
        let command = format!("(routeglass dissect {} --offset {})", quoted(self.input), self.offset);
        format!("{reason} {}", Paint::Dim.on_stderr(&command))
    }
}

/// The reason of an error, without its offset.
pub(crate) fn reason(e: &Error) -> String {
    format!("{}: {}", e.context(), e.kind())
}

/// The declared and present lengths of a truncated last record or message.
pub(crate) fn cut(unit: &str, header: usize, there: usize, missing: usize) -> String {
    if there < header {
        return format!("the header of a {unit} has {header} bytes, and the input ends after {there} of them");
    }
    let declared = there.saturating_add(missing);
    format!("the {unit} declares {declared} bytes, and the input ends after {there} of them")
}

/// A path quoted as one word for a shell.
pub(crate) fn quoted(path: &Path) -> String {
    let name = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:+=@%".contains(c);
    if !name.is_empty() && name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

/// What contains a finding.
#[derive(Clone, Copy)]
pub(crate) enum Enclosing<'a> {
    Record(&'a Record<'a>, &'a ReadContext),
    Message(&'a BareMessage<'a>),
    /// Between records, or at the end of the input.
    None,
}

impl<'a> Enclosing<'a> {
    pub(crate) fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Record(record, _) => Some(record.timestamp()),
            _ => None,
        }
    }

    /// Whether a record has routes that can be read.
    fn has_routes(&self) -> bool {
        matches!(self, Self::Record(record, peers) if record.elements_by(peers).any(|element| element.is_ok()))
    }

    pub(crate) const fn octets(&self) -> &'a [u8] {
        match self {
            Self::Record(record, _) => record.as_bytes(),
            Self::Message(message) => message.bytes,
            Self::None => &[],
        }
    }

    pub(crate) const fn start(&self) -> u64 {
        match self {
            Self::Record(record, _) => record.offset(),
            Self::Message(message) => message.offset,
            Self::None => 0,
        }
    }
}

/// A bare message.
#[derive(Clone, Copy)]
pub(crate) struct BareMessage<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) offset: u64,
    pub(crate) session: routeglass::Session,
}

impl<'a> BareMessage<'a> {
    pub(crate) fn parse(&self) -> Result<Message<'a>, Error> {
        Message::parse_at(self.bytes, &self.session, self.offset)
    }
}

/// The peer and the routes of a finding.
#[derive(Clone, Default)]
pub(crate) struct Located {
    pub(crate) peer: Option<(Option<IpAddr>, Asn)>,
    pub(crate) routes: Option<String>,
}

impl Located {
    /// The peer of all of a record.
    pub(crate) fn in_record(record: &Record<'_>) -> Self {
        let peer = match record.body() {
            Ok(Body::Message(message)) => Some((message.peer_address, message.peer_asn)),
            Ok(Body::StateChange(change)) => Some((change.peer_address, change.peer_asn)),
            Ok(Body::Entry(entry)) => Some((Some(entry.peer_address), entry.peer_asn)),
            _ => None,
        };
        Self { peer, routes: None }
    }

    pub(crate) fn peer_text(&self) -> Option<String> {
        self.peer.map(|(address, asn)| match address {
            Some(address) => format!("{address} AS{asn}"),
            None => format!("AS{asn}"),
        })
    }
}

/// Whether an error of an entry is that its peer index has no peer: it is about the index, at the start of the entry.
pub(crate) const fn is_of_index(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NoSuchPeer(_) | ErrorKind::NoPeerTable | ErrorKind::DamagedPeerTable)
}

/// Locates the findings in one record or message; costly lookups are done once.
pub(crate) struct Locator<'a> {
    enclosing: Enclosing<'a>,
    parts: Option<Parts>,
}

/// The parts of a record or message: the end of each, in order; or the routes of messages, by what announces or withdraws them.
enum Parts {
    Entries(Vec<(u64, Located)>),
    Messages { peer: Option<(Option<IpAddr>, Asn)>, routes: Vec<Several> },
}

/// Routes of one family in a message: announced ones or withdrawn ones.
struct Several {
    is_announced: bool,
    family: Option<Family>,
    first: String,
    count: usize,
}

impl Several {
    /// The routes of elements, in groups.
    fn of<'a>(elements: impl Iterator<Item = Element<'a>>) -> Vec<Self> {
        let mut all = Vec::<Self>::new();
        for element in elements {
            let (is_announced, family) = (element.kind() != ElementKind::Withdraw, element.family());
            match all.iter_mut().find(|group| group.is_announced == is_announced && group.family == family) {
                Some(group) => group.count = group.count.saturating_add(1),
                None => {
                    let first = match element.route() {
                        Route::Prefix(_, path) => path.prefix.to_string(),
                        Route::Other(route) => shortened(route.to_string()),
                        _ => continue,
                    };
                    all.push(Self { is_announced, family, first, count: 1 });
                }
            }
        }
        all
    }

    const fn is_plain(&self) -> bool {
        matches!(self.family, Some(Family::IPV4_UNICAST))
    }

    /// Of these, the routes that an error is about: the first, and the number of others.
    fn about(all: &[Self], e: &Error) -> Option<String> {
        // Attributes are those of announced routes, except for MP_UNREACH_NLRI; IPv4 unicast routes are rarely in MP_REACH_NLRI.
        let of_attribute = |group: &&Self, code: AttrCode| match code {
            AttrCode::MP_UNREACH_NLRI => !group.is_announced && !group.is_plain(),
            AttrCode::MP_REACH_NLRI => group.is_announced && !group.is_plain(),
            AttrCode::NEXT_HOP => group.is_announced && group.is_plain(),
            _ => group.is_announced,
        };
        let mut those: Vec<_> = match e.context() {
            Context::Attribute(code) => all.iter().filter(|group| of_attribute(group, code)).collect(),
            Context::Attributes => all.iter().filter(|group| group.is_announced).collect(),
            _ => Vec::new(),
        };
        if those.is_empty() {
            those = all.iter().collect();
        }
        let first = &those.first()?.first;
        match those.iter().fold(0_usize, |sum, group| sum.saturating_add(group.count)) {
            1 => Some(first.clone()),
            count => Some(format!("{first} and {} more", count.saturating_sub(1))),
        }
    }
}

impl<'a> Locator<'a> {
    pub(crate) const fn new(enclosing: Enclosing<'a>) -> Self {
        Self { enclosing, parts: None }
    }

    pub(crate) const fn enclosing(&self) -> Enclosing<'a> {
        self.enclosing
    }

    /// The peer and the routes at the offset of an error. A damaged route is not named: the error is about it.
    pub(crate) fn locate(&mut self, e: &Error) -> Located {
        let enclosing = self.enclosing;
        let mut located = match self.parts.get_or_insert_with(|| Parts::of(enclosing)) {
            Parts::Entries(parts) => {
                // A truncation is at the end of its entry, a peer that is not there at the start.
                let is_at_start = is_of_index(e.kind());
                let is_before = |end: u64| if is_at_start { end <= e.offset() } else { end < e.offset() };
                let at = parts.partition_point(|(end, _)| is_before(*end)).min(parts.len().saturating_sub(1));
                parts.get(at).map(|(_, located)| located.clone()).unwrap_or_default()
            }
            Parts::Messages { peer, routes } => Located { peer: *peer, routes: Several::about(routes, e) },
        };
        if matches!(e.context(), Context::Nlri | Context::Withdrawn | Context::Family(..)) {
            located.routes = None;
        }
        located
    }
}

impl Parts {
    fn of(enclosing: Enclosing<'_>) -> Self {
        let (record, peers) = match enclosing {
            Enclosing::None => return Self::Entries(Vec::new()),
            Enclosing::Message(message) => {
                let routes = match message.parse() {
                    Ok(Message::Update(update)) => {
                        Several::of(UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH).flatten())
                    }
                    _ => Vec::new(),
                };
                return Self::Messages { peer: None, routes };
            }
            Enclosing::Record(record, peers) => (record, peers),
        };
        match record.body() {
            Ok(Body::Message(_) | Body::Entry(_)) => {
                Self::Messages { peer: Located::in_record(record).peer, routes: Several::of(record.elements_by(peers).flatten()) }
            }
            Ok(Body::Rib(rib)) => {
                let route = match rib.route() {
                    RibRoute::Prefix(path) => path.prefix.to_string(),
                    RibRoute::Other(route) => shortened(route.to_string()),
                };
                Self::Entries(
                    peers
                        .entries(&rib)
                        .flatten()
                        .map(|entry| {
                            let peer = peers.peer(entry.peer_index()).map(|peer| (Some(peer.address), peer.asn));
                            let end = entry.attributes_offset().saturating_add(entry.attribute_bytes().len() as u64);
                            (end, Located { peer, routes: Some(route.clone()) })
                        })
                        .collect(),
                )
            }
            Ok(Body::TableDump(table)) => Self::Entries(
                table
                    .entries()
                    .flatten()
                    .map(|entry| {
                        let end = entry.attributes_offset.saturating_add(entry.attribute_bytes.len() as u64);
                        let peer = Some((Some(entry.peer_address), entry.peer_asn));
                        (end, Located { peer, routes: Some(entry.prefix.to_string()) })
                    })
                    .collect(),
            ),
            _ => Self::Entries(vec![(u64::MAX, Located::in_record(record))]),
        }
    }
}

/// The text of a route, shortened to fit a line.
fn shortened(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(96) {
        text.truncate(at);
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_word_to_a_shell() {
        for (name, word) in [
            ("updates.20260101.0000.bz2", "updates.20260101.0000.bz2"),
            ("/data/rrc00/bview", "/data/rrc00/bview"),
            ("two words", "'two words'"),
            ("it's", r"'it'\''s'"),
            ("a;b", "'a;b'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(Path::new(name)), word);
        }
    }

    #[test]
    fn exit_codes_by_what_counts() {
        let code = |harm, unreadable, fail_on| format!("{:?}", Outcome { harm, unreadable }.exit_code(fail_on));
        let is = |n: u8| format!("{:?}", ExitCode::from(n));
        let harms = [Harm::Nothing, Harm::Attribute, Harm::Routes, Harm::Everything];
        for (fail_on, codes) in [
            (FailOn::None, [0, 0, 0, 0]),
            (FailOn::Discard, [0, 1, 1, 1]),
            (FailOn::Withdraw, [0, 0, 1, 1]),
            (FailOn::Reset, [0, 0, 0, 1]),
            (FailOn::Any, [1, 1, 1, 1]),
        ] {
            assert_eq!(harms.map(|harm| code(Some(harm), false, fail_on)), codes.map(is));
            assert_eq!(code(None, false, fail_on), is(0));
            assert_eq!(code(Some(Harm::Everything), true, fail_on), is(2));
        }
    }
}
