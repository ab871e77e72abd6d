"""What is taken down by the command stays away, whatever is run afterwards."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Query = Callable[[Path, str], list[dict[str, Any]]]

FEED = """\
<rss version="2.0"><channel><title>Lamp</title><item><title>The lamp burns again</title>
<link>{url}</link><pubDate>Mon, 04 Mar 2024 08:15:00 GMT</pubDate></item></channel></rss>
"""
PAGE = """\
<!doctype html><html lang="en"><head><title>The lamp burns again</title></head><body><article>
<h1>The lamp burns again</h1>
<p>The lamp on the breakwater was lit on Monday evening for the first time since the storm.</p>
<p>Two electricians had worked on it for nine days, most of them in the rain, and were paid in fish.
</p><p>The harbour master said that the lamp would burn until the first ferry of the morning.</p>
</article></body></html>
"""


@pytest.fixture
def news(stored: Path, here: Path) -> Path:
    """A folder of one's own with one article."""
    return Path(shutil.copytree(stored, here / "news"))


def numbers(said: Any) -> dict[str, object]:
    return {row["what"]: row["number"] for row in json.loads(said.out)}


def documents(news: Path, query: Query) -> int:
    [row] = query(news / "lake", "SELECT count(*) AS number FROM raw.documents")
    return int(row["number"])


def test_a_receipt_says_what_went_and_when_its_bytes_go(
    news: Path, wirelake: Any, query: Query
) -> None:
    at = ("--settings", news / "wirelake.toml")
    [row] = query(news / "lake", "SELECT url, article_id FROM articles")
    would = wirelake("takedown", "--url", row["url"], "--dry-run", "--format", "json", *at)
    assert (would.code, documents(news, query)) == (0, 1)
    said = wirelake("takedown", "--url", row["url"], *at)
    assert (said.code, said.err) == (0, "")
    assert "rows of documents" in said.out
    assert "`wirelake takedown --purge` lets go of them now" in " ".join(said.out.split())
    assert numbers(would)["articles erased"] == 1
    lamp = next((news / "articles").iterdir())
    lamp.touch()
    assert wirelake("takedown", "--url", row["url"], *at).code == 0
    ingested = wirelake("ingest", *at)
    assert ingested.code == 0
    assert "taken down" in ingested.out
    assert documents(news, query) == 0
    [batch] = query(
        news / "lake",
        "SELECT seen, new, taken_down FROM raw.batches ORDER BY prepared_at DESC LIMIT 1",
    )
    assert batch == {"seen": 1, "new": 0, "taken_down": 1}
    page = news / "lake" / "report.html"
    page.write_text("The Lamp on the Breakwater")
    purged = wirelake("takedown", "--purge", "--grace", "0", "--format", "json", *at)
    assert numbers(purged)["snapshots ended"] > 0  # type: ignore[operator]
    assert "Breakwater" not in page.read_text()
    assert wirelake("check", *at).code == 0


def test_what_cannot_be_is_one_sentence(news: Path, wirelake: Any, query: Query) -> None:
    at = ("--settings", news / "wirelake.toml")
    for named in (
        ("--url", "https://a.example/", "--source", "articles"),
        ("--where", "no_such_column"),
        ("--where", "true) OR (SELECT true FROM"),
        ("--article", "zebra"),
        *((f"--{way}", "") for way in ("url", "article", "source", "where")),
        ("--dry-run",),
    ):
        said = wirelake("takedown", *named, *at)
        assert said.code in (1, 2)
        assert said.sentence
    assert wirelake("takedown", "--url", "https://a.example/", "--warehouse", "none").code == 1
    assert documents(news, query) == 1


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("1=", "it breaks off or closes what it has not opened"),
        ("title = 'x", "unterminated quoted string"),
        ("no_such_column", "not found in FROM clause"),
        ("title = 1", "Could not convert"),
        ("title IN (FROM read_text('x'))", "may not select from the function"),
    ],
)
def test_a_condition_that_is_none_is_one_sentence_without_a_drawing(
    news: Path, wirelake: Any, where: str, why: str
) -> None:
    said = wirelake("takedown", "--where", where, "--settings", news / "wirelake.toml")
    assert said.code == 1
    assert said.sentence.startswith("wirelake: --where is no condition on rows of raw.articles, ")
    assert why in said.sentence
    assert "Error" not in said.sentence
    assert "LINE" not in said.sentence
    assert "^" not in said.sentence


@pytest.mark.parametrize("where", ["1", "length(text)", "'t'", "NULL", "1 -- = 2"])
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_value_is_no_condition_and_names_nothing(
    news: Path, wirelake: Any, query: Query, where: str, more: tuple[str, ...]
) -> None:
    said = wirelake("takedown", "--where", where, *more, "--settings", news / "wirelake.toml")
    assert (said.code, said.out) == (2, "")
    assert said.sentence.startswith("wirelake: --where is no condition but a value (")
    assert documents(news, query) == 1


@pytest.mark.first(2)
@pytest.mark.parametrize(
    ("way", "name", "hint"),
    [
        ("--url", "https://a.example/lamp's.html", "url, canonical_url), 'lamp''s.html')"),
        ("--url", "https://a.example/region/x/", "url, canonical_url), 'region/x')"),
        ("--source", "{source} ", "wirelake takedown --source {source}`"),
        ("--source", "heron", "FROM raw.sources"),
        ("--article", "f" * 64, "SELECT article_id, url"),
    ],
)
def test_what_is_not_there_is_kept_away_and_looked_for(
    news: Path, wirelake: Any, query: Query, way: str, name: str, hint: str
) -> None:
    at = ("--settings", news / "wirelake.toml")
    [row] = query(news / "lake", "SELECT DISTINCT source FROM raw.documents")
    name, hint = name.format(**row), hint.format(**row)
    for more, kept in (
        (("--dry-run",), "would be kept away"),
        ((), "is kept away from now on"),
        ((), "was kept away already"),
    ):
        said = wirelake("takedown", way, name, *more, *at)
        assert (said.code, said.err) == (0, "")
        told = " ".join(said.out.split())
        assert f"Nothing of this name is in the warehouse; it {kept}." in told
        assert hint in told
    assert documents(news, query) == 1


@pytest.mark.whole
def test_the_address_that_a_saved_page_names_leads_to_it(
    here: Path, wirelake: Any, query: Query
) -> None:
    url = "https://lamp.example/region/it's"
    head = f'<head><link rel="canonical" href="{url}">'
    (here / "saved").mkdir()
    (here / "saved" / "the lamp.html").write_text(PAGE.replace("<head>", head))
    (here / "sources.toml").write_text('[sources.lamp]\nkind = "folder"\npath = "saved"\n')
    assert wirelake("ingest").code == 0
    [row] = query(here / "lake", "SELECT url, canonical_url FROM articles")
    assert (row["url"][:5], row["canonical_url"]) == ("file:", url)
    for more in (("--dry-run",), ()):
        said = wirelake("takedown", "--url", f"{url}?utm_source=x", *more)
        told = " ".join(said.out.split())
        assert "1 article is stored elsewhere with this url as the canonical one" in told
        assert f"`wirelake takedown --url {shlex.quote(row['url'])}`" in told
        assert "kept away" not in told
    where = "canonical_url = 'https://lamp.example/region/it''s'"
    assert f'--where "{where}"' in told
    done = wirelake("takedown", "--where", where, "--format", "json")
    assert numbers(done)["articles erased"] == 1
    assert "this url as the canonical one" not in wirelake("takedown", "--url", url).out


@pytest.mark.whole
def test_copies_that_stay_are_told_with_what_erases_them(
    news: Path, wirelake: Any, query: Query
) -> None:
    at = ("--settings", news / "wirelake.toml")
    shutil.copy(news / "articles" / "lamp.txt", news / "articles" / "a twin.txt")
    assert wirelake("ingest", *at).code == 0
    rows = query(news / "lake", "SELECT url FROM all_articles ORDER BY url DESC")
    lamp, twin = (row["url"] for row in rows)
    would = wirelake("takedown", "--url", lamp, "--dry-run", *at)
    assert "1 copy of it would stay under other urls" in " ".join(would.out.split())
    done = wirelake("takedown", "--url", lamp, *at)
    told = " ".join(done.out.split())
    assert f"`wirelake takedown --url {shlex.quote(twin)} --with-copies`" in told
    rest = wirelake("takedown", "--url", twin, "--with-copies", *at)
    assert "stay" not in rest.out.partition("Its bytes")[0]
    assert documents(news, query) == 0


def test_a_condition_that_nothing_fulfils_keeps_nothing_away(news: Path, wirelake: Any) -> None:
    at = ("--settings", news / "wirelake.toml")
    said = wirelake("takedown", "--where", "title = 'The heron'", *at)
    assert said.code == 0
    assert "fulfils this condition, so nothing is kept away" in " ".join(said.out.split())


@pytest.mark.whole
def test_a_takedown_says_which_backups_it_reached(
    news: Path, here: Path, wirelake: Any, query: Query
) -> None:
    at = ("--settings", news / "wirelake.toml")
    for name in ("kept here", "moved"):
        assert wirelake("backup", here / name, *at).code == 0
    (here / "moved").rename(here / "elsewhere")
    [row] = query(news / "lake", "SELECT url FROM articles")
    said = wirelake("takedown", "--url", row["url"], *at)
    assert said.code == 0
    assert f"a restore of them erases it: {here}/kept here." in " ".join(said.out.split())
    assert f"({here}/moved: there is no backup here" in said.sentence
    (news / "lake").rename(news / "lost")
    said = wirelake("restore", here / "elsewhere", *at, "--warehouse", here / "again")
    assert said.code == 0
    assert "take down again what must not be back" in said.err
    assert documents(news, lambda _, asked: query(here / "again", asked)) == 1


@pytest.mark.first(1)
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_purge_that_is_stopped_says_how_to_go_on(
    news: Path,
    stopped_at: Callable[..., subprocess.CompletedProcess[str]],
    wirelake: Any,
    query: Query,
    name: str,
    code: int,
) -> None:
    at = ("--settings", str(news / "wirelake.toml"))
    [row] = query(news / "lake", "SELECT url FROM articles")
    words = ("takedown", "--url", row["url"], "--purge", "--grace", "0", *at)
    ran = stopped_at(f"{name} 1 purge: snapshots expired", *words)
    assert ran.returncode == code
    last = ran.stderr.splitlines()[-1]
    assert last.startswith("wirelake: stopped while it was at this: ")
    assert "`wirelake takedown` does the rest" in last
    assert "Traceback" not in ran.stderr
    rest = wirelake("takedown", "--grace", "0", "--format", "json", *at)
    assert "files removed" in numbers(rest)
    assert documents(news, query) == 0


@pytest.mark.whole
def test_backups_and_exports_of_the_settings_follow(
    news: Path, here: Path, wirelake: Any, query: Query
) -> None:
    settings = news / "wirelake.toml"
    at = ("--settings", settings)
    text = settings.read_text()
    assert "backups = []" in text
    text = text.replace("backups = []", 'backups = ["kept"]')
    settings.write_text(text.replace("exports = []", 'exports = ["out"]'))
    assert wirelake("backup", news / "kept", *at).code == 0
    assert wirelake("export", news / "out", *at).code == 0
    assert wirelake("takedown", "--where", "true", *at).code == 0
    assert query(news / "lake", f"FROM read_parquet('{news}/out/articles/*/*.parquet')") == []
    restored = wirelake("restore", news / "kept", *at, "--warehouse", "again")
    assert restored.code == 0
    assert query(here / "again", "FROM raw.documents") == []
    shutil.rmtree(news / "kept")
    said = wirelake("takedown", *at)
    assert said.code == 1
    assert "not all backups and exports were reached" in said.sentence


@pytest.mark.whole
def test_a_page_that_a_feed_names_still_is_not_asked_for(
    here: Path, outlet: Any, wirelake: Any, query: Query, write: Any
) -> None:
    url = outlet.serve("/news/lamp-burns", PAGE, headers={"Content-Type": "text/html"})
    feed = outlet.serve("/feed", FEED.format(url=url), headers={"Content-Type": "text/xml"})
    table = f'[sources.lamp]\nkind = "feed"\nurl = "{feed}"\nallow_private = true\npace_s = 0\n'
    write({"sources.toml": table})
    assert wirelake("ingest").code == 0
    assert documents(here, query) == 1
    assert wirelake("takedown", "--url", f"{url}#comments").code == 0
    outlet.log.clear()
    outlet.serve("/feed", FEED.format(url=url).replace("lamp burns", "lamp glows"))
    assert wirelake("ingest", "lamp").code == 0
    assert outlet.paths == ["/feed"]
    assert documents(here, query) == 0
    for table in ("cursors", "fetches"):
        found = query(here / "lake", f"SELECT url FROM raw.{table} WHERE url LIKE '%lamp-burns%'")
        assert found == []
