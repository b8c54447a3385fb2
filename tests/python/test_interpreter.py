"""The interpreter: its lock, signals, threads, reference counts."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import usual

import routeglass as rg


def test_other_threads_run_while_records_are_read() -> None:
    data = usual() * 300_000
    count, stop = 0, threading.Event()

    def counts() -> None:
        nonlocal count
        while not stop.is_set():
            count += 1

    thread = threading.Thread(target=counts)
    try:
        thread.start()
        before = count
        # One call of the extension module, which gives nothing back until the end: without a release nobody else would run.
        assert next(rg.elements(data, where="origin 1"), None) is None
        assert count > before + 100
    finally:
        stop.set()
        thread.join()


def test_four_threads_on_one_iterator() -> None:
    data = usual() * 20_000
    elements = rg.elements(data)
    offsets: list[list[int | None]] = [[], [], [], []]

    def takes(mine: list[int | None]) -> None:
        for e in elements:
            mine.append(e.offset)

    threads = [threading.Thread(target=takes, args=(mine,)) for mine in offsets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = sorted(offset for mine in offsets for offset in mine if offset is not None)
    assert everything == [i * len(usual()) for i in range(20_000)]
    assert all(mine == sorted(mine, key=lambda offset: offset or 0) for mine in offsets)


def test_threads_on_an_iterator_over_a_file_object() -> None:
    class Slow:
        def __init__(self) -> None:
            self.left = 200

        def read(self, n: int) -> bytes:
            time.sleep(0.0005)
            self.left -= 1
            return usual() if self.left >= 0 else b""

    elements = rg.elements(Slow())
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(sum(1 for _ in elements))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 200


def test_ctrl_c_while_nothing_matches() -> None:
    code = """
import routeglass as rg, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which programs in the background are started without
class Endless:
    def read(self, n):
        return DATA
DATA = bytes.fromhex(sys.argv[1]) * 400
print("ready", flush=True)
try:
    for e in rg.elements(Endless(), where="origin 1"):
        pass
except KeyboardInterrupt:
    print("interrupted")
"""
    for octets in [usual()]:
        child = subprocess.Popen([sys.executable, "-c", code, octets.hex()], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=60)[0] == "interrupted\n"


def test_ctrl_c_while_a_file_is_read(tmp_path: object) -> None:
    code = """
import routeglass as rg, sys, os, signal, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # which programs in the background are started without
data = bytes.fromhex(sys.argv[1]) * 2_000_000
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    for n in range(1000):
        list(rg.elements(data, where="origin 1"))
except KeyboardInterrupt:
    print("interrupted")
"""
    out = subprocess.run([sys.executable, "-c", code, usual().hex()], capture_output=True, text=True, timeout=120)
    assert out.stdout == "interrupted\n", out.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_with_a_name(tmp_path: Path) -> None:
    """Each element is given when its record is there, and Ctrl-C is seen while there is none."""
    code = """
import routeglass as rg, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which programs in the background are started without
elements = rg.elements(sys.argv[1])
try:
    for e in elements:
        print(e.prefix, flush=True)
except KeyboardInterrupt:
    print("interrupted")
"""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    child = subprocess.Popen([sys.executable, "-c", code, str(pipe)], stdout=subprocess.PIPE, text=True)
    # Else it would wait for ever.
    end = threading.Timer(60, child.kill)
    end.start()
    try:
        with open(pipe, "wb", buffering=0) as writer:
            assert child.stdout is not None
            for _ in range(3):
                writer.write(usual())
                assert child.stdout.readline() == "198.51.100.0/24\n"
            child.send_signal(signal.SIGINT)
            assert child.communicate()[0] == "interrupted\n"
    finally:
        end.cancel()
        child.kill()


def test_reference_counts_are_level() -> None:
    data = usual(b"\x18\xc6\x33\x64" * 100) * 100

    def reads() -> None:
        for e in rg.elements(data):
            e.time, e.kind, e.prefix, e.as_path, e.communities, e.to_dict()

    reads()
    gc.collect()
    before, objects = sys.gettotalrefcount() if hasattr(sys, "gettotalrefcount") else 0, len(gc.get_objects())
    none = sys.getrefcount("announce")
    for _ in range(10):
        reads()
    gc.collect()
    assert len(gc.get_objects()) <= objects + 10
    assert abs(sys.getrefcount("announce") - none) < 10
    if before:
        assert abs(sys.gettotalrefcount() - before) < 100


def test_objects_go_with_their_last_reference() -> None:
    class Source:
        def read(self, n: int) -> bytes:
            return b""

    source = Source()
    seen = weakref.ref(source)
    elements = rg.elements(source)
    del source
    assert seen() is not None
    elements.close()
    gc.collect()
    assert seen() is None
    assert list(elements) == []
    with rg.elements(usual()) as elements:
        pass
    assert list(elements) == []


def test_what_refers_to_itself_is_collected(tmp_path: Path) -> None:
    """An object that keeps what calls it; a file object that keeps what reads it; an exception, which refers to who called."""
    file = tmp_path / "a.mrt"
    file.write_bytes(usual()[:-1])

    class Keeper:
        kept: object

        def shows(self, done: int, total: int | None) -> None:
            pass

        def read(self, n: int) -> bytes:
            return b""

    def fails(keeper: Keeper) -> object:
        table = rg.table(file)
        with pytest.raises(rg.DamageError):
            for _ in table._reader.batches():
                pass
        assert table.error is not None
        return table

    makes: list[Callable[[Keeper], object]] = [
        fails,
        lambda keeper: rg.table(file, progress=keeper.shows),
        lambda keeper: rg.table(keeper),
        lambda keeper: rg.elements(file, progress=keeper.shows),
        lambda keeper: rg.elements([b"", keeper]),
        lambda keeper: rg.messages(keeper),
        lambda keeper: rg.check(keeper),
        lambda keeper: rg.table(file, progress=keeper.shows)._reader.batches(),
        lambda keeper: rg.table(keeper)._reader.normalised(),
    ]
    for number, make in enumerate(makes):
        keeper = Keeper()
        seen = weakref.ref(keeper)
        keeper.kept = make(keeper)
        del keeper
        gc.collect()
        assert seen() is None, number


def test_memory_of_a_million_elements_is_bounded() -> None:
    code = """
import resource, sys, routeglass as rg
data = bytes.fromhex(sys.argv[1]) * 1_000
for e in rg.elements(data): pass
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(1_000):
    for e in rg.elements(data): pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    out = subprocess.run([sys.executable, "-c", code, usual().hex()], check=True, capture_output=True, text=True).stdout
    assert int(out) < 8_000, "kilobytes"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_process_reads_on_its_own() -> None:
    elements = rg.elements(usual() * 1_000)
    next(elements)
    child = os.fork()
    if child == 0:
        os._exit(0 if sum(1 for _ in elements) == 999 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert sum(1 for _ in elements) == 999


def test_a_sub_interpreter_is_refused_or_right() -> None:
    code = """
import sys
try:
    import _xxsubinterpreters as interpreters
except ImportError:
    import _interpreters as interpreters
i = interpreters.create()
try:
    interpreters.run_string(i, "import routeglass; assert list(routeglass.elements(b'')) == []")
    print("right")
except Exception as e:
    print("refused", e)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert out.returncode == 0 and out.stdout.startswith(("right", "refused")), (out.returncode, out.stdout, out.stderr)
