//! Every BGP message of the corpus outside archives (captures, peers' unit tests, crafted ones), rewritten from its decoded
//! values, is unchanged.
#![cfg(feature = "compression")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests report by panicking")]

use routeglass::Session;
use routeglass::bgp::{self, Message};
use routeglass::error::Action;
use routeglass::places::Places;

use crate::common::values::Counts;
use crate::common::{self, captures};

/// The possible sessions of a message, the likeliest first: captures and vectors lack their OPENs.
fn sessions() -> [Session; 4] {
    let sessions = [Session::AS4, Session::AS2, Session::AS4.with_add_path(), Session::AS2.with_add_path()];
    sessions.map(Session::with_extended_message)
}

/// The message in a session without findings.
fn clean<'a>(bytes: &'a [u8], session: &Session) -> Option<Message<'a>> {
    let message = Message::parse_at(bytes, session, 0).ok()?;
    let mut found = false;
    let action = message.findings(0, |_| found = true);
    (action == Action::None && !found).then_some(message)
}

/// The message rewritten.
fn rewritten(message: &Message<'_>, session: &Session) -> Vec<u8> {
    let mut out = Vec::new();
    message.encode(session, &mut out).unwrap();
    out
}

/// The message in the best matching session: the first without findings in which it is rewritten unchanged (path identifiers read
/// as prefixes have bits after their lengths), else the first without findings.
fn read(bytes: &[u8]) -> Option<(Message<'_>, Session)> {
    let all = sessions().map(|session| clean(bytes, &session).map(|message| (message, session)));
    let exact = all.iter().flatten().find(|(message, session)| rewritten(message, session) == bytes);
    exact.or(all.iter().flatten().next()).cloned()
}

#[test]
fn every_clean_message_is_rewritten_as_it_was() {
    let Some(corpus) = common::corpus() else { return };
    let mut all = captures::vectors(&corpus);
    all.extend(captures::crafted(&corpus));
    for (name, bytes) in captures::captures(&corpus) {
        for stream in captures::streams(&bytes) {
            all.extend(captures::messages(&stream).into_iter().map(|message| (name.clone(), message)));
        }
    }
    let mut counts = Counts::default();
    let mut unexplained = Vec::new();
    for (name, bytes) in &all {
        let Some((message, session)) = read(bytes) else {
            counts.add("messages that are not clean");
            continue;
        };
        counts.add("clean messages");
        counts.message(&message);
        let out = rewritten(&message, &session);
        if out == *bytes {
            counts.add("messages equal");
            continue;
        }
        let mut places = Places::new();
        bgp::places(bytes, &session, 0, &mut places);
        match counts.difference(bytes, &out, 0, &places) {
            Ok(()) => counts.add("messages equal but for the zeroed bits"),
            Err(why) => {
                let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
                unexplained.push(format!("{name}: {why}\n  {}\n  {}", hex(bytes), hex(&out)));
            }
        }
    }
    println!("{} messages: {:#?}", all.len(), counts.all);
    let some = unexplained.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(unexplained.is_empty(), "{} messages differ, such as\n{some}", unexplained.len());
    let some = counts.refused.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(
        counts.refused.is_empty(),
        "{} values are not written from what they were decoded to, such as\n{some}",
        counts.refused.len()
    );
    assert!(counts.all["clean messages"] > 10_000, "{:?}", counts.all);
}
