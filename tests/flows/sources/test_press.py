"""A whole press through the command: first all, then nothing, then what changed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from mock_press import Press, Size

from warehouse import connect

SMALL = Size(hosts=3, feeds=5, sitemaps=2, in_feeds=40, in_sitemaps=20)


@pytest.fixture
def press(open_outlet: Callable[[str], object]) -> Press:
    return Press([open_outlet(f"127.0.0.{host + 1}") for host in range(SMALL.hosts)], SMALL)


@pytest.fixture
def ingest(press: Press, wirelake, here: Path) -> Callable[..., list[dict]]:
    shared = 'allow_private = true\npace_s = 0\npoll_floor = "0s"\nrevisit = ["1s", "7d"]\n'
    tables = [
        f'[sources.feeds]\nkind = "feed"\nurls = {json.dumps(press.feed_urls())}\n{shared}',
        f'[sources.maps]\nkind = "sitemap"\nurls = {json.dumps(press.sitemap_urls())}\n{shared}',
    ]
    Path("sources.toml").write_text("\n".join(tables))

    def run(*names: str) -> list[dict]:
        press.forget_requests()
        said = wirelake("ingest", *names, "--sources", "sources.toml", "--format", "json")
        assert said.code == 0, said.err
        return json.loads(said.out)

    return run


def count(query: str) -> int:
    with connect("lake") as lake:
        return lake.sql(query).fetchone()[0]


def test_only_what_is_new_or_changed_is_asked_and_stored(press: Press, ingest) -> None:
    first = ingest("feeds", "maps")
    assert sum(row["kept"] for row in first) == SMALL.pages
    asked = Counter((id(outlet), r.path) for outlet in press.outlets for r in outlet.log)
    assert set(asked.values()) == {1}  # robots.txt too

    assert sum(row["new"] for row in ingest("feeds", "maps")) == 0
    again = [request for request in press.requests() if request.path != "/robots.txt"]
    assert len(again) == SMALL.feeds + SMALL.sitemaps
    assert all(request.headers["If-None-Match"] for request in again)

    press.revise(range(7))
    assert sum(row["new"] for row in ingest("feeds", "maps")) == 7
    assert count("SELECT count(*) FROM versions") == SMALL.pages + 7
    assert count("SELECT count(*) FROM all_articles WHERE title LIKE '%, revised 1'") == 7

    press.edit(range(20, 23))
    press.edit(range(50, 52))
    time.sleep(1)  # until the last page is due
    assert sum(row["new"] for row in ingest()) == 5
    assert count("SELECT count(*) FROM versions") == SMALL.pages + 12
    pages = [request for request in press.requests() if request.path.startswith("/page")]
    unrevised = {f"/page?n={number}" for number in range(7, SMALL.pages)}
    assert {request.path for request in pages} >= unrevised
    assert all(request.headers["If-None-Match"] for request in pages)


def test_every_request_is_told(press: Press, ingest) -> None:
    ingest("feeds", "maps")
    ingest("feeds", "maps")
    told = dict(_fetches())
    assert told["not_modified"] == SMALL.feeds + SMALL.sitemaps
    # Each robots.txt once: what the first run has read counts in the second.
    assert told["ok"] == SMALL.pages + SMALL.feeds + SMALL.sitemaps + SMALL.hosts
    with connect("lake") as lake:
        health = lake.sql(
            "SELECT source, articles, failures_in_a_row, requests, next_poll IS NOT NULL "
            "FROM source_health ORDER BY source"
        ).fetchall()
    assert health == [
        ("feeds", 40, 0, 40 + 2 * SMALL.feeds, True),
        ("maps", 20, 0, 20 + 2 * SMALL.sitemaps, True),
    ]


def _fetches() -> list[tuple[str, int]]:
    with connect("lake") as lake:
        return lake.sql("SELECT outcome, count(*) FROM raw.fetches GROUP BY 1").fetchall()
