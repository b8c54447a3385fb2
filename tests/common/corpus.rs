//! The corpus of real archives.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use routeglass::io::Decompress;

/// The directory in `ROUTEGLASS_CORPUS`; prints that the test was skipped if it is not set.
pub fn corpus() -> Option<PathBuf> {
    match std::env::var_os("ROUTEGLASS_CORPUS") {
        Some(dir) => {
            let dir = PathBuf::from(dir);
            assert!(dir.join("collectors").is_dir(), "{} has no archives", dir.display());
            Some(dir)
        }
        None => {
            println!("skipped: ROUTEGLASS_CORPUS names no corpus");
            None
        }
    }
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Reference outputs, configurations and captures contain no archives; those of reports are damaged or wrong on
            // purpose and have their own tests.
            if !["expect", "ref", "configs", "pcap", "bmp", "vectors", "reports"].iter().any(|name| path.ends_with(name)) {
                walk(&path, files);
            }
        } else {
            files.push(path);
        }
    }
}

/// Whether the bytes start like an archive: a record of an existing type and a plausible length.
pub fn is_archive(bytes: &[u8]) -> bool {
    let Some(&[_, _, _, _, t0, t1, s0, s1, l0, l1, l2, l3]) = bytes.first_chunk::<12>() else { return false };
    let (kind, subtype) = (u16::from_be_bytes([t0, t1]), u16::from_be_bytes([s0, s1]));
    let known = matches!(kind, 5 | 9..=13 | 16 | 17 | 32 | 33 | 48 | 49);
    known && subtype < 16 && u32::from_be_bytes([l0, l1, l2, l3]) < 1 << 20
}

/// The decompressed content of a file, up to an error.
pub fn content(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(mut input) = Decompress::new(fs::File::open(path).unwrap()) {
        // A truncated stream gives the content before the truncation.
        let _ = input.read_to_end(&mut bytes);
    }
    bytes
}

/// Every MRT archive of the corpus: its name and its content, decompressed.
pub fn archives(corpus: &Path) -> impl Iterator<Item = (String, Vec<u8>)> {
    let mut files = Vec::new();
    walk(corpus, &mut files);
    files.sort();
    let corpus = corpus.to_owned();
    files.into_iter().filter_map(move |path| {
        let bytes = content(&path);
        let name = path.strip_prefix(&corpus).unwrap().to_str().unwrap().to_owned();
        is_archive(&bytes).then_some((name, bytes))
    })
}

/// What becomes of each item, in order of their numbers: the items are given to as many threads as there are cores.
pub fn in_threads<T, R: Send>(
    items: impl Iterator<Item = (usize, T)> + Send,
    work: impl Fn((usize, T)) -> (usize, R) + Sync,
) -> Vec<(usize, R)> {
    let items = Mutex::new(items);
    let run = || {
        let mut done = Vec::new();
        loop {
            let Some(item) = items.lock().unwrap().next() else { return done };
            done.push(work(item));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_by_key(|&(number, _)| number);
    all
}
