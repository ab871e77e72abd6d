"""What collecting a whole press takes, beside the bound that latency and one queue per host set."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from bench_report import Report, Row, size

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from local_outlet import Outlet
from mock_press import Press, Size

from warehouse import connect

pytestmark = pytest.mark.bench

HOSTS, FEEDS, SITEMAPS, LATENCY_S = 5, 25, 3, 0.1
PAGES = size("PRESS_PAGES", 2_000)
CHANGED, EDITED = 40, 10


@pytest.fixture
def press() -> Iterator[Press]:
    with ExitStack() as stack:
        outlets = [
            stack.enter_context(closing(Outlet(f"127.0.0.{host + 1}"))) for host in range(HOSTS)
        ]
        for outlet in outlets:
            outlet.latency_s = LATENCY_S
        in_feeds = PAGES * 3 // 4
        yield Press(outlets, Size(HOSTS, FEEDS, SITEMAPS, in_feeds, PAGES - in_feeds))


@pytest.fixture
def ingest(press: Press, tmp_path: Path) -> Callable[..., float]:
    """Run the command; give its seconds."""
    shared = 'allow_private = true\npace_s = 0\npoll_floor = "0s"\nrevisit = ["1s", "7d"]\n'
    (tmp_path / "sources.toml").write_text(
        f'[sources.feeds]\nkind = "feed"\nurls = {json.dumps(press.feed_urls())}\n{shared}'
        f'[sources.maps]\nkind = "sitemap"\nurls = {json.dumps(press.sitemap_urls())}\n{shared}'
    )

    def run(*names: str) -> float:
        press.forget_requests()
        command = [sys.executable, "-m", "flows.cli", "ingest", *names, "--sources", "sources.toml"]
        began = time.perf_counter()
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603
        return time.perf_counter() - began

    return run


def bound_s(press: Press) -> float:
    """Give the seconds that the host which was asked most needs, one request after the other."""
    return LATENCY_S * max(len(outlet.log) for outlet in press.outlets)


def test_a_press_that_is_new_unchanged_changed_and_edited(
    press: Press, ingest, tmp_path: Path, report: Report
) -> None:
    def versions() -> int:
        with connect(tmp_path / "lake") as lake:
            return int(str(lake.sql("SELECT count(*) FROM versions").fetchone()[0]))  # type: ignore[index]

    def told(what: str, took: float) -> None:
        asked, bound = len(press.requests()), bound_s(press)
        report(Row(what, f"bound {bound:.1f} s", f"{took:.1f} s, {asked} requests", took / bound))

    names = ("feeds", "maps")
    told(f"a press of {PAGES:,} new pages on {HOSTS} hosts", ingest(*names))
    assert versions() == PAGES
    told("the same, nothing new", ingest(*names))
    asked = [request for request in press.requests() if request.path != "/robots.txt"]
    assert len(asked) == FEEDS + SITEMAPS
    assert all(request.headers["If-None-Match"] for request in asked)
    press.revise(range(CHANGED))
    told(f"the same, {CHANGED} items changed", ingest(*names))
    assert versions() == PAGES + CHANGED
    press.edit(range(CHANGED, CHANGED + EDITED))
    told(f"scheduled, revisits due, {EDITED} silent edits", ingest())
    assert versions() == PAGES + CHANGED + EDITED
