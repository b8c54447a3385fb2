//! `routeglass index`.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use routeglass::index::Index;

use crate::args::threads;
use crate::input;
use crate::report::complain;

pub(crate) fn run(out: &mut impl Write, files: &[PathBuf], given: Option<NonZeroUsize>) -> io::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        let made = match input::open(file) {
            Err(e) => Err(e.to_string()),
            Ok((_, first)) if first.is_bgp() => Err("messages outside records have no index".to_owned()),
            Ok((_, first)) => match first.other_kind() {
                Some(other) => Err(format!("this is {other}, not an MRT archive")),
                None => Index::of(file, threads(given)).map_err(|e| e.to_string()),
            },
        };
        match made.and_then(|index| index.write(file).map(|()| index).map_err(|e| e.to_string())) {
            Ok(index) => writeln!(out, "{}: {} parts", Index::path(file).display(), index.parts())?,
            Err(reason) => {
                complain(&format!("{}: {reason}", file.display()));
                code = ExitCode::from(2);
            }
        }
    }
    Ok(code)
}
