"""Spark: what ten tasks read is what one process reads."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import usual

import routeglass as rg

if shutil.which("java") is None:
    pytest.skip("no Java", allow_module_level=True)
pytest.importorskip("pyspark")

from pyspark.sql import SparkSession  # noqa: E402

from routeglass.spark import register  # noqa: E402


def session(master: str = "local[2]") -> SparkSession:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = SparkSession.builder
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "1g",
        "spark.sql.python.filterPushdown.enabled": "true",
        "spark.log.level": "OFF",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    made: SparkSession = builder.master(master).appName("routeglass").getOrCreate()
    register(made)
    return made


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    made = session()
    yield made
    made.stop()


@pytest.fixture
def archives(tmp_path: Path, octets: bytes) -> Path:
    """Ten files: plain ones of several partitions, and compressed ones."""
    for number in range(10):
        data = octets * (number + 1) + usual() * (100 * number)
        if number % 3:
            (tmp_path / f"{number}.mrt").write_bytes(data)
        else:
            (tmp_path / f"{number}.mrt.gz").write_bytes(gzip.compress(data))
    return tmp_path


COLUMNS = ["kind", "peer_asn", "prefix", "origin_asn", "communities", "time", "as_path_segments"]


def rows(frame: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in frame.collect()), key=repr)


def one_process(files: list[Path], columns: list[str], **options: Any) -> list[tuple[Any, ...]]:
    table = rg.table([str(file) for file in files], columns, types="spark", **options).to_arrow()
    return [tuple(row.values()) for row in table.to_pylist()]


def test_ten_files_are_those_of_one_process(spark: SparkSession, archives: Path) -> None:
    files = sorted(archives.iterdir())
    frame = spark.read.format("mrt").schema("prefix string, origin_asn bigint").load(f"{archives}/*")
    assert rows(frame) == sorted(one_process(files, ["prefix", "origin_asn"]), key=repr)
    split = spark.read.format("mrt").option("splitSize", "2000").option("columns", "prefix,origin_asn").load(f"{archives}/*")
    assert split.rdd.getNumPartitions() > 20
    assert rows(split) == rows(frame)
    listed = spark.read.format("mrt").option("columns", "offset,kind").load([str(file) for file in files[:2]])
    assert rows(listed) == sorted(one_process(files[:2], ["offset", "kind"]), key=repr)


def test_small_files_are_read_together(spark: SparkSession, tmp_path: Path, octets: bytes) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.mrt").write_bytes(octets if number != 20 else usual() * 51_000)
    files = sorted(tmp_path.iterdir())
    names = ["file", "offset", "kind", "prefix"]
    reader = spark.read.format("mrt").option("columns", ",".join(names))
    for size, parts in [(64 << 20, 3), (1 << 20, 2 + len(rg.splits(files[20], 1 << 20)))]:
        frame = reader.option("splitSize", size).load(f"{tmp_path}/*")
        assert rows(frame) == sorted(one_process(files, names), key=repr)
        assert frame.rdd.getNumPartitions() == parts
    few = [str(file) for file in files[:5]]
    for options in [{"splitSize": str(len(octets))}, {"addPath": "auto"}]:
        assert spark.read.format("mrt").options(**options).load(few).rdd.getNumPartitions() == 5


def test_all_columns_and_the_default_ones(spark: SparkSession, archives: Path) -> None:
    names = [name for name, _ in rg._routeglass._COLUMNS]
    everything = spark.read.format("mrt").option("columns", ",".join(names)).load(f"{archives}/1.mrt")
    expected = rg.table(archives / "1.mrt", names, types="spark").to_arrow()
    assert everything.columns == names and everything.count() == expected.num_rows
    got = everything.orderBy("offset").select("as_path", "communities", "error", "next_hop").collect()
    assert len(got) == expected.num_rows
    assert sorted(map(str, (row["as_path"] for row in got))) == sorted(map(str, expected["as_path"].to_pylist()))
    assert spark.read.format("mrt").load(f"{archives}/1.mrt").columns == rg.table(b"").columns


def test_a_view_of_sql(spark: SparkSession, archives: Path) -> None:
    spark.sql(
        f"create or replace temporary view r (prefix string, as_path array<bigint>) using mrt options (path '{archives}/1.mrt')"
    )
    [row] = spark.sql("select count(*), count(distinct prefix) from r where array_contains(as_path, 64500)").collect()
    found = [e for e in rg.elements(archives / "1.mrt") if 64500 in (e.as_path or [])]
    assert tuple(row) == (len(found), len({e.prefix for e in found if e.prefix}))


def test_filters_pushed_are_filters_after(spark: SparkSession, archives: Path) -> None:
    def read(pushdown: str, mode: str) -> Any:
        reader = spark.read.format("mrt").option("columns", "kind,peer_asn,prefix,origin_asn,time")
        return reader.option("pushdown", pushdown).option("mode", mode).load(f"{archives}/*.mrt")

    for mode in ("FAILFAST", "PERMISSIVE"):
        for where in [
            "kind = 'announce'",
            "kind in ('rib', 'state') and peer_asn = 64496",
            "peer_asn >= 64497",
            "peer_asn < 64497 and prefix = '198.51.100.0/24'",
            "prefix like '198.%'",
            "origin_asn = 64500",
            "time >= timestamp '2026-01-01 12:00:01'",
            "kind = 'damage' or kind = 'rib'",
            "prefix = '10.0.0.1/8'",
        ]:
            found = rows(read("true", mode).where(where))
            assert found == rows(read("false", mode).where(where)), where
            # A prefix with bits after its length is none.
            assert bool(found) == (where != "prefix = '10.0.0.1/8'"), where


def test_the_three_modes(spark: SparkSession, tmp_path: Path) -> None:
    good, cut = usual() * 5, tmp_path / "cut.mrt"
    cut.write_bytes(good + usual()[:-1])

    def read(mode: str) -> Any:
        return spark.read.format("mrt").option("columns", "kind,error,error_offset").option("mode", mode).load(str(cut))

    with pytest.raises(Exception, match=r"cut\.mrt.*at byte"):
        read("FAILFAST").count()
    assert read("DROPMALFORMED").count() == 5
    kept = read("permissive").collect()
    assert [row["kind"] for row in kept].count("damage") == 1 and len(kept) == 6
    [damage] = [row for row in kept if row["kind"] == "damage"]
    assert damage["error_offset"] == len(good) and "at byte" in damage["error"]


def test_errors_say_what_is_wrong(spark: SparkSession, sample: Path) -> None:
    for schema, options, text in [
        ("prefix string", {"mode": "x"}, "mode must be FAILFAST, PERMISSIVE or DROPMALFORMED"),
        ("prefix bigint", {}, "the column prefix is string, not bigint"),
        ("prefix string not null", {}, "the column prefix can be null: a schema must not say `not null`"),
        ("nothing string", {}, "no column is named"),
        ("prefix string", {"splitSize": "0"}, "splitSize must be a number of octets"),
        ("prefix string", {"pushdown": "x"}, "pushdown must be true or false"),
        ("prefix string", {"other": "x"}, "there is no option 'other'"),
        ("prefix string", {"where": "origin x"}, "filter: "),
    ]:
        with pytest.raises(Exception, match=text):
            spark.read.format("mrt").schema(schema).options(**options).load(str(sample)).count()
    with pytest.raises(Exception, match="no file matches"):
        spark.read.format("mrt").load("/no/such/*.gz").count()
    with pytest.raises(Exception, match="needs a path"):
        spark.read.format("mrt").load().count()
    with pytest.raises(Exception, match="No such file"):
        spark.read.format("mrt").load("/no/such/file").count()


def test_paths_of_other_file_systems(spark: SparkSession, archives: Path) -> None:
    pytest.importorskip("fsspec")
    frame = spark.read.format("mrt").schema("prefix string").load(f"local://{archives}/1.mrt")
    assert rows(frame) == sorted(one_process([archives / "1.mrt"], ["prefix"]), key=repr)
    for own in ("file://", "file:"):
        assert spark.read.format("mrt").schema("prefix string").load(f"{own}{archives}/1.mrt").count() == frame.count()


def test_a_file_whose_name_could_be_a_pattern(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "rib[1].mrt").write_bytes(usual() * 3)
    (tmp_path / "rib1.mrt").write_bytes(usual())
    assert spark.read.format("mrt").schema("prefix string").load(f"{tmp_path}/rib[1].mrt").count() == 3
    assert spark.read.format("mrt").schema("prefix string").load(f"{tmp_path}/rib[0-9].mrt").count() == 1


def test_a_reduction_is_that_of_one_process(spark: SparkSession, tmp_path: Path) -> None:
    from conftest import ROOT

    from routeglass import peering
    from routeglass.spark import reduce

    for number in range(3):
        shutil.copy(ROOT / "tests" / "data" / "peering.mrt", tmp_path / f"{number}.mrt")
    files = sorted(str(file) for file in tmp_path.iterdir())
    one = peering.reduce(files)
    many = reduce(spark, f"{tmp_path}/*.mrt", split_size=3_000)
    assert many.to_bytes() == one.to_bytes()
    assert many.infer().to_json() == one.infer().to_json()
    # What is not cut, what is no text, and what was left out.
    assert reduce(spark, [Path(file) for file in files], split_size=3_000, add_path="auto") == peering.reduce(files, add_path="auto")
    (tmp_path / "cut.mrt").write_bytes((tmp_path / "0.mrt").read_bytes()[:-1])
    cut = reduce(spark, tmp_path / "cut.mrt", split_size=3_000, errors="skip")
    assert cut == peering.reduce(tmp_path / "cut.mrt", errors="skip") and cut.damage == len(cut.damages) == 1
    with pytest.raises(ValueError, match="progress: tasks read elsewhere"):
        reduce(spark, files, progress=print)
    with pytest.raises(ValueError, match="family must be 4 or 6"):
        reduce(spark, files, family=5)
    pytest.importorskip("fsspec")
    assert reduce(spark, [f"local://{file}" for file in files]).to_bytes() == one.to_bytes()


KILLED = """
import os, sys
from pathlib import Path
from test_spark import session
import routeglass.spark as source

marker, file, master = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
spark = session(master)

class Killed(source.MrtDataSource):
    @classmethod
    def name(cls):
        return "killed"
    def reader(self, schema):
        return Reader(self._settings, schema)

class Reader(source._Reader):
    def read(self, partition):
        for number, batch in enumerate(super().read(partition)):
            if number == 1 and not marker.exists():
                marker.touch()
                os._exit(9)
            yield batch
    def _table(self, source):
        table = super()._table(source)
        return type(table)(source, self._columns, types="spark", rows=10, **self._options)

spark.dataSource.register(Killed)
try:
    print("rows", spark.read.format("killed").schema("prefix string").load(file).count())
except Exception as e:
    print("failed")
spark.stop()
"""


@pytest.mark.parametrize(("master", "said"), [("local[2,3]", "rows 500"), ("local[2]", "failed")])
def test_a_killed_worker(tmp_path: Path, master: str, said: str) -> None:
    """Its task runs again where there are more attempts, else the job fails; rows of failed attempts are not seen."""
    import subprocess
    import sys

    file = tmp_path / "many.mrt"
    file.write_bytes(usual() * 500)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "marker"), str(file), master]
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    out = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths}, timeout=300)
    assert said in out.stdout.splitlines(), out.stderr[-2_000:]
