"""What the warehouse remembers decides what is due."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.roster import due
from flows.settings import Settings
from flows.sources import load
from warehouse.opening import opened

ONE = "[sources.wire]\nkind = 'folder'\npath = 'articles'\n"
FEED = "[sources.tidewater]\nkind = 'feed'\nurl = 'https://Tidewater.test/rss'\n"
NOW = dt.datetime(2026, 3, 15, 12, tzinfo=dt.UTC)


def rows(wirelake: Any, *names: str) -> list[dict[str, Any]]:
    said = wirelake("sources", "due", *names, "--format", "json")
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


def test_everything_is_due_where_there_is_no_warehouse(wirelake, write, listing) -> None:
    off = "[sources.off]\nkind = 'feed'\nurl = 'https://off.test/rss'\nenabled = false\n"
    write({"sources.toml": ONE + FEED + off})
    before = listing()
    wire, tidewater = rows(wirelake)
    assert (wire["source"], wire["url"], wire["due"]) == ("wire", "articles", "always")
    assert tidewater == {
        "source": "tidewater",
        "url": "https://Tidewater.test/rss",
        "next_poll": None,
        "due": "yes",
        "failures": 0,
        "moved_to": None,
        "gone": None,
    }
    assert [row["source"] for row in rows(wirelake, "off")] == ["off"]
    assert listing() == before


@pytest.fixture
def lake(wirelake, here: Path) -> Path:
    assert wirelake("init", "news").code == 0
    return here / "news"


def test_what_the_warehouse_remembers_decides_what_is_due(lake: Path) -> None:
    urls = [f"https://tidewater.test/{name}" for name in ("late", "early", "new", "failing")]
    (lake / "sources.toml").write_text(
        f"[sources.tidewater]\nkind = 'feed'\nurls = {json.dumps(urls)}\n"
    )
    remember(lake / "lake", urls[0], NOW - dt.timedelta(hours=1), 0)
    remember(lake / "lake", urls[1], NOW + dt.timedelta(hours=1), 0)
    remember(lake / "lake", urls[3], NOW + dt.timedelta(hours=9), 4)
    settings = Settings(warehouse=lake / "lake", sources=lake / "sources.toml")
    found = due.rows(settings, (), NOW)
    assert [(row["due"], row["failures"]) for row in found] == [
        ("yes", 0),
        ("no", 0),
        ("yes", 0),
        ("no", 4),
    ]
    assert found[1]["next_poll"] == NOW + dt.timedelta(hours=1)


def test_a_page_is_due_as_a_scheduled_run_decides(lake: Path) -> None:
    names = ("early", "over", "new")
    urls = [f"https://Tidewater.test:443/{name}" for name in names]
    (lake / "sources.toml").write_text(
        f"[sources.tidewater]\nkind = 'page'\nurls = {json.dumps(urls)}\n"
    )
    remember(lake / "lake", "https://tidewater.test/early", NOW + dt.timedelta(hours=1), 0)
    remember(lake / "lake", "https://tidewater.test/over", None, 0)
    found = due.rows(Settings(warehouse=lake / "lake", sources=lake / "sources.toml"), (), NOW)
    assert [(row["url"], row["due"]) for row in found] == list(
        zip(urls, ("no", "no", "yes"), strict=True)
    )


def test_a_site_is_shown_with_the_sitemaps_that_it_names(lake: Path) -> None:
    site = "https://tidewater.test/"
    (lake / "sources.toml").write_text(f"[sources.tidewater]\nkind = 'sitemap'\nurl = '{site}'\n")
    config = load(lake / "sources.toml")["tidewater"].config_digest()
    maps = [f"https://tidewater.test/{name}.xml" for name in ("late", "early", "other", "new")]
    later = NOW + dt.timedelta(hours=1)
    said = json.dumps({"sitemaps": maps})
    remember(lake / "lake", site + "robots.txt", later, 0, item=said)
    remember(lake / "lake", maps[0], NOW, 0, config=config)
    remember(lake / "lake", maps[1], later, 0, config=config)
    remember(lake / "lake", maps[2], later, 0, config="of other options")
    settings = Settings(warehouse=lake / "lake", sources=lake / "sources.toml")
    assert [(row["url"], row["due"]) for row in due.rows(settings, (), NOW)] == list(
        zip([site, *maps], ("no", "yes", "no", "yes", "yes"), strict=True)
    )


def remember(
    lake: Path, url: str, next_poll_at: dt.datetime | None, failures: int, **more: str
) -> None:
    row = {"url": url, "next_poll_at": next_poll_at, "failures": failures, **more}
    values = ", ".join(f"? AS {name}" for name in row)
    with opened(lake) as opened_lake:
        connection: duckdb.DuckDBPyConnection = opened_lake.connection
        connection.execute(
            f"INSERT INTO lake.raw.cursors BY NAME SELECT 'tidewater' AS source, {values}",
            list(row.values()),
        )


def test_a_list_that_moved_or_is_gone_is_shown_so(lake: Path) -> None:
    (lake / "sources.toml").write_text(FEED)
    with opened(lake / "lake") as opened_lake:
        opened_lake.connection.execute(
            "INSERT INTO lake.raw.cursors BY NAME SELECT 'tidewater' AS source, 1 AS failures, "
            "'https://Tidewater.test/rss' AS url, 'https://new.test/rss' AS moved_to, ? AS gone_at",
            [NOW],
        )
    (row,) = due.rows(Settings(warehouse=lake / "lake", sources=lake / "sources.toml"), (), NOW)
    assert (row["moved_to"], row["gone"], row["due"]) == ("https://new.test/rss", NOW, "yes")
