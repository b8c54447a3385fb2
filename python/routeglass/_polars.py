"""A lazy Polars frame over inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from . import _routeglass
from ._table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._routeglass import _AddPath, _Errors, _Progress, _Source, _Strictness

_KEYS = {"kind": "kind", "peer_asn": "peer-asn", "time": "time", "prefix": "prefix", "family": "family"}
_MIRRORED = {"Eq": "Eq", "Lt": "Gt", "LtEq": "GtEq", "Gt": "Lt", "GtEq": "LtEq"}
_PER_SECOND = {"Milliseconds": 1_000, "Microseconds": 1_000_000, "Nanoseconds": 1_000_000_000}


def _literal(node: Any) -> Any:
    """The value of a literal: a number, a text, or seconds of an instant."""
    [(form, value)] = node["Literal"].items()
    if form not in ("Dyn", "Scalar"):
        raise ValueError(form)
    [(kind, value)] = value.items()
    if kind == "Datetime":
        return value[0] // _PER_SECOND[value[1]]
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        return value
    raise ValueError(kind)


def _condition(column: str, op: str, value: Any) -> str | None:
    """A filter that each row with this has, whose conditions depend on no attribute; None without one."""
    key = _KEYS.get(column)
    if key == "time" and isinstance(value, int):
        # The whole second, since one with impossible microseconds is known to the second. The zero says that it is no date.
        both = {"Gt": "from 0{0}", "GtEq": "from 0{0}", "Lt": "to 0{0}", "LtEq": "to 0{0}", "Eq": "from 0{0} and to 0{0}"}
        return both[op].format(value) if 0 <= value < 1 << 32 else None
    if key == "peer-asn" and isinstance(value, int) and 0 <= value < 1 << 32:
        ranges = {"Eq": "{0}", "GtEq": "{0}-", "Gt": "{0}-", "LtEq": "0-{0}", "Lt": "0-{0}"}
        return f"{key} {ranges[op].format(value)}"
    if op == "Eq" and isinstance(value, str) and key in ("kind", "prefix", "family"):
        text = value.replace(" ", "/").lower() if key == "family" else value
        return None if any(c in text for c in " ()@\"'") else f"{key} {text}"
    return None


def _conditions(node: Any) -> list[str]:
    """Filters of the parts of a conjunction that have one."""
    if "BinaryExpr" not in node:
        return []
    binary = node["BinaryExpr"]
    left, op, right = binary["left"], binary["op"], binary["right"]
    if op in ("And", "LogicalAnd"):
        return _conditions(left) + _conditions(right)
    if op not in _MIRRORED:
        return []
    if "Column" in right:
        left, op, right = right, _MIRRORED[op], left
    if "Column" not in left or "Literal" not in right:
        return []
    condition = _condition(left["Column"], op, _literal(right))
    return [] if condition is None else [condition]


def pushed(predicate: pl.Expr) -> _routeglass.Filter | None:
    """A filter that every row of the predicate passes; None without one. The predicate itself is applied to the rows."""
    try:
        conditions = _conditions(json.loads(predicate.meta.serialize(format="json")))
    except (KeyError, TypeError, ValueError):
        # Of another version of Polars, or a literal of another type.
        return None
    filters = []
    for condition in conditions:
        try:
            filters.append(_routeglass.Filter(condition))
        except ValueError:
            continue
    both = None
    for one in filters:
        both = one if both is None else both & one
    return both


def scan(
    source: _Source, *, errors: _Errors, strictness: _Strictness, add_path: _AddPath, threads: int, progress: _Progress | None
) -> pl.LazyFrame:
    names = [name for name, _ in _routeglass._COLUMNS]
    given = source if isinstance(source, (list, tuple)) else [source]
    reads_once = any(hasattr(one, "read") for one in given)
    is_read = False

    def table(columns: list[str], where: _routeglass.Filter | None, rows: int) -> Table:
        return Table(
            source, columns, where=where, errors=errors, strictness=strictness, types="plain", add_path=add_path, rows=rows,
            threads=threads, progress=progress,
        )

    def read(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        nonlocal is_read
        if reads_once and is_read:
            raise ValueError("a file object can be read once: make another scan, of a path or bytes")
        is_read = True
        # Of no columns, a frame would not have its number of rows.
        wanted = names if with_columns is None else with_columns or ["kind"]
        needed = list(wanted)
        where = None
        if predicate is not None:
            needed += [name for name in predicate.meta.root_names() if name not in needed]
            # With a number of rows, these come first, and the filter is for them alone: `head(5).filter(...)`.
            where = pushed(predicate) if n_rows is None else None
        left = n_rows
        # A frame of no rows has its columns too.
        yield pl.DataFrame(Table(b"", needed, types="plain")).select(wanted)
        rows = 65_536 if n_rows is None else max(1, min(n_rows, 65_536))
        for batch in table(needed, where, rows)._reader.batches():
            frame = pl.DataFrame(batch)
            if left is not None:
                frame = frame.head(left)
                left -= frame.height
            if predicate is not None:
                frame = frame.filter(predicate)
            yield frame.select(wanted)
            if left == 0:
                return

    # Names and values of options are looked at now, not when rows are asked for.
    table(names, None, 1)
    schema = pl.DataFrame(Table(b"", names, types="plain")).schema
    return register_io_source(read, schema=schema)
