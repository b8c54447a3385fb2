//! Grammar, texts and orders of evaluation.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;

fn shown(text: &str) -> String {
    Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

fn error(text: &str) -> String {
    Filter::parse(text).unwrap_err().to_string()
}

#[test]
fn texts_parse_to_what_they_show() {
    for text in [
        "all",
        "not all",
        "origin 3333",
        "kind announce and peer-asn 64496",
        "origin 1 or origin 2 and origin 3",
        "(origin 1 or origin 2) and not (origin 3 and origin 4)",
        "from 2026-01-01T12:00:00Z and to 2026-01-01T12:00:04.500000Z",
        "peer 192.0.2.1 or peer 2001:db8::/32",
        "family IPv4 or family IPv6/unicast or family 99/240 or family L2VPN/evpn",
        "prefix 192.0.2.0/24 or more-specific 2001:db8::/32 or less-specific 192.0.2.1/32",
        "next-hop 192.0.2.1 and next-hop 2001:db8::/64",
        "path-length 0-3 and prepending 2- and med 100 and local-pref 1-",
        "path-contains 64496-64511 and otc 65536",
        "as-path ^3356_.*_174$",
        "as-path '^(3356|174)_[^1,64512-65534]{2,}$|^$'",
        "community 64496:100 and community no-export and community 64496:* and community *:0-9 and community 1-:5",
        "community 1:2:3 and community 64496:*:1-2",
        "community rt:64496:100 and community rt:64496:* and community rt:* and community rt:[2001:db8::1]:*",
        "attribute large-communities and attribute 99",
        "finding any and finding bad-length and action treat-as-withdraw",
    ] {
        assert_eq!(shown(text), text);
        assert_eq!(Filter::parse(&shown(text)), Filter::parse(text));
    }
    for (text, same) in [
        ("  ( ( origin  AS3333 ) ) ", "origin 3333"),
        ("NOT not origin 1 AND all", "origin 1"),
        ("origin 1 and (origin 2 and origin 3)", "origin 1 and origin 2 and origin 3"),
        ("(origin 1)and(origin 2)", "origin 1 and origin 2"),
        ("as-path \"3356 _ 174\"", "as-path 3356_174"),
        ("peer-asn 1.10", "peer-asn 65546"),
        ("as-path '^AS3356 as1.10 [5]?.5$'", "as-path ^3356_65546_5?_._5$"),
        ("as-path '3356.*(174){2}5'", "as-path 3356_.*_174{2}_5"),
        ("family 'ipv4 vpn'", "family IPv4/vpn"),
        ("community 65535:666", "community blackhole"),
        ("attribute OTC", "attribute otc"),
        ("action 'attribute discard' or action 'AFI/SAFI disable'", "action attribute-discard or action afi-safi-disable"),
        ("prefix 192.0.2.1", "prefix 192.0.2.1/32"),
        ("from 1767268800", "from 2026-01-01T12:00:00Z"),
    ] {
        assert_eq!(shown(text), same);
        assert_eq!(Filter::parse(text), Filter::parse(same));
    }
    assert_eq!(Filter::default().to_string(), "all");
    assert_eq!(format!("{:?}", !Filter::default()), "Filter(not all)");
}

#[test]
fn filters_are_put_together() {
    let of = |key, value| Filter::of(key, value).unwrap();
    let any = Filter::any_of([of("origin", "1"), of("origin", "2")]);
    let all = Filter::all_of([any.clone(), !of("kind", "withdraw")]);
    assert_eq!(all.to_string(), "(origin 1 or origin 2) and not kind withdraw");
    assert_eq!(all, "(origin 1 or origin 2) and not kind withdraw".parse().unwrap());
    assert_eq!((Filter::all_of([]), Filter::any_of([])), (Filter::default(), !Filter::default()));
    assert_ne!(all, any);
}

#[test]
fn errors_point_at_the_column() {
    let keys = "kind, from, to, peer, peer-asn, family, prefix, more-specific, less-specific, next-hop, origin, path-contains, \
                path-length, prepending, as-path, community, med, local-pref, otc, attribute, rov-valid, rov-invalid, \
                rov-not-found, finding, action";
    for (text, column) in [("", 1), ("orign 1", 1), ("origin 1 and", 13), ("(", 2), ("not ", 5), ("origin 1 or )", 13)] {
        assert_eq!(error(text), format!("column {column}: expected `not`, `(`, `all` or a key: {keys}"), "{text}");
    }
    for (text, expected) in [
        ("origin", "column 7: expected an AS number or a range, such as 64496 or 64496-64511"),
        ("origin x", "column 8: expected an AS number or a range, such as 64496 or 64496-64511"),
        ("origin 5-4", "column 8: expected an AS number or a range, such as 64496 or 64496-64511"),
        ("origin 4294967296", "column 8: expected an AS number or a range, such as 64496 or 64496-64511"),
        ("med +1", "column 5: expected a number from 0 to 4294967295 or a range, such as 100, 1-100 or 100-; up to 100 is 0-100"),
        ("med -", "column 5: expected a number from 0 to 4294967295 or a range, such as 100, 1-100 or 100-; up to 100 is 0-100"),
        ("origin 1 origin 2", "column 10: expected `and`, `or` or the end"),
        ("(origin 1", "column 10: expected `and`, `or` or `)`"),
        ("(origin 1 origin 2)", "column 11: expected `and`, `or` or `)`"),
        ("kind all", "column 6: expected `announce`, `withdraw`, `rib` or `state`"),
        ("to noon", "column 4: expected a time: seconds since 1970, or YYYY-MM-DD[THH:MM[:SS[.FRACTION]][Z|+HH:MM|-HH:MM]]"),
        ("peer x", "column 6: expected an address or a prefix"),
        ("prefix 192.0.2.1/24", "column 8: expected a prefix, an address or @FILE: bits are set after the length of the prefix"),
        ("family x", "column 8: expected a family, such as `ipv4/unicast`, `ipv6` or `1/128`"),
        (
            "family 4",
            "column 8: expected a family: IP of version 4 is `ipv4`, of version 6 `ipv6`; numbers are AFIs, 1 and 2 of these",
        ),
        (
            "community 1:65536",
            "column 11: expected a community: 64496:100, 64496:1:2, no-export, rt:64496:100, with `*` and ranges for numbers",
        ),
        (
            "community rtt:*",
            "column 11: expected a community: 64496:100, 64496:1:2, no-export, rt:64496:100, with `*` and ranges for numbers",
        ),
        ("attribute x", "column 11: expected a path attribute, by name or number"),
        ("attribute 'x", "column 13: expected the quote that ends the value"),
        ("origin 1 and as-path '3356 (174'", "column 32: expected an AS number, `.`, `[`, `(`, `|` or `)`"),
        ("as-path 6450[0-3]", "column 13: expected `_` or a blank between two AS numbers"),
        ("as-path [1-3]5", "column 14: expected `_` or a blank between two AS numbers"),
        ("as-path 64496AS64500", "column 14: expected `_` or a blank between two AS numbers"),
        ("as-path 1.65536", "column 9: expected an AS number, `.`, `[` or `(`"),
        ("as-path ü", "column 9: expected an AS number, `.`, `[`, `(` or `^`"),
        ("as-path", "column 8: expected an AS number, `.`, `[`, `(` or `^`"),
        ("origin 1 and as-path ''", "column 23: expected an AS number, `.`, `[`, `(` or `^`"),
        ("as-path '3356|'", "column 15: expected an AS number, `.`, `[`, `(` or `^`"),
        ("as-path '3356_()'", "column 16: expected an AS number, `.`, `[` or `(`"),
        ("as-path ^", "column 10: expected an AS number, `.`, `[`, `(` or `$`"),
        (
            "as-path 174|3356*",
            "column 13: expected an AS number that is not optional, or both `^` and `$`: every path matches this; write `.*` if that \
             is meant",
        ),
        (
            "med ü and x",
            "column 5: expected a number from 0 to 4294967295 or a range, such as 100, 1-100 or 100-; up to 100 is 0-100",
        ),
        (
            "action x",
            "column 8: expected `none`, `attribute-discard`, `treat-as-withdraw`, `afi-safi-disable` or `session-reset`",
        ),
        ("prefix @x", "column 9: expected a file that can be read: x: no files are read here"),
        ("rov-valid x", "column 11: expected @FILE, with validated ROA payloads"),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
    assert!(error("finding x").starts_with("column 9: expected `any` or a kind of finding: truncated, trailing-bytes, "));
    for name in crate::error::ErrorKind::NAMES {
        assert_eq!(Filter::parse(&format!("finding {name}")).unwrap().to_string(), format!("finding {name}"));
    }
    let e = Filter::of("origin", "x").unwrap_err();
    assert_eq!((e.column(), e.expected()), (1, "an AS number or a range, such as 64496 or 64496-64511"));
    assert_eq!(Filter::of("colour", "x").unwrap_err().to_string(), format!("column 1: expected a key: {keys}"));
    let deep = |n: usize| Filter::parse(&["(".repeat(n), "all".into(), ")".repeat(n)].concat());
    assert!(deep(64).is_ok());
    assert_eq!(deep(65).unwrap_err().to_string(), "column 65: expected at most 64 parentheses in each other");
    assert_eq!(shown(&["not ".repeat(100_001), "all".into()].concat()), "not all");
}

#[test]
fn files_hold_prefixes_and_payloads() {
    let files = |name: &str| match name {
        "list" => Ok("# ours\n192.0.2.0/24\n\n2001:db8::/32 documentation\n198.51.100.1,host\n".to_string()),
        "bad" => Ok("192.0.2.0/24\n192.0.2.1/24\n".to_string()),
        "a 'b'" => Ok("192.0.2.0/24".to_string()),
        "empty" => Ok("# none\n\n".to_string()),
        "roas.csv" => Ok("URI,ASN,IP Prefix,Max Length\nx,AS64496,192.0.2.0/24,25\nx,AS64497,192.0.2.0/24,\n".to_string()),
        "plain.csv" => Ok("64496,192.0.2.0/24,25\n\"AS64497\",\"192.0.2.0/24\",\"\"\n".to_string()),
        "short.csv" => Ok("AS1,192.0.2.0/24,23\n".to_string()),
        _ => Err("there is none".to_string()),
    };
    let parse = |text: &str| Filter::parse_with(text, files).map_err(|e| e.to_string());
    let filter = parse("prefix @list or more-specific '@a ''b'''").unwrap();
    assert_eq!(filter.to_string(), "prefix @list or more-specific '@a ''b'''");
    assert_eq!(parse(&filter.to_string()), Ok(filter));
    assert_ne!(parse("rov-valid @roas.csv"), parse("rov-invalid @roas.csv"));
    for (text, expected) in [
        ("prefix @bad", "column 9: expected a prefix in line 2 of bad"),
        ("prefix @empty", "column 9: expected a file with prefixes: empty has none"),
        (
            "rov-valid @empty",
            "column 12: expected a file with validated ROA payloads: empty has none, by which every route is not-found",
        ),
        ("prefix @none", "column 9: expected a file that can be read: none: there is none"),
        (
            "all and rov-valid @short.csv",
            "column 20: expected validated ROA payloads: short.csv:1:18: the length does not fit the prefix",
        ),
        ("rov-valid @list", "column 12: expected validated ROA payloads: list:2:1: not a number"),
    ] {
        assert_eq!(parse(text), Err(expected.to_string()), "{text}");
    }
    // A byte order mark before the text is no part of it.
    let marked = |text: &str| Filter::parse_with(text, |name| files(name).map(|text| format!("\u{feff}{text}")));
    for text in ["prefix @list", "rov-valid @roas.csv", "rov-invalid @plain.csv"] {
        assert_eq!(marked(text).map_err(|e| e.to_string()), parse(text), "{text}");
    }
    let (named, plain) = (parse("rov-valid @roas.csv"), parse("rov-valid @plain.csv"));
    assert!(named.is_ok() && plain.is_ok());
}

#[test]
fn keys_and_expired_payloads_of_a_filter() {
    let csv =
        "ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS1,192.0.2.0/24,24,x,9\nAS1,10.0.0.0/8,8,x,10\nAS1,11.0.0.0/8,8,x,\n";
    let text = "not (rov-valid @b or origin 1) and (from 5 or rov-invalid @b or rov-not-found @a) and origin 2";
    let filter = Filter::parse_with(text, |_| Ok(csv.to_string())).unwrap();
    let keys: Vec<_> = filter.keys().map(|key| key.name).collect();
    assert_eq!(keys, ["from", "origin", "rov-valid", "rov-invalid", "rov-not-found"]);
    let expired = |seconds| filter.expired_payloads(crate::Timestamp::from_seconds(seconds));
    assert_eq!((expired(9), expired(10)), (vec![], vec![("b", 1, 3), ("a", 1, 3)]));
    assert_eq!(expired(u32::MAX), [("b", 2, 3), ("a", 2, 3)]);
    assert_eq!(Filter::default().keys().count(), 0);
}

#[test]
fn payloads_in_json() {
    let parse = |json: &'static str| Filter::parse_with("rov-valid @f", |_| Ok(json.to_string())).map_err(|e| e.to_string());
    assert!(parse(r#"{"roas":[{"asn":"AS64496","prefix":"192.0.2.0/24","maxLength":25,"ta":"x"}]}"#).is_ok());
    assert!(parse(r#"[{"asn":64496,"prefix":"192.0.2.0/24"}]"#).is_ok());
    let wrong =
        |json, reason: &str| assert_eq!(parse(json), Err(format!("column 12: expected validated ROA payloads: f:{reason}")));
    let bad = "[{\"asn\":64496,\"prefix\":\"192.0.2.0/24\"},\n{\"asn\":64496,\"prefix\":\"192.0.2.0/24\",\"maxLength\":23}]";
    wrong(bad, "2:50: the length does not fit the prefix");
    wrong("{}", "1:1: there is no list \"roas\"");
    wrong("[", "1:2: the text ends within a value");
}

#[test]
fn each_key_has_one_row() {
    let mut names: Vec<_> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(format!("{:?}", KEYS[0]), "Key(kind KIND)");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), KEYS.len());
}
