"""CPU time, rows per second and peak memory, beside other packages where they are installed.

    python tests/python/bench.py RIB UPDATES [ROUNDS]

Each case runs in a fresh process, the cases interleaved; printed are medians of CPU seconds (user and system) without the time of
imports, thousands of rows per second, and the largest peak of memory. Results are checked: all cases of a file see the same rows, but for
state changes, which pybgpkit-parser does not have. mrtparse reads the first 30,000 records, once.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
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


if __name__ == "__main__":
    if sys.argv[1] == "--case":
        child(int(sys.argv[2]), sys.argv[3])
    else:
        main()
