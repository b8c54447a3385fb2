"""Bad input: what is raised, and where."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
from pathlib import Path
from typing import Any

import pytest
from conftest import bgp4mp, record, update, usual

import routeglass as rg


class Answers:
    """A file object that gives these answers."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def read(self, n: int) -> Any:
        answer = self.answers.pop(0) if self.answers else b""
        if isinstance(answer, BaseException):
            raise answer
        return answer(n) if callable(answer) else answer


def test_a_cut_at_every_octet(octets: bytes) -> None:
    whole = [(e.offset, e.to_json()) for e in rg.elements(octets)]
    for cut in range(len(octets)):
        elements = rg.elements(octets[:cut])
        before = []
        raised = None
        while True:
            try:
                before.append(next(elements))
            except StopIteration:
                break
            except rg.DamageError as e:
                raised = e
        assert [(e.offset, e.to_json()) for e in before] == whole[: len(before)]
        if raised is not None:
            assert (raised.kind, raised.rows, raised.source) == ("truncated", len(before), None)
            assert raised.offset <= cut and f"(at byte {raised.offset})" in str(raised)
        else:
            assert cut == 0 or rg.dissect(octets, cut - 1)[0].end == cut


def test_a_flipped_bit_never_crashes(octets: bytes) -> None:
    for at in range(len(octets)):
        for bit in (0x80, 0x01):
            changed = bytearray(octets)
            changed[at] ^= bit
            for e in rg.elements(changed, errors="keep"):
                e.to_json()
            for finding in rg.check(changed):
                str(finding)


def test_what_is_done_about_damage() -> None:
    bad = record(16, 5, b"")
    data = usual() + bad + usual() + usual()[:-1]
    elements = rg.elements(data)
    assert next(elements).kind == "announce"
    with pytest.raises(rg.DamageError) as raised:
        next(elements)
    assert (raised.value.offset, raised.value.rows, raised.value.action) == (len(usual()) + 12, 1, "none")
    assert raised.value.context is not None
    # Reading goes on after what could be skipped.
    assert next(elements).kind == "announce"
    with pytest.raises(rg.DamageError):
        next(elements)
    assert next(elements, None) is None
    kept = rg.elements(data, errors="keep")
    rows = list(kept)
    assert [e.kind for e in rows] == ["announce", "damage", "announce", "damage"]
    assert rows[1].error == str(raised.value) and rows[1].error_offset == raised.value.offset
    assert (rows[1].offset, rows[3].offset) == (len(usual()), len(data) - len(usual()) + 1)
    assert (rows[1].prefix, rows[1].time, rows[1].timestamp, rows[1].attribute(1)) == (None,) * 4
    assert rows[1].to_dict()["kind"] == "damage"
    assert kept.damage == len(kept.damages) == 2 and str(kept.damages[0]) == rows[1].error
    skipped = rg.elements(data, errors="skip")
    assert [e.kind for e in skipped] == ["announce", "announce"]
    assert skipped.damage == 2
    many = rg.elements(bad * 1_000, errors="skip")
    assert list(many) == [] and many.damage == 1_000 and len(many.damages) == 100
    with pytest.raises(ValueError, match="errors must be"):
        rg.elements(data, errors="x")  # type: ignore[arg-type]
    messages = rg.messages(data, errors="skip")
    assert len(list(messages)) == 2 and messages.damage == 2


def test_exceptions_can_be_pickled() -> None:
    import pickle

    with pytest.raises(rg.DamageError) as raised:
        list(rg.elements(usual()[:-1]))
    again = pickle.loads(pickle.dumps(raised.value))
    assert type(again) is rg.DamageError and again.offset == raised.value.offset and str(again) == str(raised.value)
    assert issubclass(rg.DecompressionError, rg.DamageError) and issubclass(rg.DamageError, ValueError)


def zstd(data: bytes) -> bytes:
    """A zstd frame (RFC 8878 section 3.1.1) of blocks that are not compressed."""
    pieces = [data[i : i + 100_000] for i in range(0, len(data), 100_000)]
    headers = [(len(piece) << 3 | (piece is pieces[-1])).to_bytes(3, "little") for piece in pieces]
    blocks = b"".join(header + piece for header, piece in zip(headers, pieces))
    return b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little") + blocks


def lz4(data: bytes) -> bytes:
    """An LZ4 frame of blocks that are not compressed, up to 64 KiB each."""
    pieces = [data[i : i + 65_536] for i in range(0, len(data), 65_536)]
    blocks = b"".join((1 << 31 | len(piece)).to_bytes(4, "little") + piece for piece in pieces)
    return b"\x04\x22\x4d\x18\x60\x40\x82" + blocks + bytes(4)


@pytest.mark.parametrize("compress", [zstd, lz4])
def test_cut_frames_of_what_python_cannot_compress(compress: Any) -> None:
    packed = compress(usual() * 2_000)
    assert len(list(rg.elements(packed))) == 2_000
    for cut in [len(packed) - 1, len(packed) // 2, 20]:
        with pytest.raises(rg.DecompressionError) as raised:
            list(rg.elements(packed[:cut]))
        elements = rg.elements(packed[:cut], errors="skip")
        assert len(list(elements)) == raised.value.rows <= 2_000 and elements.damage == 1


@pytest.mark.parametrize(("compress", "at", "octet"), [(zstd, 9, 0xFF), (lz4, 6, 0x00)])
def test_corrupt_frames_of_what_python_cannot_compress(compress: Any, at: int, octet: int) -> None:
    corrupt = bytearray(compress(usual() * 2_000))
    # A type of block that there is not; the checksum of the header.
    corrupt[at] = octet
    with pytest.raises(rg.DecompressionError):
        list(rg.elements(corrupt))
    elements = rg.elements(corrupt, errors="skip")
    assert list(elements) == [] and elements.damage == 1


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_cut_and_corrupt_compression(compress: Any, tmp_path: Path) -> None:
    plain = usual() * 2_000
    packed = compress(plain)
    assert len(list(rg.elements(packed))) == 2_000
    for cut in [len(packed) - 1, len(packed) // 2, 20]:
        file = tmp_path / "cut"
        file.write_bytes(packed[:cut])
        with pytest.raises(rg.DecompressionError) as raised:
            list(rg.elements(file))
        assert raised.value.source == str(file) and raised.value.rows <= 2_000
        assert str(raised.value).startswith(f"{file}: ")
        elements = rg.elements(file, errors="skip")
        assert len(list(elements)) == raised.value.rows and elements.damage == 1
        kinds = [e.kind for e in rg.elements(file, errors="keep")]
        assert kinds.count("damage") == 1 and kinds[-1] == "damage"
    corrupt = bytearray(packed)
    corrupt[len(packed) // 2] ^= 0xFF
    with pytest.raises(rg.DamageError):
        list(rg.elements(corrupt))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        list(rg.elements(tmp_path / "missing"))
    assert (raised.value.errno, raised.value.filename) == (errno.ENOENT, str(tmp_path / "missing"))
    with pytest.raises(IsADirectoryError) as directory:
        list(rg.elements(tmp_path))
    assert (directory.value.errno, directory.value.filename) == (errno.EISDIR, str(tmp_path))
    # Whatever is done about damage: this is none.
    with pytest.raises(FileNotFoundError):
        list(rg.elements(tmp_path / "missing", errors="skip"))
    with pytest.raises(FileNotFoundError):
        rg.splits(tmp_path / "missing")


def test_answers_of_read() -> None:
    data = usual()
    assert len(list(rg.elements(Answers(data, b"")))) == 1
    # Short answers, and other objects of octets.
    pieces = [data[i : i + 1] for i in range(len(data))]
    assert len(list(rg.elements(Answers(*pieces)))) == 1
    assert len(list(rg.elements(Answers(bytearray(data), memoryview(b""))))) == 1
    for answer, exception, text in [
        ("text", TypeError, "read\\(n\\) must return bytes, not str"),
        (7, TypeError, "read\\(n\\) must return bytes, not int"),
        (None, TypeError, "read\\(n\\) must return bytes, not NoneType"),
        (lambda n: b"x" * (n + 1), ValueError, "read\\(\\d+\\) returned \\d+ bytes"),
        (KeyError("mine"), KeyError, "mine"),
        (KeyboardInterrupt("by hand"), KeyboardInterrupt, "by hand"),
    ]:
        with pytest.raises(exception, match=text):
            list(rg.elements(Answers(answer)))
        later = rg.elements(Answers(data, answer))
        assert next(later).kind == "announce"
        with pytest.raises(exception, match=text):
            list(later)
        with pytest.raises(exception, match=text):
            list(rg.elements(Answers(answer), errors="skip"))
    closed = io.BytesIO(data)
    closed.close()
    with pytest.raises(ValueError, match="closed file"):
        list(rg.elements(closed))
    with open(__file__) as text_file, pytest.raises(TypeError, match="not str"):
        list(rg.elements(text_file))


def test_a_reader_that_asks_its_own_iterator() -> None:
    class Selfish:
        def read(self, n: int) -> bytes:
            next(elements)
            return b""

    elements = rg.elements(Selfish())
    with pytest.raises(RuntimeError, match="already reading"):
        next(elements)


def test_what_is_no_source() -> None:
    for wrong in [5, None, 1.5, [5], {"a": 1}]:
        with pytest.raises(TypeError, match="a source is a path"):
            rg.elements(wrong)  # type: ignore[arg-type]


def test_a_record_of_16_mebibytes_and_one_beyond() -> None:
    largest = record(99, 0, bytes(16 << 20))
    assert list(rg.elements(largest + usual()))[0].offset == len(largest)
    with pytest.raises(rg.DamageError) as raised:
        list(rg.elements(record(99, 0, bytes((16 << 20) + 1))))
    assert raised.value.kind == "too-long"


def test_peers_that_are_not_there() -> None:
    def rib(index: int) -> bytes:
        entry = index.to_bytes(2, "big") + bytes(4) + b"\0\0"
        return record(13, 2, bytes(4) + b"\x08\x0a" + b"\0\1" + entry)

    def table(count: int) -> bytes:
        peer = b"\2" + bytes(4) + bytes([192, 0, 2, 1]) + (64496).to_bytes(4, "big")
        return record(13, 1, bytes(4) + b"\0\0" + count.to_bytes(2, "big") + peer * count)

    [e] = rg.elements(rib(0))
    assert e.error is not None and e.peer_asn is None
    [e] = rg.elements(table(1) + rib(1))
    assert e.error is not None
    everything = list(rg.elements(table(65_535) + rib(65_534) + rib(65_535)))
    assert [e.peer_asn for e in everything] == [64496, None]
    damaged = bytearray(table(2))
    damaged[17] = 9
    first, second = rg.elements(table(1) + rib(0) + bytes(damaged) + rib(0), errors="skip")
    assert first.error is None or "attribute" in first.error
    assert second.error is not None


def test_one_update_with_ten_thousand_prefixes_in_bounded_memory() -> None:
    prefixes = b"".join(b"\x18\x0a" + i.to_bytes(2, "big") for i in range(1_000))
    assert len(list(rg.elements(bgp4mp(update(b"", prefixes[:3_900]))))) == 975
