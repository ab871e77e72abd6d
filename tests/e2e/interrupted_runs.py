"""Runs in processes of their own that may be killed, and the news they read."""

from __future__ import annotations

import random
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

from own_groups import in_own_group

from warehouse import connect

_VOCABULARY = """
harbour council bridge winter library orchard ferry signal quarry market lantern teacher village
engine choir garden river museum station baker storm island festival railway
"""
WORDS = _VOCABULARY.split()
PER_BATCH = 100
PATIENT_S = 180.0


def story(number: int) -> str:
    """Write eighty words; every tenth text is that of its neighbour."""
    rng = random.Random(number - (number % 10 == 9))
    sentences = (" ".join(rng.choices(WORDS, k=9)).capitalize() + "." for _ in range(8))
    return f"On day {rng.randrange(10_000)} the news was this. " + " ".join(sentences)


def ingesting(root: Path, sources: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    """Start `wirelake ingest` in a process group of its own."""
    where = ["--warehouse", str(root), "--sources", str(sources)]
    variables = {
        "WIRELAKE_BATCH__MAX_DOCUMENTS": str(PER_BATCH),
        "WIRELAKE_NORMALIZE__WORKERS": "1",
    }
    return in_own_group(["-m", "flows.cli", "ingest", *where], **variables)


def finish(root: Path, sources: Path) -> None:
    """Ingest to the end."""
    with ingesting(root, sources) as process:
        said = process.communicate(timeout=PATIENT_S)[1]
    assert process.returncode == 0, said


def ask(root: Path, query: str) -> list[tuple[object, ...]]:
    with connect(root) as lake:
        return lake.sql(query).fetchall()


def is_there(root: Path) -> bool:
    return (root / "catalog.sqlite").exists()
