"""Tables are added to a file that a person wrote, and nothing else of it changes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.roster.sources_file import Table, append, configured, distinct, name_from
from flows.sources import load
from transforms.errors import ConfigError

OLD = "# mine\n[sources.wire]   # odd  spacing\nkind='folder'\npath = 'articles'\n"
PAGE = {"kind": "page", "url": "https://tidewater.test/a"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "sources.toml"
    written.write_text(OLD)
    return written


def test_a_table_is_added_and_the_rest_stays_byte_for_byte(path: Path) -> None:
    append(path, [Table("tidewater", PAGE, "Coast / Harbours")])
    assert path.read_text() == OLD + (
        "\n# Coast / Harbours\n[sources.tidewater]\n"
        'kind = "page"\nurl = "https://tidewater.test/a"\n'
    )
    assert list(load(path)) == ["wire", "tidewater"]


@pytest.mark.parametrize("old", [OLD.rstrip("\n"), OLD.replace("\n", "\r\n"), "\ufeff" + OLD])
def test_line_ends_and_marks_stay_what_they_are(path: Path, old: str) -> None:
    path.write_bytes(old.encode())
    append(path, [Table("tidewater", PAGE)])
    new = path.read_bytes()
    assert new.startswith(old.encode())
    assert new.count(b"\n") == new.count(b"\r\n") or b"\r\n" not in new
    assert list(load(path)) == ["wire", "tidewater"]


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    append(tmp_path / "new.toml", [Table("tidewater", PAGE), Table("a.b", PAGE)])
    assert list(load(tmp_path / "new.toml")) == ["tidewater", "a.b"]


def test_a_file_of_comments_alone_is_added_to(path: Path) -> None:
    path.write_text("# nothing yet\n")
    assert configured(path) == {}
    append(path, [Table("tidewater", PAGE)])
    assert path.read_text().startswith("# nothing yet\n")


@pytest.mark.parametrize(
    ("old", "table", "words"),
    [
        (OLD, Table("wire", PAGE), "source 'wire' already"),
        (OLD, Table("bad name", PAGE), "cannot be the name"),
        (OLD, Table("tidewater", {"kind": "page"}), "nothing was written"),
        (OLD, Table("tidewater", {**PAGE, "colour": "red"}), "no key 'colour'"),
        (OLD + "[sources.x\n", Table("tidewater", PAGE), "not TOML"),
        ("sources = {wire = {kind = 'folder', path = 'x'}}\n", Table("t", PAGE), "not TOML"),
    ],
)
def test_what_cannot_be_added_leaves_the_file_alone(
    path: Path, old: str, table: Table, words: str
) -> None:
    path.write_text(old)
    with pytest.raises(ConfigError, match=words) as refused:
        append(path, [Table("fine", PAGE), table])
    assert refused.value.facts["path"] == path
    assert path.read_text() == old
    assert [each.name for each in path.parent.iterdir()] == ["sources.toml"]


def test_nobody_but_the_owner_gets_to_read_a_file_that_was_closed(path: Path) -> None:
    path.chmod(0o600)
    append(path, [Table("tidewater", PAGE)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_a_link(path: Path) -> None:
    link = path.parent / "link.toml"
    link.symlink_to(path)
    append(link, [Table("tidewater", PAGE)])
    assert link.is_symlink()
    assert list(load(path)) == ["wire", "tidewater"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        append(tmp_path / "gone" / "sources.toml", [Table("tidewater", PAGE)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(min_size=1), comment=st.text())
def test_any_text_comes_back_as_it_was_written(path: Path, text: str, comment: str) -> None:
    path.write_text(OLD)
    table = Table(
        "tidewater", {**PAGE, "enabled": False, "pace_s": 0.5, "publisher": text}, comment
    )
    append(path, [table])
    source = load(path)["tidewater"]
    assert source.profile().publisher == text
    assert (source.enabled, list(load(path))) == (False, ["wire", "tidewater"])


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["Tidewater"], "Tidewater"),
        (["Échos de la Côte: À la une"], "echos-de-la-cote-a-la-une"),
        (["Новости дня", "novosti.test"], "novosti.test"),
        (["日本経済新聞 News", "nippon.test"], "nippon.test"),
        (["", "!!!", "x.test"], "x.test"),
        ([], "source"),
        (["a" * 80], "a" * 64),
    ],
)
def test_a_name_is_made_of_the_first_text_that_can_be_one(texts: list[str], name: str) -> None:
    assert name_from(*texts) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert distinct("lamp", []) == "lamp"
    assert distinct("lamp", {"lamp", "lamp-2"}) == "lamp-3"
    assert distinct("a" * 64, {"a" * 64}) == "a" * 62 + "-2"


def test_a_table_shows_itself_as_it_will_stand_in_the_file() -> None:
    table = Table("it's", {"kind": "feed", "urls": ["https://a.test/", 'b"c']}, "a\nb\x00c")
    assert table.text() == (
        '# a b c\n[sources."it\'s"]\nkind = "feed"\nurls = ["https://a.test/", "b\\"c"]\n'
    )
