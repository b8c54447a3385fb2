"""Tables: the same rows in every consumer."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import USUAL, attribute, bgp4mp, corpus, record, update, usual

import routeglass as rg
from routeglass import _routeglass

pa = pytest.importorskip("pyarrow")

NAMES = [name for name, _ in _routeglass._COLUMNS]
DEFAULT = [name for name, is_default in _routeglass._COLUMNS if is_default]


def rows_of_elements(source: Any, names: list[str], **options: Any) -> list[dict[str, Any]]:
    return [{name: getattr(e, name) for name in names} for e in rg.elements(source, **options)]


def rows_of_table(table: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        for name in ("time", "originated"):
            if row.get(name) is not None and row[name].tzinfo is not None:
                row[name] = row[name].replace(tzinfo=__import__("datetime").timezone.utc)
    return rows


def test_rows_are_the_elements(octets: bytes) -> None:
    data = octets + bgp4mp(update(b"", b"\x08\x0a"), micros=1_000_000)
    expected = rows_of_elements(data, NAMES, errors="keep")
    assert rows_of_table(rg.table(data, NAMES, errors="keep").to_arrow()) == expected
    for rows in (1, 7):
        assert rows_of_table(rg.table(data, NAMES, rows=rows, errors="keep").to_arrow()) == expected
    assert rows_of_table(rg.table(data, NAMES, bytes=1, errors="keep").to_arrow()) == expected
    for name in NAMES:
        assert rows_of_table(rg.table(data, [name], errors="keep").to_arrow()) == [{name: row[name]} for row in expected]
    assert rg.table(data).columns == DEFAULT
    assert rg.table(data, [], errors="keep").to_arrow().num_rows == len(expected)


@pytest.mark.parametrize("types", ["arrow", "plain", "spark"])
@pytest.mark.parametrize("file", corpus(), ids=lambda file: file.name)
def test_rows_of_real_archives_are_the_elements(file: Path, types: Any) -> None:
    table = rg.table(file, NAMES, types=types, errors="keep")
    elements = rg.elements(file, errors="keep")
    for batch in table.to_batches():
        # The rows first: at their end no element is taken.
        for row, e in zip(rows_of_table(batch.slice(0, 1_500)), elements):
            assert {name: getattr(e, name) for name in NAMES} == row
        for _ in range(batch.num_rows - 1_500):
            next(elements)
    assert next(elements, None) is None
    assert table.damage == elements.damage


def test_the_schema_is_known_before_anything_is_read() -> None:
    table = rg.table("no/such/file")
    schema = pa.schema(table.schema)
    assert schema.names == table.columns == table.schema.names == DEFAULT
    assert schema.field("time").type == pa.timestamp("us", tz="UTC")
    assert schema.field("peer_asn").type == pa.uint32()
    assert schema.field("as_path").type.value_type == pa.uint32()
    assert len(table.schema) == len(DEFAULT) and "time: " in repr(table.schema)
    assert pa.schema(rg.table(b"", ["peer_asn"], types="spark").schema).field(0).type == pa.int64()
    with pytest.raises(FileNotFoundError) as raised:
        table.to_arrow()
    assert raised.value.filename == "no/such/file"


def test_columns_come_in_the_order_in_which_they_are_named(octets: bytes) -> None:
    table = rg.table(octets, ["origin_asn", "prefix", "kind"])
    assert table.columns == table.to_arrow().column_names == ["origin_asn", "prefix", "kind"]
    with pytest.raises(KeyError, match="no column is named .*micros"):
        rg.table(octets, ["micros"])
    with pytest.raises(ValueError, match="named twice"):
        rg.table(octets, ["prefix", "prefix"])
    for wrong in [{"rows": 0}, {"bytes": 0}, {"types": "x"}, {"errors": "x"}, {"strictness": "x"}, {"add_path": "x"}]:
        with pytest.raises(ValueError, match="must be"):
            rg.table(octets, **wrong)  # type: ignore[arg-type]


def test_a_table_is_read_twice_a_file_object_once(sample: Path, octets: bytes) -> None:
    sources: list[Any] = [sample, octets, [sample, octets], rg.splits(sample)]
    for source in sources:
        table = rg.table(source)
        assert table.to_arrow() == table.to_arrow() == pa.table(table)
    with open(sample, "rb") as file:
        table = rg.table(file)
        assert table.to_arrow() == rg.table(octets).to_arrow()
        with pytest.raises(ValueError, match="a file object can be read once"):
            table.to_arrow()
        with pytest.raises(ValueError, match="a file object can be read once"):
            pa.table(table)


def test_damage_in_tables(tmp_path: Path) -> None:
    bad = record(16, 5, b"")
    file = tmp_path / "cut.mrt"
    file.write_bytes(usual() + bad + usual()[:-1])
    table = rg.table(file)
    with pytest.raises(rg.DamageError) as raised:
        table.to_arrow()
    assert (raised.value.offset, raised.value.rows, raised.value.source) == (len(usual()) + 12, 1, str(file))
    assert table.damage == 1 and isinstance(table.error, rg.DamageError) and table.error.offset == raised.value.offset
    # Across the C stream only the text survives: it has path and offset.
    with pytest.raises(pa.ArrowException) as foreign:
        pa.table(table)
    assert str(file) in str(foreign.value) and f"(at byte {len(usual()) + 12})" in str(foreign.value)
    assert isinstance(table.error, rg.DamageError)
    skipped = rg.table(file, errors="skip")
    assert skipped.to_arrow().num_rows == 1 and skipped.damage == 2 and skipped.error is None and skipped.rows == 1
    kept = rg.table(file, ["kind", "error", "error_offset"], errors="keep").to_arrow().to_pylist()
    expected = rows_of_elements(file, ["kind", "error", "error_offset"], errors="keep")
    assert kept == expected and [row["kind"] for row in kept] == ["announce", "damage", "damage"]


def test_exceptions_of_read_come_through() -> None:
    class Fails:
        def __init__(self) -> None:
            self.first = True

        def read(self, n: int) -> bytes:
            if self.first:
                self.first = False
                return usual()
            raise KeyError("mine")

    modes: list[Any] = ["raise", "skip"]
    for errors in modes:
        with pytest.raises(KeyError, match="mine"):
            rg.table(Fails(), errors=errors).to_arrow()
    table = rg.table(Fails())
    with pytest.raises(pa.ArrowException, match="mine"):
        pa.table(table)
    assert isinstance(table.error, KeyError)

    class Interrupted:
        def read(self, n: int) -> bytes:
            raise KeyboardInterrupt

    # What has no text of its own is named.
    with pytest.raises(pa.ArrowException, match="KeyboardInterrupt"):
        pa.table(rg.table(Interrupted()))


def test_amplification_is_bounded() -> None:
    """One UPDATE of 60 kB: 7,500 communities and 10,000 prefixes would be gigabytes in one batch."""
    communities = attribute(0xC0, 8, b"".join(i.to_bytes(4, "big") for i in range(7_500)))
    prefixes = b"".join(b"\x10" + i.to_bytes(2, "big") for i in range(10_000))
    data = bgp4mp(update(USUAL + communities, prefixes))
    code = """
import resource, sys, routeglass as rg
import pyarrow as pa
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = 0
for batch in rg.table(data).to_batches():
    rows += batch.num_rows
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    out = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True).stdout.split()
    assert int(out[0]) == 10_000
    assert int(out[1]) < 150_000, "kilobytes"


def test_pickles_and_other_processes(sample: Path) -> None:
    table = rg.table(sample, ["prefix", "origin_asn"], where="kind rib", rows=3)
    again = pickle.loads(pickle.dumps(table))
    assert again.to_arrow() == table.to_arrow() and repr(again) == repr(table)
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer).to_arrow().num_rows)"
    out = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(table), capture_output=True, check=True).stdout
    assert int(out) == table.to_arrow().num_rows
    with open(sample, "rb") as file, pytest.raises(TypeError):
        pickle.dumps(rg.table(file))


def test_filters_of_tables(octets: bytes) -> None:
    filters: list[Any] = ["kind announce", "origin 64500", "not kind rib", rg.Filter("peer-asn 64496")]
    for where in filters:
        names = ["kind", "prefix", "origin_asn", "peer_asn"]
        assert rg.table(octets, names, where=where).to_arrow().to_pylist() == rows_of_elements(octets, names, where=where)


def test_html(sample: Path, octets: bytes) -> None:
    html = rg.table(sample, ["prefix", "communities"])._repr_html_()
    assert "<th>prefix" in html and "198.51.100.0/24" in html and html.count("<tr>") <= 11
    assert "No such file" in rg.table("no/such/file")._repr_html_()
    with open(sample, "rb") as file:
        assert "<td>" not in rg.table(file)._repr_html_()
        assert file.tell() == 0


def joined(table: Any, names: list[str]) -> list[dict[str, Any]]:
    """The rows of two tables as those of one."""
    routes, lists = table.normalised()
    by_id = {row["attributes_id"]: row for row in rows_of_table(lists)}
    assert len(by_id) == lists.num_rows and set(by_id) >= set(routes["attributes_id"].to_pylist()) - {None}
    nothing = dict.fromkeys(lists.column_names)
    return [{name: {**row, **by_id.get(row["attributes_id"], nothing)}.get(name, row.get(name)) for name in names}
            for row in rows_of_table(routes)]


@pytest.mark.parametrize("types", ["arrow", "plain", "spark"])
def test_two_tables_are_the_one(octets: bytes, types: Any) -> None:
    data = octets * 20 + usual(b"\x18\xc6\x33\x64" * 50) * 20
    # Several inputs, several batches, fewer columns.
    cases: list[tuple[Any, int, list[str]]] = [(data, 65_536, NAMES), ([data, octets, data], 7, DEFAULT), (data, 7, ["prefix", "origin_asn"])]
    for source, rows, names in cases:
        table = rg.table(source, names, types=types, rows=rows)
        assert joined(table, names) == rows_of_table(table.to_arrow())
        routes, lists = table.normalised()
        # Once for each input, and each way in which it is read.
        assert lists.num_rows <= 7 * (3 if isinstance(source, list) else 1)
        assert "as_path" not in routes.column_names and routes.column_names[-1] == lists.column_names[0] == "attributes_id"
    [withdrawn] = rg.table(bgp4mp(update(b"", b"", b"\x08\x0a")), types=types).normalised()[0].to_pylist()
    assert (withdrawn["kind"], withdrawn["attributes_id"]) == ("withdraw", None)
    empty = rg.table(b"", types=types).normalised()
    assert [part.num_rows for part in empty] == [0, 0] and empty[0].schema == rg.table(data, types=types).normalised()[0].schema
    cut = rg.table(data[:-1], types=types)
    with pytest.raises(rg.DamageError):
        cut.normalised()
    with pytest.raises(ValueError, match="this is one table"):
        rg.table(data, ["prefix"], types=types).normalised()


@pytest.mark.parametrize("file", corpus(), ids=lambda file: file.name)
def test_two_tables_of_real_archives_are_the_one(file: Path) -> None:
    table = rg.table(file, NAMES, errors="skip", rows=1_000, types="plain")
    routes, lists = table.normalised()
    whole = table.to_arrow()
    assert routes.num_rows == whole.num_rows
    by_id = dict(zip(lists["attributes_id"].to_pylist(), range(lists.num_rows)))
    places = pa.array([by_id.get(number) for number in routes["attributes_id"].to_pylist()], pa.int64())
    for name in NAMES:
        part = routes[name] if name in routes.column_names else lists[name].take(places)
        assert part.to_pylist() == whole[name].to_pylist(), name


def test_written_files(tmp_path: Path, octets: bytes) -> None:
    import pyarrow.feather
    import pyarrow.ipc
    import pyarrow.parquet

    table = rg.table(octets * 100)
    whole = table.to_arrow()
    assert table.to_parquet(tmp_path / "x.parquet", row_group_size=500) == whole.num_rows
    back = pyarrow.parquet.read_table(tmp_path / "x.parquet")
    assert back.num_rows == whole.num_rows and back["prefix"].to_pylist() == whole["prefix"].to_pylist()
    assert back["kind"].to_pylist() == whole["kind"].to_pylist()
    pyarrow.feather.write_feather(whole.combine_chunks(), tmp_path / "x.feather")
    assert pyarrow.feather.read_table(tmp_path / "x.feather").num_rows == whole.num_rows
    with pyarrow.ipc.new_stream(tmp_path / "x.arrows", pa.schema(table.schema)) as stream:
        for batch in table.to_batches():
            stream.write_batch(batch)
    with pa.memory_map(str(tmp_path / "x.arrows")) as file:
        assert pyarrow.ipc.open_stream(file).read_all().num_rows == whole.num_rows
    # The file format takes one dictionary for a column: the predefined ones, or none.
    plain = rg.table(octets * 100, types="plain", rows=700)
    for one in (plain, rg.table(octets * 100, ["kind", "origin", "error_action", "prefix"], rows=700)):
        with pyarrow.ipc.new_file(tmp_path / "x.arrow", pa.schema(one.schema)) as written:
            for batch in one.to_batches():
                written.write_batch(batch)
        with pa.memory_map(str(tmp_path / "x.arrow")) as file:
            assert pyarrow.ipc.open_file(file).read_all().equals(one.to_arrow())
    # A file that fails is not there, nor is a part of it.
    with pytest.raises(rg.DamageError):
        rg.table(octets[:-1]).to_parquet(tmp_path / "y.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.arrow", "x.arrows", "x.feather", "x.parquet"]


def test_duckdb(octets: bytes) -> None:
    duckdb = pytest.importorskip("duckdb")
    t = rg.table(octets * 10)
    expected = t.to_arrow()
    counted = duckdb.sql("select count(*), count(origin_asn), sum(origin_asn), count(distinct prefix) from t").fetchall()[0]
    numbers = [n for n in expected["origin_asn"].to_pylist() if n is not None]
    prefixes = {p for p in expected["prefix"].to_pylist() if p is not None}
    assert counted == (expected.num_rows, len(numbers), sum(numbers), len(prefixes))
    found = duckdb.sql("select count(*) from t where list_contains(communities, '64496:100')").fetchall()
    assert found[0][0] == sum("64496:100" in (c or []) for c in expected["communities"].to_pylist())
    cut = rg.table(octets[:-1])
    with pytest.raises(duckdb.Error, match="at byte"):
        duckdb.sql("select * from cut").fetchall()
    assert isinstance(cut.error, rg.DamageError)


def test_datafusion(octets: bytes) -> None:
    datafusion = pytest.importorskip("datafusion")
    t = rg.table(octets * 10)
    expected = t.to_arrow()
    context = datafusion.SessionContext()
    frame = context.from_arrow(t, name="t")
    assert frame.schema().names == t.columns
    answer = context.sql("select count(*), count(origin_asn), sum(origin_asn), count(distinct prefix) from t").collect()[0]
    numbers = [n for n in expected["origin_asn"].to_pylist() if n is not None]
    prefixes = {p for p in expected["prefix"].to_pylist() if p is not None}
    assert [column[0].as_py() for column in answer.columns] == [expected.num_rows, len(numbers), sum(numbers), len(prefixes)]


def test_pandas(octets: bytes) -> None:
    pandas = pytest.importorskip("pandas")
    frame = rg.table(octets).to_pandas()
    assert frame["peer_asn"].dtype == pandas.ArrowDtype(pa.uint32())
    assert [None if pandas.isna(p) else p for p in frame["prefix"]] == [e.prefix for e in rg.elements(octets)]
    # A dictionary could be neither sorted nor searched.
    kinds = [e.kind for e in rg.elements(octets)]
    assert list(frame.sort_values("kind")["kind"]) == sorted(kinds) and list(frame["kind"].str.upper()) == [k.upper() for k in kinds]
    assert set(frame.groupby("kind")["prefix"].nunique().index) == set(kinds)
    assert list(rg.table(b"").to_pandas().columns) == DEFAULT


def test_polars(octets: bytes, sample: Path) -> None:
    pl = pytest.importorskip("polars")
    frame = rg.table(octets).to_polars()
    assert frame["prefix"].to_list() == [e.prefix for e in rg.elements(octets)]
    assert pl.DataFrame(rg.table(octets)).equals(frame)
    assert rg.table(b"").to_polars().columns == DEFAULT
    scan = rg.scan([sample, octets])
    whole = scan.collect()
    assert whole.columns == NAMES and whole.height == 2 * frame.height
    for predicate in [
        pl.col("kind") == "announce",
        (pl.col("peer_asn") == 64496) & (pl.col("prefix").str.starts_with("198.")),
        pl.col("peer_asn") >= 65_000,
        64_500 > pl.col("peer_asn"),
        pl.col("time") > pl.lit("2026-01-01T12:00:00").str.to_datetime(time_zone="UTC"),
        pl.col("prefix") == "203.0.113.0/24",
        pl.col("family") == "IPv6 unicast",
        pl.col("origin_asn") == 64500,
        (pl.col("kind") == "announce") | (pl.col("kind") == "state"),
        pl.col("kind") == "damage",
        pl.col("prefix") == "no prefix",
        pl.col("peer_asn").is_in([64496, 1]),
        pl.col("med").is_null() & (pl.col("kind") == "rib"),
    ]:
        assert scan.filter(predicate).collect().equals(whole.filter(predicate)), predicate
        lazy = scan.filter(predicate).select("prefix").collect()
        assert lazy.equals(whole.filter(predicate).select("prefix")), predicate
    assert scan.select("prefix", "kind").collect().equals(whole.select("prefix", "kind"))
    assert scan.select(pl.len()).collect().item() == whole.height
    assert scan.head(5).collect().equals(whole.head(5))
    # Of so many rows those that match, not so many that match.
    for predicate in (pl.col("kind") == "announce", pl.col("origin_asn") == 64500):
        assert scan.head(7).filter(predicate).collect().equals(whole.head(7).filter(predicate))
        assert scan.filter(predicate).head(2).collect().equals(whole.filter(predicate).head(2))
    grouped = scan.group_by("origin_asn").len().sort("origin_asn").collect()
    assert grouped.equals(whole.group_by("origin_asn").len().sort("origin_asn"))


def test_polars_pushes_filters_down_and_stops_early() -> None:
    pl = pytest.importorskip("polars")
    from routeglass._polars import pushed

    for predicate, text in [
        (pl.col("kind") == "announce", "kind announce"),
        ((pl.col("peer_asn") == 5) & (pl.col("origin_asn") == 7), "peer-asn 5"),
        (pl.col("peer_asn") > 5, "peer-asn 5-"),
        (pl.col("peer_asn") < 5, "peer-asn 0-5"),
        (7 >= pl.col("peer_asn"), "peer-asn 0-7"),
        (pl.col("family") == "IPv4 unicast", "family ipv4/unicast"),
        ((pl.col("kind") == "rib") & (pl.col("prefix") == "10.0.0.0/8"), "kind rib and prefix 10.0.0.0/8"),
    ]:
        assert pushed(predicate) == rg.Filter(text), predicate
    # Their meaning is another one where octets cannot be read, or for sets.
    assert pushed(pl.col("origin_asn") == 7) is None
    assert pushed((pl.col("kind") == "rib") | (pl.col("kind") == "state")) is None

    class Counts:
        def __init__(self) -> None:
            self.octets = 0

        def read(self, n: int) -> bytes:
            self.octets += n
            return usual() * (n // len(usual())) or usual()[:0]

    endless = Counts()
    assert rg.scan(endless).head(5).collect().height == 5
    assert endless.octets < 4 << 20


def test_lists_of_sources_and_file_columns(sample: Path, octets: bytes, tmp_path: Path) -> None:
    other = tmp_path / "other.mrt"
    other.write_bytes(octets)
    table = rg.table([sample, other, octets], ["file", "offset"]).to_arrow()
    third = table.num_rows // 3
    assert set(table["file"].to_pylist()[:third]) == {str(sample)}
    assert set(table["file"].to_pylist()[third : 2 * third]) == {str(other)}
    assert set(table["file"].to_pylist()[2 * third :]) == {None}
    assert table["offset"].to_pylist() == [e.offset for e in rg.elements(octets)] * 3


def test_ctrl_c_inside_a_consumer() -> None:
    code = """
import os, signal, sys, threading
import pyarrow as pa
import routeglass as rg
signal.signal(signal.SIGINT, signal.default_int_handler)  # which programs in the background are started without
way = sys.argv[2]
if way == "duckdb":
    import duckdb
    def uses():
        t = table
        return duckdb.sql("select count(*) from t").fetchall()
    failure = duckdb.Error
else:
    uses, failure = (lambda: table.to_arrow() if way == "own" else pa.table(table)), pa.ArrowException
table = rg.table(bytes.fromhex(sys.argv[1]) * 4_000_000, where="origin 1")
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    for n in range(1000):
        uses()
except KeyboardInterrupt:
    print("interrupted")
except (failure, RuntimeError) as e:
    # DuckDB may see the signal first.
    is_interrupt = isinstance(table.error, KeyboardInterrupt) or way == "duckdb" and "interrupt" in str(e).lower()
    print("interrupted" if is_interrupt else repr(e))
"""
    ways = ["own", "foreign"]
    if importlib.util.find_spec("duckdb"):
        ways.append("duckdb")
    for way in ways:
        out = subprocess.run([sys.executable, "-c", code, usual().hex(), way], capture_output=True, text=True, timeout=200)
        assert out.stdout == "interrupted\n", (way, out.stderr)


def test_a_table_is_a_context_manager_and_takes_what_shows_progress(sample: Path, octets: bytes) -> None:
    with rg.table(sample) as table:
        whole = table.to_arrow()
    assert table.to_arrow() == whole
    tqdm = pytest.importorskip("tqdm")
    with open(sample, "rb") as file, tqdm.tqdm.wrapattr(file, "read", total=len(octets), disable=None) as shown:
        assert rg.table(shown).to_arrow() == whole


def test_progress_of_tables(sample: Path, octets: bytes) -> None:
    seen: list[tuple[int, int | None]] = []
    rg.table(sample, progress=lambda done, total: seen.append((done, total))).to_arrow()
    assert seen == [(len(octets), len(octets))]
    if importlib.util.find_spec("polars"):
        rg.scan(sample, progress=lambda done, total: seen.append((done, total))).collect()
        assert seen == [(len(octets), len(octets))] * 2


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_while_no_row_matches(threads: int, tmp_path: Path) -> None:
    """What is called while an input is read is so whatever its rows are: signals are looked at there too."""
    path = tmp_path / "long.mrt"
    # Two threads read up to five runs of 2 MiB ahead of whoever takes their rows: less than half of this.
    path.write_bytes(usual() * (32 * (1 << 20) // len(usual())))
    total, seen = path.stat().st_size, list[int]()
    table = rg.table(path, where="origin 1", threads=threads, progress=lambda done, total: seen.append(done))
    assert table.to_arrow().num_rows == 0
    assert len(seen) >= 3 and seen == sorted(set(seen)) and seen[-1] == total and seen[0] <= total // 2

    def stops(done: int, total: int | None) -> None:
        seen.append(done)
        raise KeyError("stop")

    seen.clear()
    stopped = rg.table(path, where="origin 1", threads=threads, progress=stops)
    with pytest.raises(KeyError, match="stop"):
        stopped.to_arrow()
    assert len(seen) == 1 and seen[0] <= total // 2 and isinstance(stopped.error, KeyError)


@pytest.mark.parametrize("types", ["arrow", "spark"])
def test_threads(types: Any, tmp_path: Path, octets: bytes) -> None:
    # Several runs of two mebibytes.
    path = tmp_path / "long.mrt"
    path.write_bytes(octets * (5 * (1 << 20) // len(octets)))
    sources: list[Any] = [path, path.read_bytes(), [path, octets]]
    for source in sources:
        whole = rg.table(source, NAMES, types=types).to_arrow().unify_dictionaries()
        for threads in (2, 3):
            table = rg.table(source, NAMES, types=types, threads=threads)
            assert table.to_arrow().unify_dictionaries().equals(whole) and table.rows == whole.num_rows
    with open(path, "rb") as file:
        assert rg.table(file, NAMES, types=types, threads=3).to_arrow().num_rows == rg.table(path, ["kind"]).to_arrow().num_rows
    cut = path.read_bytes()[:-3]
    for threads in (1, 2):
        with pytest.raises(rg.DamageError) as info:
            rg.table(cut, threads=threads).to_arrow()
        assert info.value.rows > 1000 and info.value.offset > 5_000_000 - 5000
        kept = rg.table(cut, ["kind", "error"], errors="keep", threads=threads)
        assert kept.to_arrow()["kind"].to_pylist()[-1] == "damage" and kept.damage == 1
    with pytest.raises(ValueError, match="threads must be positive"):
        rg.table(path, threads=0)


def test_scan_in_threads(tmp_path: Path, octets: bytes) -> None:
    polars = pytest.importorskip("polars")
    path = tmp_path / "long.mrt"
    path.write_bytes(octets * (3 * (1 << 20) // len(octets)))
    answers = []
    for frame in (rg.scan(path), rg.scan(path, threads=2)):
        answers.append(frame.filter(polars.col("kind") == "rib").group_by("origin_asn").len().sort("origin_asn").collect())
    assert answers[0].equals(answers[1]) and answers[0]["len"].sum() > 0
    assert rg.scan(path, threads=2).select("prefix").collect().equals(rg.scan(path).select("prefix").collect())
