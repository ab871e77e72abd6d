"""The health page: true figures, no way out of it, nothing that the warehouse could slip in."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from markdown_it import MarkdownIt

from flows.health import charts as health_charts
from flows.health.figures import examine
from flows.health.page import page
from flows.health.summary import summary
from flows.health.words import ago, figures, share, size
from transforms.errors import WarehouseError
from warehouse import files, lock
from warehouse.commit import register
from warehouse.opening import opened
from warehouse.tables import TABLES

AT = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
TODAY = AT.date()
HOSTILE = "<script>alert('1')</script> [x](https://evil.example) | `a` $x^2$ &amp; <img src=x>"
DEFAULTS: dict[pa.DataType, object] = {
    pa.string(): "x", pa.int32(): 0, pa.int64(): 0, pa.float64(): 0.0, pa.date32(): TODAY,
    pa.timestamp("us", "UTC"): AT,
}  # fmt: skip
"""What stands in a column that may not be null, where a test does not care."""

Put = Callable[..., None]


@pytest.fixture
def root(tmp_path: Path, empty_lake: Path) -> Path:
    return Path(shutil.copytree(empty_lake, tmp_path / "river <news>"))


@pytest.fixture
def put(root: Path) -> Put:
    """Put rows into tables; columns without a value get any that is allowed."""

    def put_rows(**tables: list[dict[str, object]]) -> None:
        with opened(root) as lake, lock.hold(lake.lock_path), lake.transaction("rows"):
            for table, rows in tables.items():
                schema = TABLES[table]
                filled = [
                    {f.name: None if f.nullable else DEFAULTS[f.type] for f in schema} | row
                    for row in rows
                ]
                name = f"{table}-{lake.snapshot()}"
                for month in sorted({str(row.get("month")) for row in filled}):
                    of_month = [row for row in filled if str(row.get("month")) == month]
                    rows_of = pa.Table.from_pylist(of_month, schema)
                    parts = files.write_parts(lake.data, table, f"{name}-{month}", rows_of)
                    register(lake, table, parts)

    return put_rows


def article(number: int, source: str, day: dt.date | None, text: str = "") -> dict[str, object]:
    return {
        "article_id": f"a{number}", "document_id": f"d{number}", "source": source,
        "content_hash": text or f"t{number}", "event_date": day, "added_at": AT,
        "month": day.replace(day=1) if day else dt.date(1970, 1, 1),
    }  # fmt: skip


def stored(articles: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
    """Give the rows of a warehouse that knows the sources and has compared the articles."""
    ids = [row["document_id"] for row in articles]
    return {
        "articles": articles,
        "sightings": [{"document_id": each, "seen_at": AT} for each in ids],
        "compared": [{"document_id": each, "algo": "minhash-2"} for each in ids],
        "sources": [{"source": name} for name in sorted({str(r["source"]) for r in articles})],
    }


def fetch(source: str, outcome: str, at: dt.datetime, error: str | None) -> dict[str, object]:
    month = at.date().replace(day=1)
    return {"source": source, "outcome": outcome, "fetched_at": at, "error": error, "month": month}


def fill(put: Put) -> None:
    """Three sources: one well, one failing, one that nobody asks any more."""
    hours = [AT - dt.timedelta(hours=back) for back in (1, 2, 30 * 24 + 13)]
    put(
        **stored(
            [
                article(1, "calm", TODAY),
                article(2, "calm", TODAY, "same"),
                article(3, HOSTILE, TODAY, "same"),
                article(4, "late", TODAY - dt.timedelta(days=3)),
                article(5, "late", TODAY - dt.timedelta(days=40)),
                article(6, "late", None),
                article(7, "late", TODAY) | {"reject_reason": "too_short"},
            ]
        ),
        fetches=[
            fetch("calm", "http_error", hours[1], "503"),
            fetch("calm", "ok", hours[0], None),
            fetch(HOSTILE, "timeout", hours[1], "no answer"),
            fetch(HOSTILE, "unreachable", hours[0], HOSTILE),
            fetch("late", "broken", hours[2], "long ago"),
            fetch("late", "ok", hours[1], None),
        ],
        cursors=[{"source": "late", "next_poll_at": AT - dt.timedelta(days=2)}],
        windows=[
            {"source": "calm", "day": TODAY - dt.timedelta(days=1), "state": "done"},
            {"source": "calm", "day": TODAY - dt.timedelta(days=90), "state": "open"},
            {"source": HOSTILE, "day": TODAY, "state": "failed", "reason": HOSTILE},
        ],
    )


class _Tags(HTMLParser):
    """Lists the tags and attributes of a page, and looks whether each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.open = set[str](), list[tuple[str, str]](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_figures_are_those_of_the_views(root: Path, put: Put) -> None:
    fill(put)
    health = examine(root, AT)
    assert (health.articles, health.copies, health.undated) == (6, 1, 1)
    assert {source: sum(days.values()) for source, days in health.volume.items()} == {
        "calm": 2, HOSTILE: 1, "late": 1,
    }  # fmt: skip
    assert health.copied[TODAY] == (3, 1)
    assert health.rejects == [("too_short", 1)]
    assert (health.days[0], health.days[-1]) == (TODAY - dt.timedelta(days=29), TODAY)


def test_sources_that_are_not_well_come_first(root: Path, put: Put) -> None:
    fill(put)
    found = [(each.source, each.state) for each in examine(root, AT).sources]
    assert found == [(HOSTILE, "failing"), ("late", "late"), ("calm", "ok")]


def test_a_source_that_nobody_has_asked_for_a_month_is_at_rest(root: Path, put: Put) -> None:
    before = AT - dt.timedelta(days=31)
    put(
        **stored([article(1, "gone", TODAY), article(2, "files", TODAY)]),
        fetches=[fetch("gone", "timeout", before, "no answer"), fetch("files", "ok", before, None)],
        cursors=[{"source": "gone", "next_poll_at": before}],
    )
    health = examine(root, AT)
    assert [(each.source, each.state) for each in health.sources] == [
        ("files", "ok"), ("gone", "at rest"),
    ]  # fmt: skip
    assert health.troubled == []
    assert "1 of 1 well" in page(health)


def test_failures_are_those_of_the_last_days_the_commonest_first(root: Path, put: Put) -> None:
    fill(put)
    put(fetches=[fetch("calm", "http_error", AT - dt.timedelta(hours=3), "502")])
    failures = examine(root, AT).failures
    assert [(each.outcome, each.source, each.requests) for each in failures] == [
        ("http_error", "calm", 2), ("timeout", HOSTILE, 1), ("unreachable", HOSTILE, 1),
    ]  # fmt: skip
    assert failures[0].last_error == "503"


def test_windows_are_counted_and_those_of_the_last_days_drawn(root: Path, put: Put) -> None:
    fill(put)
    hostile, calm = examine(root, AT).windows
    assert (hostile.failed, hostile.reason) == (1, HOSTILE)
    assert (calm.done, calm.open, calm.failed) == (1, 1, 0)
    assert calm.states == {TODAY - dt.timedelta(days=1): "done"}


def test_volume_of_an_archive_ends_with_its_last_day(root: Path, put: Put) -> None:
    day = dt.date(2019, 7, 4)
    put(**stored([article(1, "archive", day), article(2, "archive", dt.date(2031, 1, 1))]))
    health = examine(root, AT)
    assert health.days[-1] == day
    assert health.recent_days[-1] == TODAY


def test_the_page_is_one_file_without_scripts_and_addresses(root: Path, put: Put) -> None:
    fill(put)
    text = page(examine(root, AT))
    found = _Tags(text)
    assert found.open == []
    assert not found.tags & {"script", "img", "a", "link", "iframe", "object", "form", "base"}
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "src"]
    targets = [value for name, value in found.attributes if name.endswith("href")]
    assert all(target.startswith("#") for target in targets)
    assert not re.search(r"url\((?!#)|@import", text)
    assert "https://" not in text.replace("https://evil.example", "")
    assert ("name", "viewport") in found.attributes
    assert "prefers-color-scheme: dark" in text


def test_what_the_warehouse_says_is_text_on_the_page(root: Path, put: Put) -> None:
    fill(put)
    text = page(examine(root, AT))
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;") >= 4
    assert "Health of <b>river &lt;news&gt;</b>" in text


def test_charts_refer_to_nothing_of_another_chart(root: Path, put: Put) -> None:
    fill(put)
    text = page(examine(root, AT))
    ids = re.findall(r' id="([^"]+)"', text)
    assert text.count("<svg") == 3
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text)) <= {
        pair for name in ids for pair in ((name, ""), ("", name))
    }


def test_the_same_warehouse_gives_the_same_page(root: Path, put: Put) -> None:
    fill(put)
    assert page(examine(root, AT)) == page(examine(root, AT))


def test_an_empty_warehouse_has_a_page_too(root: Path) -> None:
    health = examine(root, AT)
    text = page(health)
    assert _Tags(text).open == []
    for sentence in ("No dated articles yet.", "No source was read yet.", "None: all that was"):
        assert sentence in text
    assert "<svg" not in text
    assert "None." in summary(health)


def test_no_warehouse_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="there is no warehouse here"):
        examine(tmp_path, AT)


def test_the_summary_holds_the_same_and_no_markup_of_the_warehouse(root: Path, put: Put) -> None:
    fill(put)
    health = examine(root, AT)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(summary(health))
    found = _Tags(html)
    assert not found.tags & {"script", "img", "a", "code", "em", "strong"}
    assert html.count("&lt;script&gt;") >= 4
    assert html.count("<tr>") == 4 + len(figures(health)) + 3 + 3 + 2


def test_series_beyond_the_colours_are_added_up() -> None:
    series = {f"s{number}": {TODAY: number} for number in range(9, 0, -1)}
    shown = health_charts.shown(series)
    assert list(shown) == ["s9", "s8", "s7", "s6", "s5", health_charts.OTHERS]
    assert shown[health_charts.OTHERS] == {TODAY: 4 + 3 + 2 + 1}
    assert health_charts.shown({"a": {TODAY: 1}}) == {"a": {TODAY: 1}}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"), (59, "just now"), (61, "1 min ago"), (3600, "1 hour ago"),
        (7200, "2 hours ago"), (86_400, "1 day ago"), (86_400 * 65, "2 months ago"),
        (86_400 * 800, "2 years ago"),
    ],
)  # fmt: skip
def test_ages_are_said_coarsely(seconds: int, said: str) -> None:
    assert ago(AT - dt.timedelta(seconds=seconds), AT) == said


def test_shares_and_sizes_are_said_so_that_little_is_not_nothing() -> None:
    assert [share(each) for each in (0.0, 0.001, 0.5, 1.0)] == ["0 %", "under 1 %", "50 %", "100 %"]
    assert [size(each) for each in (0, 1_500, 2_000_000, 3e9)] == [
        "0 bytes", "1.5 kB", "2.0 MB", "3.0 GB",
    ]  # fmt: skip
    assert ago(None, AT) == "never"
