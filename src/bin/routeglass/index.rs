//! `routeglass index`.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use routeglass::index::{Index, IndexError};

use crate::args::threads;
use crate::input::{self, First};
use crate::report::{complain, remark};

pub(crate) fn run(out: &mut impl Write, files: &[PathBuf], given: Option<NonZeroUsize>) -> io::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        let made = match (!input::is_stdin(file)).then(|| input::open(file)) {
            None => Err("standard input has no index, which is written beside a file".to_owned()),
            Some(Err(e)) => Err(e.to_string()),
            Some(Ok((_, first))) if first.is_bgp() => Err("messages outside records have no index".to_owned()),
            Some(Ok((_, first))) => match first.other_kind() {
                Some(other) => Err(format!("this is {other}, not an MRT archive")),
                None => {
                    if first.is_empty() {
                        remark(&format!("{}: is empty", file.display()));
                    }
                    Index::of(file, threads(given)).map_err(|e| reason(&e, &first))
                }
            },
        };
        match made.and_then(|index| index.write(file).map(|()| index).map_err(|e| e.to_string())) {
            Ok(index) => {
                let parts = if index.parts() == 1 { "part" } else { "parts" };
                writeln!(out, "{}: {} {parts}", Index::path(file).display(), index.parts())?;
            }
            Err(reason) => {
                complain(&format!("{}: {reason}", file.display()));
                code = ExitCode::from(2);
            }
        }
    }
    Ok(code)
}

/// Why there is no index, and what can be done about it.
fn reason(e: &IndexError, first: &First) -> String {
    match e {
        IndexError::Unsupported(_) => format!("{e}: decompress it, or compress it by bzip2 or gzip"),
        IndexError::Archive(e) => match first.reason(e) {
            reason if reason != e.to_string() => reason,
            reason => format!("{reason}; a damaged archive has no index, and is read from its start"),
        },
        e => e.to_string(),
    }
}
