//! Runs every law over the committed corpus and over a fixed number of mutations, on any toolchain.

use std::fs;
use std::panic;
use std::path::Path;

use crate::LAWS;

/// Mutations per law.
const MUTATIONS: usize = 2000;

/// Pseudo-random numbers, the same in every run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits") % n.max(1)
    }
}

/// One to eight changes: bits, octets, typical values of lengths, truncations, repetitions, and pieces of another input.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(8) {
        let at = numbers.below(bytes.len());
        match (numbers.below(8), bytes.get_mut(at)) {
            (0 | 1, Some(octet)) => *octet ^= 1 << numbers.below(8),
            (2, Some(octet)) => *octet = numbers.next().to_be_bytes()[0],
            (3, Some(octet)) => *octet = [0, 1, 2, 4, 16, 32, 0x7f, 0xff][numbers.below(8)],
            (4, _) => bytes.truncate(at),
            (5, _) => {
                let end = at + numbers.below(24).min(bytes.len() - at);
                bytes.drain(at..end);
            }
            (6, _) => {
                let from = numbers.below(other.len());
                let piece = &other[from..from + numbers.below(48).min(other.len() - from)];
                bytes.splice(at..at, piece.iter().copied());
            }
            _ => {
                let end = at + numbers.below(24).min(bytes.len() - at);
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
}

fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(&dir)
        .unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
        .map(|entry| {
            let path = entry.expect("an entry of the directory").path();
            (path.display().to_string(), fs::read(&path).expect("a file of the corpus"))
        })
        .collect();
    files.sort();
    files
}

/// Checks a law on an input, and names the one that failed.
fn hold(name: &str, law: fn(&[u8]), what: &str, bytes: &[u8]) {
    if let Err(cause) = panic::catch_unwind(|| law(bytes)) {
        let hex: String = bytes.iter().map(|octet| format!("{octet:02x}")).collect();
        println!("{name} is broken by {what}: {hex}");
        panic::resume_unwind(cause);
    }
}

#[test]
fn the_corpus_keeps_every_law() {
    for (name, law) in LAWS {
        let files = corpus(name);
        assert!(!files.is_empty(), "no corpus for {name}");
        for (path, bytes) in files {
            hold(name, *law, &path, &bytes);
        }
    }
}

#[test]
fn mutations_keep_every_law() {
    let sample = include_bytes!("../../tests/data/sample.mrt").to_vec();
    for (name, law) in LAWS {
        let mut seeds: Vec<_> = corpus(name).into_iter().map(|(_, bytes)| bytes).collect();
        seeds.push(sample.clone());
        // Records, bodies and choices start at different offsets, depending on the law.
        seeds.extend([1, 2, 3, 13].map(|n| sample[n..].to_vec()));
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for n in 0..MUTATIONS {
            let mut bytes = seeds[numbers.below(seeds.len())].clone();
            let other = numbers.below(seeds.len());
            mutate(&mut bytes, &seeds[other], &mut numbers);
            hold(name, *law, &format!("mutation {n}"), &bytes);
        }
    }
}

#[test]
fn every_law_has_a_target() {
    for (name, _) in LAWS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets").join(name).with_extension("rs");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(text.contains(&format!("target!({name})")), "{}", path.display());
    }
    let targets = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets")).expect("targets").count();
    assert_eq!(targets, LAWS.len());
}
