"""Peering: reductions merge to the whole, and relations are those of the library."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from conftest import ROOT, USUAL, attribute, bgp4mp, path, record, update, usual

import routeglass as rg
from routeglass import peering

pa = pytest.importorskip("pyarrow")

ARCHIVE = ROOT / "tests" / "data" / "peering.mrt"


@pytest.fixture(scope="module")
def store() -> peering.PathStore:
    return peering.reduce(ARCHIVE)


@pytest.fixture(scope="module")
def relations(store: peering.PathStore) -> peering.Relations:
    return store.infer()


def test_relations_are_those_of_the_library(relations: peering.Relations) -> None:
    assert len(peering.Relations.read((ROOT / "tests" / "data" / "peering.as-rel").read_bytes())) == 158
    lines = [json.loads(line) for line in relations.to_json().splitlines()]
    table = pa.table(relations.links()).to_pylist()
    for line, row in zip(lines, table, strict=True):
        row.pop("refuted")
        sources = row.pop("sources")
        assert sources == line.pop("sources", [])
        assert row == line
    assert peering.Relations.read(relations.to_json().encode()).to_json() == relations.to_json()
    assert len(peering.Relations.read(relations.to_serial().encode())) == len(relations)
    assert relations.get(100103, 100005) == relations.get(100005, 100103)
    assert relations.get(1, 2) is None
    assert relations.clique == sorted(relations.clique) and relations.vantage_points == 9


def test_parts_merge_to_the_whole(store: peering.PathStore, tmp_path: Path) -> None:
    whole = store.to_bytes()
    assert peering.PathStore.from_bytes(whole).to_bytes() == whole == pickle.loads(pickle.dumps(store)).to_bytes()
    parts = [peering.reduce(split) for split in rg.splits(ARCHIVE, 2_000)]
    assert len(parts) > 3
    assert peering.PathStore.merge(parts).to_bytes() == whole
    assert peering.PathStore.merge(parts[::-1]).to_bytes() == whole
    assert peering.PathStore.merge([store]).infer() == store.infer()
    assert store.counts["entries"] >= store.routes >= len(store) > 0 and store.family == 4
    with pytest.raises(ValueError, match="no store to merge"):
        peering.PathStore.merge([])
    with pytest.raises(ValueError, match="at byte"):
        peering.PathStore.from_bytes(whole[:-1])
    with pytest.raises(ValueError, match="family must be 4 or 6"):
        peering.reduce(ARCHIVE, family=5)
    with pytest.raises(ValueError, match="no path"):
        peering.reduce(ARCHIVE, family=6).infer()


def test_cones_and_reach(relations: peering.Relations) -> None:
    cones = {row["asn"]: row for row in pa.table(relations.cones()).to_pylist()}
    assert cones[100103]["size"] == 7 == len(cones[100103]["members"])
    reach = relations.reach(100103)
    assert reach is not None
    ways = [row["over"] for row in pa.table(reach).to_pylist()]
    assert [ways.count(over) for over in ("customers", "peers", "providers")] == [6, 8, 64]
    assert relations.reach(1) is None


def leaked(relations: peering.Relations) -> tuple[bytes, tuple[int, int, int]]:
    """A route that a network has from one provider and passes on to another one."""
    providers: dict[int, list[int]] = {}
    for link in pa.table(relations.links()).to_pylist():
        if link["relation"] == "transit":
            providers.setdefault(link["b"], []).append(link["a"])
    leaker, (one, other, *_) = next(item for item in providers.items() if len(item[1]) > 1)
    attributes = attribute(0x40, 1, b"\0") + path(one, leaker, other) + attribute(0x40, 3, bytes([192, 0, 2, 1]))
    return bgp4mp(update(attributes, b"\x18\xc6\x33\x64"), asn=one), (one, leaker, other)


def test_leaks(relations: peering.Relations) -> None:
    assert len(relations.leaks(ARCHIVE)) == 0
    octets, (one, leaker, other) = leaked(relations)
    leaks = pa.table(relations.leaks([ARCHIVE, octets]))
    assert leaks.column_names == ["prefix", "origin", "leaker", "type", "vantage_point", "path", "otc", "firm"]
    [row] = leaks.to_pylist()
    assert isinstance(row.pop("firm"), bool)
    assert row == {
        "prefix": "198.51.100.0/24", "origin": other, "leaker": leaker, "type": 1, "vantage_point": one,
        "path": [one, leaker, other], "otc": None,
    }  # fmt: skip
    assert pa.table(relations.leaks(octets, family=6)).num_rows == 0


def test_tables_have_the_same_columns_whatever_is_in_them(relations: peering.Relations) -> None:
    leaks = relations.leaks(leaked(relations)[0])
    assert len(leaks) == 1 and pa.schema(leaks) == pa.schema(relations.leaks(b"")) == pa.table(leaks).schema
    without = peering.Relations.read(relations.to_serial())
    assert pa.schema(without.links()) == pa.schema(relations.links())
    assert pa.concat_tables([pa.table(without.links()), pa.table(relations.links())]).num_rows == 2 * len(relations)


def test_damage_is_counted_wherever_it_is(store: peering.PathStore, relations: peering.Relations) -> None:
    """In whatever is made of stores, and in answers without rows for it."""
    octets = ARCHIVE.read_bytes()
    cut = peering.reduce(octets[:-1], errors="skip")
    both = peering.PathStore.merge([store, cut, cut])
    again = pickle.loads(pickle.dumps(both))
    for one in (both, again):
        assert one.damage == 2 and [str(damage) for damage in one.damages] == [str(cut.damages[0])] * 2
    assert again == both and again.damages[0].offset == cut.damages[0].offset
    with pytest.raises(rg.DamageError):
        relations.leaks(octets[:-1])
    leaks = relations.leaks(octets[:-1], errors="skip")
    assert leaks.damage == 1 and str(leaks.damages[0]) == str(cut.damages[0])
    assert relations.leaks(ARCHIVE).damage == 0 and relations.leaks(ARCHIVE).damages == []
    # Parts of records: these are left out, and the rest is read.
    bad = record(16, 5, b"") + bgp4mp(update(USUAL, b"\x18\xc6\x33\x64\x21"))
    expected = rg.elements(bad, errors="skip")
    routes = sum(1 for _ in expected)
    left_out = peering.reduce(octets + bad)
    assert expected.damage == left_out.damage == relations.leaks(octets + bad).damage == 2
    assert left_out.counts["entries"] == store.counts["entries"] + routes > store.counts["entries"]
    assert [damage.offset - len(octets) for damage in left_out.damages] == [damage.offset for damage in expected.damages]
    many = peering.reduce(record(16, 5, b"") * 1_000)
    assert (many.damage, len(many.damages)) == (1_000, 100)


def test_damage(tmp_path: Path) -> None:
    with pytest.raises(rg.DamageError):
        peering.reduce(ARCHIVE.read_bytes()[:-1])
    cut = peering.reduce(ARCHIVE.read_bytes()[:-1], errors="skip")
    assert cut.damage == len(cut.damages) == 1
    with pytest.raises(FileNotFoundError):
        peering.reduce("no/such/file", errors="skip")
    with pytest.raises(ValueError, match="errors must be 'raise' or 'skip'"):
        peering.reduce(usual(), errors="keep")  # type: ignore[arg-type]
