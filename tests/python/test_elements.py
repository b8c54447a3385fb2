"""Elements and messages as objects."""

from __future__ import annotations

import itertools
import json
import pickle
import struct
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from conftest import USUAL, attribute, bgp4mp, corpus, path, record, update, usual

import routeglass as rg
from routeglass import _routeglass


def test_the_sample_from_every_kind_of_source(sample: Path, octets: bytes) -> None:
    expected = [e.to_json() for e in rg.elements(sample)]
    assert len(expected) == 9
    with open(sample, "rb") as file:
        sources: list[Any] = [str(sample), octets, bytearray(octets), memoryview(octets), file, [sample], (octets,)]
        for source in sources:
            assert [e.to_json() for e in rg.elements(source)] == expected
    assert [e.to_json() for e in rg.elements([sample, octets])] == expected * 2
    assert list(rg.elements([])) == []
    assert list(rg.elements(b"")) == []


def test_an_announcement_has_these_values() -> None:
    [e] = rg.elements(bgp4mp(update(USUAL + attribute(0xC0, 8, b"\xfb\xf0\0\x64\xff\xff\xff\1"), b"\x18\xc6\x33\x64"), micros=7))
    assert (e.kind, e.record_type, e.family, e.prefix) == ("announce", "BGP4MP_ET", "IPv4 unicast", "198.51.100.0/24")
    assert e.time == datetime(2026, 1, 1, 12, 0, 0, 7, tzinfo=timezone.utc)
    assert e.timestamp == 1_767_268_800.000007
    assert (e.peer_asn, e.peer_address, e.local) == (64496, "192.0.2.1", False)
    assert (e.as_path, e.as_path_segments, e.as_path_text, e.origin_asn) == ([64496, 64500], None, "64496 64500", 64500)
    # Always numbers, also of a community with a name.
    assert e.communities == ["64496:100", "65535:65281"]
    assert e.prefix_address == bytes(10) + b"\xff\xff" + bytes([198, 51, 100, 0])
    assert (e.prefix_length, e.next_hop, e.origin, e.atomic_aggregate) == (24, "192.0.2.1", "IGP", False)
    assert (e.med, e.local_pref, e.otc, e.path_id, e.error, e.route, e.decoded) == (None,) * 7
    assert (e.offset, e.file) == (0, None)
    assert e.attribute(3) == bytes([192, 0, 2, 1])
    assert e.attribute(4) is None
    assert e.to_dict() == json.loads(e.to_json())
    assert e.to_dict()["as_path"] == "64496 64500"
    assert e.to_dict()["communities"] == ["64496:100", "no-export"]
    with pytest.raises(AttributeError):
        e.prefix = "10.0.0.0/8"  # type: ignore[misc]


def test_sets_empty_paths_and_impossible_microseconds() -> None:
    segments = attribute(0x40, 2, b"\2\1\0\0\xfb\xf0\1\2\0\0\xfb\xf4\0\0\xfb\xf5")
    hop = attribute(0x40, 3, bytes([192, 0, 2, 1]))
    data = bgp4mp(update(attribute(0x40, 1, b"\0") + segments + hop, b"\x08\x0a"), micros=1_000_000)
    # The header's finding is an item of its own.
    with pytest.raises(rg.DamageError, match="value 1000000 is not valid here"):
        list(rg.elements(data))
    [e] = [e for e in rg.elements(data, errors="keep") if e.kind != "damage"]
    assert (e.as_path, e.origin_asn, e.origin_asns) == ([64496, 64500, 64501], None, [64500, 64501])
    assert e.as_path_segments == [{"type": 2, "count": 1}, {"type": 1, "count": 2}]
    assert e.as_path_text == "64496 {64500,64501}"
    assert e.time is not None and e.time.microsecond == 999_999
    [e] = rg.elements(bgp4mp(update(attribute(0x40, 1, b"\0") + attribute(0x40, 2, b"") + hop, b"\x08\x0a")))
    assert (e.as_path, e.origin_asn, e.as_path_segments) == ([], None, [])


def test_every_field_is_an_attribute_and_in_the_stubs() -> None:
    extra = {"kind", "time", "timestamp", "error", "error_action", "error_offset", "offset", "file"}
    names = {name for name in dir(rg.Element) if not name.startswith("_")} - {"attribute", "to_json", "to_dict"}
    assert names == set(_routeglass._FIELDS) | extra
    table = Path(__file__).parents[2] / "src" / "_docs" / "fields.md"
    listed = {line.split("`")[1] for line in table.read_text().splitlines() if line.startswith("| `")}
    assert listed <= names
    assert set(_routeglass._FIELDS) | {"kind", "time", "error", "error_action", "error_offset", "offset", "file"} >= listed
    stubs = (Path(__file__).parents[2] / "python" / "routeglass" / "_routeglass.pyi").read_text()
    element = stubs.split("class Element:")[1].split("\nclass ")[0]
    assert {line.split("def ")[1].split("(")[0] for line in element.splitlines() if "def " in line and "->" in line} >= names


def test_json_is_that_of_the_attributes(octets: bytes) -> None:
    for e in rg.elements(octets):
        for name, value in e.to_dict().items():
            said = getattr(e, name)
            if name == "time":
                said = int(said.timestamp())
            elif name == "originated":
                said = int(said.timestamp())
            elif name == "as_path":
                continue
            elif name == "error":
                value = value["text"]
            elif name == "communities":
                said, value = len(said), len(value)
            elif name == "next_hop":
                value = value.split(" ")[0]
            assert said == value, name


def test_values_that_recur_are_objects_of_their_own() -> None:
    """Lists and dicts can be changed: those of one element are not those of another with the same attributes."""
    data = usual() + bgp4mp(update(USUAL + attribute(0xC0, 8, b"\xfb\xf0\0\x64"), b"\x08\x0a\x08\x0b")) * 2
    plain, *others = rg.elements(data)
    first = others[0]
    for name in ("as_path", "origin_asns", "communities"):
        value = getattr(first, name)
        value.append("changed")
        assert getattr(first, name) == value[:-1]
    first.to_dict()["communities"].append("changed")
    first.to_dict()["as_path"] = None
    assert [e.communities for e in others] == [["64496:100"]] * 4
    assert [e.to_dict() for e in others] == [json.loads(e.to_json()) for e in others]
    assert (plain.communities, plain.as_path) == (None, [64496, 64500])
    assert plain.to_dict() == json.loads(plain.to_json())


def test_equal_octets_read_in_other_ways_have_other_values() -> None:
    """The values of a list are kept by its octets, and by the way they are read."""
    octets = attribute(0x40, 1, b"\0") + attribute(0x40, 2, b"\2\2\0\1\0\2") + attribute(0x40, 3, bytes([192, 0, 2, 1]))
    message = update(octets, b"\x18\xc6\x33\x64")
    two = struct.pack(">HHHH", 64496, 64511, 0, 1) + bytes([192, 0, 2, 1, 192, 0, 2, 254]) + message
    for _ in range(2):
        [e] = rg.elements(record(16, 1, two))
        assert (e.as_path, e.to_dict()["as_path"]) == ([1, 2], "1 2")
        [e] = rg.elements(bgp4mp(message))
        assert e.as_path != [1, 2] and e.to_dict() == json.loads(e.to_json())


# Elements that a filter has let through are kept in another form.
ANY = "kind announce or kind withdraw or kind rib or kind state"


def said(e: rg.Element) -> tuple[Any, ...]:
    return (e, hash(e), repr(e), e.offset, e.file, *(getattr(e, name) for name in _routeglass._FIELDS), e.kind, e.time, e.timestamp, e.error)


def is_same_in_both_forms(source: Any, most: int | None = None, **options: Any) -> int:
    count = 0
    for plain, kept in itertools.zip_longest(
        itertools.islice(rg.elements(source, errors="skip", **options), most),
        itertools.islice(rg.elements(source, errors="skip", where=ANY, **options), most),
    ):
        assert said(plain) == said(kept)
        count += 1
        if count % 499 == 1:
            assert said(pickle.loads(pickle.dumps(plain))) == said(plain)
    return count


def test_elements_are_the_same_in_every_form(octets: bytes) -> None:
    reach = attribute(0x80, 14, b"\0\2\1\x10" + bytes(15) + b"\1" + b"\0" + b"\x10\x20\1\x18\x20\1\x0d")
    unreach = attribute(0x80, 15, b"\0\2\1\x10\x20\2")
    evpn = attribute(0x80, 14, b"\0\x19\x46\4\xc0\0\2\1\0" + b"\3\x11" + bytes(8) + bytes(4) + b"\x20" + bytes(4))
    lists = [USUAL, USUAL + reach, USUAL + unreach, reach + unreach, USUAL + evpn, USUAL[:-1], attribute(0x40, 1, b"\x09"), b""]
    prefixes = b"\x18\xc6\x33\x64\x08\x0a" * 6
    messages = [update(attributes, announced, withdrawn) for attributes in lists
                for announced, withdrawn in [(prefixes, b""), (b"", prefixes), (prefixes, prefixes), (prefixes[:-1], b""), (b"", b"")]]
    data = b"".join(bgp4mp(message) + bgp4mp(message + message) + bgp4mp(message, micros=1_000_000) for message in messages)
    peer = b"\2" + bytes(4) + bytes([192, 0, 2, 1]) + (64496).to_bytes(4, "big")
    table = record(13, 1, bytes(4) + b"\0\0\0\1" + peer)
    entries = [index + bytes(4) + len(of).to_bytes(2, "big") + of for index in (b"\0\0", b"\0\1") for of in lists]
    rib = record(13, 2, bytes(4) + b"\x08\x0a" + len(entries).to_bytes(2, "big") + b"".join(entries))
    with_ids = [entry[:6] + b"\0\0\0\7" + entry[6:] for entry in entries]
    rib_of_ids = record(13, 8, bytes(4) + b"\x08\x0a" + len(entries).to_bytes(2, "big") + b"".join(with_ids))
    damaged = bytearray(table)
    damaged[17] = 9
    old = record(12, 1, b"\0\0\0\1\x0a\0\0\0\x08\1" + bytes(4) + bytes([192, 0, 2, 1]) + b"\xfb\xf0" + b"\0\0")
    data += rib + table + rib + rib_of_ids + bytes(damaged) + rib + table + rib[:-1] + b"x" + old + octets
    strictnesses: list[Any] = ["forensic", "rfc7606", "strict"]
    for strictness in strictnesses:
        assert is_same_in_both_forms(data, strictness=strictness) > 100
    assert is_same_in_both_forms(bgp4mp(update(USUAL, b"\0\0\0\7\x18\xc6\x33\x64" * 20)), add_path="on") == 20


def test_equality_hash_repr_and_pickle(octets: bytes) -> None:
    first, second = list(rg.elements(octets)), list(rg.elements(octets))
    assert first == second
    assert [hash(e) for e in first] == [hash(e) for e in second]
    assert len(set(first)) == len(set(second)) > 5
    assert first[0] != first[1] and first[0] != 5 and not first[0] == "x"
    assert repr(first[0]).startswith("<Element ") and str(first[0]) in repr(first[0])
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(first, protocol)) == first
    again = pickle.loads(pickle.dumps(first))
    assert [e.to_json() for e in again] == [e.to_json() for e in first]
    assert [(e.offset, e.file) for e in again] == [(e.offset, e.file) for e in first]
    # The octets of a record and of a peer table are in a list of elements once for each record.
    many = list(rg.elements(usual(b"\x18\xc6\x33\x64" * 500)))
    assert pickle.loads(pickle.dumps(many)) == many
    assert len(pickle.dumps(many)) < len(pickle.dumps(many[:1])) + 500 * 60


def test_pickles_of_path_identifiers(sample: Path) -> None:
    plain = bgp4mp(update(USUAL, b"\0\0\0\7\x18\xc6\x33\x64"))
    [e] = rg.elements(plain, add_path="on")
    assert (e.prefix, e.path_id) == ("198.51.100.0/24", 7)
    assert pickle.loads(pickle.dumps(e)) == e
    weighed = list(rg.elements(plain * 30, add_path="auto"))
    assert {(e.prefix, e.path_id) for e in weighed} == {("198.51.100.0/24", 7)}
    assert pickle.loads(pickle.dumps(weighed)) == weighed
    with open(sample, "rb") as file, pytest.raises(ValueError, match="reads the input twice"):
        rg.elements(file, add_path="auto")


def test_filters(octets: bytes) -> None:
    everything = list(rg.elements(octets))
    for text in ["kind announce", "origin 64500", "not kind rib", "prefix 203.0.113.0/24 or kind state", "community 64496:100"]:
        filtered = rg.Filter(text)
        expected = [e for e in everything if filtered.matches(e)]
        assert list(rg.elements(octets, where=text)) == list(rg.elements(octets, where=filtered)) == expected
        assert pickle.loads(pickle.dumps(list(rg.elements(octets, where=text)))) == expected
        assert rg.Filter(str(filtered)) == filtered == pickle.loads(pickle.dumps(filtered))
        assert hash(rg.Filter(str(filtered))) == hash(filtered)
        assert len(list(rg.elements(octets, where=~filtered))) == len(everything) - len(expected)
    both = rg.Filter("kind announce") & rg.Filter.of("origin", "64500")
    assert list(rg.elements(octets, where=both)) == [e for e in everything if e.kind == "announce" and e.origin_asn == 64500]
    either = rg.Filter("kind state") | rg.Filter("kind withdraw")
    assert {e.kind for e in rg.elements(octets, where=either)} == {"state", "withdraw"}
    with pytest.raises(ValueError, match="^filter: "):
        rg.Filter("origin x")
    with pytest.raises(TypeError, match="where must be a str or a Filter, not int"):
        rg.elements(octets, where=5)  # type: ignore[arg-type]


def test_routes_of_families_without_prefixes() -> None:
    # EVPN: an inclusive multicast route (RFC 7432 section 7.3).
    route = b"\3\x11" + bytes([0, 0, 0xFB, 0xF0, 0, 0, 0, 1]) + bytes(4) + b"\x20" + bytes([192, 0, 2, 1])
    hop = b"\0\x19\x46\4" + bytes([192, 0, 2, 1]) + b"\0"
    [e] = rg.elements(bgp4mp(update(USUAL + attribute(0x80, 14, hop + route), b"")))
    assert (e.kind, e.prefix, e.prefix_address, e.prefix_length, e.next_hop) == ("announce", None, None, None, "192.0.2.1")
    assert e.family == "L2VPN evpn"
    assert (e.route_octets, e.octets) == (route, route.hex())
    assert e.route is not None and "192.0.2.1" in e.route
    assert e.decoded is not None and e.to_dict()["decoded"] == e.decoded
    assert e.as_path == [64496, 64500] and pickle.loads(pickle.dumps(e)) == e


def test_strictness(octets: bytes) -> None:
    bad = bgp4mp(update(attribute(0x40, 1, b"\x09") + path(64496) + attribute(0x40, 3, bytes([192, 0, 2, 1])), b"\x08\x0a"))
    [e] = rg.elements(bad)
    assert e.kind == "announce" and e.error == "ORIGIN attribute: value 9 is not valid here (at byte 58)"
    assert (e.error_action, e.error_offset) == ("treat-as-withdraw", 58)
    [e] = rg.elements(bad, strictness="rfc7606")
    assert e.kind == "withdraw" and e.error_offset == 58 and e.as_path is None
    assert pickle.loads(pickle.dumps(e)) == e
    with pytest.raises(rg.DamageError, match="ORIGIN attribute"):
        list(rg.elements(bad, strictness="strict"))
    with pytest.raises(ValueError, match="strictness must be"):
        rg.elements(bad, strictness="x")  # type: ignore[arg-type]


def test_messages_are_one_object_for_one_update(octets: bytes) -> None:
    [m] = rg.messages(bgp4mp(update(USUAL, b"\x18\xc6\x33\x64\x08\x0a", b"\x10\xac\x10")))
    assert (m.type, m.peer_asn, m.peer_address, m.local, m.offset) == ("UPDATE", 64496, "192.0.2.1", False, 0)
    assert (m.announced, m.withdrawn) == (["198.51.100.0/24", "10.0.0.0/8"], ["172.16.0.0/16"])
    assert [a["code"] for a in m.attributes] == [1, 2, 3]
    assert m.attribute(1) == b"\0" and m.attribute(9) is None
    assert m.octets is not None and m.octets[:16] == b"\xff" * 16
    assert m.to_dict()["message"]["type"] == "UPDATE"
    assert m.error is None and m.end_of_rib is None
    assert pickle.loads(pickle.dumps(m)) == m and hash(pickle.loads(pickle.dumps(m))) == hash(m)
    [m] = rg.messages(bgp4mp(update(b"", b"")))
    assert m.end_of_rib == "IPv4 unicast"
    everything = list(rg.messages(octets))
    announced = [e for e in rg.elements(octets) if e.kind == "announce" and e.prefix]
    assert sum(len(m.announced) for m in everything) >= len(announced) > 0
    assert "<Message " in repr(everything[0])


def test_tables_at_an_instant(sample: Path, octets: bytes) -> None:
    rib = rg.rib(sample, at="2026-01-01T12:00")
    routes = rib.lookup("198.51.100.7")
    assert [(e.kind, e.prefix, e.peer_asn, e.origin_asn) for e in routes] == [
        ("rib", "198.51.100.0/24", 64496, 64500),
        ("rib", "198.51.100.0/24", 65536, 64500),
    ]
    assert rib.get("198.51.100.0/24") == routes == rg.rib(octets, at=datetime(2026, 1, 1, 12, tzinfo=timezone.utc)).lookup("198.51.100.0/24")
    assert len(list(rib)) == len(rib) and rib.prefix_count > 0
    assert [e.prefix for e in rib.covered("198.51.0.0/16")] == ["198.51.100.0/24"] * 2
    assert [e.prefix for e in rib.covering("198.51.100.0/25")] == ["198.51.100.0/24"] * 2
    assert sum(peer["routes"] for peer in rib.peers) == len(rib)
    later = rg.rib([sample], at=1_767_268_801)
    changes = rib.diff(later)
    assert changes and all(c.before or c.after for c in changes)
    gained = [c.after.prefix for c in changes if c.before is None and c.after is not None]
    assert gained == ["203.0.113.0/25", "203.0.113.128/25"]
    assert pickle.loads(pickle.dumps(routes)) == routes
    wrongs: list[Any] = ["x", datetime(2026, 1, 1), -1]
    for wrong in wrongs:
        with pytest.raises(ValueError, match="^at"):
            rg.rib(sample, at=wrong)
    with pytest.raises(FileNotFoundError):
        rg.rib("no/such/file")


def test_dissection_and_findings(octets: bytes) -> None:
    places = rg.dissect(octets, 0)
    assert places[0].name == "record" and places[0].start == 0
    assert {p.name for p in places} >= {"time", "type", "subtype", "length"}
    second = rg.dissect(octets, places[0].end)
    assert second[0].start == places[0].end
    cut = rg.dissect(octets[:20], 0)
    assert any(p.error for p in cut)
    with pytest.raises(ValueError, match="no record has octet"):
        rg.dissect(octets, len(octets))
    found = list(rg.check(usual()[:-1]))
    assert [f.kind for f in found] == ["truncated"] and found[0].offset == 0
    bad = bgp4mp(update(attribute(0x40, 1, b"\x09") + path(64496) + attribute(0x40, 3, bytes([192, 0, 2, 1])), b"\x08\x0a"))
    [finding] = rg.check(bad)
    assert (finding.offset, finding.action, finding.kind) == (58, "treat-as-withdraw", "bad-value")
    assert finding.rfc is not None and finding.rfc.startswith("RFC ")
    assert list(rg.check(usual())) == []


def test_splits_are_the_whole(tmp_path: Path, octets: bytes) -> None:
    file = tmp_path / "many.mrt"
    file.write_bytes(octets * 50 + usual() * 300)
    whole = list(rg.elements(file))
    for size in [1, 100, 5_000, 1 << 30]:
        parts = rg.splits(file, size)
        assert sum(part.length or file.stat().st_size for part in parts) == file.stat().st_size
        assert list(rg.elements(parts)) == whole
        assert pickle.loads(pickle.dumps(parts)) == parts
        assert [e.offset for e in rg.elements(parts)] == [e.offset for e in whole]
    cut = tmp_path / "cut.mrt"
    cut.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(rg.DamageError) as raised:
        list(rg.elements(rg.splits(cut, 5_000)))
    with pytest.raises(rg.DamageError) as of_whole:
        list(rg.elements(cut))
    assert (raised.value.offset, str(raised.value)) == (of_whole.value.offset, str(of_whole.value))
    with pytest.raises(ValueError, match="size must be positive"):
        rg.splits(file, 0)


def test_importing_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import routeglass; print(sorted(set(sys.modules) - before - {'__future__'}))"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert out.strip() == "['routeglass', 'routeglass._routeglass', 'routeglass._table']"


def test_progress(sample: Path, octets: bytes) -> None:
    seen: list[tuple[int, int | None]] = []
    list(rg.elements(sample, progress=lambda done, total: seen.append((done, total))))
    assert seen == [(len(octets), len(octets))]
    big = usual() * 40_000
    seen.clear()
    list(rg.elements(big, progress=lambda done, total: seen.append((done, total))))
    assert len(seen) > 1 and seen == sorted(seen) and seen[-1] == (len(big), len(big))

    def fails(done: int, total: int | None) -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError):
        list(rg.elements(big, progress=fails))


@pytest.mark.parametrize("file", corpus(), ids=lambda file: file.name)
def test_real_archives(file: Path) -> None:
    elements = rg.elements(file, errors="skip")
    count = 0
    for e in elements:
        count += 1
        if count % 997 == 1:
            assert pickle.loads(pickle.dumps(e)) == e
            assert list(e.to_dict().items()) == list(json.loads(e.to_json()).items())
    is_same_in_both_forms(file, 5_000)
    messages = rg.messages(file, errors="skip")
    for m in messages:
        assert pickle.loads(pickle.dumps(m)) == m
        m.announced, m.withdrawn, m.to_dict()
    assert [f.text for f in rg.check(file)] == [f.text for f in rg.check(file.read_bytes())]
