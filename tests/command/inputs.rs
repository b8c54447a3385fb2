//! Inputs that are missing, of another kind or empty: one rule for all subcommands, and for the files that they write.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::common::command::{Dir, run};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, message, record, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");
const PEERING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.mrt");

/// Every subcommand that reads archives, `FILE` for one; with the exit code that an empty file has: 1 where there is no answer.
const QUESTIONS: &[(&[&str], i32)] = &[
    (&["dump", "FILE"], 0),
    (&["dump", "--format", "json", "FILE"], 0),
    (&["dump", "--format", "text", "FILE"], 0),
    (&["dump", "--format", "csv", "FILE"], 0),
    (&["dump", "--merge", "FILE"], 0),
    (&["dump", "-o", "/dev/null", "FILE"], 0),
    (&["dump", "--recover", "FILE"], 0),
    (&["check", "FILE"], 0),
    (&["check", "--json", "FILE"], 0),
    (&["stat", "FILE"], 0),
    (&["index", "FILE"], 0),
    (&["dissect", "FILE"], 0),
    (&["rib", "FILE", "lookup", "10.0.0.0"], 1),
    (&["rib", "FILE", "covering", "10.0.0.0"], 1),
    (&["rib", "FILE", "covered", "0.0.0.0/0"], 1),
    (&["rib", "FILE", "other"], 1),
    (&["rib", "diff", "FILE", "FILE"], 1),
    (&["rib", "FILE", "write", "-"], 1),
    (&["peering", "infer", "FILE"], 1),
    (&["peering", "infer", "--at", "2026-01-01T12:00", "FILE"], 1),
    (&["peering", "show", "1", "FILE"], 1),
    (&["peering", "cones", "FILE"], 1),
    (&["peering", "reach", "1", "FILE"], 1),
    (&["peering", "depeer", "1", "2", "FILE"], 1),
    (&["peering", "lost", "FILE", "FILE"], 1),
    (&["peering", "leaks", "FILE"], 1),
    (&["peering", "reduce", "FILE"], 1),
];

/// Subcommands that read no archive.
const OTHERS: [&str; 4] = ["completions", "man", "help", "judge"];

/// Names of subcommands, as the help has them.
fn subcommands(of: &[&str]) -> Vec<String> {
    let lines = run(&[of, &["--help"]].concat()).1;
    let commands = lines.iter().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The exit code and both streams of a question about a file, which becomes `FILE` there.
fn of(question: &[&str], file: &str) -> (i32, Vec<String>, Vec<String>) {
    let args: Vec<&str> = question.iter().map(|arg| if *arg == "FILE" { file } else { arg }).collect();
    let (code, out, err) = run(&args);
    let named = |lines: Vec<String>| lines.into_iter().map(|line| line.replace(file, "FILE")).collect();
    (code, named(out), named(err))
}

/// Whether the subcommand has the option.
fn fails_on(question: &[&str]) -> bool {
    question[0] != "index"
}

#[test]
fn no_subcommand_is_left_out() {
    let asked: BTreeSet<&str> = QUESTIONS.iter().flat_map(|(question, _)| question.iter().copied()).collect();
    for of in [&[][..], &["rib"], &["peering"]] {
        let names = subcommands(of);
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            assert!(asked.contains(name.as_str()) || OTHERS.contains(&name.as_str()), "{of:?} {name}");
        }
    }
}

#[test]
fn inputs_that_cannot_be_read_as_archives_are_exit_code_2() {
    let dir = Dir::new("inputs-rule");
    let pcap = [&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0][..], &[0; 8], &[0, 0, 4, 0, 1, 0, 0, 0]].concat();
    let missing = "FILE: No such file or directory (os error 2)";
    let files = [
        (dir.0.join("missing").to_str().unwrap().to_owned(), missing.to_owned()),
        (dir.0.to_str().unwrap().to_owned(), "FILE: is a directory".to_owned()),
        (dir.write("a.html", b"<!DOCTYPE html><html></html>"), "this is HTML, ".to_owned()),
        (dir.write("a.txt", b"no digits in here"), "this is text, ".to_owned()),
        (dir.write("a.pcap", &pcap), "this is a packet capture (pcap), not an MRT archive".to_owned()),
        (dir.write("a.gob", &[7, 0xff, 0x81, 3, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]), String::new()),
    ];
    for (file, says) in &files {
        for (question, _) in QUESTIONS {
            for level in [&[][..], &["--fail-on", "none"], &["--fail-on", "any"]] {
                if !level.is_empty() && !fails_on(question) {
                    continue;
                }
                // With recovery, octets that are nothing known are passed over: that is damage.
                if says.is_empty() && question.contains(&"--recover") {
                    continue;
                }
                let (code, out, err) = of(&[question, level].concat(), file);
                assert_eq!(code, 2, "{question:?} {level:?} {file}: {out:?} {err:?}");
                // `check` has the finding among its lines.
                let lines = if question[0] == "check" && err.is_empty() { out } else { err };
                assert!(lines[0].contains(says.as_str()), "{question:?} {file}: {lines:?}");
            }
        }
    }
}

#[test]
fn empty_files_are_said_and_count_nothing() {
    let dir = Dir::new("inputs-empty");
    let file = dir.write("empty.mrt", b"");
    for (question, code) in QUESTIONS {
        for level in [&[][..], &["--fail-on", "none"], &["--fail-on", "any"]] {
            if level.is_empty() || fails_on(question) {
                let (found, _, err) = of(&[question, level].concat(), &file);
                assert_eq!((found, err[0].as_str()), (*code, "FILE: is empty"), "{question:?} {level:?}");
            }
        }
    }
}

#[test]
fn the_rule_is_in_the_help() {
    let help = run(&["--help"]).1.join(" ");
    for part in ["Exit code: 0 if all is done; 1 if", "2 for wrong usage", "An empty file is said on standard error"] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

/// A file of another kind among archives: what is printed is that of the others, and a table would lack its routes.
#[test]
fn one_of_several_inputs_that_is_no_archive() {
    let dir = Dir::new("inputs-several");
    let html = dir.write("a.html", b"<!DOCTYPE html><html></html>");
    let said = format!("{html}: record 0: this is HTML, not an MRT archive (at byte 0)");
    for threads in ["1", "2"] {
        let (code, out, err) = run(&["dump", "--threads", threads, "--fail-on", "none", SAMPLE, &html, SAMPLE]);
        assert_eq!((code, out.len(), err), (2, 18, vec![said.clone()]));
    }
    assert_eq!(run(&["rib", SAMPLE, &html, "lookup", "198.51.100.1"]), (2, vec![], vec![said]));
}

/// JSON has two spellings, `--json` and `--format json`, which are the same wherever there is any.
#[test]
fn json_is_asked_for_by_either_option() {
    let dir = Dir::new("inputs-json");
    let relations = dir.write("relations", b"10|20|0\n");
    let questions: [&[&str]; 14] = [
        &["dump", SAMPLE],
        &["check", SAMPLE],
        &["stat", SAMPLE],
        &["dissect", SAMPLE],
        &["rib", SAMPLE, "lookup", "198.51.100.1"],
        &["rib", SAMPLE, "covering", "198.51.100.1"],
        &["rib", SAMPLE, "covered", "0.0.0.0/0"],
        &["rib", SAMPLE, "other"],
        &["rib", "diff", SAMPLE, SAMPLE],
        &["rib", "diff", "--by", "peer", PEERING, SAMPLE],
        &["rib", SAMPLE, "write", "--force", "/dev/null"],
        &["peering", "infer", PEERING],
        &["peering", "lost", PEERING, PEERING],
        &["peering", "leaks", "--relations", &relations, PEERING],
    ];
    let asked: BTreeSet<&str> = questions.iter().flat_map(|question| question.iter().copied()).collect();
    for question in questions {
        let with = |args: &[&str]| run(&[question, args].concat());
        let (code, out, err) = with(&["--json"]);
        assert!(code < 2 && out.iter().all(|line| line.starts_with('{')), "{question:?}: {out:?} {err:?}");
        assert_eq!(with(&["--format", "json"]), (code, out, err), "{question:?}");
        let (code, out, err) = with(&["--json", "--format", "json"]);
        assert_eq!((code, out.len()), (2, 0), "{question:?}");
        let says = ["--json' cannot be used with '--format <FORMAT>'", "--format <FORMAT>' cannot be used with '--json'"];
        assert!(says.iter().any(|says| err[0].ends_with(says)), "{err:?}");
    }
    // Every subcommand that has one has the other, and is asked here.
    let all = [&[][..], &["rib"], &["peering"]];
    for of in all {
        for name in subcommands(of).iter().filter(|name| *name != "help" && *name != "peering") {
            let help = run(&[of, &[name, "--help"]].concat()).1;
            let has = |option: &str| help.iter().any(|line| line.trim_start().starts_with(option));
            assert_eq!(has("--json"), has("--format <FORMAT>"), "{of:?} {name}");
            assert!(!has("--json") || asked.contains(name.as_str()), "{of:?} {name}");
        }
    }
}

/// `-o FILE` and the like: the file has all inputs, or there is none, and one that is there stays.
#[test]
fn files_are_written_of_all_inputs_or_not_at_all() {
    let dir = Dir::new("inputs-output");
    let nowhere = dir.0.join("nowhere").to_str().unwrap().to_owned();
    let html = dir.write("a.html", b"<!DOCTYPE html><html></html>");
    let gob = dir.write("a.gob", &[7, 0xff, 0x81, 3, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]);
    let to = dir.0.join("out").to_str().unwrap().to_owned();
    let there = dir.write("there", b"old");
    let missing = format!("{nowhere}: No such file or directory (os error 2)");
    let of_html = format!("{html}: this is HTML, not an MRT archive");
    let at = |said: &str, line: &str| line.replacen(&format!("{said}: "), &format!("{said}: record 0: "), 1) + " (at byte 0)";
    let like_none = format!("{gob}: record 0: this does not look like an MRT archive (type 257, length 4294967295) (at byte 0)");
    for (wrong, dumped, read) in
        [(&nowhere, &missing, missing.clone()), (&html, &of_html, at(&html, &of_html)), (&gob, &like_none, like_none.clone())]
    {
        for to in [&to, &there] {
            let not_written = format!("{to}: not written: an input cannot be read");
            for merge in [&[][..], &["--merge"]] {
                let dump = [&["dump", "--force", "-o", to][..], merge, &[SAMPLE, wrong, SAMPLE]].concat();
                assert_eq!(run(&dump), (2, vec![], vec![dumped.clone(), not_written.clone()]), "{dump:?}");
            }
            // Without an answer there is nothing to write.
            assert_eq!(run(&["rib", SAMPLE, wrong, "write", "--force", to]), (2, vec![], vec![read.clone()]));
            let (code, _, err) = run(&["peering", "reduce", "--force", "-o", to, PEERING, wrong]);
            assert_eq!((code, &err[0], err.last()), (2, &read, Some(&not_written)));
            // The answer is printed all the same.
            let (code, out, err) = run(&["peering", "infer", "--summary", to, PEERING, wrong]);
            assert_eq!((code, out.len() > 10, &err[0], err.last()), (2, true, &read, Some(&not_written)));
        }
    }
    assert!(!Path::new(&to).exists());
    assert_eq!(fs::read(&there).unwrap(), b"old");
    let parts =
        fs::read_dir(&dir.0).unwrap().filter(|file| file.as_ref().unwrap().file_name().to_str().unwrap().ends_with(".part"));
    assert_eq!(parts.count(), 0);
    // Damage is no input that cannot be read: what is there is written, and the exit code is that of the damage.
    let whole = record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[8, 10]))));
    let cut = dir.write("cut.mrt", &[&whole[..], &whole[..40]].concat());
    let (code, out, err) = run(&["dump", "-o", &to, &cut]);
    assert_eq!((code, out.len(), err.len()), (1, 0, 1));
    assert_eq!(fs::read_to_string(&to).unwrap().lines().count(), 1);
    // What is no regular file is written as it comes.
    #[cfg(unix)]
    {
        let (code, _, err) = run(&["dump", "-o", "/dev/null", &gob]);
        assert_eq!((code, err), (2, vec![like_none, "/dev/null: is incomplete: an input cannot be read".to_owned()]));
    }
}
