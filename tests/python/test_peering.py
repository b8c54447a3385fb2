"""Peering: reductions merge to the whole, and relations are those of the library."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from conftest import ROOT, usual

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


def test_leaks(relations: peering.Relations) -> None:
    leaks = pa.table(relations.leaks(ARCHIVE))
    assert leaks.column_names == ["prefix", "origin", "leaker", "type", "vantage_point", "path", "otc", "firm"]
    for row in leaks.to_pylist():
        assert row["path"][-1] == row["origin"] and row["leaker"] in row["path"]


def test_damage(tmp_path: Path) -> None:
    with pytest.raises(rg.DamageError):
        peering.reduce(ARCHIVE.read_bytes()[:-1])
    cut = peering.reduce(ARCHIVE.read_bytes()[:-1], errors="skip")
    assert cut.damage == len(cut.damages) == 1
    with pytest.raises(FileNotFoundError):
        peering.reduce("no/such/file", errors="skip")
    with pytest.raises(ValueError, match="errors must be 'raise' or 'skip'"):
        peering.reduce(usual(), errors="keep")  # type: ignore[arg-type]
