"""Runs in processes of their own that may be killed, and the news they read."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


@contextmanager
def ingesting(root: Path, sources: Path) -> Iterator[subprocess.Popen[str]]:
    """Start `wirelake ingest` in a process group of its own."""
    environment = os.environ | {
        "PREFECT_API_URL": "http://127.0.0.1:9/api",  # nobody answers there
        "WIRELAKE_BATCH__MAX_DOCUMENTS": str(PER_BATCH),
        "WIRELAKE_NORMALIZE__WORKERS": "1",
    }
    where = ["--warehouse", str(root), "--sources", str(sources)]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "flows.cli", "ingest", *where],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """End a run and all that it has started, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


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
