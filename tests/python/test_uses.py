"""Uses that people try first: they work, or the exception says what to do."""

from __future__ import annotations

import errno
import ipaddress
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import usual

import routeglass as rg


def test_iterators_of_sources(tmp_path: Path, octets: bytes) -> None:
    for name in ("a.mrt", "b.mrt"):
        (tmp_path / name).write_bytes(octets)
    whole = len(list(rg.elements(octets)))
    assert len(list(rg.elements(tmp_path.glob("*.mrt")))) == 2 * whole
    assert len(list(rg.elements(data for data in [octets, octets, octets]))) == 3 * whole
    with pytest.raises(TypeError, match="a source is a path, .* not int"):
        rg.elements(iter([5]))  # type: ignore[arg-type]

    def fails() -> Any:
        yield octets
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        rg.elements(fails())
    pa = pytest.importorskip("pyarrow")
    table = rg.table(tmp_path.glob("*.mrt"), ["prefix"])
    assert pa.table(table).num_rows == table.to_arrow().num_rows == 2 * whole
    # A file object is an iterator of lines, and a source.
    with open(tmp_path / "a.mrt", "rb") as file:
        assert len(list(rg.elements(file))) == whole


def test_urls_are_no_paths() -> None:
    with pytest.raises(FileNotFoundError, match="URLs are not opened here, but file objects are read") as raised:
        list(rg.elements("https://data.example/rib.gz"))
    assert (raised.value.errno, raised.value.filename) == (errno.ENOENT, "https://data.example/rib.gz")


def test_filters_are_combined_by_operators(octets: bytes) -> None:
    one, other = rg.Filter("kind rib"), rg.Filter("origin 64500")
    # Each of these would be one of the two, in silence.
    for use in (lambda: one and other, lambda: one or other, lambda: not one, lambda: bool(one)):
        with pytest.raises(TypeError, match="combine filters by &, \\| and ~"):
            use()
    assert len(list(rg.elements(octets, where=one & other))) < len(list(rg.elements(octets, where=one)))
    assert rg.Filter.of("origin", 64500) == other
    assert rg.Filter.of("peer", ipaddress.ip_address("192.0.2.1")) == rg.Filter("peer 192.0.2.1")
    assert rg.Filter.of("prefix", ipaddress.ip_network("10.0.0.0/8")) == rg.Filter("prefix 10.0.0.0/8")
    with pytest.raises(TypeError, match="not None"):
        rg.Filter.of("origin", None)


def test_prefixes_of_a_table(sample: Path) -> None:
    rib = rg.rib(sample, at="2026-01-01T12:00")
    routes = rib.get("198.51.100.0/24")
    assert "198.51.100.0/24" in rib and ipaddress.ip_network("198.51.100.0/24") in rib and routes[0] in rib
    assert "198.51.0.0/16" not in rib and next(rg.elements(usual())) not in rib
    assert rib.lookup(ipaddress.ip_address("198.51.100.7")) == rib.get(ipaddress.ip_network("198.51.100.0/24")) == routes
    assert rib.covered(ipaddress.ip_network("198.51.0.0/16")) == rib.covering(ipaddress.ip_network("198.51.100.0/25")) == routes
    wrongs: list[Any] = [5, None, b"198.51.100.0/24"]
    for wrong in wrongs:
        with pytest.raises(TypeError, match="a prefix or address is a str or an object of ipaddress, not"):
            rib.get(wrong)
    for text in ("hello", "198.51.100.7/24", ""):
        with pytest.raises(ValueError, match="is no prefix or address"):
            text in rib


def test_a_table_of_an_instant_as_columns(sample: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    rib = rg.rib(sample, at="2026-01-01T12:00")
    names = ["prefix", "peer_asn", "as_path", "kind"]
    rows = rib.table(names)
    assert (len(rows), rows.columns) == (len(rib), names)
    expected = [{name: getattr(e, name) for name in names} for e in rib]
    for _ in range(2):
        assert pa.table(rows).to_pylist() == expected
    assert rib.table().columns == rg.table(sample).columns
    assert pa.table(rib.table(["peer_asn"], types="spark")).schema.field(0).type == pa.int64()
    empty = rg.rib(b"").table(names)
    assert (len(empty), pa.table(empty).column_names) == (0, names)
    with pytest.raises(KeyError, match="no column is named"):
        rib.table(["prefx"])


def test_names_of_columns_are_a_list(octets: bytes) -> None:
    with pytest.raises(TypeError, match="columns must be a list of names, not the text 'prefix'"):
        rg.table(octets, "prefix")
    assert rg.table(octets, (name for name in ("prefix",))).columns == ["prefix"]  # type: ignore[arg-type]


def test_what_is_missing_can_be_installed() -> None:
    code = """
import sys
for name in ("pyarrow", "polars", "pandas"):
    sys.modules[name] = None
import routeglass as rg
table = rg.table(b"")
for use in (table.to_arrow, table.to_polars, table.to_pandas, table.to_batches, table.normalised, lambda: rg.scan(b"")):
    try:
        use()
    except ModuleNotFoundError as error:
        print(error)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    extras = ["arrow", "polars", "pandas", "arrow", "arrow", "polars"]
    names = ["pyarrow" if extra == "arrow" else extra for extra in extras]
    assert out == [f"this needs {name}: pip install 'routeglass[{extra}]'" for name, extra in zip(names, extras)]


def test_objects_of_other_packages(sample: Path, octets: bytes) -> None:
    """File objects of other packages, and elements in the standard library's hands."""
    import copy
    import dataclasses
    import io
    import mmap
    import zipfile
    from concurrent.futures import ThreadPoolExecutor

    expected = list(rg.elements(octets))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.mrt", octets)
    with zipfile.ZipFile(packed) as archive, archive.open("a.mrt") as member:
        assert list(rg.elements(member)) == expected
    with open(sample, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert list(rg.elements(mapped)) == expected
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda path: list(rg.elements(path)), [sample] * 8)) == [expected] * 8
    first = expected[0]
    assert copy.copy(first) == copy.deepcopy(first) == first
    assert json.loads(json.dumps(first.to_dict())) == json.loads(first.to_json())
    for wrong in (lambda: rg.Element(), lambda: sorted(expected), lambda: dataclasses.asdict(first), lambda: copy.copy(rg.elements(b""))):  # type: ignore[call-overload, type-var]
        with pytest.raises(TypeError):
            wrong()
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open(f"file://{sample}") as file:
        assert list(rg.elements(file)) == expected
