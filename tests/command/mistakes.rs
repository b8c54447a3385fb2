//! What people try first, and get wrong: each has an answer or says what to do instead.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;

use crate::common::archive::{Archive, LINK, T0, at};
use crate::common::command::{Dir, Outcome, routeglass, run, run_with_input};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");
const PEERING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.mrt");

/// Only an error, of one line.
fn refused(args: &[&str], says: &str) {
    assert_eq!(run(args), (2, vec![], vec![says.to_owned()]), "{args:?}");
}

/// An error of one line, then the usage.
fn misused(args: &[&str], says: &str, usage: &str) {
    let (code, out, err) = run(args);
    assert_eq!((code, out.len(), err[0].as_str()), (2, 0, format!("error: {says}").as_str()), "{args:?}");
    assert!(err.iter().any(|line| line.starts_with(&format!("Usage: routeglass {usage}"))), "{err:?}");
}

fn lines(list: &[&str]) -> Vec<String> {
    list.iter().map(|line| (*line).to_owned()).collect()
}

/// An optional attribute.
fn attribute(code: u8, body: &[u8]) -> Vec<u8> {
    [&[0x80, code, u8::try_from(body.len()).unwrap()][..], body].concat()
}

/// A KEEPALIVE, an UPDATE that announces 10.0.0.0/8, and an End-of-RIB, back to back.
fn messages() -> Vec<u8> {
    [message(4, &[]), message(2, &update(&[], ATTRIBUTES, &[8, 10])), message(2, &update(&[], &[], &[]))].concat()
}

#[test]
fn standard_input_that_ends_in_a_record_shows_what_is_there() {
    let whole = record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[8, 10]))));
    let dir = Dir::new("mistakes-cut");
    for (octets, last) in [
        (
            whole[..40].to_vec(),
            format!("error: the record declares {} bytes, and the input ends after 40 of them (at byte 0)", whole.len()),
        ),
        (
            whole[..7].to_vec(),
            "error: the header of a record has 12 bytes, and the input ends after 7 of them (at byte 0)".to_owned(),
        ),
        (messages()[..40].to_vec(), "error: UPDATE message: needs 2 bytes more than are there (at byte 40)".to_owned()),
    ] {
        let path = dir.write("cut", &octets);
        let from_file = run(&["dissect", &path]);
        assert!(from_file.0 == 1 && from_file.1.len() > 3 && from_file.2.is_empty(), "{from_file:?}");
        assert!(from_file.1.iter().any(|line| line.trim_start().ends_with(&last)), "{from_file:#?}");
        assert_eq!(run_with_input(&["dissect", "-"], &octets), from_file);
        let in_json = run(&["dissect", "--json", &path]);
        assert_eq!(run_with_input(&["dissect", "--json", "-"], &octets), in_json);
    }
    // One of several, and none.
    let two = [&whole[..], &whole[..40]].concat();
    let (code, out, err) = run_with_input(&["dissect", "-", "--record", "1"], &two);
    assert_eq!((code, err), (1, vec![]));
    assert_eq!(out[0].split_whitespace().collect::<Vec<_>>()[..2], [&format!("{}..{}", whole.len(), two.len()), "record:"]);
    let (code, out, err) = run_with_input(&["dissect", "-", "--record", "2"], &two);
    assert_eq!((code, out.len(), err), (2, 0, lines(&["-: has 1 record, the first of them number 0: there is no record 2"])));
}

#[test]
fn what_is_no_archive_is_said_beside_its_fields() {
    let octets = record(99, 0, &[0; 100])[..30].to_vec();
    let dir = Dir::new("mistakes-no-archive");
    let path = dir.write("a", &octets);
    let said = |input: &str| {
        vec![format!("{input}: record 0: this does not look like an MRT archive (type 99, length 100) (at byte 0)")]
    };
    for json in [&[][..], &["--json"]] {
        let (code, out, err) = run(&[&["dissect", "--as", "mrt"], json, &[&path]].concat());
        assert!(code == 2 && out[0].contains("record"), "{out:#?}");
        assert_eq!(err, said(&path));
        let args = [&["dissect", "--as", "mrt"], json, &["-"]].concat();
        assert_eq!(run_with_input(&args, &octets), (2, out, said("-")));
    }
}

#[test]
fn compressed_data_that_ends_in_a_record_shows_what_is_there() {
    let dir = Dir::new("mistakes-cut-gz");
    let path = dir.write("cut.gz", &include_bytes!("../data/sample.mrt.gz")[..150]);
    let (code, out, err) = run(&["dissect", &path]);
    assert_eq!(code, 1);
    assert!(out.iter().any(|line| line.contains("record: TABLE_DUMP_V2 RIB_IPV4_UNICAST")), "{out:#?}");
    assert!(out.iter().any(|line| line.contains("error: the record declares ")), "{out:#?}");
    assert!(err.len() == 1 && err[0].contains("gzip member at byte 0 is cut short"), "{err:?}");
}

#[test]
fn a_peer_that_is_not_there_is_at_its_index() {
    let entries = [entry(0, None, ATTRIBUTES), entry(7, None, ATTRIBUTES)];
    let table = peer_index_table();
    let octets = [table.clone(), record(13, 2, &rib(&[8, 10], &entries))].concat();
    // The index is the start of the second entry.
    let at = table.len() + 12 + 8 + entries[0].len();
    let dir = Dir::new("mistakes-index");
    let path = dir.write("a.mrt", &octets);
    let (code, out, _) = run(&["check", &path]);
    let columns: Vec<_> = out[0].split('\t').collect();
    assert_eq!(code, 1);
    assert_eq!(columns[2..5], [&at.to_string(), "mrt", "no-such-peer"]);
    // Its octets are those of the field, and its route is the record's; the entry before it has another peer.
    assert_eq!((columns[8], &columns[10..]), ("0007", &["-", "10.0.0.0/8"][..]));
    let (_, out, _) = run(&["dissect", &path, "--offset", &at.to_string()]);
    let marked: Vec<_> = out.iter().filter(|line| line.starts_with('>')).collect();
    assert!(marked.len() == 1 && marked[0].ends_with("peer_index: 7"), "{out:#?}");
    // With path identifiers the index is four octets further ahead of the attributes.
    let entries = [entry(7, Some(1), ATTRIBUTES)];
    let octets = [table.clone(), record(13, 8, &rib(&[8, 10], &entries))].concat();
    let path = dir.write("b.mrt", &octets);
    let said =
        format!("RIB entry: peer index 7 is past the peer table (routeglass dissect {path} --offset {})", table.len() + 20);
    assert!(run(&["dump", &path]).2[0].ends_with(&said), "{said}");
}

#[test]
fn bare_messages_have_no_time_and_no_peer() {
    let dir = Dir::new("mistakes-bare");
    let path = dir.write("bare", &messages());
    let (code, out, err) = run(&["dump", "--format", "json", &path]);
    assert_eq!((code, err), (0, vec![]));
    assert_eq!(
        out[1],
        r#"{"kind":"announce","family":"IPv4 unicast","prefix":"10.0.0.0/8","next_hop":"192.0.2.1","origin":"IGP","as_path":"64496","origin_asns":[64496]}"#
    );
    let fields = "kind,time,local,peer_asn,peer_address,prefix";
    let (_, out, _) = run(&["dump", "--format", "csv", "--fields", fields, &path]);
    assert_eq!(out, [fields, "announce,,,,,10.0.0.0/8"]);
    let (_, out, _) = run(&["dump", "--format", "json", "--fields", "time,peer_asn,prefix", "--time", "iso", &path]);
    assert_eq!(out, [r#"{"prefix":"10.0.0.0/8"}"#]);
    // A peer with AS 0 has that number, and the first second of 1970 is a time, in a record.
    let of_record = [record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[8, 10]))))].concat();
    let mut zero = of_record;
    zero[..4].fill(0);
    zero[12..16].fill(0);
    let path = dir.write("record", &zero);
    let (_, out, _) = run(&["dump", "--format", "csv", "--fields", fields, &path]);
    assert_eq!(out, [fields, "announce,0,false,0,192.0.2.1,10.0.0.0/8"]);
}

#[test]
fn a_peer_that_is_not_known_has_no_number() {
    let dir = Dir::new("mistakes-unknown");
    let path = dir.write("a.mrt", &record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)])));
    let (_, out, _) = run(&["dump", "--format", "csv", "--fields", "kind,peer_asn,peer_address", &path]);
    assert_eq!(out, ["kind,peer_asn,peer_address", "rib,,"]);
    assert_eq!(run(&["dump", "--fail-on", "none", "--peer-asn", "0-4294967295", &path]).1, [""; 0]);
    assert_eq!(run(&["dump", "--fail-on", "none", "--filter", "not peer-asn 0-", &path]).1.len(), 1);
}

#[test]
fn keys_that_bare_messages_have_no_value_for_are_said() {
    let dir = Dir::new("mistakes-bare-keys");
    let path = dir.write("bare", &messages());
    for (args, keys) in [
        (&["--from", "2026-01-01T00:00"][..], "from matches"),
        (&["--to", "2026-01-01T00:00", "--peer-asn", "0"], "to, peer-asn match"),
    ] {
        let said = format!("{path}: messages outside records have no time and no peer: {keys} none of them");
        assert_eq!(run(&[&["dump"][..], args, &[&path]].concat()), (0, vec![], vec![said]));
    }
    assert_eq!(run(&["dump", "--filter", "not from 1", &path]).1.len(), 1);
}

#[test]
fn widths_of_as_numbers_have_no_effect_on_records() {
    let said = format!("{SAMPLE}: --as2 has no effect: records say how wide AS numbers are");
    let (code, out, err) = run(&["dump", "--as2", SAMPLE]);
    assert_eq!((code, out.len(), err), (0, 9, vec![said]));
    for option in ["--as2", "--as4"] {
        let said = format!("{SAMPLE}: {option} has no effect: records say how wide AS numbers are");
        let (code, out, err) = run(&["dump", "--merge", option, SAMPLE, SAMPLE]);
        assert_eq!((code, out.len(), err), (0, 18, vec![said.clone(), said]));
    }
}

#[test]
fn numbers_that_read_as_dates_are_no_times() {
    let reason = "this number reads as a date";
    for text in ["20260101", "20260101.0000", "202601011200"] {
        for option in ["--from", "--to"] {
            refused(
                &["dump", option, text, SAMPLE],
                &format!(
                    "error: invalid value '{text}' for '{option} <TIME>': column 1: expected a time: {reason}; write it as \
                     YYYY-MM-DD, or YYYY-MM-DDTHH:MM"
                ),
            );
        }
        let (code, out, err) = run(&["rib", SAMPLE, "--at", text, "lookup", "192.0.2.1"]);
        assert_eq!((code, out.len()), (2, 0));
        let reason = format!("{reason}, not as seconds since 1970: write it as YYYY-MM-DD, or YYYY-MM-DDTHH:MM");
        assert_eq!(err[0], format!("error: invalid value '{text}' for '--at <TIME>': {reason}"));
        misused(&["rib", SAMPLE, "diff", text, "2026-01-01T12:00"], &format!("{text}: {reason}"), "rib diff ");
    }
    // Seconds with a zero before them.
    assert_eq!(run(&["dump", "--from", "020260101", SAMPLE]).1.len(), 9);
}

/// A date is read as 00:00 UTC by each option that takes a time.
#[test]
fn dates_are_times() {
    let dir = Dir::new("mistakes-dates");
    let mut archive = Archive::new();
    // T0 is a midnight.
    for seconds in [0, 1, 86_399, 86_400, 86_401] {
        archive.announce(at(seconds), LINK, "64496", &["198.51.100.0/24"]);
    }
    let path = dir.write("a.mrt", &archive.0);
    let dump = |args: &[&str]| {
        let (code, out, err) = run(&[&["dump"], args, &[&path]].concat());
        assert_eq!((code, err), (0, vec![]), "{args:?}");
        out.len()
    };
    assert_eq!(dump(&["--from", "2025-12-01"]), 5);
    assert_eq!(dump(&["--to", "2025-12-01"]), 1);
    assert_eq!(dump(&["--from", "2025-12-02"]), 2);
    assert_eq!(dump(&["--from", "2025-12-01", "--to", "2025-12-02"]), 4);
    assert_eq!(dump(&["--filter", "from 2025-12-01 and not from 2025-12-02"]), 3);
    for (date, same) in
        [("2025-12-01", ["2025-12-01T00:00", "2025-12-01T00:00:00Z"]), ("2025-12-02", ["2025-12-02 00:00:00", "1764633600"])]
    {
        for same in same {
            assert_eq!(run(&["dump", "--from", date, &path]), run(&["dump", "--from", same, &path]));
            let at = |text: &str| run(&["rib", &path, "--at", text, "lookup", "198.51.100.1"]);
            assert_eq!(at(date), at(same));
            assert_eq!(at(date).1.len(), 1);
        }
    }
    assert_eq!(run(&["rib", &path, "diff", "2025-12-01", "2025-12-02"]).2, ["no difference"]);
    let says = "expected a time: seconds since 1970, or YYYY-MM-DD[THH:MM[:SS[.FRACTION]][Z|+HH:MM|-HH:MM]]";
    for text in ["2026-02-29", "2026-01", "2026-01-31T", "2026-01-31T12"] {
        for option in ["--from", "--to"] {
            let says = format!("error: invalid value '{text}' for '{option} <TIME>': column 1: {says}");
            refused(&["dump", option, text, SAMPLE], &says);
        }
    }
}

#[test]
fn a_range_of_times_that_ends_before_it_starts_is_refused() {
    let (from, to) = ("2026-01-02T00:00", "2026-01-01T00:00");
    let says = format!("error: --from {from} is after --to {to}: nothing is of both");
    for command in [&["dump"][..], &["stat"], &["check"]] {
        refused(&[command, &["--from", from, "--to", to, SAMPLE]].concat(), &says);
    }
    refused(&["rib", SAMPLE, "--from", from, "--to", to, "lookup", "192.0.2.1"], &says);
    // All of a second is in it, and several of an option are joined by `or`.
    assert_eq!(run(&["dump", "--from", "1767268804.5", "--to", "1767268804", SAMPLE]).0, 0);
    assert_eq!(run(&["dump", "--from", from, "--from", "0", "--to", to, SAMPLE]).0, 0);
}

#[test]
fn lists_without_an_entry_are_refused() {
    let dir = Dir::new("mistakes-empty");
    let (empty, comments) = (dir.write("empty", b""), dir.write("comments", b"# nothing\n\n"));
    let none = dir.write("none.json", br#"{"roas": []}"#);
    for file in [&empty, &comments] {
        for option in ["prefix", "more-specific", "less-specific"] {
            refused(
                &["dump", &format!("--{option}"), &format!("@{file}"), SAMPLE],
                &format!(
                    "error: invalid value '@{file}' for '--{option} <PREFIX>': column 2: expected a file with prefixes: {file} has none"
                ),
            );
        }
        for (option, things) in [("--route-servers", "AS numbers"), ("--exchanges", "prefixes"), ("--communities", "communities")]
        {
            refused(&["peering", "infer", option, file, PEERING], &format!("{file}: has no {things}"));
        }
    }
    for file in [&empty, &comments, &none] {
        refused(
            &["dump", "--rov-valid", &format!("@{file}"), SAMPLE],
            &format!(
                "error: invalid value '@{file}' for '--rov-valid <@FILE>': column 2: expected a file with validated ROA payloads: \
                 {file} has none, by which every route is not-found"
            ),
        );
    }
    // Nobody attests anything: that is possible.
    let none = dir.write("aspa.json", br#"{"aspas": []}"#);
    let (code, out, err) = run(&["peering", "judge", "--path", "2 1", "--aspa", &none]);
    assert_eq!((code, err), (0, vec![format!("{none}: has no attestation")]));
    assert_eq!(out, ["aspa-upstream\tunknown", "aspa-downstream\tvalid"]);
}

/// Names of the files in a directory, in order.
fn names(dir: &Dir) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(&dir.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The command after a line of a shell, with captured output.
#[cfg(unix)]
fn routeglass_after(line: &str, args: &[&str]) -> std::process::Command {
    use std::process::{Command, Stdio};

    let mut command = Command::new("sh");
    command.args(["-c", &format!("{line}; exec \"$@\""), "sh", env!("CARGO_BIN_EXE_routeglass")]).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command that waits for its input until it has made a second file beside the one that is there, and sends it a signal. Its
/// input ends if it is to go on.
#[cfg(unix)]
fn signalled(mut command: std::process::Command, dir: &Dir, signal: &str, goes_on: bool) -> std::process::ExitStatus {
    let mut child = command.spawn().unwrap();
    let input = child.stdin.take();
    while names(dir).len() < 2 {
        assert!(child.try_wait().unwrap().is_none(), "ended by itself");
        std::thread::yield_now();
    }
    let kill = format!("kill -{signal} {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let kept = input.filter(|_| !goes_on);
    let status = child.wait().unwrap();
    drop(kept);
    status
}

/// A signal leaves neither a temporary file nor half of the file.
#[cfg(unix)]
#[test]
fn signals_leave_no_part_of_a_file() {
    use std::os::unix::process::ExitStatusExt as _;

    // Signals that these tests were started to ignore are ignored by the command too (nohup, a shell's background).
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored =
        status.lines().find_map(|line| line.strip_prefix("SigIgn:")).and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let is_heeded = |number: i32| ignored.unwrap_or(u64::MAX) >> (number - 1) & 1 == 0;
    for (signal, number) in [("TERM", 15), ("XCPU", 24), ("INT", 2), ("HUP", 1), ("QUIT", 3)] {
        if !["TERM", "XCPU"].contains(&signal) && !is_heeded(number) {
            continue;
        }
        let dir = Dir::new(&format!("mistakes-{signal}"));
        let path = dir.write("lines", b"old");
        let command = routeglass_after("ulimit -c 0", &["dump", "--force", "-o", &path, "-"]);
        assert_eq!(signalled(command, &dir, signal, false).signal(), Some(number));
        assert_eq!((names(&dir), fs::read(&path).unwrap()), (vec!["lines".to_owned()], b"old".to_vec()));
    }
}

/// What the command is started to ignore does not end it.
#[cfg(unix)]
#[test]
fn ignored_signals_end_nothing() {
    for signal in ["HUP", "INT", "QUIT"] {
        let dir = Dir::new(&format!("mistakes-ignored-{signal}"));
        let path = dir.write("lines", b"old");
        let command = routeglass_after(&format!("trap '' {signal}"), &["dump", "--force", "-o", &path, "-"]);
        assert_eq!(signalled(command, &dir, signal, true).code(), Some(0), "{signal}");
        assert_eq!((names(&dir), fs::read(&path).unwrap()), (vec!["lines".to_owned()], vec![]));
    }
}

/// Without the thread that removes files a signal still ends the command.
#[cfg(target_os = "linux")]
#[test]
fn signals_end_the_command_without_a_thread_that_waits_for_them() {
    use std::os::unix::process::ExitStatusExt as _;

    let dir = Dir::new("mistakes-no-thread");
    let path = dir.write("lines", b"old");
    let mut command = routeglass_after("ulimit -c 0", &["dump", "--threads", "1", "--force", "-o", &path, "-"]);
    // No thread gets a stack of that size.
    command.env("RUST_MIN_STACK", (1_u64 << 60).to_string());
    assert_eq!(signalled(command, &dir, "TERM", false).signal(), Some(15));
    assert_eq!((names(&dir).len(), fs::read(&path).unwrap()), (2, b"old".to_vec()));
}

/// A file larger than may be is an error of writing like others.
#[cfg(unix)]
#[test]
fn a_file_that_is_too_large_is_an_error() {
    let dir = Dir::new("mistakes-too-large");
    let path = dir.write("lines", b"old");
    let output = routeglass_after("ulimit -f 1", &["dump", "--force", "-o", &path, PEERING]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), err.lines().count()), (Some(2), 1), "{err}");
    assert!(err.starts_with(&format!("{path}: File too large")), "{err}");
    assert_eq!((names(&dir), fs::read(&path).unwrap()), (vec!["lines".to_owned()], b"old".to_vec()));
}

#[test]
fn standard_input_is_read_once() {
    let says = "standard input (`-`) is named twice, and can be read once";
    for (args, usage) in [
        (&["dump", "-", "-"][..], "dump "),
        (&["stat", "-", SAMPLE, "-"], "stat "),
        (&["rib", "-", "lookup", "192.0.2.1", "--", "-"], "rib lookup "),
        (&["rib", "diff", "-", "-"], "rib diff "),
        (&["rib", "--collector", "a=-", "--collector", "b=-", "lookup", "192.0.2.1"], "rib lookup "),
        (&["peering", "lost", "-", "-"], "peering lost "),
        (&["peering", "infer", "--route-servers", "-", "-"], "peering infer "),
    ] {
        misused(args, says, usage);
    }
}

#[test]
fn the_output_named_by_a_dash_is_standard_output() {
    let dir = Dir::new("mistakes-dash");
    let here = |args: &[&str]| {
        let output = routeglass(args).current_dir(&dir.0).output().unwrap();
        (output.status.code(), output.stdout)
    };
    let plain = here(&["dump", SAMPLE]);
    assert!(plain.0 == Some(0) && !plain.1.is_empty());
    assert_eq!(here(&["dump", "-o", "-", SAMPLE]), plain);
    assert_eq!(here(&["dump", "--output=-", "--force", SAMPLE]), plain);
    assert_eq!(here(&["peering", "reduce", "-o", "-", PEERING]), here(&["peering", "reduce", PEERING]));
    assert_eq!(fs::read_dir(&dir.0).unwrap().count(), 0);
    misused(
        &["peering", "infer", "--summary", "-", PEERING],
        "--summary needs a file: standard output has the relations",
        "peering infer ",
    );
}

#[test]
fn what_is_read_is_not_replaced() {
    let dir = Dir::new("mistakes-replaced");
    let sample = fs::read(SAMPLE).unwrap();
    let path = dir.write("a.mrt", &sample);
    let says = format!("{path}: is read here, and would be replaced");
    refused(&["dump", "--force", "-o", &path, &path], &says);
    refused(&["peering", "reduce", "--force", "-o", &path, &path], &says);
    assert_eq!(fs::read(&path).unwrap(), sample);
}

/// By any name: over links of both kinds, a path with detours, standard input; and whatever it is read for.
#[cfg(unix)]
#[test]
fn what_is_read_by_another_name_is_not_replaced() {
    let dir = Dir::new("mistakes-same");
    let sample = fs::read(SAMPLE).unwrap();
    let path = dir.write("a.mrt", &sample);
    let other = dir.write("b.mrt", &sample);
    let [hard, symbolic] = ["hard", "symbolic"].map(|name| dir.0.join(name));
    fs::hard_link(&path, &hard).unwrap();
    std::os::unix::fs::symlink("a.mrt", &symbolic).unwrap();
    fs::create_dir(dir.0.join("sub")).unwrap();
    let [hard, symbolic] = [hard, symbolic].map(|path| path.to_str().unwrap().to_owned());
    let detour = format!("{}/sub/../a.mrt", dir.0.display());
    for to in [&path, &hard, &symbolic, &detour] {
        let says = format!("{to}: is read here, and would be replaced");
        refused(&["dump", "--force", "-o", to, &other, &path], &says);
        refused(&["rib", &other, &path, "write", "--force", to], &says);
        refused(&["rib", "write", to, "--", &path], &says);
        refused(&["rib", &format!("--collector=x={path}"), "write", "--force", to], &says);
        refused(&["peering", "reduce", "--force", "-o", to, &path], &says);
        refused(&["peering", "infer", "--summary", to, &path], &says);
        let input = fs::File::open(&path).unwrap();
        let output = routeglass(&["dump", "--force", "-o", to, "-"]).stdin(input).output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(2), format!("{says}\n")));
    }
    // From the directory, by a relative name.
    let output = routeglass(&["rib", &path, "write", "--force", "a.mrt"]).current_dir(&dir.0).output().unwrap();
    let says = "a.mrt: is read here, and would be replaced\n";
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(2), says));
    // Lists are inputs too.
    let list = dir.write("list", b"198.51.100.0/24\n");
    let numbers = dir.write("numbers", b"64496\n");
    let says = |path: &str| format!("{path}: is read here, and would be replaced");
    refused(&["dump", "--prefix", &format!("@{list}"), "--force", "-o", &list, SAMPLE], &says(&list));
    refused(&["rib", SAMPLE, "--prefix", &format!("@{list}"), "write", "--force", &list], &says(&list));
    refused(&["peering", "infer", "--exchanges", &list, "--summary", &list, PEERING], &says(&list));
    refused(&["peering", "reduce", "--route-servers", &numbers, "--force", "-o", &numbers, PEERING], &says(&numbers));
    for (path, octets) in [(&path, &sample[..]), (&other, &sample), (&list, b"198.51.100.0/24\n"), (&numbers, b"64496\n")] {
        assert_eq!(fs::read(path).unwrap(), octets);
    }
    // What is not read is replaced, and devices are written.
    assert_eq!(run(&["rib", &path, "write", "--force", &other]).0, 0);
    assert_eq!(run(&["dump", "--force", "-o", "/dev/null", &path]), (0, vec![], vec![]));
    assert_eq!(fs::read(&path).unwrap(), sample);
}

/// An index takes the place of an older one, not of another file.
#[test]
fn an_index_replaces_no_other_file() {
    let dir = Dir::new("mistakes-other-file");
    let sample = fs::read(SAMPLE).unwrap();
    let path = dir.write("a.mrt", &sample);
    let there = dir.write("a.mrt.rgx", &sample);
    refused(&["index", &path], &format!("{path}: {there} is there and is no index"));
    assert_eq!(fs::read(&there).unwrap(), sample);
    fs::remove_file(&there).unwrap();
    for _ in 0..2 {
        assert_eq!(run(&["index", &path]), (0, vec![format!("{there}: 1 part")], vec![]));
    }
    // Half of one, and one of another form.
    let whole = fs::read(&there).unwrap();
    for octets in [&whole[..9], &[&whole[..17], &[9; 9]].concat(), b""] {
        fs::write(&there, octets).unwrap();
        assert_eq!(run(&["index", &path]).0, 0);
        assert!(fs::read(&there).unwrap() == whole);
    }
}

#[test]
fn names_of_tables_are_for_tables() {
    let dir = Dir::new("mistakes-names");
    for name in ["arrow", "parquet"] {
        let path = format!("{}/routes.{name}", dir.0.display());
        misused(&["dump", "-o", &path, SAMPLE], &format!("{path} has the name of a table: --format {name} writes one"), "dump ");
    }
    assert_eq!(fs::read_dir(&dir.0).unwrap().count(), 0);
}

#[test]
fn a_field_is_named_once() {
    for format in ["csv", "json"] {
        misused(&["dump", "--format", format, "--fields", "time,kind,time", SAMPLE], "--fields names time twice", "dump ");
    }
}

#[test]
fn the_network_of_a_drawing_is_for_a_drawing() {
    misused(
        &["peering", "infer", "--asn", "20", PEERING],
        "--asn is the network that --format dot shows; `show ASN` and `reach ASN` are about one",
        "peering infer ",
    );
}

#[test]
fn routes_of_the_other_family_are_named() {
    let dir = Dir::new("mistakes-family");
    let left_out = "its routes are of IPv4: --family 4 (left out: IPv4 unicast 711)";
    let says = format!("{PEERING}: no usable IPv6 path; {left_out}");
    assert_eq!(run(&["peering", "infer", "--family", "6", PEERING]), (1, vec![], vec![says.clone()]));
    let relations = dir.write("relations", b"1|2|-1\n");
    let leaks = |args: &[&str]| run(&[&["peering", "leaks", "--family", "6", "--relations", &relations], args].concat());
    let head = vec!["prefix\torigin\tleaker\ttype\tvantage_point\tpath".to_owned()];
    assert_eq!(leaks(&[PEERING]), (1, head.clone(), vec![says]));
    // A file is not blamed for what is in another one, nor an empty one for its family.
    let empty = dir.write("empty.mrt", &record(16, 4, &bgp4mp(true, &message(4, &[]))));
    let says = format!("{empty}: no usable IPv6 path");
    assert_eq!(leaks(&[PEERING, &empty]).2[1..], [says]);
    // The same of the table of an instant.
    let says = &format!("the table of that instant has no usable IPv6 path; {left_out}");
    let (code, out, err) = leaks(&["--at", "2026-01-01T12:00", PEERING]);
    assert_eq!((code, out, err.last().map(String::as_str)), (1, head, Some(says.as_str())));
    let (code, out, err) = run(&["peering", "infer", "--family", "6", "--at", "2026-01-01T12:00", PEERING]);
    assert_eq!((code, out.len(), err.last().map(String::as_str)), (1, 0, Some(says.as_str())));
    let store = format!("{}/a.paths", dir.0.display());
    assert_eq!(run(&["peering", "reduce", "-o", &store, PEERING]).0, 0);
    let says = format!("{store}: this is a store of IPv4 paths, and the question is about IPv6: --family 4");
    for question in [&["infer"][..], &["show", "20"], &["cones"]] {
        assert_eq!(run(&[&["peering"], question, &["--family", "6", &store]].concat()), (2, vec![], vec![says.clone()]));
    }
    // Of messages outside records too, and of families without plain prefixes; withdrawn routes are none.
    let multicast = attribute(14, &[0, 1, 2, 4, 192, 0, 2, 1, 0, 8, 11]);
    let vpn =
        attribute(14, &[&[0, 1, 128, 12][..], &[0; 8], &[192, 0, 2, 1, 0, 96, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 10]].concat());
    let of = |reach: &[u8]| message(2, &update(&[8, 12], &[&ATTRIBUTES[..13], reach].concat(), &[]));
    let others = [of(&multicast), of(&vpn), of(&vpn)].concat();
    let bare = dir.write("bare", &[messages(), others.clone()].concat());
    let says = format!(
        "{bare}: no usable IPv6 path; its routes are of IPv4: --family 4 (left out: IPv4 unicast 1, IPv4 multicast 1, IPv4 vpn 2)"
    );
    for question in [&["infer"][..], &["show", "20"], &["reduce"]] {
        assert_eq!(run(&[&["peering"], question, &["--family", "6", &bare]].concat()).2, std::slice::from_ref(&says));
    }
    assert_eq!(leaks(&[&bare]).2, [says]);
    let bare = dir.write("others", &others);
    let says = format!("{bare}: no usable IPv6 path; its routes are of other families (left out: IPv4 multicast 1, IPv4 vpn 2)");
    assert_eq!(run(&["peering", "infer", "--family", "6", &bare]), (1, vec![], vec![says]));
    // And why those of the family are not usable.
    let says = format!("{SAMPLE}: no usable IPv4 path; routes rejected: as_set 1, reserved_asn 4");
    assert_eq!(run(&["peering", "infer", SAMPLE]), (1, vec![], vec![says]));
}

/// The origin that `--origin` matches: a path that ends in a set has none.
#[test]
fn differences_are_by_the_origin_that_filters_match() {
    let dir = Dir::new("mistakes-origin");
    let a = ("192.0.2.1", "192.0.2.1", 64496);
    let table = |name: &str, path: &str| {
        let mut archive = Archive::new();
        archive.table(at(0), ("192.0.2.251", ""), &[a], &[("198.51.100.0/24", 0, path), ("203.0.113.0/24", 0, "64496 64502")]);
        dir.write(name, &archive.0)
    };
    let (before, after) = (table("before", "64496 64500"), table("after", "64496 {64501,64502}"));
    let by_origin = |before: &str, after: &str| run(&["rib", "diff", "--by", "origin", before, after]);
    let expected = (0, lines(&["no origin: 1 gained, 0 lost, 0 changed", "AS64500: 0 gained, 1 lost, 0 changed"]), vec![]);
    assert_eq!(by_origin(&before, &after), expected);
    for (asn, count) in [("64500", 0), ("64501", 0), ("64502", 1)] {
        assert_eq!(run(&["dump", "--origin", asn, &after]).1.len(), count, "{asn}");
    }
    // Both sides end in a set: a change of routes without an origin.
    let other = table("other", "64496 {64501,64503}");
    assert_eq!(by_origin(&after, &other), (0, lines(&["no origin: 0 gained, 0 lost, 1 changed"]), vec![]));
}

#[test]
fn payloads_that_had_expired_are_counted() {
    let dir = Dir::new("mistakes-expired");
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
    let archive = dir.write("a.mrt", &archive.0);
    let json = format!(
        r#"{{"roas": [{{"asn": 64496, "prefix": "198.51.100.0/24", "maxLength": 24, "expires": {}}},
            {{"asn": 64496, "prefix": "203.0.113.0/24", "maxLength": 24, "expires": {T0}}},
            {{"asn": "AS64497", "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "x"}}],
        "aspas": [{{"customer_asid": 64496, "expires": {}, "providers": [64500]}}]}}"#,
        T0 - 1,
        T0 - 1
    );
    let csv = format!(
        "ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS64496,198.51.100.0/24,24,x,{}\nAS64496,203.0.113.0/24,24,x,{T0}\n",
        T0 - 1
    );
    let (json, csv) = (dir.write("rpki.json", json.as_bytes()), dir.write("rpki.csv", csv.as_bytes()));
    let said = |file: &str, all: u32, of: &str| {
        format!("{file}: 1 of {all} had expired by 2025-12-01T00:00:00Z, the time of {of}; used all the same")
    };
    let first = format!("the first record of {archive}");
    for (file, all) in [(&json, 3), (&csv, 2)] {
        let option = ["--rov-valid", &format!("@{file}")];
        for command in ["dump", "check"] {
            let (code, _, err) = run(&[&[command][..], &option, &[&archive]].concat());
            assert_eq!((code, err), (0, vec![said(file, all, &first)]), "{command}");
        }
        let (_, out, err) = run(&[&["rib", &archive][..], &option, &["lookup", "198.51.100.1"]].concat());
        assert_eq!((out.len(), err), (1, vec![said(file, all, "the table")]));
    }
    let merged = run(&["dump", "--merge", "--rov-valid", &format!("@{csv}"), &archive]);
    assert_eq!((merged.1.len(), merged.2), (1, vec![said(&csv, 2, &first)]));
    // Attestations by the routes, and those of one route by its time.
    let (_, _, err) = run(&["peering", "infer", "--aspa", &json, &archive]);
    assert_eq!(err[0], said(&json, 1, &first));
    let judged = |option: &str, file: &str| {
        run(&[
            "peering",
            "judge",
            "--path",
            "64500 64496",
            "--prefix",
            "198.51.100.0/24",
            "--at",
            "2025-12-01T00:00:01",
            option,
            file,
        ])
    };
    let by_then = |file: &str, expired: u32| {
        format!("{file}: {expired} of {expired} had expired by 2025-12-01T00:00:01Z, the time of the route; used all the same")
    };
    assert_eq!(judged("--aspa", &json).2, [by_then(&json, 1)]);
    assert_eq!(judged("--vrp", &csv), (0, lines(&["rov\tvalid"]), vec![by_then(&csv, 2)]));
    let untimed = run(&["peering", "judge", "--path", "64500 64496", "--aspa", &json]);
    assert_eq!(untimed.2, [format!("{json}: 1 of 1 say when they expire, which is compared with --at TIME only")]);
    let lasting =
        dir.write("lasting.json", br#"{"aspas": [{"customer_asid": 64496, "expires": 4294967295, "providers": [64500]}]}"#);
    assert_eq!(judged("--aspa", &lasting).2, [""; 0]);
    // Attestations of one customer, and a payload that is there twice, are counted one by one.
    let of_two = format!(
        r#"{{"aspas": [{{"customer_asid": 64496, "expires": {T0}, "providers": [64500]}},
            {{"customer_asid": 64496, "expires": 5, "providers": [64501]}}]}}"#
    );
    let united = dir.write("united.json", of_two.as_bytes());
    assert_eq!(judged("--aspa", &united).2, [by_then(&united, 2)]);
    assert_eq!(run(&["peering", "infer", "--aspa", &united, &archive]).2[0], said(&united, 2, &first));
    let twice = "ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS64496,198.51.100.0/24,24,x,5\nAS64496,198.51.100.0/24,24,y,5\n";
    let twice = dir.write("twice.csv", twice.as_bytes());
    assert_eq!(judged("--vrp", &twice).2, [by_then(&twice, 2)]);
}

#[test]
fn what_has_no_index_says_what_to_do() {
    let dir = Dir::new("mistakes-index-none");
    let xz = dir.write("a.xz", &[0xfd, b'7', b'z', b'X', b'Z', 0, 0, 0, 0xff, 0x12, 0xd9, 0x41]);
    let sample = fs::read(SAMPLE).unwrap();
    let (cut, random) = (dir.write("cut.mrt", &sample[..300]), dir.write("random", &[0x5a; 64]));
    let messages = dir.write("messages", &messages());
    for (file, says) in [
        (&xz, "an xz file cannot be read from the middle: decompress it, or compress it by bzip2 or gzip"),
        (
            &cut,
            "MRT header: needs 30 bytes more than are there (at byte 261); a damaged archive has no index, and is read from its start",
        ),
        (&messages, "messages outside records have no index"),
    ] {
        refused(&["index", file], &format!("{file}: {says}"));
    }
    let (code, out, err) = run(&["index", &random]);
    assert_eq!((code, out.len(), err.len()), (2, 0, 1));
    assert!(err[0].starts_with(&format!("{random}: this ")), "{err:?}");
    let empty = dir.write("empty", b"");
    assert_eq!(run(&["index", &empty]), (0, vec![format!("{empty}.rgx: 0 parts")], vec![format!("{empty}: is empty")]));
}

#[test]
fn types_without_a_name_are_named_in_words() {
    let unknown = [record(99, 7, b"abcd"), record(13, 99, b"abcd"), record(16, 99, b"abcd"), record(11, 0, &[0; 12])].concat();
    let routes = record(16, 4, &bgp4mp(true, &message(2, &update(&[], &[ATTRIBUTES, &[0x40, 99, 1, 0]].concat(), &[8, 10]))));
    let other = record(16, 4, &bgp4mp(true, &message(77, &[])));
    let dir = Dir::new("mistakes-names-of-types");
    let path = dir.write("a.mrt", &[unknown, routes, other].concat());
    let (_, out, err) = run(&["stat", &path]);
    let text = [out, err, run(&["check", &path]).1, run(&["dump", "--format", "text", &path]).1].concat().join("\n");
    for part in [
        "1  MRT type 99 subtype 7",
        "1  TABLE_DUMP_V2 subtype 99",
        "1  BGP4MP subtype 99",
        "1  OSPFv2 subtype 0",
        "1  attribute 99",
        "attribute 99: is not recognized",
        "record: MRT type 99 subtype 7 at ",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for debug in ["MrtType(", "Subtype("] {
        assert!(!text.contains(debug), "{debug}: {text}");
    }
}

#[test]
fn errors_of_filters_are_one_line() {
    for (option, value, says) in [
        (
            "--med <NUMBER>",
            "-100",
            "expected a number from 0 to 4294967295 or a range, such as 100, 1-100 or 100-; up to 100 is 0-100",
        ),
        (
            "--local-pref <NUMBER>",
            "-5",
            "expected a number from 0 to 4294967295 or a range, such as 100, 1-100 or 100-; up to 100 is 0-100",
        ),
        ("--origin <ASN>", "-1", "expected an AS number or a range, such as 64496 or 64496-64511"),
        (
            "--origin <ASN>",
            "64500,64501",
            "expected an AS number or a range, such as 64496 or 64496-64511; of several values, each has the option before it",
        ),
        (
            "--prefix <PREFIX>",
            "10.0.0.1/8",
            "expected a prefix, an address or @FILE: bits are set after the length of the prefix",
        ),
        ("--prefix <PREFIX>", "10.0.0.0/33", "expected a prefix, an address or @FILE: not a length for this address in prefix"),
        ("--prefix <PREFIX>", "net", "expected a prefix, an address or @FILE"),
        ("--family <FAMILY>", "ipv5", "expected a family, such as `ipv4/unicast`, `ipv6` or `1/128`"),
    ] {
        let name = option.split(' ').next().unwrap();
        let says = format!("error: invalid value '{value}' for '{option}': column 1: {says}");
        refused(&["dump", name, value, SAMPLE], &says);
        refused(&["rib", SAMPLE, name, value, "lookup", "192.0.2.1"], &says);
    }
    let (code, out, err) = run(&["dump", "--filter", "med -100", SAMPLE]);
    assert_eq!((code, out.len(), err.len()), (2, 0, 1));
    assert!(err[0].contains("column 5: expected a number from 0 to 4294967295"), "{err:?}");
}

#[test]
fn numbers_of_records_and_offsets() {
    for (option, value) in [("--record", "-1"), ("--record", "x"), ("--offset", "-1"), ("--offset", "0x")] {
        let (code, out, err) = run(&["dissect", SAMPLE, option, value]);
        assert_eq!((code, out.len()), (2, 0));
        assert_eq!(err[0], format!("error: invalid value '{value}' for '{option} <N>': not a number from 0 on"));
    }
    assert_eq!(run(&["dissect", SAMPLE, "--offset", "0x40"]), run(&["dissect", SAMPLE, "--offset", "64"]));
    for value in ["0", "-1", "x"] {
        let (code, _, err) = run(&["dump", &format!("--threads={value}"), SAMPLE]);
        let says = format!("error: invalid value '{value}' for '--threads <N>': not a number from 1 to 1024");
        assert_eq!((code, &err[0]), (2, &says));
    }
}

/// An invalid fraction of a second loses nothing else: a finding, for which only `check` and `--fail-on any` end with 1.
#[test]
fn invalid_microseconds_are_a_finding_without_loss() {
    let body = [&1_000_000_u32.to_be_bytes()[..], &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[8, 10])))].concat();
    let dir = Dir::new("mistakes-micros");
    let path = dir.write("a.mrt", &record(17, 4, &body));
    let code = |args: &[&str]| run(args).0;
    assert_eq!((code(&["dump", &path]), code(&["stat", &path]), code(&["rib", &path, "lookup", "10.0.0.0"])), (0, 0, 0));
    assert_eq!((code(&["check", &path]), code(&["check", "--fail-on", "reset", &path])), (1, 0));
    for level in ["none", "discard", "withdraw", "reset"] {
        assert_eq!(code(&["dump", "--fail-on", level, &path]), 0, "{level}");
    }
    assert_eq!((code(&["dump", "--fail-on", "any", &path]), code(&["stat", "--fail-on", "any", &path])), (1, 1));
}

#[test]
fn merging_an_archive_without_order_is_said() {
    let dir = Dir::new("mistakes-order");
    let (mut a, mut b) = (Archive::new(), Archive::new());
    for seconds in [5, 1, 7, 2] {
        a.announce(at(seconds), LINK, "64496", &["198.51.100.0/24"]);
    }
    b.announce(at(3), LINK, "64496", &["203.0.113.0/24"]);
    let (a, b) = (dir.write("a.mrt", &a.0), dir.write("b.mrt", &b.0));
    let reason = "the archive keeps its own order, and the output is not in the order of time";
    let said = format!("{a}: 2 records are earlier than one before: {reason}");
    let (code, out, err) = run(&["dump", "--merge", &a, &b]);
    assert_eq!((code, out.len(), err), (0, 5, vec![said]));
    assert_eq!(run(&["dump", "--merge", &b, SAMPLE]).2, [""; 0]);
}

/// Names of files are octets.
#[cfg(target_os = "linux")]
#[test]
fn names_of_files_that_are_no_text() {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

    let dir = Dir::new("mistakes-octets");
    let path = dir.0.join(std::ffi::OsStr::from_bytes(b"a\xff.mrt"));
    fs::copy(SAMPLE, &path).unwrap();
    let run = |args: &[OsString]| -> Outcome {
        let output = routeglass(&[]).args(args).output().unwrap();
        let lines = |octets: Vec<u8>| String::from_utf8(octets).unwrap().lines().map(str::to_owned).collect();
        (output.status.code().unwrap(), lines(output.stdout), lines(output.stderr))
    };
    assert_eq!(run(&["dump".into(), path.clone().into()]).1.len(), 9);
    let named = OsString::from_vec([b"a=", path.as_os_str().as_bytes()].concat());
    let (code, out, err) = run(&["rib".into(), "--collector".into(), named, "lookup".into(), "198.51.100.1".into()]);
    assert_eq!((code, out.len(), err), (0, 1, vec![]));
}

#[test]
fn versions_of_ip_are_no_numbers_of_families() {
    let says = "a family: IP of version 4 is `ipv4`, of version 6 `ipv6`; numbers are AFIs, 1 and 2 of these";
    for value in ["4", "6"] {
        let (code, out, err) = run(&["dump", "--family", value, SAMPLE]);
        assert_eq!((code, out), (2, vec![]));
        assert!(err[0].contains(says), "{err:?}");
    }
    let lines = run(&["dump", "--family", "ipv4", SAMPLE]);
    assert!(!lines.1.is_empty());
    assert_eq!(run(&["dump", "--family", "1", SAMPLE]), lines);
    for (name, number) in [("ipv4", "4"), ("IPv6", "6")] {
        let infer = |family: &str| run(&["peering", "infer", "--family", family, PEERING]);
        assert_eq!(infer(name), infer(number));
    }
}

#[test]
fn files_of_other_subcommands_have_a_name() {
    let dir = Dir::new("mistakes-own");
    let archive = dir.write("a.mrt", &fs::read(PEERING).unwrap());
    let index = format!("{archive}.rgx");
    assert_eq!(run(&["index", &archive]), (0, vec![format!("{index}: 1 part")], vec![]));
    let store = format!("{archive}.paths");
    assert_eq!(run(&["peering", "reduce", "--output", &store, &archive]).0, 0);
    for (file, kind) in [(&index, "an index of `routeglass index`"), (&store, "a store of paths of `peering reduce`")] {
        let says = format!("{file}: record 0: this is {kind}, not an MRT archive (at byte 0)");
        assert_eq!(run(&["dump", file]), (2, vec![], vec![says]));
    }
    let says = "-: standard input has no index, which is written beside a file".to_owned();
    assert_eq!(run(&["index", "-", &archive]), (2, vec![format!("{index}: 1 part")], vec![says]));
}

#[test]
fn numbers_are_refused_in_plain_words() {
    for (args, says) in [
        (&["dump", "--limit", "x", SAMPLE][..], "not a number from 1 to 18446744073709551615"),
        (&["dump", "--limit", "99999999999999999999", SAMPLE], "not a number from 1 to 18446744073709551615"),
        (&["peering", "lost", "--min-origins", "x", SAMPLE, SAMPLE], "not a number from 0 to 4294967295"),
        (&["peering", "infer", "--clique", "x", PEERING], "not an AS number: it has something else than digits"),
        (&["peering", "infer", "--clique", "4294967296", PEERING], "not an AS number: it is larger than 4294967295"),
        (&["dump", "--from", "2015", SAMPLE], "this number reads as a date; write it as YYYY-MM-DD, or YYYY-MM-DDTHH:MM"),
        (&["rib", SAMPLE, "--at", "2015", "lookup", "192.0.2.1"], "this number reads as a date"),
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out), (2, vec![]), "{args:?}");
        assert!(err[0].contains(says), "{err:?}");
    }
}

/// A name with a tab or the end of a line in it is one column of one line.
#[cfg(unix)]
#[test]
fn columns_have_names_of_files_without_control_characters() {
    let dir = Dir::new("mistakes-columns");
    let path = dir.write("a\tb\nc.mrt", b"<!DOCTYPE html><html></html>");
    let name = path.replace('\t', "\\t").replace('\n', "\\n");
    let (code, out, _) = run(&["check", &path]);
    assert_eq!((code, out.len()), (2, 2), "{out:?}");
    assert_eq!(out[0].split('\t').collect::<Vec<_>>()[..3], [&*name, "0", "0"]);
    assert!(out[1].starts_with(&format!("{name}: 0 records, 1 finding")), "{out:?}");
}
