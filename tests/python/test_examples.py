"""The examples answer, the same on DuckDB and on Spark, and their plots are not empty."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE

FOLDER = ROOT / "examples" / "python"
QUESTIONS = {"origins": ["198.51.100.0/24"], "moas": [], "communities": [], "churn": []}


def test_every_question_has_its_example() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} - {"archives"} == set(QUESTIONS)


def run(name: str, *more: str) -> list[list[str]]:
    command = [sys.executable, str(FOLDER / f"{name}.py"), *QUESTIONS[name], str(SAMPLE), str(SAMPLE), *more]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    out = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert out.returncode == 0, out.stderr
    return [line.split("\t") for line in out.stdout.splitlines()]


@pytest.mark.parametrize("name", QUESTIONS)
def test_duckdb_answers(name: str, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    plot = ["--plot", str(tmp_path / "plot.png")] if importlib.util.find_spec("matplotlib") else []
    rows = run(name, *plot)
    assert rows or name == "moas"
    if plot:
        image = (tmp_path / "plot.png").read_bytes()
        assert image.startswith(b"\x89PNG") and len(image) > 2_000


@pytest.mark.parametrize("name", ["origins", "communities"])
def test_spark_gives_the_same_answers(name: str) -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java")
    pytest.importorskip("pyspark")
    pytest.importorskip("duckdb")
    of_spark, of_duckdb = run(name, "--spark"), run(name)
    # Their texts of instants differ.
    assert [row[:3] for row in of_spark] == [row[:3] for row in of_duckdb]
