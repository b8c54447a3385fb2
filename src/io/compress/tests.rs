//! Tests shared by all formats.

use super::*;

/// Delivers at most `chunk` bytes per call, and optionally fails at the end.
pub(super) struct Chunks<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) chunk: usize,
    pub(super) fail: bool,
}

impl Read for Chunks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.bytes.len().min(self.chunk).min(out.len());
        if len == 0 && self.fail && !out.is_empty() {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the line went dead"));
        }
        let (now, later) = self.bytes.split_at(len);
        out[..len].copy_from_slice(now);
        self.bytes = later;
        Ok(len)
    }
}

/// Reads to the end or the first error, `step` bytes at a time.
pub(super) fn drain<R: Read>(mut reader: Decompress<R>, step: usize) -> (Vec<u8>, Option<io::Error>) {
    let (mut all, mut part) = (Vec::new(), vec![0; step]);
    loop {
        match reader.read(&mut part) {
            Ok(0) => {
                assert_eq!(reader.read(&mut part).unwrap(), 0, "the end stays the end");
                return (all, None);
            }
            Ok(count) => all.extend_from_slice(&part[..count]),
            Err(error) => {
                let again = reader.read(&mut part).unwrap_err();
                assert_eq!((again.kind(), again.to_string()), (error.kind(), error.to_string()));
                return (all, Some(error));
            }
        }
    }
}

#[cfg(any(feature = "gz", feature = "bz2", feature = "xz", feature = "zstd", feature = "lz4"))]
pub(super) fn decode(bytes: &[u8]) -> (Vec<u8>, Option<io::Error>) {
    drain(Decompress::new(bytes).unwrap(), 8 << 10)
}

/// The decoded bytes and the text of the error.
#[cfg(any(feature = "gz", feature = "bz2", feature = "xz", feature = "zstd", feature = "lz4"))]
pub(super) fn text(bytes: &[u8]) -> (Vec<u8>, String) {
    let (decoded, error) = decode(bytes);
    (decoded, error.map(|error| error.to_string()).unwrap_or_default())
}

#[test]
fn detects_by_content() {
    let cases: [(&[u8], Option<Compression>); 16] = [
        (&[0x1f, 0x8b, 8, 0], Some(Compression::Gzip)),
        (&[0x1f, 0x8b], None),
        (&[0x1f, 0x8b, 7, 0], None),
        (b"BZh91AY&SY", Some(Compression::Bzip2)),
        (b"BZh1\x17\x72\x45\x38\x50\x90", Some(Compression::Bzip2)),
        (b"BZh91AY&S", None),
        (b"BZh01AY&SY", None),
        (b"\xfd7zXZ\0", Some(Compression::Xz)),
        (b"\xfd7zXZ", None),
        (&[0x28, 0xb5, 0x2f, 0xfd], Some(Compression::Zstd)),
        (&[0x04, 0x22, 0x4d, 0x18, 0x64], Some(Compression::Lz4)),
        (&[0x04, 0x22, 0x4d, 0x18], None),
        // A skippable frame of two bytes, then zstd; an empty one, then lz4; one too long; one alone.
        (&[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9, 0x28, 0xb5, 0x2f, 0xfd], Some(Compression::Zstd)),
        (&[0x5f, 0x2a, 0x4d, 0x18, 0, 0, 0, 0, 0x04, 0x22, 0x4d, 0x18, 0x40], Some(Compression::Lz4)),
        (&[0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff, 0x28, 0xb5, 0x2f, 0xfd], None),
        (&[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0], None),
    ];
    for (bytes, format) in cases {
        assert_eq!(Compression::detect(bytes), format, "{bytes:02x?}");
    }
}

#[test]
fn mrt_whose_timestamp_looks_like_a_magic_stays_plain() {
    for bytes in [
        // 11 April 2005, TABLE_DUMP and BGP4MP.
        *b"BZh9\0\x0c\0\x01\0\0\0\x04abcd",
        *b"BZh1\0\x10\0\x01\0\0\0\x04abcd",
        // 14 August 2012, TABLE_DUMP_V2; 5 August 2020, BGP4MP_ET.
        *b"\x50\x2a\x4d\x18\0\x0d\0\x01\0\0\0\x04abcd",
        *b"\x5f\x2a\x4d\x18\0\x11\0\x04\0\0\0\x04abcd",
        // March 1972, a router without a clock.
        *b"\x04\x22\x4d\x18\0\x10\0\x04\0\0\0\x04abcd",
    ] {
        let reader = Decompress::new(&bytes[..]).unwrap();
        assert_eq!(reader.compression(), None);
        let (decoded, error) = drain(reader, 5);
        assert!(error.is_none());
        assert_eq!(decoded, bytes);
    }
}

#[test]
fn plain_input_passes_through() {
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    for len in [0, 1, 9, 10, 11, 200_000] {
        for chunk in [1, 3, 70_000] {
            let reader = Chunks { bytes: &bytes[..len], chunk, fail: false };
            let (decoded, error) = drain(Decompress::new(reader).unwrap(), 77);
            assert!(error.is_none() && decoded == bytes[..len], "{len} {chunk}");
        }
    }
    let reader = Chunks { bytes: &bytes[..100], chunk: 7, fail: true };
    let (decoded, error) = drain(Decompress::new(reader).unwrap(), 77);
    assert_eq!(decoded, bytes[..100]);
    assert_eq!(error.unwrap().to_string(), "the line went dead");
}

#[test]
fn a_format_whose_feature_is_off_is_named() {
    let starts: [(&[u8], bool, &str); 5] = [
        (GZIP, cfg!(feature = "gz"), r#"input is gzip, which needs the feature "gz""#),
        (BZIP2, cfg!(feature = "bz2"), r#"input is bzip2, which needs the feature "bz2""#),
        (XZ, cfg!(feature = "xz"), r#"input is xz, which needs the feature "xz""#),
        (ZSTD, cfg!(feature = "zstd"), r#"input is zstd, which needs the feature "zstd""#),
        (LZ4, cfg!(feature = "lz4"), r#"input is lz4, which needs the feature "lz4""#),
    ];
    for (bytes, on, text) in starts {
        match Decompress::new(bytes) {
            Ok(reader) => {
                assert!(on, "{text}");
                let (decoded, error) = drain(reader, 100);
                assert_eq!(decoded, b"routeglass\n");
                assert!(error.is_none());
            }
            Err(error) => {
                assert!(!on, "{text}");
                assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::Unsupported, text));
                let inner = error.get_ref().unwrap().downcast_ref::<DecompressError>().unwrap();
                assert_eq!(inner.kind(), DecompressErrorKind::FeatureOff);
            }
        }
    }
}

// The line `routeglass` as gzip 1.12, bzip2 1.0.8, xz 5.4, zstd 1.5 and lz4 1.9 write it.
pub(super) const GZIP: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x2b, 0xca, 0x2f, 0x2d, 0x49, 0x4d, 0xcf, 0x49, 0x2c, 0x2e, 0xe6,
    0x02, 0x00, 0x7b, 0x5f, 0x5c, 0xde, 0x0b, 0x00, 0x00, 0x00,
];
pub(super) const BZIP2: &[u8] = &[
    0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xad, 0x3f, 0xe6, 0xa9, 0x00, 0x00, 0x03, 0x41, 0x80, 0x00, 0x10,
    0x22, 0x84, 0x9e, 0x00, 0x20, 0x00, 0x31, 0x00, 0x30, 0x20, 0x19, 0x32, 0x70, 0x40, 0xa2, 0x79, 0xbf, 0x17, 0x72, 0x45, 0x38,
    0x50, 0x90, 0xad, 0x3f, 0xe6, 0xa9,
];
pub(super) const XZ: &[u8] = &[
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00, 0x74,
    0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x0a, 0x72, 0x6f, 0x75, 0x74, 0x65, 0x67, 0x6c, 0x61, 0x73, 0x73, 0x0a, 0x00, 0x00, 0x2b, 0x25,
    0x16, 0x96, 0x0b, 0xee, 0x3c, 0x87, 0x00, 0x01, 0x23, 0x0b, 0xc2, 0x1b, 0xfd, 0x09, 0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00,
    0x00, 0x00, 0x04, 0x59, 0x5a,
];
pub(super) const ZSTD: &[u8] = &[
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x59, 0x00, 0x00, 0x72, 0x6f, 0x75, 0x74, 0x65, 0x67, 0x6c, 0x61, 0x73, 0x73, 0x0a, 0xfc,
    0x5e, 0x75, 0x98,
];
pub(super) const LZ4: &[u8] = &[
    0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7, 0x0b, 0x00, 0x00, 0x80, 0x72, 0x6f, 0x75, 0x74, 0x65, 0x67, 0x6c, 0x61, 0x73, 0x73,
    0x0a, 0x00, 0x00, 0x00, 0x00, 0x95, 0xd7, 0x34, 0xdb,
];

/// Words of uneven length with some noise: compressible, and not all of it.
#[cfg(any(feature = "gz", feature = "bz2", feature = "xz", feature = "zstd", feature = "lz4"))]
pub(super) fn payload(len: usize) -> Vec<u8> {
    let mut seed = 1_u32;
    let mut bytes = Vec::new();
    while bytes.len() < len {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match seed >> 29 {
            0 => bytes.extend_from_slice(&seed.to_be_bytes()),
            1 | 2 => bytes.extend_from_slice(&[0xff; 16]),
            n => bytes.extend_from_slice(&b"10.0.0.0/8 65001 65002 via 192.0.2.1"[..4 + n as usize * 4]),
        }
    }
    bytes.truncate(len);
    bytes
}

/// After a member that is cut or damaged, those that follow are read whole if damage is passed over.
#[cfg(all(feature = "rayon", any(feature = "gz", feature = "bz2", feature = "xz", feature = "zstd", feature = "lz4")))]
fn passing_laws(format: Compression, encode: fn(&[u8]) -> Vec<u8>) {
    if format == Compression::Bzip2 {
        return;
    }
    let (long, second) = (payload(3000), payload(500));
    let (first, next) = (encode(&long), encode(&second));
    let rest = [&second[..], &second].concat();
    let read = |octets: &[u8], threads: usize, chunk: usize| {
        let (octets, passed): (&'static [u8], _) = (octets.to_vec().leak(), Passed::default());
        let reader = Decompress::new(Chunks { bytes: octets, chunk, fail: false }).unwrap();
        let mut reader = reader.in_threads_passing(threads.try_into().unwrap(), passed.clone()).unwrap();
        let mut decoded = Vec::new();
        let end = reader.read_to_end(&mut decoded).err().map(|error| error.to_string());
        (decoded, end, passed.take().iter().map(|e| (e.kind(), e.to_string())).collect::<Vec<_>>())
    };
    let (piece, step) = (format.piece(), (first.len() / 60).max(1));
    for cut in (DETECT_LEN..first.len()).step_by(step) {
        for (threads, chunk) in [(1, 100_000), (3, 1000), (1, 7)] {
            let (decoded, end, passed) = read(&[&first[..cut], &next, &next].concat(), threads, chunk);
            let before = decoded.strip_suffix(&rest[..]).unwrap_or_else(|| panic!("{format} cut at {cut}: {passed:?}, {end:?}"));
            assert!(long.starts_with(before) && end.is_none(), "{format} cut at {cut}: {end:?}");
            assert_eq!(passed.len(), 1, "{format} cut at {cut}: {passed:?}");
            let (kind, said) = &passed[0];
            let whole = format!(
                "{format} {piece} at byte 0 is cut short at byte {cut}, after {} decoded bytes: another {piece} starts there",
                before.len()
            );
            assert!(*kind != DecompressErrorKind::Truncated || *said == whole, "{said}");
        }
    }
    let mut damaged = 0;
    for at in (DETECT_LEN..first.len()).step_by(step) {
        let mut octets = [&first[..], &next, b"junk between", &next].concat();
        octets[at] ^= 0x20;
        let (decoded, end, passed) = read(&octets, 1, 100_000);
        assert!(decoded.ends_with(&rest) && end.is_none(), "{format} damaged at {at}: {passed:?}, {end:?}");
        let (last, said) = passed.last().unwrap();
        assert_eq!(*last, DecompressErrorKind::TrailingBytes);
        let (from, to) = (octets.len() - next.len() - 12, octets.len() - next.len());
        let between = format!("the bytes from byte {from} on are no {format} {piece}, after ");
        assert!(said.starts_with(&between) && said.ends_with(&format!(": passed over up to the {piece} at byte {to}")), "{said}");
        damaged += usize::from(passed.len() == 2);
    }
    assert!(damaged > 5, "{format}: {damaged}");
    // Without another member, damage is the error that it is otherwise.
    let cut = &first[..first.len() - 3];
    let (_, end, passed) = read(cut, 1, 100_000);
    assert_eq!((end, passed), (Some(text(cut).1), vec![]));
}

/// Laws for every format.
#[cfg(any(feature = "gz", feature = "bz2", feature = "xz", feature = "zstd", feature = "lz4"))]
pub(super) fn laws(format: Compression, encode: fn(&[u8]) -> Vec<u8>) {
    #[cfg(feature = "rayon")]
    passing_laws(format, encode);
    let (long, short) = (payload(3000), payload(40));
    let pieces = [encode(&long), encode(&[]), encode(&short)];
    let whole = pieces.concat();
    let plain = [&long[..], &short[..]].concat();
    assert_eq!(Compression::detect(&whole), Some(format));

    // For all sizes of input and output pieces.
    for (chunk, step) in [(1, 1), (1, 5000), (3, 7), (100_000, 1), (100_000, 100_000)] {
        let reader = Decompress::new(Chunks { bytes: &whole, chunk, fail: false }).unwrap();
        assert_eq!(reader.compression(), Some(format));
        let (decoded, error) = drain(reader, step);
        assert!(error.is_none(), "{format} {chunk} {step}: {error:?}");
        assert_eq!(decoded, plain, "{format} {chunk} {step}");
    }

    // Truncation at every byte: what was decoded is right, and only a cut between two pieces is an end. Input too short to be
    // recognised is plain.
    let mut between = vec![0];
    for piece in &pieces {
        between.push(between[between.len() - 1] + piece.len());
    }
    for cut in 0..whole.len() {
        let reader = Decompress::new(&whole[..cut]).unwrap();
        if reader.compression().is_none() {
            assert!(cut < DETECT_LEN);
            continue;
        }
        let (decoded, error) = drain(reader, 1000);
        assert!(plain.starts_with(&decoded), "{format} cut at {cut}");
        if between.contains(&cut) {
            assert!(error.is_none(), "{format} cut at {cut}: {error:?}");
            continue;
        }
        let error = error.unwrap_or_else(|| panic!("{format} cut at {cut}: no error"));
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        let inner = error.get_ref().unwrap().downcast_ref::<DecompressError>().unwrap();
        assert_eq!(inner.kind(), DecompressErrorKind::Truncated);
        assert_eq!(inner.compression(), format);
        assert_eq!(inner.decoded(), decoded.len() as u64, "{format} cut at {cut}");
        assert_eq!(inner.offset(), cut as u64);
        let start = between.iter().rev().find(|&&start| start < cut).copied();
        assert_eq!(Some(inner.stream_offset()), start.map(|start| start as u64), "{format} cut at {cut}");
        if cut < DETECT_LEN {
            continue;
        }
        // The same if the reader fails there instead, but the error is the reader's.
        let (as_well, error) = drain(Decompress::new(Chunks { bytes: &whole[..cut], chunk: 50, fail: true }).unwrap(), 1000);
        assert_eq!(as_well, decoded);
        assert_eq!(error.unwrap().to_string(), "the line went dead");
    }
    // All that was decoded is delivered, even if only the last byte is missing.
    for (cut, want) in [(between[1] - 1, &long), (whole.len() - 1, &plain)] {
        assert_eq!(&decode(&whole[..cut]).0, want, "{format} cut at {cut}");
    }

    // Every byte damaged: never a clean end with other bytes.
    for at in 0..whole.len() {
        for damage in [0x01, 0x80, 0xff] {
            let mut broken = whole.clone();
            broken[at] ^= damage;
            let Ok(reader) = Decompress::new(&broken[..]) else {
                continue;
            };
            if reader.compression() == Some(format) {
                let (decoded, error) = drain(reader, 1000);
                assert!(error.is_some() || decoded == plain, "{format} damaged at {at} by {damage}");
            }
        }
    }

    // Bytes after the last piece.
    let (decoded, error) = text(&[&whole[..], b"garbage"].concat());
    assert_eq!(decoded, plain);
    let (len, piece) = (whole.len(), format.piece());
    assert_eq!(error, format!("the bytes from byte {len} on are no {format} {piece}, after 3040 decoded bytes"));
    let (decoded, error) = text(&[&whole[..], &format.magic()[..1]].concat());
    assert_eq!(decoded, plain);
    assert_eq!(error, format!("{format} {piece} at byte {len} is cut short at byte {}, after 3040 decoded bytes", len + 1));
}

/// Longer than any buffer, truncated at some places.
#[cfg(any(feature = "gz", feature = "bz2", feature = "xz", feature = "zstd", feature = "lz4"))]
pub(super) fn large(encode: fn(&[u8]) -> Vec<u8>, held_back: usize) {
    let plain = payload(700_000);
    let whole = encode(&plain);
    assert!(decode(&whole).0 == plain);
    for part in 1..20 {
        let cut = whole.len() / 20 * part;
        let (decoded, error) = decode(&whole[..cut]);
        assert!(error.is_some() && plain.starts_with(&decoded));
        let expected = plain.len() / 20 * part;
        assert!(decoded.len() + held_back > expected, "cut at {part}/20: {} of {expected}", decoded.len());
    }
}

#[cfg(any(feature = "zstd", feature = "lz4"))]
fn skippable(len: u32) -> Vec<u8> {
    let mut frame = vec![0x5a, 0x2a, 0x4d, 0x18];
    frame.extend_from_slice(&len.to_le_bytes());
    frame.resize(8 + len as usize, 0x28);
    frame
}

#[cfg(any(feature = "zstd", feature = "lz4"))]
pub(super) fn skippable_frames_are_passed_over(frame: &[u8]) {
    let format = Compression::detect(frame).unwrap();
    for len in [0, 4, 60_000] {
        let skip = skippable(len);
        let bytes = [&skip[..], &skip, frame, &skip, frame, &skip].concat();
        // Two large ones before the frame hide it from the detection.
        let bytes = if len == 60_000 { &bytes[skip.len()..] } else { &bytes[..] };
        for chunk in [1, 1 << 20] {
            let reader = Decompress::new(Chunks { bytes, chunk, fail: false }).unwrap();
            assert_eq!(reader.compression(), Some(format));
            let (decoded, error) = drain(reader, 4);
            assert!(error.is_none(), "{error:?}");
            assert_eq!(decoded, b"routeglass\nrouteglass\n");
        }
        for cut in bytes.len() - skip.len() + 1..bytes.len().min(bytes.len() - skip.len() + 20) {
            let (decoded, error) = text(&bytes[..cut]);
            assert_eq!(decoded, b"routeglass\nrouteglass\n");
            assert_eq!(
                error,
                format!("{format} frame at byte {} is cut short at byte {cut}, after 22 decoded bytes", bytes.len() - skip.len())
            );
        }
    }
}

#[test]
fn readers_may_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Decompress<std::fs::File>>();
    crosses::<DecompressError>();
    crosses::<Compression>();
}
