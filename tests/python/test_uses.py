"""Uses that people try first: they work, or the exception says what to do."""

from __future__ import annotations

import errno
import importlib.util
import ipaddress
import json
import os
import pickle
import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, usual

import routeglass as rg
from routeglass import peering


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
    if importlib.util.find_spec("polars"):
        scan = rg.scan(tmp_path.glob("*.mrt"))
        assert scan.collect().height == scan.collect().height == 2 * whole
    # A file object is an iterator of lines, and a source.
    with open(tmp_path / "a.mrt", "rb") as file:
        assert len(list(rg.elements(file))) == whole


def test_other_sequences_of_sources(sample: Path, octets: bytes) -> None:
    from collections import UserList, deque

    whole = list(rg.elements([sample, octets]))
    others: list[Any] = [deque([sample, octets]), UserList([sample, octets])]
    for sources in others:
        assert list(rg.elements(sources)) == list(rg.elements(sources)) == whole
    with pytest.raises(TypeError, match="a source is a path, .* not int"):
        rg.elements(deque([5]))  # type: ignore[list-item]


def test_a_file_object_is_given_once(octets: bytes) -> None:
    """Of its second time there would be no rows, in silence."""
    import io

    one, other = io.BytesIO(octets), io.BytesIO(octets)
    uses: list[Any] = [rg.elements, rg.messages, rg.check, rg.table, peering.reduce]
    for use in uses:
        with pytest.raises(ValueError, match="a file object can be read once, and is given twice"):
            use([one, octets, one])
    assert one.tell() == 0 and len(list(rg.elements([one, other]))) == 18


def test_a_table_is_that_of_the_sources_when_it_was_made(sample: Path, octets: bytes) -> None:
    """Lists and octets that are changed later change nothing, in a copy either."""
    pytest.importorskip("pyarrow")
    files, changing = [sample], bytearray(octets)
    for table in (rg.table(files), rg.table(changing), rg.table([changing])):
        whole = table.to_arrow()
        files.append(sample)
        changing[:] = b""
        assert table.to_arrow() == whole == pickle.loads(pickle.dumps(table)).to_arrow() and whole.num_rows == 9
        del files[1:]
        changing[:] = octets
    # A view cannot be pickled, its octets can.
    assert pickle.loads(pickle.dumps(rg.table(memoryview(octets)))).to_arrow() == whole


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names that are no text")
def test_file_names_that_are_no_text(tmp_path: Path, octets: bytes) -> None:
    file = os.path.join(os.fsdecode(tmp_path), os.fsdecode(b"a\xff.mrt"))
    with pytest.raises(FileNotFoundError) as raised:
        list(rg.elements(file))
    assert raised.value.filename == file
    with open(file, "wb") as out:
        out.write(octets)
    parts = rg.splits(file, 100)
    assert len(parts) > 1 and {part.path for part in parts} == {file}
    assert list(rg.elements(pickle.loads(pickle.dumps(parts)))) == list(rg.elements(file)) == list(rg.elements(octets))


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
    aware = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert rg.Filter.of("from", aware) == rg.Filter("from 2026-01-01T00:00")
    with pytest.raises(ValueError, match="this one has no time zone"):
        rg.Filter.of("from", aware.replace(tzinfo=None))

    class Text(str):
        # As texts of NumPy have it.
        def __float__(self) -> float:
            return float(str(self))

    assert rg.Filter.of("origin", Text("64500")) == other
    # The text of 5.0 is an AS number too: 327680.
    wrongs: list[Any] = [None, 5.0, b"5", Decimal(5)]
    for wrong in wrongs:
        with pytest.raises(TypeError, match="a filter's value must be a text or a whole number, not"):
            rg.Filter.of("origin", wrong)


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
    assert pa.schema(rows) == pa.table(rows).schema
    assert pa.table(rib.table(["peer_asn"], types="spark")).schema.field(0).type == pa.int64()
    empty = rg.rib(b"").table(names)
    assert (len(empty), pa.table(empty).column_names) == (0, names)
    with pytest.raises(KeyError, match="no column is named"):
        rib.table(["prefx"])


def test_arguments_that_are_none(sample: Path, octets: bytes, tmp_path: Path) -> None:
    """What another call would take for something else, or fail at later, is an error here and says what is meant."""
    rib = rg.rib(sample, at="2026-01-01T12:00")
    [e, *_] = rg.elements(octets)
    [m, *_] = rg.messages(octets)
    wrong: Any
    for wrong in ("prefix", b"prefix", 5, ["prefix", 5], [None]):
        for use in (rib.table, lambda columns: rg.table(octets, columns)):
            with pytest.raises(TypeError, match="columns must be a list of names, not"):
                use(wrong)
    for wrong in ("198.51.100.0/24", 5, [5]):
        with pytest.raises(TypeError, match="exchanges must be a list of prefixes, not"):
            peering.reduce(octets, exchanges=wrong)
    for name in ("rows", "bytes", "threads"):
        for number in (0, -1):
            with pytest.raises(ValueError, match=f"{name} must be positive"):
                rg.table(octets, **{name: number})  # type: ignore[arg-type]
    for call in (rg.elements, rg.messages, rg.check, rg.table, peering.reduce):
        wrong = 5
        with pytest.raises(TypeError, match="progress must be a function of two numbers, not int"):
            call(octets, progress=wrong)
    for number in (-1, 256, 1 << 70):
        for one in (e, m):
            with pytest.raises(ValueError, match=f"the code of an attribute is 0 to 255, not {number}"):
                one.attribute(number)
        with pytest.raises(ValueError, match=f"no record has octet {-number if number > 0 else number}"):
            rg.dissect(octets, -number if number > 0 else number)
    for number in (0, -1):
        with pytest.raises(ValueError, match="size must be positive"):
            rg.splits(sample, number)
        with pytest.raises(ValueError, match="row_group_size must be positive"):
            rg.table(octets).to_parquet(tmp_path / "x", row_group_size=number)
    wrong = bytes(sample)
    with pytest.raises(TypeError, match="its path is a str or a PathLike object, not bytes"):
        rg.splits(wrong)
    wrong = True
    with pytest.raises(TypeError, match="at must be a str, a datetime or seconds since 1970, not bool"):
        rg.rib(octets, at=wrong)
    with pytest.raises(ValueError, match="unexpected NUL byte"):
        list(rg.elements("a\0b"))
    assert list(tmp_path.iterdir()) == []


def test_inputs_that_are_no_archives(tmp_path: Path) -> None:
    page = tmp_path / "rib.gz"
    page.write_bytes(b"<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>")
    for use in (lambda: list(rg.elements(page)), lambda: list(rg.messages(page)), lambda: peering.reduce(page)):
        with pytest.raises(rg.DamageError, match=r"rib\.gz: .* \(at byte 0\); this does not look like an MRT archive$"):
            use()
    pytest.importorskip("pyarrow")
    with pytest.raises(rg.DamageError, match="this does not look like an MRT archive"):
        rg.table(page).to_arrow()
    # Octets further on may be damage.
    with pytest.raises(rg.DamageError) as raised:
        list(rg.elements(usual() + page.read_bytes()))
    assert raised.value.kind == "too-long" and "look like" not in str(raised.value)


def test_directories_are_errors_everywhere(tmp_path: Path, sample: Path) -> None:
    uses: list[Any] = [rg.elements, rg.messages, rg.check, rg.dissect, rg.splits, rg.rib, peering.reduce]
    for use in uses:
        with pytest.raises(IsADirectoryError) as raised:
            list(use(tmp_path))
        assert raised.value.filename == str(tmp_path)
    with pytest.raises(FileNotFoundError):
        rg.rib([b"\0" * 11] * 200 + [tmp_path / "missing"])
    pytest.importorskip("pyarrow")
    with pytest.raises(IsADirectoryError):
        rg.table(tmp_path).to_arrow()


def test_parts_of_a_file_that_is_another_now(tmp_path: Path) -> None:
    file = tmp_path / "many.mrt"
    file.write_bytes(usual() * 100)
    parts = rg.splits(file, 1_000)
    assert len(parts) > 3
    file.write_bytes(usual() * 50)
    errors: list[Any] = ["raise", "skip"]
    for how in errors:
        with pytest.raises(OSError, match="many.mrt: the file has .* octets, this part of it ends after that"):
            list(rg.elements(parts[-1], errors=how))
    with pytest.raises(OSError, match="ends after that"):
        list(rg.elements(rg.Split(file, file.stat().st_size + 1)))
    assert list(rg.elements(rg.Split(file, file.stat().st_size))) == []


def test_values_are_equal_hashed_copied_and_pickled(sample: Path, octets: bytes) -> None:
    import copy

    later = rg.rib(sample)
    changes = rg.rib(sample, at="2026-01-01T12:00").diff(later)
    values: list[Any] = [
        *rg.elements(octets), *rg.messages(octets), *rg.dissect(octets), *rg.check(usual()[:-1]), *changes, *rg.splits(sample),
        rg.Filter("kind rib"),
    ]  # fmt: skip
    assert {type(value).__name__ for value in values} >= {"Element", "Message", "Place", "Finding", "Change", "Split", "Filter"}
    for value in values:
        for again in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
            assert again == value and hash(again) == hash(value) and repr(again) == repr(value)
        assert value != 5 and not value == "x"
    assert len({*changes, *rg.rib(sample, at="2026-01-01T12:00").diff(later)}) == len(changes)
    assert rg.table(octets).schema == rg.table(sample).schema != rg.table(octets, ["prefix"]).schema
    assert hash(rg.table(octets).schema) == hash(rg.table(sample).schema)
    store = peering.reduce(ROOT / "tests" / "data" / "peering.mrt")
    assert store == store == pickle.loads(pickle.dumps(store)) != peering.reduce(sample)
    relations = store.infer()
    assert peering.Relations.read(relations.to_json()) == peering.Relations.read(relations.to_json().encode())


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
