"""Tables: elements as columns, over the Arrow C stream interface."""

from __future__ import annotations

from . import _routeglass

# Not imported from typing: importing this package imports nothing else.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from os import PathLike
    from typing import Any

    import pandas
    import polars
    import pyarrow

    from ._routeglass import Filter, _AddPath, _Errors, _Progress, _Source, _Strictness, _Types


class TableSchema:
    """Names and types of a table's columns: ``pyarrow.schema(s)`` makes one of it."""

    __slots__ = ("_reader", "names", "types")

    def __init__(self, reader: _routeglass.TableReader) -> None:
        self._reader = reader
        self.names: list[str] = [name for name, _ in reader.fields]
        self.types: list[str] = [type for _, type in reader.fields]

    def __arrow_c_schema__(self) -> object:
        return self._reader.schema()

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TableSchema):
            return NotImplemented
        return (self.names, self.types) == (other.names, other.types)

    def __hash__(self) -> int:
        return hash((tuple(self.names), tuple(self.types)))

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {type}" for name, type in zip(self.names, self.types))


class Table:
    """A table of the elements of inputs: a description, read anew by each consumer.

    ``pyarrow.table(t)``, ``polars.DataFrame(t)`` and ``duckdb.sql("select * from t")`` read it, without a copy.
    """

    __slots__ = ("_arguments", "_reader", "_schema")

    def __init__(
        self,
        source: _Source,
        columns: Sequence[str] | None = None,
        *,
        where: str | Filter | None = None,
        errors: _Errors = "raise",
        strictness: _Strictness = "forensic",
        types: _Types = "arrow",
        add_path: _AddPath = "off",
        rows: int = 16_384,
        bytes: int = 16 << 20,
        threads: int = 1,
        progress: _Progress | None = None,
    ) -> None:
        if isinstance(columns, str):
            raise TypeError(f"columns must be a list of names, not the text {columns!r}")
        try:
            names = None if columns is None else list(columns)
        except TypeError:
            raise TypeError(f"columns must be a list of names, not {columns!r}") from None
        if names is not None and not all(isinstance(name, str) for name in names):
            raise TypeError(f"columns must be a list of names, not {columns!r}")
        if progress is not None and not callable(progress):
            raise TypeError(f"progress must be a function of two numbers, not {type(progress).__name__}")
        for name, value in (("rows", rows), ("bytes", bytes), ("threads", threads)):
            if isinstance(value, int) and value < 1:
                raise ValueError(f"{name} must be positive")
        source = _kept(source)
        self._arguments: tuple[Any, ...] = (source, names, where, errors, strictness, types, add_path, rows, bytes, threads, progress)
        self._reader = _routeglass.TableReader(*self._arguments)
        self._schema = TableSchema(self._reader)

    @property
    def schema(self) -> TableSchema:
        """Names and types of the columns; nothing is read for it."""
        return self._schema

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._schema.names)

    @property
    def damage(self) -> int:
        """Damage of the last read: skipped, kept as rows, or what ended it."""
        return self._reader.damage

    @property
    def rows(self) -> int:
        """Rows of the last read so far."""
        return self._reader.rows

    @property
    def error(self) -> BaseException | None:
        """The exception that ended the last read; consumers of the C stream raise their own, with its text."""
        return self._reader.error

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._reader.stream()

    def __arrow_c_schema__(self) -> object:
        return self._reader.schema()

    def to_arrow(self) -> pyarrow.Table:
        """A ``pyarrow.Table``."""
        _import("pyarrow", "arrow")
        import pyarrow

        batches = [pyarrow.record_batch(batch) for batch in self._reader.batches()]
        return pyarrow.Table.from_batches(batches, pyarrow.schema(self._schema))

    def to_polars(self) -> polars.DataFrame:
        """A ``polars.DataFrame``."""
        _import("polars", "polars")
        import polars

        # An empty table has the columns too.
        frames = [polars.DataFrame(batch) for batch in self._reader.batches()]
        return polars.concat(frames, rechunk=False) if frames else polars.DataFrame(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A ``pandas.DataFrame`` of Arrow types: integers that can be missing stay integers. Dictionaries, which pandas neither sorts nor
        searches, become texts.
        """
        _import("pandas", "pandas")
        import pandas
        import pyarrow

        rows = self.to_arrow()
        is_dictionary = pyarrow.types.is_dictionary
        types = [field.with_type(field.type.value_type) if is_dictionary(field.type) else field for field in rows.schema]
        return rows.cast(pyarrow.schema(types)).to_pandas(types_mapper=pandas.ArrowDtype)

    def to_batches(self) -> Iterator[pyarrow.RecordBatch]:
        """``pyarrow.RecordBatch``es as they are read."""
        _import("pyarrow", "arrow")
        import pyarrow

        return (pyarrow.record_batch(batch) for batch in self._reader.batches())

    def normalised(self) -> tuple[pyarrow.Table, pyarrow.Table]:
        """Two ``pyarrow.Table``s, without the repetitions of one: routes, with ``attributes_id``, and attribute lists by that number.

        A left join of the routes with the lists is the table again: a withdrawal has no list. A column is in the second if an
        attribute list has its value, as have the next hop and the path. A list is there once for each input, and again where an input
        has more than 64 MiB of different ones. Inputs are read in one thread.
        """
        _import("pyarrow", "arrow")
        import pyarrow

        pairs = self._reader.normalised()
        both = [[pyarrow.record_batch(batch)] for batch in pairs.empty()]
        for pair in pairs:
            for batches, batch in zip(both, pair):
                batches.append(pyarrow.record_batch(batch))
        routes, lists = (pyarrow.Table.from_batches(batches) for batches in both)
        return routes, lists

    def to_parquet(
        self,
        path: str | PathLike[str],
        *,
        row_group_size: int = 1_000_000,
        compression: str = "zstd",
        **options: Any,
    ) -> int:
        """Writes a Parquet file by pyarrow; returns the number of rows. The file appears when it is complete.

        Small row groups cost a quarter of the size: up to ``row_group_size`` rows are held in memory.
        """
        import errno
        import os
        import shutil

        _import("pyarrow", "arrow")
        import pyarrow
        import pyarrow.parquet

        if row_group_size < 1:
            raise ValueError("row_group_size must be positive")
        # The target of a symbolic link is replaced, not the link; what is no file, such as a pipe, is written to.
        target = os.path.realpath(os.fsdecode(path))
        if os.path.isdir(target):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fsdecode(path))
        if os.path.isfile(target) and any(_is_read(one, target) for one in _sources(self._arguments[0])):
            raise ValueError(f"{os.fsdecode(path)} is read here, and would be replaced")
        is_file = not os.path.lexists(target) or os.path.isfile(target)
        # The name is that of this call alone, whoever else writes the same file.
        unfinished = f"{target}.{os.urandom(4).hex()}.part" if is_file else target
        schema = pyarrow.schema(self._schema)
        count, held = 0, 0
        waiting: list[pyarrow.RecordBatch] = []
        try:
            with open(unfinished, "xb" if is_file else "wb") as file:
                with pyarrow.parquet.ParquetWriter(file, schema, compression=compression, **options) as writer:
                    for batch in self.to_batches():
                        waiting.append(batch)
                        held += batch.num_rows
                        count += batch.num_rows
                        while held >= row_group_size:
                            # What is above a group is the start of the next one: none is small but the last.
                            ready = pyarrow.Table.from_batches(waiting, schema)
                            writer.write_table(ready.slice(0, row_group_size), row_group_size)
                            waiting, held = ready.slice(row_group_size).to_batches(), held - row_group_size
                    if held:
                        writer.write_table(pyarrow.Table.from_batches(waiting, schema), row_group_size)
                if is_file:
                    file.flush()
                    os.fsync(file.fileno())
            if is_file:
                if os.path.exists(target):
                    shutil.copymode(target, unfinished)
                os.replace(unfinished, target)
            return count
        finally:
            if is_file and os.path.exists(unfinished):
                os.remove(unfinished)

    def __reduce__(self) -> tuple[Callable[..., Table], tuple[Any, ...]]:
        return _table, self._arguments

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def __repr__(self) -> str:
        source, where = self._arguments[0], self._arguments[2]
        given = f"{len(source)} sources" if isinstance(source, (list, tuple)) else _short(source)
        chosen = "" if where is None else f" where {where}"
        return f"<Table of {given}: {', '.join(self.columns)}{chosen}>"

    def _repr_html_(self) -> str:
        """The schema and the first ten rows; a file object is not read for it."""
        from html import escape

        head = "".join(f"<th>{escape(name)}<br><small>{escape(type)}</small></th>" for name, type in
                       zip(self._schema.names, self._schema.types))
        body = ""
        source = self._arguments[0]
        if not any(hasattr(one, "read") for one in _sources(source)):
            shown = []
            options = dict(where=self._arguments[2], errors=self._arguments[3], strictness=self._arguments[4],
                           add_path=self._arguments[6])
            try:
                for element in _routeglass.elements(source, **options):
                    shown.append(element)
                    if len(shown) == 10:
                        break
            except (OSError, ValueError) as error:
                body = f"<tr><td colspan={len(self.columns)}>{escape(str(error))}</td></tr>"
            rows = ("".join(f"<td>{_cell(getattr(e, name))}</td>" for name in self._schema.names) for e in shown)
            body = "".join(f"<tr>{row}</tr>" for row in rows) + body
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _table(*arguments: Any) -> Table:
    source, columns, where, errors, strictness, types, add_path, rows, bytes, threads, progress = arguments
    return Table(source, columns, where=where, errors=errors, strictness=strictness, types=types, add_path=add_path,
                 rows=rows, bytes=bytes, threads=threads, progress=progress)


def _kept(source: Any) -> Any:
    """What can be read more than once: iterators are taken to their end; lists and octets are those of now."""
    if isinstance(source, (list, tuple)) or hasattr(source, "__next__") and not hasattr(source, "read"):
        return [_kept_one(one) for one in source]
    return _kept_one(source)


def _kept_one(source: Any) -> Any:
    return bytes(source) if isinstance(source, (bytearray, memoryview)) else source


def _sources(source: Any) -> Sequence[Any]:
    return source if isinstance(source, (list, tuple)) else [source]


def _is_read(source: Any, path: str) -> bool:
    """Whether a source is this file, under whatever name."""
    import os

    given = source.path if isinstance(source, _routeglass.Split) else source
    if isinstance(given, bytes) or not isinstance(given, str) and not hasattr(given, "__fspath__"):
        return False
    return os.path.exists(given) and os.path.samefile(given, path)


def _import(name: str, extra: str) -> None:
    """Says what to install where a package is missing: none is required."""
    try:
        __import__(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ModuleNotFoundError(f"this needs {name}: pip install 'routeglass[{extra}]'", name=name) from None


def _short(source: object) -> str:
    return f"{len(source)} bytes" if isinstance(source, (bytes, bytearray, memoryview)) else str(source)


def _cell(value: object) -> str:
    from html import escape

    if value is None:
        return ""
    if isinstance(value, list):
        return escape(" ".join(str(one) for one in value))
    return escape(value.hex() if isinstance(value, bytes) else str(value))


def table(
    source: _Source,
    columns: Sequence[str] | None = None,
    *,
    where: str | Filter | None = None,
    errors: _Errors = "raise",
    strictness: _Strictness = "forensic",
    types: _Types = "arrow",
    add_path: _AddPath = "off",
    rows: int = 16_384,
    bytes: int = 16 << 20,
    threads: int = 1,
    progress: _Progress | None = None,
) -> Table:
    """The elements of inputs as a table with these columns, by default those of a route and its usual attributes.

    ``types``: ``arrow``; ``plain`` without dictionaries; ``spark`` as Spark has them. A batch ends at so many ``rows`` or ``bytes``.
    ``threads`` make batches at once, with the same rows in the same order; each holds some batches. Of a file object, one does.
    """
    return Table(source, columns, where=where, errors=errors, strictness=strictness, types=types, add_path=add_path,
                 rows=rows, bytes=bytes, threads=threads, progress=progress)


def scan(
    source: _Source,
    *,
    errors: _Errors = "raise",
    strictness: _Strictness = "forensic",
    add_path: _AddPath = "off",
    threads: int = 1,
    progress: _Progress | None = None,
) -> polars.LazyFrame:
    """A ``polars.LazyFrame`` over inputs: columns that are not used are not decoded, and filters skip records where they can."""
    _import("polars", "polars")
    from ._polars import scan

    return scan(_kept(source), errors=errors, strictness=strictness, add_path=add_path, threads=threads, progress=progress)
