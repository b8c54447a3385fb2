"""CPU time, rows per second and peak memory, beside other packages where they are installed; and what is aimed at.

    python tests/python/bench.py RIB UPDATES [ROUNDS]

Each case runs in a fresh process, the cases interleaved; printed are medians of CPU seconds (user and system) without the time of
imports, thousands of rows per second, and the largest peak of memory. Results are checked: all cases of a file see the same rows, but for
state changes, which pybgpkit-parser does not have. mrtparse reads the first 30,000 records, once.

At the end is each aim with what was measured. Aims that compare with another package need that installed.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIX = ("timestamp", "peer_asn", "prefix", "as_path", "next_hop", "communities")


def elements(path: str) -> int:
    import routeglass as rg

    count = 0
    for _ in rg.elements(path):
        count += 1
    return count


def attributes(path: str) -> int:
    import routeglass as rg

    count = 0
    for e in rg.elements(path):
        e.timestamp, e.peer_asn, e.prefix, e.as_path_text, e.next_hop, e.communities
        count += 1
    return count


def dicts(path: str) -> int:
    import routeglass as rg

    count = 0
    for e in rg.elements(path):
        e.to_dict()
        count += 1
    return count


def messages(path: str) -> int:
    import routeglass as rg

    return sum(len(m.announced) + len(m.withdrawn) for m in rg.messages(path))


def arrow(path: str, columns: list[str] | None = None) -> int:
    import routeglass as rg

    return sum(len(batch) for batch in rg.table(path, columns)._reader.batches())


def origins(path: str) -> int:
    return arrow(path, ["prefix", "origin_asn"])


def peers(path: str) -> int:
    return arrow(path, ["peer_asn"])


def two_threads(path: str) -> int:
    import routeglass as rg

    return sum(len(batch) for batch in rg.table(path, threads=2)._reader.batches())


def polars(path: str) -> int:
    import routeglass as rg

    return rg.table(path).to_polars().height


FIFTEEN = [
    "time", "kind", "peer_asn", "peer_address", "prefix", "next_hop", "as_path", "origin_asn", "origin", "med", "local_pref",
    "communities", "aggregator_asn", "aggregator_address", "atomic_aggregate",
]  # fmt: skip


def pandas(path: str) -> int:
    import routeglass as rg

    return len(rg.table(path, FIFTEEN).to_pandas())


def bgpkit(path: str) -> int:
    import pybgpkit_parser as bgpkit

    count = 0
    for _ in bgpkit.Parser(url=path):
        count += 1
    return count


def bgpkit_attributes(path: str) -> int:
    import pybgpkit_parser as bgpkit

    count = 0
    for e in bgpkit.Parser(url=path):
        e.timestamp, e.peer_asn, e.prefix, e.as_path, e.next_hop, e.communities
        count += 1
    return count


def bgpkit_tuples(path: str) -> int:
    import pybgpkit_parser as bgpkit

    fields = ["timestamp", "peer_asn", "prefix", "as_path", "next_hop", "communities"]
    count = 0
    for _ in bgpkit.Parser(url=path).iter_tuples(fields):
        count += 1
    return count


def bgpkit_dicts(path: str) -> int:
    import pybgpkit_parser as bgpkit

    count = 0
    for e in bgpkit.Parser(url=path):
        e.to_dict()
        count += 1
    return count


def bgpkit_pandas(path: str) -> int:
    import pybgpkit_parser as bgpkit
    import pandas

    return len(pandas.DataFrame([e.to_dict() for e in bgpkit.Parser(url=path)]))


def mrtparse(path: str) -> int:
    import mrtparse

    count = 0
    for number, record in enumerate(mrtparse.Reader(path)):
        data = record.data
        count += len(data.get("rib_entries", ())) or 1
        if number == 30_000:
            break
    return count


# Name, work, modules, most rounds.
CASES: list[tuple[str, Callable[[str], int], list[str], int]] = [
    ("elements: iterate", elements, [], 99),
    ("elements: six attributes", attributes, [], 99),
    ("elements: to_dict", dicts, [], 3),
    ("messages: routes as texts", messages, [], 3),
    ("table: default columns", arrow, [], 99),
    ("table: default columns, 2 threads", two_threads, [], 99),
    ("table: prefix, origin_asn", origins, [], 99),
    ("table: peer_asn", peers, [], 99),
    ("table to Polars, default columns", polars, ["polars"], 99),
    ("table to pandas, 15 columns", pandas, ["pandas", "pyarrow"], 3),
    ("pybgpkit: iterate", bgpkit, ["pybgpkit_parser"], 99),
    ("pybgpkit: six attributes", bgpkit_attributes, ["pybgpkit_parser"], 99),
    ("pybgpkit: tuples of six attributes", bgpkit_tuples, ["pybgpkit_parser"], 99),
    ("pybgpkit: to_dict", bgpkit_dicts, ["pybgpkit_parser"], 3),
    ("pybgpkit: dicts to pandas", bgpkit_pandas, ["pybgpkit_parser", "pandas"], 1),
    ("mrtparse: records as dicts", mrtparse, ["mrtparse"], 1),
]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def child(number: int, path: str) -> None:
    _, work, modules, _ = CASES[number]
    for module in modules:
        __import__(module)
    import routeglass  # noqa: F401

    before = cpu()
    rows = work(path)
    seconds = cpu() - before
    print(json.dumps([rows, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def import_time() -> float:
    """Milliseconds of the import, of the processor, in a process that has just started."""
    code = "import time; t = time.process_time(); import routeglass; print((time.process_time() - t) * 1000)"
    return statistics.median(float(subprocess.run([sys.executable, "-c", code], capture_output=True).stdout) for _ in range(9))


def packed_size() -> float:
    """Megabytes of the package as a wheel has it that is compressed for publishing."""
    import routeglass

    files = [path for path in Path(routeglass.__file__).parent.iterdir() if path.is_file()]
    return sum(len(zlib.compress(path.read_bytes(), 9)) for path in files) / 1e6


# What is aimed at: the case, what it is compared with, and the factors or million rows per second for a table and for updates.
FASTER = [
    ("elements: iterate", "pybgpkit: iterate", 10, 6),
    ("elements: six attributes", "pybgpkit: six attributes", 4, 3),
    ("table to pandas, 15 columns", "pybgpkit: dicts to pandas", 50, 50),
]
AS_FAST: list[tuple[str, int, int | None]] = [("table: default columns", 4, 4), ("table: prefix, origin_asn", 7, None)]
STREAMS = ("elements: iterate", "elements: six attributes", "elements: to_dict", "messages: routes as texts", "table: default columns")


def print_aims(files: list[str], median: Callable[[str, str], tuple[int, float, float] | None]) -> None:
    print(f"\n{'aims':58}{'aim':>10}{'measured':>10}")

    def line(what: str, aim: float, measured: float, is_most: bool = False) -> None:
        holds = measured <= aim if is_most else measured >= aim
        print(f"{what:58}{'<= ' if is_most else '>= '}{aim:>7}{measured:>10.2f}{'' if holds else '  missed'}")

    kinds = ("table", "updates")
    for name, other, *aims in FASTER:
        for path, kind, aim in zip(files, kinds, aims):
            ours, theirs = median(name, path), median(other, path)
            if ours and theirs:
                line(f"{name}, {kind}: times {other.split(':')[0]}", aim, theirs[1] / ours[1])
    for name, *rates in AS_FAST:
        for path, kind, rate in zip(files, kinds, rates):
            ours = median(name, path)
            if rate is not None and ours:
                line(f"{name}, {kind}: million rows/s", rate, ours[0] / ours[1] / 1e6)
    peaks = [took[2] for name in STREAMS for path in files if (took := median(name, path))]
    line("peak of memory of what streams: MiB", 64, max(peaks, default=0), is_most=True)
    line("import: ms", 5, import_time(), is_most=True)
    line("wheel: MB", 3, packed_size(), is_most=True)


def is_installed(modules: list[str]) -> bool:
    code = "import " + ", ".join(modules) if modules else ""
    return subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def main() -> None:
    files, rounds = sys.argv[1:3], int(sys.argv[3]) if len(sys.argv) > 3 else 5
    there = [number for number, case in enumerate(CASES) if is_installed(case[2])]
    results: dict[tuple[int, str], list[Any]] = {}
    for turn in range(rounds):
        for path in files:
            for number in there:
                if turn < CASES[number][3]:
                    out = subprocess.run([sys.executable, __file__, "--case", str(number), path], capture_output=True, text=True)
                    if out.returncode:
                        print(f"{CASES[number][0]}: {out.stderr.splitlines()[-1]}", file=sys.stderr)
                        continue
                    results.setdefault((number, path), []).append(json.loads(out.stdout))
    print(f"{time.strftime('%Y-%m-%d')}, Python {sys.version.split()[0]}, {rounds} rounds")
    for path in files:
        print(f"\n{path}\n{'':36}{'rows':>10}{'CPU s':>9}{'k rows/s':>10}{'peak MiB':>10}")
        for number in there:
            took = results.get((number, path))
            if took:
                rows, seconds = took[0][0], statistics.median(one[1] for one in took)
                peak = max(one[2] for one in took)
                print(f"{CASES[number][0]:36}{rows:>10}{seconds:>9.3f}{rows / max(seconds, 1e-9) / 1000:>10.0f}{peak:>10.0f}")

    def median(name: str, path: str) -> tuple[int, float, float] | None:
        took = results.get((next(number for number, case in enumerate(CASES) if case[0] == name), path))
        return (took[0][0], statistics.median(one[1] for one in took), max(one[2] for one in took)) if took else None

    for path in files:
        seen = {case[0]: one[0] for case in CASES if (one := median(case[0], path))}
        own = {count for name, count in seen.items() if name.startswith(("elements", "table"))}
        others = {count for name, count in seen.items() if name.startswith("pybgpkit")}
        if len(own) != 1 or any(count > max(own) for count in others):
            sys.exit(f"{path}: the cases do not see the same rows: {seen}")
    print_aims(files, median)


if __name__ == "__main__":
    if sys.argv[1] == "--case":
        child(int(sys.argv[2]), sys.argv[3])
    else:
        main()
