"""Archives as a data source of Apache Spark 4.1 or later.

    from routeglass.spark import register

    register(spark)
    df = spark.read.format("mrt").schema("prefix string, origin_asn bigint").load("/archive/2026.01/*.bz2")

Spark prunes no columns of Python sources: what the schema names is what is read. Without ``schema(...)`` it is the option
``columns`` (names and commas), else the default columns of ``routeglass.table``.

Options:

``mode``
    ``FAILFAST`` (default): damage ends the job, with path and offset. ``PERMISSIVE``: it is a row of kind ``damage``.
    ``DROPMALFORMED``: it is left out; rows before it are kept.
``columns``, ``where``, ``strictness``, ``addPath``
    As in ``routeglass.table``.
``splitSize``
    Octets of a plain file that are one partition, 256 MiB by default; a file is cut between records. A compressed file is one
    partition, and so is a file with ``addPath`` ``auto``, which weighs the whole file. Otherwise files of less than 4 MiB
    are read together, up to 4 MiB in a partition.
``pushdown``
    ``true``: filters on ``kind``, ``peer_asn`` and ``prefix`` are applied while reading. Spark 4.1 refuses such readers unless
    ``spark.sql.python.filterPushdown.enabled`` is on.
"""

from __future__ import annotations

import glob
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow
from pyspark.sql import SparkSession
from pyspark.sql.datasource import (
    DataSource,
    DataSourceReader,
    EqualTo,
    Filter,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    InputPartition,
    LessThan,
    LessThanOrEqual,
)
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from . import _routeglass
from ._table import Table

_MODES = {"FAILFAST": "raise", "PERMISSIVE": "keep", "DROPMALFORMED": "skip"}
# Files up to this size are read by one task: one for each would take longer to start than to read it.
_TOGETHER = 4 << 20
_OPTIONS = ("path", "paths", "mode", "columns", "where", "strictness", "addpath", "splitsize", "pushdown")


class _Part(InputPartition):
    """A part of a file, or whole ones."""

    def __init__(self, source: str | _routeglass.Split | list[str]) -> None:
        super().__init__(None)
        self.source = source


class MrtDataSource(DataSource):
    """The format ``mrt``."""

    def __init__(self, options: Any) -> None:
        super().__init__(options)
        self._settings = {name.lower(): value for name, value in dict(options).items()}
        for name in self._settings:
            if name not in _OPTIONS:
                raise ValueError(f"mrt: there is no option {name!r}; there are {', '.join(_OPTIONS)}")

    @classmethod
    def name(cls) -> str:
        return "mrt"

    def schema(self) -> StructType:
        names = self._settings.get("columns")
        columns = None if names is None else [name.strip() for name in names.split(",")]
        return _spark_schema(columns)

    def reader(self, schema: StructType) -> DataSourceReader:
        pushdown = self._settings.get("pushdown", "false").lower()
        if pushdown not in ("true", "false"):
            raise ValueError(f"mrt: pushdown must be true or false, not {pushdown}")
        return (_PushdownReader if pushdown == "true" else _Reader)(self._settings, schema)


def _spark_schema(columns: list[str] | None) -> StructType:
    return from_arrow_schema(pyarrow.schema(Table(b"", columns, types="spark").schema))


class _Reader(DataSourceReader):
    def __init__(self, settings: dict[str, str], schema: StructType) -> None:
        self._paths = _paths(settings)
        mode = settings.get("mode", "FAILFAST").upper()
        if mode not in _MODES:
            raise ValueError(f"mrt: mode must be FAILFAST, PERMISSIVE or DROPMALFORMED, not {mode}")
        size = settings.get("splitsize", str(256 << 20))
        if not size.isdigit() or int(size) == 0:
            raise ValueError(f"mrt: splitSize must be a number of octets, not {size}")
        self._size = int(size)
        self._columns = [field.name for field in schema.fields]
        self._where: str | None = settings.get("where")
        self._options: dict[str, Any] = {
            "errors": _MODES[mode],
            "strictness": settings.get("strictness", "forensic"),
            "add_path": settings.get("addpath", "off"),
        }
        # Names, types and options are looked at before there are tasks.
        ours = {field.name: field.dataType for field in _spark_schema(self._columns).fields}
        for field in schema.fields:
            if field.dataType.simpleString() != ours[field.name].simpleString():
                said, is_ = field.dataType.simpleString(), ours[field.name].simpleString()
                raise ValueError(f"mrt: the column {field.name} is {is_}, not {said}")
            if not field.nullable:
                raise ValueError(f"mrt: the column {field.name} can be null: a schema must not say `not null`")
        self._table(b"")

    def _table(self, source: Any) -> Table:
        return Table(source, self._columns, types="spark", where=self._where, **self._options)

    def partitions(self) -> Sequence[InputPartition]:
        return [_Part(source) for source in _sources(self._paths, self._size, self._options["add_path"])]

    def read(self, partition: InputPartition) -> Iterator[pyarrow.RecordBatch]:
        assert isinstance(partition, _Part)
        with _opened(partition.source) as source:
            yield from self._table(source).to_batches()


class _PushdownReader(_Reader):
    def pushFilters(self, filters: list[Filter]) -> Iterable[Filter]:
        conditions = [] if self._where is None else [f"({self._where})"]
        for filter in filters:
            condition = _condition(filter)
            if condition is not None:
                conditions.append(condition)
            # Rows of kind damage come whatever is asked for: then Spark filters too.
            if condition is None or self._options["errors"] == "keep":
                yield filter
        self._where = " and ".join(conditions) or None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32 else None


def _equals(column: str, value: object) -> str | None:
    """The filter of an equation; None where it would not be exact."""
    if column == "kind" and value in ("announce", "withdraw", "rib", "state"):
        return f"kind {value}"
    if column == "peer_asn":
        number = _number(value)
        return None if number is None else f"peer-asn {number}"
    if column == "prefix" and isinstance(value, str):
        try:
            filter = _routeglass.Filter.of("prefix", value)
        except ValueError:
            return None
        # A text in another form than that of the column equals none of it.
        return str(filter) if str(filter) == f"prefix {value}" else None
    return None


def _condition(filter: Filter) -> str | None:
    attribute: Any = getattr(filter, "attribute", ())
    if len(attribute) != 1:
        return None
    [column] = attribute
    if isinstance(filter, EqualTo):
        return _equals(column, filter.value)
    if isinstance(filter, In):
        each = [_equals(column, value) for value in filter.value]
        return None if None in each or not each else "(" + " or ".join(str(one) for one in each) + ")"
    if column == "peer_asn" and isinstance(filter, (GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual)):
        number = _number(filter.value)
        if number is not None and isinstance(filter, GreaterThan):
            number = _number(number + 1)
        if number is not None and isinstance(filter, LessThan):
            number = _number(number - 1)
        if number is None:
            return None
        return f"peer-asn {number}-" if isinstance(filter, (GreaterThan, GreaterThanOrEqual)) else f"peer-asn 0-{number}"
    return None


def _sources(paths: Sequence[str], size: int, add_path: str) -> Iterator[str | _routeglass.Split | list[str]]:
    """What tasks read: parts of `size` octets, small files together, and files of other file systems, in order. With `auto`, which looks
    at a whole file first, each file on its own."""
    if add_path == "auto":
        yield from paths
        return
    together: list[str] = []
    room = most = min(_TOGETHER, size)
    for path in paths:
        octets = os.path.getsize(path) if os.path.isfile(path) else most
        if together and octets > room:
            yield together
            together, room = [], most
        if octets < most:
            together.append(path)
            room -= octets
        elif "://" in path:
            yield path
        else:
            yield from _routeglass.splits(path, size)
    if together:
        yield together


@contextmanager
def _opened(source: str | _routeglass.Split | list[str]) -> Iterator[Any]:
    """A source as it is, or a file object of another file system."""
    if isinstance(source, str) and "://" in source:
        with _fsspec(source).open(source, "rb") as file:
            yield file
    else:
        yield source


def _fsspec(path: str) -> Any:
    try:
        import fsspec
    except ImportError:
        raise ValueError(f"mrt: {path} needs the package fsspec, here and where tasks run") from None
    return fsspec


def _paths(settings: dict[str, str]) -> list[str]:
    """The files, in order: patterns are expanded, and a pattern of no file is an error. What is there by this name is no pattern."""
    given = json.loads(settings["paths"]) if "paths" in settings else []
    if "path" in settings:
        given.append(settings["path"])
    if not given:
        raise ValueError("mrt: needs a path: load(PATH), or option('path', PATH)")
    found: list[str] = []
    for pattern in given:
        # `file:/x` is Spark's own form, beside `file:///x`.
        local = re.sub("^file:(//)?/", "/", pattern)
        if "://" in local:
            files, _, paths = _fsspec(local).core.get_fs_token_paths(local)
            some = [files.unstrip_protocol(path) for path in paths]
        elif glob.has_magic(local) and not os.path.lexists(local):
            some = sorted(glob.glob(local))
        else:
            some = [local]
        if not some:
            raise FileNotFoundError(f"mrt: no file matches {pattern}")
        found += some
    return found


def register(spark: SparkSession) -> None:
    """Makes the format ``mrt`` known to a session."""
    spark.dataSource.register(MrtDataSource)


def reduce(
    spark: SparkSession, paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], *, split_size: int = 256 << 20, **options: Any
) -> Any:
    """The ``routeglass.peering.PathStore`` of archives, reduced by tasks: what ``peering.reduce(paths, **options)`` makes of them in one
    process, octet for octet, with its ``damage``.

    Paths may be patterns. Stores are merged in pairs by tasks, so that the driver gets one.
    """
    from .peering import PathStore
    from .peering import reduce as reduced

    if options.get("progress") is not None:
        raise ValueError("progress: tasks read elsewhere, and cannot call it here")
    given = [os.fspath(path) for path in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]
    files = _paths({"paths": json.dumps(given)})
    parts = list(_sources(files, split_size, options.get("add_path", "off")))
    # Names and values of options are looked at before there are tasks.
    reduced(b"", **options)

    def store(part: str | _routeglass.Split | list[str]) -> PathStore:
        with _opened(part) as source:
            return reduced(source, **options)

    stores = spark.sparkContext.parallelize(parts, len(parts)).map(store)
    return stores.treeReduce(lambda a, b: PathStore.merge([a, b]))
