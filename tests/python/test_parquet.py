"""Written Parquet files: how they are divided, and what becomes of what was there."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from conftest import usual

import routeglass as rg

pytest.importorskip("pyarrow")
import pyarrow.parquet  # noqa: E402


def groups(file: Path) -> list[int]:
    metadata = pyarrow.parquet.ParquetFile(file).metadata
    return [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_no_row_group_is_small_but_the_last(tmp_path: Path) -> None:
    """Batches and row groups do not end at the same rows."""
    table = rg.table(usual() * 100, ["kind", "prefix", "offset"], rows=7)
    expected = table.to_arrow()["offset"].to_pylist()
    for size, divided in [(30, [30, 30, 30, 10]), (5, [5] * 20), (7, [7] * 14 + [2]), (100, [100]), (1_000, [100])]:
        assert table.to_parquet(tmp_path / "x.parquet", row_group_size=size) == 100
        assert groups(tmp_path / "x.parquet") == divided, size
        assert pyarrow.parquet.read_table(tmp_path / "x.parquet")["offset"].to_pylist() == expected
    assert rg.table(b"").to_parquet(tmp_path / "x.parquet") == 0 and groups(tmp_path / "x.parquet") == []


def test_every_form_of_a_path(tmp_path: Path) -> None:
    table = rg.table(usual(), ["prefix"])
    paths: list[Any] = [str(tmp_path / "a"), tmp_path / "b", os.fsencode(tmp_path / "c")]
    for path in paths:
        assert table.to_parquet(path) == 1
    assert names(tmp_path) == ["a", "b", "c"]


def test_what_was_there(tmp_path: Path) -> None:
    table, file, link = rg.table(usual(), ["prefix"]), tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    cut = rg.table(usual()[:-1])
    with pytest.raises(rg.DamageError):
        cut.to_parquet(file)
    assert file.read_bytes() == b"old" and names(tmp_path) == ["file"]
    if os.name == "posix":
        file.chmod(0o640)
        link.symlink_to("file")
        table.to_parquet(link)
        # The file that the link refers to has the rows, and who may read it.
        assert link.is_symlink() and stat.S_IMODE(file.stat().st_mode) == 0o640
    else:
        table.to_parquet(file)
    assert groups(file) == [1]


def test_a_directory_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError) as raised:
        rg.table("no/such/file").to_parquet(tmp_path / "folder")
    assert raised.value.filename == str(tmp_path / "folder") and names(tmp_path) == ["folder"]
    with pytest.raises(FileNotFoundError):
        rg.table(usual()).to_parquet(tmp_path / "missing" / "x")


def test_an_archive_is_not_replaced_by_its_table(tmp_path: Path) -> None:
    file = tmp_path / "a.mrt"
    file.write_bytes(usual())
    (tmp_path / "other.mrt").hardlink_to(file)
    sources: list[Any] = [file, str(file), [usual(), file], rg.splits(file), (path for path in [file])]
    for table in map(rg.table, sources):
        for target in ("a.mrt", "other.mrt"):
            with pytest.raises(ValueError, match="is read here, and would be replaced"):
                table.to_parquet(tmp_path / target)
    assert file.read_bytes() == usual()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    rg.table(usual(), ["prefix"]).to_parquet(pipe)
    reader.join()
    assert read[0].startswith(b"PAR1") and stat.S_ISFIFO(pipe.stat().st_mode) and names(tmp_path) == ["pipe"]


def test_several_writers_of_one_file(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    table = rg.table(usual() * 1_000)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: table.to_parquet(tmp_path / "x"), range(8)))
    assert counts == [1_000] * 8 and groups(tmp_path / "x") == [1_000] and names(tmp_path) == ["x"]
