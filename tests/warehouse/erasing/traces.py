"""Looking for words in everything that lies in a folder, whatever they are packed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq


def traces(root: Path, words: Iterable[str]) -> list[tuple[str, str]]:
    """Give the files that have one of the words in them, as bytes or unpacked."""
    wanted = [(word, word.encode()) for word in words]
    return [
        (str(path.relative_to(root)), word)
        for path in sorted(root.rglob("*"))
        if path.is_file()
        for word, sought in wanted
        if any(sought in piece for piece in _pieces(path))
    ]


def shingles(text: str, count: int = 5, words: int = 5) -> list[str]:
    """Give some runs of words of a text, from its beginning to its end."""
    said = text.split()
    step = max(1, (len(said) - words) // (count - 1))
    return [" ".join(said[n * step : n * step + words]) for n in range(count)]


_KEPT: dict[tuple[Path, int], list[bytes]] = {}


def _pieces(path: Path) -> list[bytes]:
    key = (path, path.stat().st_mtime_ns)
    if key not in _KEPT:
        _KEPT[key] = list(_unpacked(path))
    return _KEPT[key]


def _unpacked(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()  # statistics in the footer of a part are not packed
    if path.suffix == ".parquet":
        with pq.ParquetFile(path) as part:
            for column in part.read().columns:
                values = (value for value in column.to_pylist() if value is not None)
                yield b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in values)
