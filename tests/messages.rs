//! Every BGP message of the corpus outside archives (captures, peers' unit tests, crafted ones), written anew from its decoded
//! values, is what it was.
#![cfg(feature = "compression")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test says what is wrong by failing")]

#[path = "common/captures.rs"]
#[expect(unreachable_pub, reason = "shared by several tests")]
mod captures;
#[expect(unreachable_pub, reason = "shared by several tests")]
mod common;

use std::collections::BTreeMap;

use routeglass::Session;
use routeglass::attr::Value;
use routeglass::bgp::{Message, Update};
use routeglass::error::Action;
use routeglass::nlri::Route;

/// What the values of an UPDATE are: taken apart, or kept as they are because no row of a table knows them.
fn count_values(update: &Update<'_>, counts: &mut BTreeMap<&'static str, u64>) {
    let mut count = |what| *counts.entry(what).or_default() += 1;
    for attribute in update.attribute_windows().flatten() {
        match attribute.decode(update.session()) {
            Ok(Value::Raw(_)) => count("attributes without a row"),
            Ok(_) => count("attributes from values"),
            Err(_) => count("attributes that cannot be read"),
        }
    }
    let Ok(attributes) = update.attributes() else { return };
    for (_, nlri) in [update.mp_announced(&attributes), update.mp_withdrawn(&attributes)].into_iter().flatten().flatten() {
        nlri.prefixes().iter().for_each(|_| count("routes from values"));
        for route in nlri.routes() {
            match route.and_then(|route| route.decode()) {
                Ok(Route::Raw(_)) => count("routes without a row"),
                Ok(_) => count("routes from values"),
                Err(_) => count("routes that cannot be read"),
            }
        }
    }
}

/// The message by the session that fits it best: four-octet numbers if those read clean, else two-octet ones, with path
/// identifiers only where nothing else reads clean.
fn read(bytes: &[u8]) -> Option<(Message<'_>, Session)> {
    let sessions = [Session::AS4, Session::AS2, Session::AS4.with_add_path(), Session::AS2.with_add_path()];
    for session in sessions.map(Session::with_extended_message) {
        let Ok(message) = Message::parse_at(bytes, &session, 0) else { continue };
        let action = match &message {
            Message::Update(update) => update.verdict(|_| {}),
            Message::Open(open) => open.verdict(|_| {}),
            _ => Action::None,
        };
        if action == Action::None {
            return Some((message, session));
        }
    }
    None
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
    let mut counts = BTreeMap::<&str, u64>::new();
    let mut unexplained = Vec::new();
    for (name, bytes) in &all {
        let Some((message, session)) = read(bytes) else {
            *counts.entry("not clean").or_default() += 1;
            continue;
        };
        *counts.entry("clean").or_default() += 1;
        if let Message::Update(update) = &message {
            count_values(update, &mut counts);
        }
        let mut out = Vec::new();
        message.encode(&session, &mut out).unwrap();
        if out == *bytes {
            continue;
        }
        let reserved = out.len() == bytes.len() && out.iter().zip(bytes).all(|(new, old)| new & old == *new);
        if reserved {
            *counts.entry("bits that the RFCs reserve").or_default() += 1;
        } else {
            let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
            unexplained.push(format!("{name}\n  {}\n  {}", hex(bytes), hex(&out)));
        }
    }
    println!("{} messages: {counts:#?}", all.len());
    let some = unexplained.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(unexplained.is_empty(), "{} messages differ, such as\n{some}", unexplained.len());
    assert!(counts["clean"] > 10_000, "{counts:?}");
}
