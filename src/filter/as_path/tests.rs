//! The automaton against an evaluator that tries everything.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

use proptest::prelude::*;

use super::*;
use crate::attr::AsPath;

/// Octets of segments: type 1 for a set, 2 for a sequence.
fn octets(segments: &[(u8, Vec<u32>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (kind, asns) in segments {
        out.extend([*kind, u8::try_from(asns.len()).unwrap()]);
        out.extend(asns.iter().flat_map(|asn| asn.to_be_bytes()));
    }
    out
}

fn is_match(pattern: &AsPathPattern, segments: &[(u8, Vec<u32>)]) -> bool {
    let octets = octets(segments);
    pattern.matches(&AsPath::parse_at(&octets, true, 0).unwrap().merge(AsPath::default()))
}

fn pattern(text: &str) -> AsPathPattern {
    AsPathPattern::parse(text).unwrap_or_else(|e| panic!("{text}: {} {}", e.at, e.what))
}

#[test]
fn expressions_over_numbers() {
    let one = |asns: &[u32]| [(2, asns.to_vec())];
    for (text, path, matches) in [
        ("3333", &[3333][..], true),
        ("33", &[3333], false),
        ("3356_174", &[1, 3356, 174, 2], true),
        ("3356 _ 174", &[1, 3356, 174, 2], true),
        ("3356 174", &[3356, 1, 174], false),
        ("^3356", &[1, 3356], false),
        ("174$", &[174, 1], false),
        ("^3356_.*_174$", &[3356, 174], true),
        ("^3356_.*_174$", &[3356, 5, 6, 174], true),
        ("^3356_.+_174$", &[3356, 174], false),
        ("^(1|2)_3$", &[2, 3], true),
        ("^1$|^2$", &[1, 2], false),
        ("^1|2$", &[5, 2], true),
        ("^1|2$", &[5, 2, 5], false),
        ("[64512-65534]", &[1, 64512], true),
        ("[64512-65534,7]", &[1, 7], true),
        ("[^1 2]", &[1, 2], false),
        ("[^1,2]", &[1, 3], true),
        ("5{3}", &[1, 5, 5, 5], true),
        ("5{3}", &[5, 5, 1, 5], false),
        ("^5{2,}$", &[5, 5, 5, 5], true),
        ("^5{2,3}$", &[5, 5, 5, 5], false),
        ("^(1_2){2}$", &[1, 2, 1, 2], true),
        ("^1?_2$", &[2], true),
        ("4294967295", &[u32::MAX], true),
    ] {
        assert_eq!(is_match(&pattern(text), &one(path)), matches, "{text} {path:?}");
    }
    assert!(is_match(&pattern("^$"), &[]) && !is_match(&pattern("^$"), &one(&[1])));
    for every in [".*", "^.*", ".*$", "^.*$", " (.{0,}) ", "3356|.*"] {
        assert!(is_match(&pattern(every), &[]) && is_match(&pattern(every), &one(&[1])), "{every}");
    }
    assert!(!is_match(&pattern("."), &[]) && is_match(&pattern("^ 1* $"), &[]) && is_match(&pattern("^ $"), &[]));
    let set = [(2, vec![1]), (1, vec![2, 3])];
    for (text, matches) in [("1_2$", true), ("1_3$", true), ("2_3", false), ("^1_[^2]$", true), ("4", false)] {
        assert_eq!(is_match(&pattern(text), &set), matches, "{text}");
    }
}

#[test]
fn errors_point_at_their_place() {
    const START: &str = "an AS number, `.`, `[`, `(` or `^`";
    const ATOM: &str = "an AS number, `.`, `[` or `(`";
    for (text, at, what) in [
        ("", 0, START),
        ("_", 1, START),
        ("$", 0, START),
        ("*", 0, START),
        ("|3356", 0, START),
        ("3356|", 5, START),
        ("3356||174", 5, START),
        ("3356|$", 5, START),
        ("^", 1, "an AS number, `.`, `[`, `(` or `$`"),
        ("^|3356", 1, "an AS number, `.`, `[`, `(` or `$`"),
        ("^*", 1, "an AS number, `.`, `[`, `(` or `$`"),
        ("^^1", 1, "an AS number, `.`, `[`, `(` or `$`"),
        ("()", 1, ATOM),
        ("1_( )*", 4, ATOM),
        ("(3356|)", 6, ATOM),
        ("(|3356)", 1, ATOM),
        ("1(2||3)", 4, ATOM),
        ("(^1|2)", 1, ATOM),
        ("1^2", 1, "an AS number, `.`, `[`, `(`, `|`, `$` or the end of the expression"),
        ("1$2", 2, "`|` or the end of the expression"),
        ("1$$", 2, "`|` or the end of the expression"),
        ("(1$)", 2, "an AS number, `.`, `[`, `(`, `|` or `)`"),
        ("3356*", 0, NOT_EVERY_PATH),
        ("174|_^3356?", 5, NOT_EVERY_PATH),
        ("3356{0,2}$", 0, NOT_EVERY_PATH),
        ("(1|2*)_.*", 0, NOT_EVERY_PATH),
        (".?", 0, NOT_EVERY_PATH),
        ("1{0}", 1, "repetitions up to 1 or more"),
        ("1_2{0,0}", 3, "repetitions up to 1 or more"),
        ("[^5-4294967295,0-3,2-4]", 2, "numbers and ranges that leave an AS number: these are all of them"),
        ("^[0-9]+$", 1, NO_DIGIT),
        ("3356_[ 0-9, ]", 5, NO_DIGIT),
        ("[^0-9]", 0, NO_DIGIT),
        ("3356 x", 5, "an AS number, `.`, `[`, `(`, `|`, `$` or the end of the expression"),
        ("1_4294967296", 2, "an AS number, `.`, `[` or `(`"),
        ("[1-", 3, "an AS number from the first of the range on, up to 4294967295"),
        ("[5-4]", 3, "an AS number from the first of the range on, up to 4294967295"),
        ("[]", 1, "an AS number or a range"),
        ("[1;2]", 2, "an AS number, a range or `]`"),
        ("(1", 2, "an AS number, `.`, `[`, `(`, `|` or `)`"),
        ("1{256}", 2, "a number of repetitions, 0 to 255"),
        ("1{2", 3, "`,` or `}`"),
        ("1{3,2}", 1, "a range of repetitions"),
        ("1{200}{200}", 6, "an AS number, `.`, `[`, `(`, `|`, `$` or the end of the expression"),
        ("(1{200}){200}", 0, "an expression of at most 256 places, with at most 1024 numbers and ranges in them"),
        ("((1{0,1}){255}){255}_1", 0, "an expression of at most 256 places, with at most 1024 numbers and ranges in them"),
    ] {
        let e = AsPathPattern::parse(text).unwrap_err();
        assert_eq!((e.at, &*e.what), (at, what), "{text}");
    }
    let deep = |n: usize| AsPathPattern::parse(&["(".repeat(n), "1".into(), ")".repeat(n)].concat());
    assert!(deep(32).is_ok());
    assert_eq!(deep(33).unwrap_err().what, "at most 32 groups in each other");
    for left in ["[0-10]", "[1-9]", "[0-8,9]", "[^0-3,5-4294967295]", "[^1-4294967295]", "[^0-4294967294]", "[0-4294967295]"] {
        assert!(AsPathPattern::parse(left).is_ok(), "{left}");
    }
}

/// Where a part that starts at `from` may end.
fn ends(node: &Node, path: &[Vec<u32>], from: usize) -> BTreeSet<usize> {
    match node {
        Node::Class(class) => {
            let allows = |asn: &u32| class.ranges.iter().any(|range| (range.first..=range.last).contains(asn)) != class.except;
            path.get(from).filter(|asns| asns.iter().any(allows)).map(|_| from + 1).into_iter().collect()
        }
        Node::Sequence(nodes) => {
            nodes.iter().fold(BTreeSet::from([from]), |at, node| at.into_iter().flat_map(|at| ends(node, path, at)).collect())
        }
        Node::Either(nodes) => nodes.iter().flat_map(|node| ends(node, path, from)).collect(),
        Node::Repeat(node, least, most) => {
            let (mut at, mut found) = (BTreeSet::from([from]), BTreeSet::new());
            // Longer than the path only if parts are empty, which adds nothing.
            for times in 0..=most.map_or(usize::from(*least) + path.len() + 1, usize::from) {
                if times >= usize::from(*least) {
                    found.extend(at.iter().copied());
                }
                at = at.into_iter().flat_map(|at| ends(node, path, at)).collect();
            }
            found
        }
    }
}

fn naive(expression: &Expression, segments: &[(u8, Vec<u32>)]) -> bool {
    let mut path = Vec::new();
    for (kind, asns) in segments {
        match kind {
            1 => path.push(asns.clone()),
            _ => path.extend(asns.iter().map(|asn| vec![*asn])),
        }
    }
    expression.0.iter().any(|alternative| {
        let starts = if alternative.from_start { 0..=0 } else { 0..=path.len() };
        starts.into_iter().any(|start| {
            let ends = ends(&alternative.node, &path, start);
            if alternative.to_end { ends.contains(&path.len()) } else { !ends.is_empty() }
        })
    })
}

fn node() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => (1u32..5).prop_map(|n| n.to_string()),
        1 => Just(".".to_string()),
        1 => Just("[1-2,4]".to_string()),
        1 => Just("[^2]".to_string()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join("_")),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
            (inner, prop::sample::select(vec!["*", "+", "?", "{0,}", "{2}", "{1,}", "{0,2}", "{1,2}"]))
                .prop_map(|(part, times)| format!("({part}){times}")),
        ]
    })
}

proptest! {
    #[test]
    fn the_automaton_agrees_with_trying_everything(
        alternatives in prop::collection::vec((any::<bool>(), node(), any::<bool>()), 1..3),
        path in prop::collection::vec((1u8..3, prop::collection::vec(1u32..6, 1..4)), 0..4),
    ) {
        let alternatives: Vec<String> = alternatives
            .iter()
            .map(|(start, node, end)| format!("{}{node}{}", if *start { "^" } else { "" }, if *end { "$" } else { "" }))
            .collect();
        let pattern = match AsPathPattern::parse(&alternatives.join("|")) {
            Ok(pattern) => pattern,
            // One alternative matches every path: between anchors it is accepted, and no number is enough for it.
            Err(e) if e.what == NOT_EVERY_PATH => {
                let wrong = alternatives.iter().find(|text| AsPathPattern::parse(text).is_err()).unwrap();
                let inner = wrong.trim_matches(['^', '$']);
                prop_assert!(is_match(&pattern(&format!("^{inner}$")), &[]) && inner != ".*", "{}", wrong);
                return Ok(());
            }
            // Too large, which the expressions above seldom are.
            Err(_) => return Err(TestCaseError::reject("too large")),
        };
        // Of those that are left, only what says so matches every path.
        prop_assert_eq!(pattern.always, pattern.expression.0.iter().any(|alternative| {
            alternative.node.is_anything() && !(alternative.from_start && alternative.to_end)
        }));
        prop_assert_eq!(AsPathPattern::parse(&pattern.to_string()).unwrap(), pattern.clone());
        prop_assert_eq!(is_match(&pattern, &path), naive(&pattern.expression, &path), "{}", pattern);
    }
}
