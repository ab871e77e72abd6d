"""The pages the benchmarks are run on: always the same ones, and like those of a newspaper."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bench_bare import PROFILE
from bench_pages import page, write_folder, write_zip

from flows.sources import Document
from flows.sources.folder import Source
from transforms.html import read_html

NUMBERS = range(40)


def test_no_two_pages_are_alike() -> None:
    assert len({page(number) for number in NUMBERS}) == len(NUMBERS)


def test_a_page_is_the_same_in_every_process() -> None:
    script = "import sys, bench_pages; sys.stdout.write(bench_pages.page(7))"
    folder = Path(__file__).parent
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], cwd=folder, capture_output=True, check=True
    )
    assert told.stdout.decode() == page(7)


def test_pages_are_as_long_as_those_of_newspapers() -> None:
    sizes = [len(page(number).encode()) for number in NUMBERS]
    assert min(sizes) >= 15_000
    assert max(sizes) <= 40_000
    assert max(sizes) > 1.5 * min(sizes)


@pytest.mark.parametrize("number", [0, 1])
def test_a_page_states_what_news_pages_state(number: int) -> None:
    reading = read_html(page(number), f"https://a.example/{number}", PROFILE)
    assert reading.published is not None
    assert (reading.published.day.year, reading.published.day.month) == (2026, 3)
    assert reading.title and reading.canonical_url and reading.authors and reading.section
    assert reading.text is not None and len(reading.text) > 2000


def test_a_zip_holds_the_pages_of_the_folder(tmp_path: Path) -> None:
    write_folder(tmp_path / "pages", 3)
    write_zip(tmp_path / "pages.zip", tmp_path / "pages")
    payloads = [given(tmp_path, path) for path in ("pages", "pages.zip")]
    assert payloads[0] == payloads[1] == [page(number).encode() for number in range(3)]


def given(home: Path, path: str) -> list[bytes]:
    source = Source(name="bench", home=home, kind="folder", path=path)
    return [each.payload for each in source.read(None, {}) if isinstance(each, Document)]
