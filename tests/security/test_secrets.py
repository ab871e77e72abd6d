"""A secret is sent where it belongs and stands nowhere else: no table, log, page or complaint."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]
Query = Callable[[Path, str], list[dict[str, Any]]]

SECRETS = {
    "LAMP_PASSWORD": "pass/word-of-the-lamp",
    "LAMP_TOKEN": "token-of-the-lamp",
    "LAMP_KEY": "key+of/the-lamp",
    "LAMP_HEADER": "header-of-the-lamp",
    "LAMP_COOKIE": "cookie-of-the-lamp",
}
BASIC = base64.b64encode(f"ada:{SECRETS['LAMP_PASSWORD']}".encode()).decode()
TOLD = [*SECRETS.values(), *[quote(value, safe="") for value in SECRETS.values()], BASIC]

SOURCES = """\
[sources.list]
kind = "feed"
url = "{outlet}/feed"
full_text = "page"
auth = {{ user = "ada", password_env = "LAMP_PASSWORD" }}
query_env = {{ key = "LAMP_KEY" }}
header_env = {{ X-Lamp = "LAMP_HEADER" }}
cookies = {{ lamp = "LAMP_COOKIE" }}
allow_private = true
pace_s = 0

[sources.pages]
kind = "page"
urls = ["{outlet}/moved", "{outlet}/closed", "{outlet}/nowhere"]
auth = {{ bearer_env = "LAMP_TOKEN" }}
query_env = {{ key = "LAMP_KEY" }}
allow_private = true
pace_s = 0
"""
PAGE = """\
<html lang="en"><head><title>The lamp</title></head><body><article><h1>The lamp</h1>
<p>The lamp on the breakwater was lit on Monday evening, for the first time since the storm.</p>
<p>Two electricians had worked on it for nine days, most of them in the rain, for some fish.</p>
</article></body></html>
"""


@pytest.fixture
def lamp(outlet: Any) -> str:
    """An outlet that repeats the key it was asked with wherever it can."""
    key = quote(SECRETS["LAMP_KEY"], safe="")
    link = f"/page?key={key}&amp;n=1"
    feed = f"<rss><channel><item><title>The lamp</title><link>{link}</link></item></channel></rss>"
    outlet.serve("/feed", feed)
    outlet.serve("/page", PAGE, headers={"Content-Type": "text/html"})
    outlet.serve("/moved", status=302, headers={"Location": f"/closed?key={key}"})
    outlet.serve("/closed", f"who are you, {key}?", status=401)
    return str(outlet.url("")).rstrip("/")


def stored(lake: Path) -> Iterator[str]:
    """Give all that a warehouse holds as text: each value of each part, and other files' bytes."""
    for path in lake.rglob("*"):
        if path.suffix == ".parquet":
            yield from (str(row) for row in pq.read_table(path, partitioning=None).to_pylist())
        elif path.is_file():
            yield path.read_bytes().decode("latin-1")


def found(texts: Iterator[str] | list[str]) -> set[str]:
    """Give the secrets that stand in texts."""
    return {secret for text in texts for secret in TOLD if secret in text}


def test_no_table_no_log_and_no_page_holds_a_secret(
    wirelake: Command, write: Write, outlet: Any, lamp: str
) -> None:
    write({"sources.toml": SOURCES.format(outlet=lamp)})
    env = SECRETS | {"WIRELAKE_LOG__LEVEL": "debug", "WIRELAKE_LOG__FORMAT": "json"}
    said = [
        wirelake(*words, env=env)
        for words in (
            ["ingest"], ["sources", "list"], ["sources", "check"], ["sources", "due"],
            ["settings"], ["doctor"], ["report"], ["sql", "FROM raw.fetches", "--format", "json"],
            ["sources", "export", "--opml", "--output", "list.opml"],
        )
    ]  # fmt: skip
    asked = [f"{request.path} {request.headers}" for request in outlet.log]
    assert found(asked) >= {BASIC, *TOLD[1:2], *TOLD[3:5], quote(SECRETS["LAMP_KEY"], safe="")}
    assert [each.code for each in said[:2]] == [0, 0]
    assert found([each.out + each.err for each in said]) == set()
    assert found(stored(Path("lake"))) == set()
    assert found([Path("list.opml").read_text()]) == set()
    assert any("The lamp on the breakwater" in text for text in stored(Path("lake")))


def test_the_search_for_secrets_finds_them(wirelake: Command, write: Write) -> None:
    source = '[sources.a]\nkind = "folder"\npath = "articles"\n'
    write({"sources.toml": source, "articles/a.txt": f"Lamp\n\n{SECRETS['LAMP_TOKEN']}\n"})
    assert wirelake("ingest").code == 0
    assert found(stored(Path("lake"))) == {SECRETS["LAMP_TOKEN"]}


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ('url = "https://ada:hunter2@lamp.example/feed"', "a user name or password"),
        ('url = "https://lamp.example/"\nproxy = "http://ada:hunter2@p.example"', "password"),
        ('url = "https://lamp.example/"\nheaders = { Authorization = "hunter2" }', "is a secret"),
        ('url = "https://lamp.example/"\nheaders = { Cookie = "hunter2" }', "is a secret"),
        ('url = "https://lamp.example/"\nauth = { bearer_env = "hunter2 x" }', "a secret is not"),
    ],
)
def test_a_secret_in_the_sources_file_is_refused_and_not_repeated(
    wirelake: Command, write: Write, option: str, why: str
) -> None:
    write({"sources.toml": f'[sources.lamp]\nkind = "feed"\n{option}\n'})
    said = wirelake("sources", "list")
    assert said.code == 2
    assert why in said.sentence
    assert "ada:hunter2" not in said.err


@pytest.mark.parametrize("name", ["PREFECT_API_URL", "WIRELAKE_PREFECT__API_URL"])
@pytest.mark.parametrize("words", [["ingest"], ["doctor"], ["serve"], ["settings"]])
def test_a_password_in_the_address_of_the_server_is_refused_and_not_repeated(
    wirelake: Command, write: Write, name: str, words: list[str]
) -> None:
    write({"sources.toml": '[sources.a]\nkind = "folder"\npath = "."\n'})
    said = wirelake(*words, env={"PREFECT_API_URL": "", name: "http://ada:hunter2@127.0.0.1:9/api"})
    assert "hunter2" not in said.out + said.err
    if (name, words) != ("PREFECT_API_URL", ["settings"]):  # which is none of ours
        assert said.code == 2
        assert "PREFECT_API_AUTH_STRING" in said.sentence


def test_a_password_in_a_link_or_a_redirect_is_neither_sent_nor_kept(
    wirelake: Command, write: Write, query: Query, outlet: Any
) -> None:
    at = f"127.0.0.1:{outlet.port}"
    links = [f"http://ada:hunter2@{at}/page", f"http://{at}/moved"]
    items = "".join(f"<item><title>Lamp</title><link>{link}</link></item>" for link in links)
    outlet.serve("/feed", f"<rss><channel>{items}</channel></rss>")
    outlet.serve("/page", PAGE, headers={"Content-Type": "text/html"})
    outlet.serve("/moved", status=301, headers={"Location": f"http://ada:hunter2@{at}/page"})
    source = f'kind = "feed"\nurl = "{outlet.url("/feed")}"\nfull_text = "page"\n'
    write({"sources.toml": f"[sources.a]\n{source}allow_private = true\npace_s = 0\n"})
    said = wirelake("ingest", env={"WIRELAKE_LOG__LEVEL": "debug"})
    assert {"/page", "/moved"} & set(outlet.paths)
    assert not [each for each in outlet.log if each.headers["Authorization"]]
    assert "hunter2" not in said.out + said.err
    # What a feed says of a page is kept as it says it; where it was asked and what it is are not.
    for table in ("raw.fetches", "raw.articles"):
        assert "hunter2" not in str(query(Path("lake"), f"FROM {table}"))
