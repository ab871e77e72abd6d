"""The commands about sources that ask nobody: lists exchanged, and what is due."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import due
from flows.settings import Settings
from flows.sources import load
from flows.sources_file import Table
from warehouse.catalog import opened

ONE = "[sources.wire]\nkind = 'folder'\npath = 'articles'\n"
FEED = "[sources.tidewater]\nkind = 'feed'\nurl = 'https://Tidewater.test/rss'\n"
OPML = """\
<opml version="1.0"><head/><body><outline text="Coast">
  <outline text="Northgate Daily" xmlUrl="https://northgate.test/rss"/>
  <outline text="Tidewater" xmlUrl="https://tidewater.test:443/rss"/>
  <outline text="Northgate again" xmlUrl="HTTPS://northgate.test/rss"/>
  <outline text="Новости" xmlUrl="https://www.novosti.test/rss"/>
  <outline text="Northgate Daily" xmlUrl="https://northgate.test/sport"/>
  <outline text="Mail" xmlUrl="mailto:x@northgate.test"/>
  <outline text="Disk" xmlUrl="file:///etc/hostname"/>
</outline></body></opml>
"""
NOW = dt.datetime(2026, 3, 15, 12, tzinfo=dt.UTC)

Said = Any
Command = Callable[..., Said]


def rows(said: Said) -> list[dict[str, Any]]:
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


# Import.


def test_a_list_is_imported_and_each_feed_is_accounted_for(wirelake, write, here: Path) -> None:
    write({"sources.toml": ONE + FEED, "list.opml": OPML})
    found = rows(wirelake("sources", "import", "list.opml", "--format", "json"))
    assert [(row["source"], row["result"], row["why"]) for row in found] == [
        ("northgate-daily", "added", None),
        (None, "skipped", "'tidewater' reads it already"),
        (None, "skipped", "named before in the file, as 'northgate-daily'"),
        ("novosti.test", "added", None),
        ("northgate-daily-2", "added", None),
        (None, "skipped", "not an http or https url"),
        (None, "skipped", "not an http or https url"),
    ]
    text = (here / "sources.toml").read_text()
    assert text.startswith(ONE + FEED + "\n# Coast\n[sources.northgate-daily]\n")
    sources = load(here / "sources.toml")
    assert list(sources)[2:] == ["northgate-daily", "novosti.test", "northgate-daily-2"]
    assert all(source.enabled for source in sources.values())


def test_a_list_imported_twice_adds_nothing_the_second_time(wirelake, write, listing) -> None:
    write({"sources.toml": ONE, "list.opml": OPML})
    assert "4 added to" in wirelake("sources", "import", "list.opml").out
    before = listing()
    said = wirelake("sources", "import", "list.opml")
    assert said.code == 0
    assert "0 added to" in said.out
    assert listing() == before


def test_what_is_imported_may_wait_until_it_is_enabled(wirelake, write, here: Path) -> None:
    write({"sources.toml": ONE, "list.opml": OPML})
    assert wirelake("sources", "import", "list.opml", "--disabled").code == 0
    sources = load(here / "sources.toml")
    assert [name for name, source in sources.items() if source.enabled] == ["wire"]
    assert len(sources) == 5


def test_a_dry_run_of_an_import_writes_nothing(wirelake, write, listing) -> None:
    write({"sources.toml": ONE, "list.opml": OPML})
    before = listing()
    said = wirelake("sources", "import", "list.opml", "--dry-run")
    assert (said.code, listing()) == (0, before)
    assert "4 would be added to" in said.out


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("<html/>", 1, "begins with <html>"),
        ("<opml><body><outline text='empty'/></body></opml>", 1, "names no feed"),
        ("<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", 1, "entities"),
        (None, 2, "cannot be read"),
    ],
)
def test_a_list_that_is_none_is_said_in_a_sentence(
    wirelake, write, listing, body: str | None, code: int, words: str
) -> None:
    write({"sources.toml": ONE} | ({"list.opml": body} if body else {}))
    before = listing()
    said = wirelake("sources", "import", "list.opml")
    assert said.code == code
    assert words in said.sentence
    assert listing() == before


# Export.


def test_what_is_exported_is_imported_under_its_names(wirelake, write, here: Path) -> None:
    several = (
        "[sources.'North.gate']\nkind = 'feed'\nenabled = false\npublisher = 'N & <G>'\n"
        "urls = ['https://northgate.test/a?x=1&y=2', 'https://northgate.test/b']\n"
    )
    write({"sources.toml": ONE + FEED + several})
    said = wirelake("sources", "export", "--opml", "--output", "out.opml", "--format", "json")
    assert [row["source"] for row in rows(said)] == ["tidewater", "North.gate", "North.gate"]
    assert wirelake("sources", "export", "--opml").out == (here / "out.opml").read_text()
    found = rows(
        wirelake("sources", "import", "out.opml", "--sources", "other.toml", "--format", "json")
    )
    assert [(row["source"], row["url"]) for row in found] == [
        ("tidewater", "https://Tidewater.test/rss"),
        ("North.gate", "https://northgate.test/a?x=1&y=2"),
        ("North.gate-2", "https://northgate.test/b"),
    ]
    assert list(load(here / "other.toml")) == ["tidewater", "North.gate", "North.gate-2"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["export"], "say in which form to export: --opml"),
        (["export", "--opml"], "there is nothing to export"),
    ],
)
def test_an_export_of_nothing_is_said(wirelake, write, words: list[str], sentence: str) -> None:
    write({"sources.toml": ONE})
    said = wirelake("sources", *words)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.sentence


def test_an_export_to_a_folder_that_is_not_there_is_said(wirelake, write) -> None:
    write({"sources.toml": FEED})
    said = wirelake("sources", "export", "--opml", "--output", "gone/out.opml")
    assert said.code == 2
    assert "cannot write the list" in said.sentence


# What is due.


def test_everything_is_due_where_there_is_no_warehouse(wirelake, write, listing) -> None:
    off = "[sources.off]\nkind = 'feed'\nurl = 'https://off.test/rss'\nenabled = false\n"
    write({"sources.toml": ONE + FEED + off})
    before = listing()
    wire, tidewater = rows(wirelake("sources", "due", "--format", "json"))
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
    assert [row["source"] for row in rows(wirelake("sources", "due", "off", "--format", "json"))]
    assert listing() == before


def test_a_name_that_no_source_has_is_refused_alike(wirelake, write) -> None:
    write({"sources.toml": ONE})
    for words in (["ingest"], ["sources", "check"], ["sources", "due"]):
        said = wirelake(*words, "gone")
        assert said.code == 2
        assert "there is no source 'gone'" in said.sentence


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


def test_a_table_shows_itself_as_it_will_stand_in_the_file() -> None:
    table = Table("it's", {"kind": "feed", "urls": ["https://a.test/", 'b"c']}, "a\nb\x00c")
    assert table.text() == (
        '# a b c\n[sources."it\'s"]\nkind = "feed"\nurls = ["https://a.test/", "b\\"c"]\n'
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
