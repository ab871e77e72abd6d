"""Archives: a run that is killed half way, and what the next one makes of it."""

from __future__ import annotations

import gzip
import random
import time
from pathlib import Path

import pytest
from interrupted_runs import ask, finish, ingesting, is_there, story
from own_groups import kill
from waiting import wait_until

from warehouse import connect
from warehouse.digest import ViewDigest, digest

RECORDS = 1_000


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


def shown(root: Path) -> list[ViewDigest]:
    with connect(root) as lake:
        return digest(lake)


@pytest.fixture(scope="module")
def undisturbed(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> list[ViewDigest]:
    root = tmp_path_factory.mktemp("undisturbed") / "lake"
    finish(root, sources)
    return shown(root)


def wait_for(documents: int, root: Path) -> None:
    wait_until(lambda: is_there(root))
    with connect(root) as lake:
        count = "SELECT count(*) FROM raw.documents"
        wait_until(lambda: lake.sql(count).fetchall()[0][0] >= documents)


def interrupt(root: Path, sources: Path, documents: int, seconds: float) -> None:
    """Kill a run some time after it has begun, or after that many documents are stored."""
    with ingesting(root, sources) as process:
        if documents:
            wait_for(documents, root)
        time.sleep(seconds)
        kill(process)


@pytest.mark.whole
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
