"""Which archives are read, once only, and how reading goes on half way."""

from __future__ import annotations

import shutil

import pytest
from pydantic import ValidationError
from warc_records import numbered, read, remembered, response, source, starts, warc

from flows.sources import Cursor, Document
from flows.sources._warc import DOCUMENTS_PER_MARK
from flows.sources.warc import Source
from transforms.errors import ConfigError


def test_an_archive_that_was_read_is_known(archive):
    home = archive(numbered(3))
    cursors = remembered(home)
    documents, (fetch,) = read(home, cursors=cursors)
    assert (documents, fetch.outcome) == ([], "known")


def test_a_changed_archive_and_other_options_are_read_again(archive):
    cursors = remembered(archive(numbered(3)))
    home = archive(numbered(4))
    assert len(read(home, cursors=cursors)[0]) == 4
    cursors = remembered(home)
    assert len(read(home, cursors=cursors, exclude=["never"])[0]) == 4
    assert len(read(home, cursors=cursors, max_bytes=10**6)[0]) == 4
    assert not read(home, cursors=cursors, enabled=False)[0]


@pytest.mark.parametrize("count", [DOCUMENTS_PER_MARK, 3 * DOCUMENTS_PER_MARK + 7])
def test_reading_goes_on_at_the_record_of_the_cursor(archive, name, count):
    records = [each for page in numbered(count) for each in (warc("request", b"GET"), page)]
    home = archive(records, name)
    whole = list(source(home).read(None, {}))
    cursors = [at for at, step in enumerate(whole) if isinstance(step, Cursor)]
    assert len(cursors) == (count - 1) // DOCUMENTS_PER_MARK
    for at in cursors:
        cursor = whole[at]
        assert cursor.position in set(starts(records, name))
        rest, (fetch,) = read(home, cursors={cursor.url: cursor})
        before = [step for step in whole[:at] if isinstance(step, Document)]
        assert before + rest == [step for step in whole if isinstance(step, Document)]
        assert fetch.outcome == "ok"
        assert fetch.cursor == whole[-1].cursor
        assert fetch.cursor.position is None


def test_half_an_archive_is_begun_anew_when_it_has_changed(archive):
    home = archive(numbered(DOCUMENTS_PER_MARK + 5))
    cursor = next(step for step in source(home).read(None, {}) if isinstance(step, Cursor))
    archive(numbered(DOCUMENTS_PER_MARK + 6))
    assert len(read(home, cursors={cursor.url: cursor})[0]) == DOCUMENTS_PER_MARK + 6


def test_nothing_is_read_of_an_archive_when_only_its_end_was_missing(archive):
    home = archive([*numbered(DOCUMENTS_PER_MARK), warc("request", b"GET")])
    cursor = next(step for step in source(home).read(None, {}) if isinstance(step, Cursor))
    documents, (fetch,) = read(home, cursors={cursor.url: cursor})
    assert (documents, fetch.outcome) == ([], "ok")


def test_archives_of_a_folder_are_read_in_the_order_of_their_names(archive):
    home = archive([response(2)], "b.warc.gz")
    archive([response(1)], "a.warc")
    archive([response(3)], "c.WARC.GZ".lower())
    (home / "deep").mkdir()
    shutil.copy(home / "a.warc", home / "deep" / "ö !.warc")
    shutil.copy(home / "a.warc", home / ".hidden.warc")
    shutil.copy(home / "a.warc", home / "notes.txt")
    documents, fetches = read(home)
    assert [fetch.url for fetch in fetches] == [
        "file:a.warc", "file:b.warc.gz", "file:c.warc.gz", "file:deep/%C3%B6%20%21.warc",
    ]  # fmt: skip
    assert [document.origin for document in documents] == [fetch.url for fetch in fetches]
    assert len(read(home, "*.warc.gz")[0]) == 2
    assert len(read(home, "**/*.warc")[0]) == 2
    assert len(read(home, "notes.txt")[0]) == 1


def test_a_path_that_leads_nowhere_is_told(tmp_path):
    for look in (source(tmp_path, "gone.warc").check, lambda: read(tmp_path, "gone.warc")):
        with pytest.raises(ConfigError, match="there is no such file or folder") as found:
            look()
        assert found.value.facts["source"] == "press"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"path": "a", "url": "https://a.example/a.warc"},
        {"path": "a", "urls": ["https://a.example/a.warc"]},
        {"url": "https://a.example/a.warc", "urls": ["https://a.example/a.warc"]},
    ],
)
def test_an_archive_is_either_here_or_there(tmp_path, options):
    with pytest.raises(ValidationError, match="needs one of the keys"):
        Source(name="press", home=tmp_path, **options)


def test_a_pattern_that_is_none_is_told(tmp_path):
    with pytest.raises(ValidationError, match="not a regular expression"):
        source(tmp_path, include=["("])


def test_only_archives_of_the_web_are_remote(tmp_path):
    assert not source(tmp_path).is_remote
    remote = Source(name="press", home=tmp_path, url="https://a.example/a.warc")
    assert remote.is_remote
    assert (source(tmp_path).place(), remote.place()) == (".", "https://a.example/a.warc")
