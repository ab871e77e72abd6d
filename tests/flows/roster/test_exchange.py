"""Lists of feeds come from other readers and go to them; nobody is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.sources import load

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


def rows(said: Any) -> list[dict[str, Any]]:
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
