"""Inputs of the tests: the small archives of the repository, and records made octet by octet."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample.mrt"


@pytest.fixture
def sample() -> Path:
    return SAMPLE


@pytest.fixture
def octets() -> bytes:
    return SAMPLE.read_bytes()


def corpus() -> list[Path]:
    """Real archives, if there are any: of each size, so that all take a minute."""
    folder = os.environ.get("ROUTEGLASS_CORPUS")
    if not folder:
        return []
    names = (".gz", ".bz2", ".xz", ".zst", ".lz4", ".mrt")
    others = (".txt.gz", ".csv.gz", ".dat.gz", ".bgp.gz", ".json.gz")
    files = [path for path in Path(folder).rglob("*") if path.is_file() and path.name.endswith(names)]
    return sorted(path for path in files if path.stat().st_size < 400_000 and not path.name.endswith(others))


def record(kind: int, subtype: int, body: bytes, seconds: int = 1_767_268_800) -> bytes:
    return struct.pack(">IHHI", seconds, kind, subtype, len(body)) + body


def attribute(flags: int, code: int, value: bytes) -> bytes:
    if len(value) > 255:
        return struct.pack(">BBH", flags | 0x10, code, len(value)) + value
    return struct.pack(">BBB", flags, code, len(value)) + value


def path(*asns: int) -> bytes:
    return attribute(0x40, 2, bytes([2, len(asns)]) + b"".join(struct.pack(">I", asn) for asn in asns))


def update(attributes: bytes, announced: bytes, withdrawn: bytes = b"") -> bytes:
    body = struct.pack(">H", len(withdrawn)) + withdrawn + struct.pack(">H", len(attributes)) + attributes + announced
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), 2) + body


def bgp4mp(message: bytes, asn: int = 64496, subtype: int = 4, micros: int | None = None) -> bytes:
    """BGP4MP MESSAGE_AS4, or BGP4MP_ET with microseconds."""
    body = struct.pack(">IIHH", asn, 64511, 0, 1) + bytes([192, 0, 2, 1, 192, 0, 2, 254]) + message
    if micros is None:
        return record(16, subtype, body)
    return record(17, subtype, struct.pack(">I", micros) + body)


USUAL = attribute(0x40, 1, b"\0") + path(64496, 64500) + attribute(0x40, 3, bytes([192, 0, 2, 1]))


def usual(prefixes: bytes = b"\x18\xc6\x33\x64") -> bytes:
    return bgp4mp(update(USUAL, prefixes))
