"""Bad input: what is wrong is said in one sentence, and what is broken keeps nothing good out."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from warehouse import catalog, lock
from warehouse.opening import opened

ONE_SOURCE = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
ARTICLES = {"sources.toml": ONE_SOURCE, "articles/lamp.txt": "A lamp.\n\nIt burns.\n"}

Command = Callable[..., Any]
Write = Callable[[Mapping[str, str | bytes]], None]
Listing = Callable[[], dict[str, Any]]
Query = Callable[..., list[dict[str, Any]]]


def source(lines: str = "", kind: str = '"folder"', path: str = '"articles"') -> dict[str, str]:
    return {"sources.toml": f"[sources.wire]\nkind = {kind}\npath = {path}\n{lines}"}


BAD_SOURCES: dict[str, tuple[Mapping[str, str | bytes], list[str]]] = {
    "no such path": (source(path='"gone"'), ["no such file or folder", "source=wire", "gone"]),
    "no such glob": (source(path='"gone/*.txt"'), ["no such file or folder", "gone"]),
    "a file that is not read": (
        source(path='"notes.docx"') | {"notes.docx": "x"},
        ["extension", "allowed=", ".jsonl"],
    ),
    "a wrong type": (source("enabled = 'no'"), ["'enabled'", "true or false", "line=4"]),
    "a path of the wrong type": (source(path="7"), ["'path'", "line=3", "found=7"]),
    "an unknown key": (source("pth = 'x'"), ["'pth'", "did you mean 'path'?", "line=4"]),
    "an unknown kind": (source(kind='"fodler"'), ["did you mean 'folder'?", "line=2", "allowed="]),
    "a kind of the wrong type": (source(kind="['folder']"), ["no kind", "line=2"]),
    "no kind": ({"sources.toml": '[sources.a]\npath = "x"\n'}, ["needs the key 'kind'"]),
    "no path": ({"sources.toml": '[sources.a]\nkind = "folder"\n'}, ["needs the key 'path'"]),
    "two sources of one name": (
        {"sources.toml": ONE_SOURCE + ONE_SOURCE},
        ["[sources.wire] is declared twice", "line=4"],
    ),
    "an unknown zone": (source("timezone = 'Mars'"), ["'timezone'", "IANA", "line=4"]),
    "an unknown country": (source("country = 'XX'"), ["'country'", "ISO 3166-1", "line=4"]),
    "a name for the shell": (
        {"sources.toml": '[sources."a b"]\nkind="folder"\npath="."\n'},
        ["'a b' cannot be the name of a source", "line=1"],
    ),
    "bad TOML": ({"sources.toml": "[sources.wire\nkind = 1\n"}, ["is not TOML", "line=1"]),
    "bytes that are no text": ({"sources.toml": b"a = '\xff'\n"}, ["is not UTF-8", "byte=5"]),
    "an empty file": ({"sources.toml": ""}, ["no [sources.NAME] table"]),
    "a key in the wrong place": ({"sources.toml": "path = 'x'\n"}, ["no key 'path'", "line=1"]),
    "no file": ({}, ["no such sources file", "sources.toml"]),
    "a folder in its place": ({"sources.toml/x": ""}, ["cannot be read: Is a directory"]),
}

BAD_SETTINGS: dict[str, tuple[str | bytes, dict[str, str], list[str]]] = {
    "bad TOML": ("batch = [", {}, ["settings file is not TOML", "line=1"]),
    "an unknown key": ("[log]\nlevle = 'info'\n", {}, ["did you mean 'level'?", "line=2"]),
    "an unknown table": ("[lgo]\nlevel = 'info'\n", {}, ["'lgo'", "line=1", "allowed="]),
    "a wrong type": ("[batch]\nmax_mb = 'much'\n", {}, ["'batch.max_mb'", "line=2", "'much'"]),
    "a value out of bounds": (
        "[batch]\nmax_mb = 0\n",
        {},
        ["'batch.max_mb'", "line=2"],
    ),
    "a value that is no table": ("log = 3\n", {}, ["'log'", "should be a table"]),
    "a stray variable": ("", {"WIRELAKE_BATCH_MAX_MB": "7"}, ["did you mean", "BATCH__MAX_MB"]),
    "an unknown variable": ("", {"WIRELAKE_X": "7"}, ["WIRELAKE_X is no setting", "allowed="]),
    "a nonsense number": (
        "",
        {"WIRELAKE_BATCH__MAX_MB": "much"},
        ["variable=WIRELAKE_BATCH__MAX_MB", "integer", "'much'"],
    ),
    "a negative number": ("", {"WIRELAKE_BATCH__MAX_DOCUMENTS": "-1"}, ["MAX_DOCUMENTS"]),
    "a nonsense choice": ("", {"WIRELAKE_LOG__LEVEL": "loud"}, ["WIRELAKE_LOG__LEVEL", "'debug'"]),
    "a nonsense address": ("", {"WIRELAKE_PREFECT__API_URL": "4200"}, ["PREFECT__API_URL"]),
    "a time that is none": (
        "",
        {"WIRELAKE_NORMALIZE__DOCUMENT_TIMEOUT_S": "nan"},
        ["DOCUMENT_TIMEOUT_S"],
    ),
}

# What is wrong is said before anything is written.


@pytest.mark.parametrize(("files", "words"), BAD_SOURCES.values(), ids=BAD_SOURCES)
def test_a_wrong_sources_file_is_one_sentence_and_nothing_is_written(
    wirelake: Command,
    write: Write,
    listing: Listing,
    files: Mapping[str, str | bytes],
    words: list[str],
) -> None:
    write({"articles/lamp.txt": "x", **files})
    before = listing()
    said = wirelake("ingest")
    assert said.code == 2
    assert said.out == ""
    assert [word for word in words if word not in said.sentence] == []
    assert listing() == before


@pytest.mark.parametrize(("content", "variables", "words"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_a_wrong_setting_is_one_sentence_and_nothing_is_written(
    wirelake: Command,
    write: Write,
    listing: Listing,
    content: str | bytes,
    variables: dict[str, str],
    words: list[str],
) -> None:
    write(ARTICLES | {"wirelake.toml": content})
    before = listing()
    said = wirelake("ingest", env=variables)
    assert (said.code, said.out) == (2, "")
    assert [word for word in words if word not in said.sentence] == []
    assert listing() == before


def test_a_source_that_nobody_configured_is_named_with_those_there_are(
    wirelake: Command, write: Write, listing: Listing
) -> None:
    write(ARTICLES)
    before = listing()
    for words in (["ingest"], ["sources", "check"]):
        said = wirelake(*words, "wire", "wyre")
        assert (said.code, said.out) == (2, "")
        assert "there is no source 'wyre'" in said.sentence
        assert "known=wire" in said.sentence
    assert listing() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("locked", ["articles", "sources.toml"])
def test_what_may_not_be_read_is_said(
    wirelake: Command, write: Write, here: Path, locked: str
) -> None:
    write(ARTICLES)
    (here / locked).chmod(0)
    said = wirelake("ingest")
    (here / locked).chmod(0o700)
    assert said.code == 2
    assert "cannot be read: Permission denied" in said.sentence
    assert not (here / "lake").exists()


def test_a_control_character_in_a_complaint_does_not_reach_the_terminal(wirelake: Command) -> None:
    said = wirelake("ingest", "--sources", "\x1b[31mred\u202e.toml")
    assert said.code == 2
    assert "\x1b" not in said.sentence
    assert "\u202e" not in said.sentence
    assert "[31mred" in said.sentence


# A broken file among good ones.


def zip_with_a_bad_member() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("good.txt", "The Zip Holds a Page\n\n" + "Words of the page go on. " * 20)
        archive.writestr("bad.txt", b"spoiled " * 50)
    return buffer.getvalue().replace(b"spoiled spoiled", b"spoiled\x00spoiled", 1)


def row(name: str) -> str:
    words = f"Row {name} says what it has to say, and then it says so once more. " * 6
    return json.dumps({"id": name, "title": f"Row {name}", "text": words})


def rows_cut_short() -> bytes:
    return gzip.compress("\n".join(row(str(number)) for number in range(400)).encode())[:-9]


BROKEN = {
    "garbage.zip": (b"PK\x03\x04 but no zip", "file:garbage.zip"),
    "cut.html.gz": (gzip.compress(os.urandom(4000))[:2000], "file:cut.html.gz"),
    "garbage.parquet": (b"PAR1 and then nothing", "file:garbage.parquet"),
    "half.jsonl.gz": (rows_cut_short(), "file:half.jsonl.gz"),
    "member.zip": (zip_with_a_bad_member(), "file:member.zip!/bad.txt"),
}
"""File -> its bytes, and the url that tells of the trouble."""


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources with broken files among good ones."""
    home = tmp_path_factory.mktemp("spoiled")
    good = "The Pier Has a New Clock\n\n" + "The clock on the pier strikes every hour. " * 20
    files = {name: content for name, (content, _) in BROKEN.items()} | {
        "good.txt": good.encode(),
        "rows.jsonl": "\n".join([row("1"), "{'title': broken", "[1, 2", row("2")]).encode(),
        "binary.txt": bytes(range(256)) * 40,
        "empty.html": b"",
    }
    (home / "articles").mkdir()
    for name, content in files.items():
        (home / "articles" / name).write_bytes(content)
    (home / "articles" / "dangling.txt").symlink_to(home / "gone.txt")
    (home / "sources.toml").write_text(ONE_SOURCE)
    return home


@pytest.fixture(scope="module")
def broken_among_good(spoiled: Path, command: Command) -> Any:
    """What the command said of it."""
    sources, lake = spoiled / "sources.toml", spoiled / "lake"
    return command("ingest", "--sources", sources, "--warehouse", lake)


def test_broken_files_keep_nothing_good_out(
    broken_among_good: Any, spoiled: Path, query: Query
) -> None:
    assert broken_among_good.code == 0
    rows = query(spoiled / "lake", "SELECT url FROM all_articles")
    kept = {row["url"] for row in rows}
    assert kept >= {"file:good.txt", "file:member.zip!/good.txt"}
    assert kept >= {"file:rows.jsonl#1", "file:rows.jsonl#2", "file:half.jsonl.gz#0"}


def test_what_could_not_be_read_is_in_fetches_and_in_the_summary(
    broken_among_good: Any, spoiled: Path, query: Query
) -> None:
    rows = query(spoiled / "lake", "SELECT * FROM raw.fetches WHERE outcome != 'ok'")
    assert {row["url"]: row["outcome"] for row in rows} == {
        place: outcome
        for outcome, place in [
            *(("broken", place) for _, place in BROKEN.values()),
            ("unreadable", "file:dangling.txt"),
        ]
    }
    assert all(row["error"] for row in rows)
    assert (
        f"{len(rows)} files, rows or requests not read (see `raw.fetches`)" in broken_among_good.out
    )
    for row in rows:
        assert row["url"] in broken_among_good.err


def test_what_was_read_and_is_no_article_is_a_reject_with_its_reason(
    broken_among_good: Any, spoiled: Path, query: Query
) -> None:
    rejects = query(spoiled / "lake", "SELECT url, reject_reason FROM rejects ORDER BY url")
    reasons = [(row["url"].split("#")[0], row["reject_reason"]) for row in rejects]
    assert reasons == [
        ("file:binary.txt", "undecodable"),
        ("file:empty.html", "empty"),
        ("file:rows.jsonl", "undecodable"),
        ("file:rows.jsonl", "undecodable"),
    ]
    assert "4 rejected (see `rejects`)" in broken_among_good.out
    counted = query(spoiled / "lake", "SELECT seen, kept + rejected AS rows, failed FROM runs")
    assert counted == [{"seen": counted[0]["rows"], "rows": counted[0]["rows"], "failed": 6}]


def test_a_second_run_finds_nothing_new(wirelake: Command, write: Write) -> None:
    write(ARTICLES)
    first, second = (json.loads(wirelake("ingest", "--format", "json").out) for _ in range(2))
    assert (first[0]["new"], first[0]["known files"]) == (1, 0)
    assert (second[0]["new"], second[0]["documents"], second[0]["known files"]) == (0, 0, 1)


def test_sources_that_are_all_switched_off_are_one_sentence(
    wirelake: Command, write: Write
) -> None:
    write({"sources.toml": 'sources.wire = {kind = "folder", path = "articles", enabled = false}'})
    said = wirelake("ingest", "--format", "json")
    assert (said.code, said.out) == (2, "")
    assert "no source is enabled" in said.sentence


# A warehouse that cannot be written.


@pytest.mark.parametrize("place", ["taken", "taken/lake", "articles"])
def test_a_place_that_something_else_has_is_not_taken(
    wirelake: Command, write: Write, listing: Listing, place: str
) -> None:
    write(ARTICLES | {"taken": "mine"})
    before = listing()
    said = wirelake("ingest", "--warehouse", place)
    assert (said.code, said.out) == (1, "")
    assert place in said.sentence
    assert listing() == before


HOLDER = "import fcntl, sys; f = open(sys.argv[1], 'a+'); fcntl.flock(f, fcntl.LOCK_EX); "
HOLDER += "f.truncate(0); f.write('pid:99 1'); f.flush(); sys.stdout.write('held\\n'); "
HOLDER += "sys.stdout.flush(); sys.stdin.read()"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Let another process hold the lock for the time of the block."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.close()


def test_a_warehouse_that_another_process_holds_is_given_up_and_is_as_it_was(
    wirelake: Command, write: Write, stored: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(ARTICLES)
    shutil.copytree(stored / "lake", here / "lake")
    before = wirelake("digest").out
    monkeypatch.setattr(lock.hold.__wrapped__, "__defaults__", (0.3,))  # type: ignore[attr-defined]
    with held(here / "lake" / "commit.lock"):
        said = wirelake("ingest")
        assert wirelake("digest").out == before
    assert (said.code, said.out) == (1, "")
    assert "another process has held the warehouse" in said.sentence
    assert "holder=pid:99" in said.sentence
    assert wirelake("ingest").code == 0
    assert wirelake("digest").out != before


def test_a_warehouse_of_a_newer_wirelake_is_left_alone(
    wirelake: Command, write: Write, stored: Path, here: Path, query: Query
) -> None:
    write(ARTICLES)
    shutil.copytree(stored / "lake", here / "lake")
    with opened(here / "lake") as lake, lake.transaction("newer"):
        catalog.set_meta(lake, "schema_version", "9999")
    said = wirelake("ingest")
    assert (said.code, said.out) == (1, "")
    assert "upgrade wirelake" in said.sentence
    with catalog.attach(here / "lake", read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM lake.raw.documents").fetchone() == (1,)


@pytest.mark.parametrize("words", [["ingest"], ["digest"], ["sql", "FROM articles"], ["attach"]])
def test_a_catalog_that_is_none_is_one_sentence(
    wirelake: Command, write: Write, words: list[str]
) -> None:
    write(ARTICLES | {"lake/catalog.sqlite": "not a database, but long enough to be looked at"})
    said = wirelake(*words)
    if words != ["attach"]:  # which only prints what another client may try
        assert (said.code, said.out) == (1, "")
        assert "cannot open the warehouse" in said.sentence


def test_a_lost_part_is_one_sentence(wirelake: Command, stored: Path, here: Path) -> None:
    lake = here / "lake"
    shutil.copytree(stored / "lake", lake)
    next((lake / "data" / "raw" / "articles").rglob("*.parquet")).unlink()
    said = wirelake("digest")
    assert (said.code, said.out) == (1, "")
    assert "Cannot open file" in said.sentence


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(
    wirelake: Command, write: Write, here: Path
) -> None:
    write(ARTICLES)
    (here / "locked").mkdir(mode=0o500)
    said = wirelake("ingest", "--warehouse", "locked/lake")
    assert said.code == 1
    assert "Permission denied" in said.sentence
