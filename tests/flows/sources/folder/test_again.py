"""What is remembered of files, and the options it depends on."""

from __future__ import annotations

import datetime as dt
import os
import pickle

import pytest
from folder_files import NOON, read, source, urls, zipped

from flows.sources import Cursor, Window


def remembered(fetches):
    return {fetch.url: fetch.cursor for fetch in fetches if fetch.cursor}


def test_known_files_are_not_opened(press, tmp_path):
    home = press({"a.txt": b"a", "b.jsonl": b'{"id": 1}'})
    cursors = remembered(read(home)[1])
    assert cursors["file:a.txt"] == Cursor(
        "file:a.txt", size=1, modified_at=NOON, config=source(home).config_digest()
    )
    # Same size and time: only opening the file could show that it is another.
    press({"a.txt": b"z"})
    documents, fetches = read(home, cursors=cursors)
    assert documents == []
    assert [(fetch.outcome, fetch.cursor) for fetch in fetches] == [("known", None)] * 2


@pytest.mark.parametrize("change", ["size", "time", "options"])
def test_a_file_is_read_again_when_size_time_or_options_changed(press, tmp_path, change):
    home = press({"a.txt": b"a"})
    cursors = remembered(read(home)[1])
    if change == "size":
        press({"a.txt": b"aa"})
    if change == "time":
        os.utime(tmp_path / "a.txt", (0, 0))
    options = {"language": "de"} if change == "options" else {}
    assert len(read(home, cursors=cursors, **options)[0]) == 1


def test_a_file_that_changes_while_it_is_read_is_not_remembered(press, tmp_path):
    steps = source(press({"a.jsonl": b'{"id": 1}\n{"id": 2}\n'})).read(None, {})
    assert next(steps).url == "file:a.jsonl#1"
    with (tmp_path / "a.jsonl").open("ab") as file:
        file.write(b'{"id": 3}\n')
    *_, fetch = steps
    assert (fetch.outcome, fetch.cursor) == ("broken", None)
    assert fetch.error == "changed while it was read"


def test_a_window_takes_the_files_changed_within_it(press, tmp_path):
    home = press({"a.txt": b"a", "b.txt": b"b"})
    os.utime(tmp_path / "b.txt", (0, 0))
    assert urls(home, window=Window(NOON, NOON + dt.timedelta(1))) == ["file:a.txt"]
    assert urls(home, window=Window(NOON - dt.timedelta(1), NOON)) == []


def test_a_window_that_leaves_members_out_does_not_remember_the_zip(press):
    home = press({"a.zip": zipped({"a.txt": b"a"})})
    year = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    inside, [whole] = read(home, window=Window(year, NOON))
    outside, [partly] = read(home, window=Window(NOON, NOON + dt.timedelta(1)))
    assert (len(inside), whole.cursor is None) == (1, False)
    assert (len(outside), partly.cursor is None) == (0, True)


def test_what_reading_needs_reaches_the_profile(tmp_path):
    configured = source(
        tmp_path, timezone="Europe/Paris", language="fr", country="FR", publisher="Le Phare",
        fields={"title": "titre", "id": "nr"},
    )  # fmt: skip
    profile = configured.profile()
    assert (profile.source, profile.timezone, profile.publisher) == (
        "press", "Europe/Paris", "Le Phare",
    )  # fmt: skip
    assert profile.fields == (("id", "nr"), ("title", "titre"))


def test_the_digest_leaves_out_what_changes_no_document(tmp_path):
    plain = source(tmp_path)
    assert source(tmp_path / "x", "y", enabled=False).config_digest() == plain.config_digest()
    for option in (
        {"delimiter": ";"},
        {"fields": {"title": "t"}},
        {"rows": "r"},
        {"country": "FR"},
    ):
        assert source(tmp_path, **option).config_digest() != plain.config_digest()


def test_a_source_travels_between_processes(tmp_path):
    configured = source(tmp_path, fields={"title": "t"})
    assert pickle.loads(pickle.dumps(configured)) == configured  # noqa: S301
