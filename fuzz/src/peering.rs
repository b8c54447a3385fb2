//! Laws of relations, paths and attestations.

use routeglass::peering::aspa::{self, Attested, Direction, Outcome};
use routeglass::peering::format::{OldCodes, Serial, SerialReader, read_asns, read_ppdc, read_role_communities};
use routeglass::peering::rov::Vrps;
use routeglass::peering::{AddressFamily, Inference, PathStore, Reduction, Relations};

use crate::input;

/// Lines of relations read the same in one piece and in many, and survive writing and reading. Other lists of lines, and stores
/// of paths, are read or rejected.
pub fn as_rel(data: &[u8]) {
    let whole = Relations::read_serial(data);
    let mut reader = SerialReader::new();
    let pieces = data.chunks(7).try_for_each(|piece| reader.feed(piece)).and_then(|()| reader.finish());
    assert_eq!(pieces, whole);
    if let Ok(relations) = whole {
        for serial in [Serial::One, Serial::Two] {
            assert_eq!(Relations::read_serial(&relations.write_serial(serial)).as_ref(), Ok(&relations));
        }
        let json = Relations::read_json(&relations.write_json());
        assert!(json.is_ok_and(|read| read.iter().eq(relations.iter())));
        for (_, cone) in relations.cones().iter() {
            assert!(!cone.is_empty() && cone.is_sorted());
        }
    }
    for codes in [OldCodes::CustomerFirst, OldCodes::Siblings] {
        let mut reader = SerialReader::new().old_codes(codes);
        let _ = reader.feed(data).and_then(|()| reader.finish());
    }
    let _ = read_asns(data);
    let _ = read_ppdc(data);
    let _ = read_role_communities(data);
    if let Ok(reduction) = Reduction::from_exchange(data) {
        assert_eq!(reduction.to_exchange(), data);
    }
}

/// Files of relying parties and relations in JSON are read or rejected; payloads that are read cover themselves.
pub fn relying_party(data: &[u8]) {
    if let Ok(vrps) = Vrps::read(data) {
        for vrp in vrps.iter() {
            assert!(vrps.covering(vrp.prefix).any(|covering| covering == vrp));
        }
    }
    if let Ok(attested) = Attested::read_json(data) {
        for (customer, providers) in attested.iter() {
            assert!(attested.of(customer).is_some() && !providers.contains(&0));
        }
    }
    if let Ok(relations) = Relations::read_json(data) {
        assert!(Relations::read_json(&relations.write_json()).is_ok_and(|read| read.iter().eq(relations.iter())));
    }
}

/// Small numbers, so that paths meet.
fn paths(data: &[u8]) -> Vec<Vec<u32>> {
    data.split(|&octet| octet == 0)
        .filter(|path| !path.is_empty() && path.len() < 20)
        .map(|path| path.iter().map(|&hop| u32::from(hop % 32)).collect())
        .collect()
}

/// Inference works for any paths and is independent of their order; every link of a path counts once in its shape.
pub fn path_shape(data: &[u8]) {
    let paths = paths(data);
    let store = |paths: &mut dyn Iterator<Item = &Vec<u32>>| {
        let mut store = PathStore::new(AddressFamily::V4);
        for path in paths {
            let mut path = path.clone();
            path.dedup();
            assert!(store.push(path[0], &path).is_ok());
        }
        store
    };
    let (forwards, backwards) = (store(&mut paths.iter()), store(&mut paths.iter().rev()));
    assert_eq!(forwards, backwards);
    let (Ok(one), Ok(two)) = (forwards.infer(&Inference::default()), backwards.infer(&Inference::default())) else {
        assert!(paths.is_empty());
        return;
    };
    assert_eq!(one, two);
    let (judge, careful) = (one.judge(), one.judge_leaks());
    for path in &paths {
        let shape = judge.shape(path);
        assert_eq!(shape, one.shape(path));
        let links = path.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let counted = shape.up + shape.across + shape.down + shape.open;
        assert_eq!(usize::try_from(counted), Ok(links));
        let careful = careful.shape(path);
        assert!(careful.open >= shape.open);
        for leak in [shape.leak, careful.leak].into_iter().flatten() {
            assert!(path[1..path.len() - 1].contains(&leak.by), "neither the origin nor the vantage point leaks");
        }
    }
}

/// Outcomes follow the attestations: without any, nothing is invalid; more attestations never make a settled outcome unknown.
pub fn verify(data: &[u8]) {
    let ([choice, split], rest) = input::choices(data);
    let (path, list) = rest.split_at(usize::from(split).min(rest.len()));
    let path: Vec<u32> = path.iter().map(|&hop| u32::from(hop % 16)).collect();
    let mut attested = Attested::new();
    let direction = if choice & 1 == 0 { Direction::Upstream } else { Direction::Downstream };
    let mut settled = None;
    for pair in list.chunks_exact(2) {
        // Each customer attests once; a second time would add providers.
        if attested.of(u32::from(pair[0] % 16)).is_some() {
            continue;
        }
        let outcome = aspa::verify(&path, direction, &attested);
        if let Some(before) = settled {
            assert_eq!(outcome, before);
        }
        if outcome != Outcome::Unknown {
            settled = Some(outcome);
        }
        attested.insert(u32::from(pair[0] % 16), [u32::from(pair[1] % 16), u32::from(pair[1] >> 4)]);
    }
    let nobody = aspa::verify(&path, direction, &Attested::new());
    assert_eq!(nobody == Outcome::Invalid, path.is_empty());
}
