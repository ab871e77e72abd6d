"""Archives: a run that is killed half way, and what the next one makes of it."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warehouse import connect
from warehouse.digest import ViewDigest, digest

_VOCABULARY = """
harbour council bridge winter library orchard ferry signal quarry market lantern teacher village
engine choir garden river museum station baker storm island festival railway
"""
WORDS = _VOCABULARY.split()
RECORDS = 1_000
PER_BATCH = 100
PATIENT_S = 180.0


def story(number: int) -> str:
    """Write eighty words; every tenth text is that of its neighbour."""
    rng = random.Random(number - (number % 10 == 9))
    sentences = (" ".join(rng.choices(WORDS, k=9)).capitalize() + "." for _ in range(8))
    return f"On day {rng.randrange(10_000)} the news was this. " + " ".join(sentences)


def record(number: int) -> bytes:
    page = f"<h1>Page {number}</h1><article><p>{story(number)}</p></article>"
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>{page}</body></html>"
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n"
        f"WARC-Target-URI: https://news.example/{number}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Date: 2026-0{1 + number % 3}-{1 + number % 28:02}T06:00:00Z\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(f"{head}{block}\r\n\r\n".encode())


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one archive and two places that are broken in it; give the sources file."""
    home = tmp_path_factory.mktemp("archive")
    packed = [record(number) for number in range(RECORDS)]
    packed[RECORDS // 3] = packed[RECORDS // 3][:60] + b"\xff" * 60
    packed[-1] = packed[-1][:90]
    (home / "news.warc.gz").write_bytes(b"".join(packed))
    path = home / "sources.toml"
    path.write_text('[sources.press]\nkind = "warc"\npath = "news.warc.gz"\n')
    return path


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
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def finish(root: Path, sources: Path) -> None:
    with ingesting(root, sources) as process:
        assert process.wait(PATIENT_S) == 0, process.stderr and process.stderr.read()


def ask(root: Path, query: str) -> list[tuple[object, ...]]:
    with connect(root) as lake:
        return lake.sql(query).fetchall()


def stored(root: Path) -> int:
    """Count the documents, from before there is a warehouse on."""
    if not (root / "catalog.sqlite").exists():
        return 0
    (count,) = ask(root, "SELECT count(*) FROM raw.documents")[0]
    return int(str(count))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def shown(root: Path) -> list[ViewDigest]:
    with connect(root) as lake:
        return digest(lake)


@pytest.fixture(scope="module")
def undisturbed(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> list[ViewDigest]:
    root = tmp_path_factory.mktemp("undisturbed") / "lake"
    finish(root, sources)
    return shown(root)


def interrupt(root: Path, sources: Path, documents: int, seconds: float) -> None:
    """Kill a run some time after that many documents are stored."""
    with ingesting(root, sources) as process:
        wait_until(lambda: stored(root) >= documents)
        time.sleep(seconds)
        kill(process)


@pytest.mark.slow
def test_an_archive_read_in_four_goes_gives_what_one_gives(
    sources: Path, undisturbed: list[ViewDigest], tmp_path: Path
) -> None:
    root, rng = tmp_path / "lake", random.Random(7)
    for documents in (100, 300, 600):
        interrupt(root, sources, documents, rng.uniform(0.0, 0.2))
    at = "SELECT position FROM raw.cursors WHERE url = 'file:news.warc.gz'"
    (half_way,) = ask(root, at)
    assert half_way[0]
    before = ask(root, "SELECT sum(seen) FROM raw.batches")[0][0]
    finish(root, sources)
    assert ask(root, at) == [(None,)]
    assert shown(root) == undisturbed
    rows = ask(root, "SELECT count(*), count(DISTINCT document_id) FROM raw.documents")
    assert rows == [(RECORDS - 2, RECORDS - 2)]
    # The last run began where a cursor stood, which is stored a batch after its documents.
    last = int(str(ask(root, "SELECT sum(seen) FROM raw.batches")[0][0])) - int(str(before))
    assert 0 < last <= RECORDS - 400


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_an_archive_killed_at_any_moment_is_read_to_its_end(
    sources: Path, undisturbed: list[ViewDigest], tmp_path: Path, seed: int
) -> None:
    root, rng = tmp_path / "lake", random.Random(seed)
    for _ in range(3):
        interrupt(root, sources, 0, rng.uniform(0.0, 8.0))
    finish(root, sources)
    assert shown(root) == undisturbed
