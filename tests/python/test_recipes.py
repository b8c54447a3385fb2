"""The README's lines for Dask and Ray, as they stand there, where the packages are installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT, SAMPLE

import routeglass as rg

pytest.importorskip("pyarrow")

COLUMNS = ["prefix", "peer_asn", "as_path"]


def recipe(start: str, **names: Any) -> Any:
    [line] = [line for line in (ROOT / "python" / "README.md").read_text().splitlines() if line.startswith(start)]
    return eval(line, {"rg": rg, "columns": COLUMNS, "paths": [str(SAMPLE)] * 3, **names})


def expected() -> list[str | None]:
    prefixes: list[str | None] = rg.table([SAMPLE] * 3, COLUMNS).to_arrow()["prefix"].to_pylist()
    return prefixes


def test_dask() -> None:
    dd = pytest.importorskip("dask.dataframe")
    frame = recipe("dd.", dd=dd).compute(scheduler="threads")
    assert frame["prefix"].astype(object).where(frame["prefix"].notna(), None).tolist() == expected()
    assert list(frame.columns) == COLUMNS


@pytest.fixture
def ray() -> Iterator[Any]:
    ray = pytest.importorskip("ray")
    pytest.importorskip("ray.data")
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


def test_ray(ray: Any) -> None:
    data = recipe("ray.", ray=ray)
    prefixes = [row["prefix"] for row in data.take_all()]
    assert sorted(map(str, prefixes)) == sorted(map(str, expected())) and data.columns() == COLUMNS
