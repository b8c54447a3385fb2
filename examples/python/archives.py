"""What the examples share: the same question to DuckDB on one machine, or to Spark.

Each question is SQL that both understand, over a view `routes`. `--spark` alone chooses the session.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any


def arguments(about: str | None, *others: tuple[str, str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about)
    for name, help in others:
        parser.add_argument(name, help=help)
    parser.add_argument("files", nargs="+", help="archives")
    parser.add_argument("--spark", action="store_true", help="ask Spark instead of DuckDB")
    parser.add_argument("--plot", metavar="FILE", help="save a plot")
    return parser.parse_args()


def ask(files: Sequence[str], columns: Sequence[str], sql: str, spark: bool = False) -> list[tuple[Any, ...]]:
    """The rows of a question to `routes`, which has these columns."""
    if spark:
        from pyspark.sql import SparkSession

        from routeglass.spark import register

        # The tasks on this machine run in this Python, whichever is first in the path.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        session = SparkSession.builder.appName("routeglass").config("spark.sql.session.timeZone", "UTC").getOrCreate()
        register(session)
        reader = session.read.format("mrt").option("columns", ",".join(columns))
        reader.load(list(files)).createOrReplaceTempView("routes")
        return [tuple(row) for row in session.sql(sql).collect()]
    import duckdb

    import routeglass as rg

    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.register("routes", rg.table(list(files), list(columns)).to_arrow())
    return connection.sql(sql).fetchall()


def bars(file: str, names: Sequence[object], values: Sequence[float], label: str) -> None:
    """Saves a plot of bars."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4))
    axes.bar([str(name) for name in names], values)
    axes.set_ylabel(label)
    axes.tick_params(axis="x", rotation=60)
    figure.tight_layout()
    figure.savefig(file)


def show(rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        print("no rows", file=sys.stderr)
    for row in rows:
        print(*row, sep="\t")
