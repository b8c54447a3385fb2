//! Atomically written files.

mod parts;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use lz4_flex::frame::FrameEncoder;
use lzma_rust2::{XzOptions, XzWriter};

use crate::input::is_stdin;

/// A file that gets its name when it is complete: until then the octets are in a temporary file beside it, and an existing file
/// stays. An error and a signal that ends the command remove the temporary file.
///
/// The name determines the compression: `.gz`, `.bz2`, `.xz`, `.zst`, `.lz4`; names of others are refused.
pub(crate) struct NewFile {
    /// `None` after the end, or after it failed.
    encoder: Option<Encoder>,
    /// The temporary file; `None` for a target that is no regular file, such as a pipe.
    temporary: Option<PathBuf>,
    target: PathBuf,
    force: bool,
}

impl NewFile {
    /// Creates a file. An existing one is replaced only with `force`.
    pub(crate) fn create(target: &Path, force: bool) -> io::Result<Self> {
        if let Some(other) = extension_of(target).filter(|extension| OTHERS.contains(&extension.as_str())) {
            let reason = format!(".{other} files cannot be written; .gz, .bz2, .xz, .zst, .lz4 and uncompressed ones can");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
        let (target, temporary, file) = match fs::metadata(target) {
            Ok(metadata) if metadata.is_dir() => return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory")),
            Ok(metadata) if !metadata.is_file() => (target.to_owned(), None, OpenOptions::new().write(true).open(target)?),
            Ok(_) if !force => return Err(exists()),
            Ok(metadata) => {
                // The target of a symbolic link is replaced, not the link.
                let target = fs::canonicalize(target)?;
                let (temporary, file) = beside(&target)?;
                file.set_permissions(metadata.permissions())?;
                (target, Some(temporary), file)
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let (temporary, file) = beside(target)?;
                (target.to_owned(), Some(temporary), file)
            }
            Err(e) => return Err(e),
        };
        // From here on the temporary file is removed on drop.
        let mut new = Self { encoder: None, temporary, target, force };
        new.encoder = Some(Encoder::of(&new.target, file)?);
        Ok(new)
    }

    /// The same for what was made of inputs: if one of them could not be read, the file gets no name.
    pub(crate) fn finish_of(self, all_readable: bool) -> io::Result<()> {
        match (all_readable, &self.temporary) {
            (true, _) => self.finish(),
            (false, Some(_)) => Err(incomplete()),
            // What is no regular file has it already.
            (false, None) => {
                self.finish()?;
                Err(io::Error::new(io::ErrorKind::InvalidInput, "is incomplete: an input cannot be read"))
            }
        }
    }

    /// Writes the rest, syncs it, and gives the file its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let Some(encoder) = self.encoder.take() else { return Ok(()) };
        let file = encoder.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        let Some(temporary) = &self.temporary else { return file.sync_all().or(Ok(())) };
        file.sync_all()?;
        drop(file);
        let (target, force) = (&self.target, self.force);
        parts::rename(temporary, || {
            if force {
                return fs::rename(temporary, target);
            }
            // A link does not replace a file created meanwhile; a renamed file would.
            match fs::hard_link(temporary, target) {
                Ok(()) => fs::remove_file(temporary),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
                Err(_) if fs::symlink_metadata(target).is_ok() => Err(exists()),
                Err(_) => fs::rename(temporary, target),
            }
        })?;
        self.temporary = None;
        // The name is stored with the directory; not every system can sync one.
        if let Ok(directory) = File::open(directory_of(&self.target)) {
            let _ = directory.sync_all();
        }
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.encoder {
            Some(encoder) => encoder.as_write().write(octets),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoder.as_mut().map_or(Ok(()), |encoder| encoder.as_write().flush())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // An error cannot be reported here.
            let _ = fs::remove_file(temporary);
            parts::forget(temporary);
        }
    }
}

/// The error of a file that would lack what is in an input.
pub(crate) fn incomplete() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not written: an input cannot be read")
}

/// Whether the name of an output means standard output.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Refuses a file that is also read: by this name or another one, over links of both kinds, and as standard input.
pub(crate) fn check_not_read<'a>(target: &Path, read: impl IntoIterator<Item = &'a PathBuf>) -> io::Result<()> {
    if is_stdout(target) {
        return Ok(());
    }
    let file = identity(target);
    let is_target = |input: &PathBuf| {
        let input = if is_stdin(input) { Path::new("/dev/stdin") } else { input };
        input == target || file.is_some() && identity(input) == file
    };
    match read.into_iter().any(is_target) {
        true => Err(io::Error::new(io::ErrorKind::InvalidInput, "is read here, and would be replaced")),
        false => Ok(()),
    }
}

/// What the names of one file have in common; `None` for what is not there, or is no file that can be replaced.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().filter(|path| path.is_file())
}

fn exists() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "exists already; --force replaces it")
}

/// Names of compressed files that are not written: their content would not be what they say.
const OTHERS: [&str; 8] = ["7z", "br", "lz", "lzma", "lzo", "rar", "z", "zip"];

/// The last part of a name, in lower case.
fn extension_of(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file in the directory of another.
fn beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let Some(name) = target.file_name() else { return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no name of a file")) };
    let process = std::process::id();
    for number in 0..100 {
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{process}-{number}.part"));
        let path = directory_of(target).join(hidden);
        match parts::create(&path) {
            Ok(file) => return Ok((path, file)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "its directory is full of parts of it"))
}

type Out = BufWriter<File>;

/// The compressor of a file.
enum Encoder {
    Plain(Out),
    Gzip(GzEncoder<Out>),
    Bzip2(bzip2::write::BzEncoder<Out>),
    Xz(Box<XzWriter<Out>>),
    Zstd(Zstd),
    Lz4(Box<FrameEncoder<Out>>),
}

impl Encoder {
    fn of(target: &Path, file: File) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 18, file);
        Ok(match extension_of(target).as_deref() {
            Some("gz") => Self::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Some("bz2") => Self::Bzip2(bzip2::write::BzEncoder::new(out, bzip2::Compression::default())),
            Some("xz") => {
                let mut options = XzOptions::with_preset(6);
                // Input read in parts is written in parts.
                options.set_block_size(NonZeroU64::new(64 << 20));
                Self::Xz(Box::new(XzWriter::new(out, options)?))
            }
            Some("zst" | "zstd") => Self::Zstd(Zstd { out, kept: Vec::new() }),
            Some("lz4") => Self::Lz4(Box::new(FrameEncoder::new(out))),
            _ => Self::Plain(out),
        })
    }

    fn as_write(&mut self) -> &mut dyn Write {
        match self {
            Self::Plain(out) => out,
            Self::Gzip(out) => out,
            Self::Bzip2(out) => out,
            Self::Xz(out) => out,
            Self::Zstd(out) => out,
            Self::Lz4(out) => out,
        }
    }

    fn finish(self) -> io::Result<Out> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gzip(out) => out.finish(),
            Self::Bzip2(out) => out.finish(),
            Self::Xz(out) => out.finish(),
            Self::Zstd(mut out) => out.frame().map(|()| out.out),
            Self::Lz4(out) => out.finish().map_err(io::Error::other),
        }
    }
}

/// Consecutive frames: the encoder makes whole ones.
struct Zstd {
    out: Out,
    kept: Vec<u8>,
}

impl Zstd {
    const FRAME: usize = 8 << 20;

    fn frame(&mut self) -> io::Result<()> {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        self.out.write_all(&ruzstd::encoding::compress_to_vec(self.kept.as_slice(), level))?;
        self.kept.clear();
        Ok(())
    }
}

impl Write for Zstd {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let octets = octets.get(..Self::FRAME).unwrap_or(octets);
        self.kept.extend_from_slice(octets);
        if self.kept.len() >= Self::FRAME {
            self.frame()?;
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use routeglass::io::Decompress;

    use super::*;

    struct Dir(PathBuf);

    impl Dir {
        fn new(test: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("routeglass-output-{}-{test}", std::process::id()));
            fs::create_dir_all(&dir).unwrap();
            Self(dir)
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<_> =
                fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_name_is_given_at_the_end() {
        let dir = Dir::new("end");
        let path = dir.0.join("table.mrt");
        let mut file = NewFile::create(&path, false).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!path.exists());
        file.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(dir.names(), ["table.mrt"]);
    }

    #[test]
    fn what_was_there_stays_until_the_end() {
        let dir = Dir::new("stays");
        let path = dir.0.join("table.mrt");
        fs::write(&path, "old").unwrap();
        let refused = NewFile::create(&path, false).err().unwrap();
        assert_eq!(refused.to_string(), "exists already; --force replaces it");
        // Abandoned, as on a full disk.
        let mut file = NewFile::create(&path, true).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!((fs::read(&path).unwrap(), dir.names()), (b"old".to_vec(), vec!["table.mrt".to_owned()]));
        let mut file = NewFile::create(&path, true).unwrap();
        file.write_all(b"new").unwrap();
        file.finish().unwrap();
        assert_eq!((fs::read(&path).unwrap(), dir.names()), (b"new".to_vec(), vec!["table.mrt".to_owned()]));
        // Another file got the name meanwhile.
        let path = dir.0.join("other.mrt");
        let file = NewFile::create(&path, false).unwrap();
        fs::write(&path, "theirs").unwrap();
        assert_eq!(file.finish().unwrap_err().to_string(), "exists already; --force replaces it");
        assert_eq!((fs::read(&path).unwrap(), dir.names().len()), (b"theirs".to_vec(), 2));
        assert_eq!(NewFile::create(&dir.0, true).err().unwrap().to_string(), "is a directory");
        assert!(NewFile::create(&dir.0.join("nowhere/table.mrt"), false).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let dir = Dir::new("links");
        let (path, link) = (dir.0.join("table.mrt"), dir.0.join("latest"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink("table.mrt", &link).unwrap();
        let mut file = NewFile::create(&link, true).unwrap();
        file.write_all(b"new").unwrap();
        file.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let mut null = NewFile::create(Path::new("/dev/null"), false).unwrap();
        null.write_all(b"gone").unwrap();
        null.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn the_name_says_how_it_is_compressed() {
        let dir = Dir::new("compressed");
        let octets: Vec<u8> = (0..300_000u32).flat_map(|n| (n / 7).to_be_bytes()).collect();
        for name in ["table.mrt", "table.gz", "table.bz2", "table.XZ", "table.zst", "table.lz4"] {
            let path = dir.0.join(name);
            let mut file = NewFile::create(&path, false).unwrap();
            octets.chunks(1000).for_each(|chunk| file.write_all(chunk).unwrap());
            file.finish().unwrap();
            let mut read = Vec::new();
            let mut input = Decompress::new(File::open(&path).unwrap()).unwrap();
            input.read_to_end(&mut read).unwrap();
            assert!(read == octets, "{name}");
            assert_eq!(input.compression().is_some(), name != "table.mrt", "{name}");
            assert_eq!(fs::metadata(&path).unwrap().len() < octets.len() as u64, name != "table.mrt", "{name}");
        }
        for name in ["table.Z", "table.zip", "table.lzma"] {
            let path = dir.0.join(name);
            let refused = NewFile::create(&path, false).map(drop).unwrap_err();
            assert!(refused.to_string().contains("files cannot be written"), "{refused}");
            assert!(!path.exists());
        }
    }
}
