"""Whatever comes, a document becomes a row: no crash, no hang, no memory beyond the cap.

`FUZZED` says how many mutants are tried, `FUZZED_FROM` with which number it begins, so that a long
search goes on where another ended.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pytest

from flows.ingesting.pool import normalizers
from transforms.reading import Profile
from transforms.schema import DOCUMENT

sys.path.insert(0, str(Path(__file__).parent))
from mutants import Document, mutant, seeds

pytestmark = pytest.mark.soak

COUNT, FIRST = int(os.environ.get("FUZZED", "2000")), int(os.environ.get("FUZZED_FROM", "0"))
SLICE = 20
LIMIT_S = 20.0
"""For one document; a slice that outlasts it is tried again document by document."""
MAX_MIB = 1_500
"""Of a process that normalizes, whatever it has read."""
PROFILE = Profile("mutants")


def documents(numbers: range, originals: list[list[Document]]) -> pa.RecordBatch:
    rows = []
    for number in numbers:
        payload, media_type, scheme, charset = mutant(number, originals)
        row: dict[str, Any] = {
            "document_id": f"{number:064}", "source": "mutants",
            "url": f"{scheme}://mutants.example/{number}", "media_type": media_type,
            "charset": charset, "payload": payload, "payload_digest": "2" * 64,
            "payload_bytes": len(payload), "month": dt.date(2026, 3, 1), "batch_id": "3" * 32,
            "added_at": dt.datetime(2026, 3, 10, tzinfo=dt.UTC),
        }  # fmt: skip
        rows.append(row)
    return pa.RecordBatch.from_pylist(rows, DOCUMENT)


def outcomes(numbers: range) -> Iterator[tuple[range, float, Any]]:
    """Give slices of the numbers, the seconds each took, and what became of it."""
    originals = seeds()
    with normalizers(1, LIMIT_S) as pool:
        for start in range(numbers.start, numbers.stop, SLICE):
            some = range(start, min(start + SLICE, numbers.stop))
            batch = documents(some, originals)
            began = time.monotonic()
            normalized = pool.submit(batch, PROFILE)()
            yield some, time.monotonic() - began, normalized


def resident_mib(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def test_every_mutant_becomes_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    slowest, peak_mib = (0.0, range(0)), 0.0
    for numbers, took, normalized in outcomes(range(FIRST, FIRST + COUNT)):
        slowest = max(slowest, (took, numbers), key=lambda each: each[0])
        peak_mib = max(peak_mib, *map(resident_mib, psutil.Process().children(recursive=True)))
        assert [(numbers[lost.row], lost.error) for lost in normalized.lost] == []
        reasons = normalized.articles.column("reject_reason").to_pylist()
        assert [numbers[row] for row, why in enumerate(reasons) if why == "failed"] == []
    with capsys.disabled():
        print(f"\n{COUNT} mutants from {FIRST}; slowest {slowest[1]} in {slowest[0]:.1f} s; "  # noqa: T201
              f"peak {peak_mib:.0f} MiB")  # fmt: skip
    assert peak_mib < MAX_MIB
