"""Which files are read."""

from __future__ import annotations

import os

import pytest
from folder_files import read, source, urls, zipped

from flows.sources import Fetch
from transforms.errors import ConfigError


def test_other_extensions_and_hidden_files_are_passed_over(press):
    home = press(
        {
            "a.txt": b"a",
            "b.pdf": b"%PDF",
            "README": b"",
            ".a.txt": b"",
            ".git/a.txt": b"",
            "a.zip.gz": b"",
            "c.zip": zipped({"__MACOSX/._d.txt": b"", "d.png": b"", "./d.txt": b"d", "e/": b""}),
        }
    )
    documents, fetches = read(home)
    assert [document.payload for document in documents] == [b"a", b"d"]
    assert [fetch.outcome for fetch in fetches] == ["ok", "ok"]


def test_an_existing_path_is_no_glob(press):
    home = press({"[old] press/what?.txt": b"x"})
    assert urls(home, "[old] press/what?.txt") == ["file:what%3F.txt"]
    assert urls(home / "[old] press", "*.txt") == ["file:what%3F.txt"]


def test_a_glob_may_be_absolute_and_may_match_nothing_today(press, tmp_path):
    home = press({"in/a.txt": b"a"})
    assert urls(home / "elsewhere" / "deep", f"{tmp_path}/in/*.txt") == ["file:a.txt"]
    assert read(home, "in/*.jsonl") == ([], [])


def test_links_are_read_within_the_folder_only(press, tmp_path):
    home = press({"in/a.txt": b"a", "out/b.txt": b"b"})
    (tmp_path / "in/inside.txt").symlink_to("a.txt")
    (tmp_path / "in/outside.txt").symlink_to(tmp_path / "out/b.txt")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/endless.txt").symlink_to("endless.txt")
    documents, fetches = read(home, "in")
    assert [document.url for document in documents] == ["file:a.txt", "file:inside.txt"]
    errors = {fetch.url: fetch.error for fetch in fetches if fetch.outcome == "unreadable"}
    assert errors.keys() == {"file:endless.txt", "file:outside.txt"}
    assert errors["file:outside.txt"] == "a link that leads out of the folder"


def test_a_pipe_is_not_opened_and_a_folder_may_be_called_a_txt(press, tmp_path):
    home = press({"a.txt/b.txt": b"b"})
    os.mkfifo(tmp_path / "pipe.txt")
    documents, fetches = read(home)
    assert [document.url for document in documents] == ["file:a.txt/b.txt"]
    assert fetches[-1].url == "file:pipe.txt"
    assert (fetches[-1].outcome, fetches[-1].error) == ("unreadable", "not a regular file")


def test_a_file_that_vanishes_is_told_and_the_others_go_on(press, tmp_path):
    steps = source(press({"a.txt": b"a", "b.txt": b"b", "c.txt": b"c"})).read(None, {})
    first = next(steps)
    (tmp_path / "b.txt").unlink()
    outcomes = {step.url: step.outcome for step in steps if isinstance(step, Fetch)}
    assert first.url == "file:a.txt"
    assert outcomes == {"file:a.txt": "ok", "file:b.txt": "unreadable", "file:c.txt": "ok"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(press, tmp_path):
    home = press({"a.txt": b"a", "shut/b.txt": b"b", "z.txt": b"z"})
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "shut").chmod(0)
    documents, fetches = read(home)
    (tmp_path / "shut").chmod(0o700)
    assert [document.url for document in documents] == ["file:z.txt"]
    assert [fetch.outcome for fetch in fetches] == ["unreadable", "unreadable", "ok"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gone", "there is no such file or folder"),
        ("gone/*.txt", "there is no such file or folder"),
        ("report.pdf", "a file of this extension is not read"),
        ("x" * 300, "the path cannot be read: File name too long"),
        ("~nobody-of-this-name/a", "the path cannot be read: Could not determine home directory."),
    ],
)
def test_a_path_that_cannot_be_names_source_and_place(press, path, message):
    configured = source(press({"report.pdf": b"%PDF"}), path)
    with pytest.raises(ConfigError, match=message) as found:
        configured.check()
    with pytest.raises(ConfigError, match=message):
        next(configured.read(None, {}))
    assert found.value.facts["source"] == "press"
    assert path in str(found.value.facts["path"])


def test_a_warehouse_within_the_folder_is_not_read(press):
    home = press(
        {
            "lake/catalog.sqlite": b"",
            "lake/data/raw/articles/part.parquet": b"",
            "data/raw/kept.txt": b"text",
        }
    )
    assert urls(home) == ["file:data/raw/kept.txt"]
