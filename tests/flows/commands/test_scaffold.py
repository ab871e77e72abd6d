"""What `wirelake init` makes is a place to work in, and it overwrites nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from flows.commands import scaffold
from flows.settings import Settings, describe, load
from flows.sources import load as load_sources
from transforms.errors import ConfigError, WarehouseError
from warehouse import connect

ARTICLE = "A Lamp\n\n" + "The lamp on the breakwater was lit again. " * 9


def test_a_new_folder_is_worked_in_at_once(wirelake, here, monkeypatch) -> None:
    said = wirelake("init", "my news")
    assert said.code == 0
    assert "cd 'my news'" in said.out
    monkeypatch.chdir(here / "my news")
    Path("articles/lamp.txt").write_text(ARTICLE)
    assert "1 articles kept" in wirelake("ingest").out
    assert "A Lamp" in wirelake("sql", "FROM articles").out
    assert sorted(path.name for path in Path().iterdir()) == [
        "articles", "lake", "sources.toml", "wirelake.toml",
    ]  # fmt: skip


def test_the_files_say_what_would_hold_without_them(tmp_path: Path) -> None:
    scaffold.create(tmp_path)
    settings = load(tmp_path / "wirelake.toml")
    defaults = Settings(warehouse=tmp_path / "lake", sources=tmp_path / "sources.toml")
    assert settings.model_dump() == defaults.model_dump()
    assert all("wirelake.toml, line" in origin for _, _, origin in describe(settings))
    (source,) = load_sources(settings.sources).values()
    source.check()


def test_every_setting_is_written_below_what_it_is_for() -> None:
    lines = scaffold.settings_text().splitlines()
    settings = [place for place, line in enumerate(lines) if " = " in line and line[0] != "#"]
    assert len(settings) == len(describe(Settings()))
    assert all(lines[place - 1].startswith("# ") for place in settings)


def test_a_second_time_is_refused_and_changes_nothing(wirelake, listing) -> None:
    wirelake("init", "news")
    before = listing()
    said = wirelake("init", "news")
    assert (said.code, said.out) == (2, "")
    assert "is there already, and nothing was written" in said.sentence
    assert listing() == before


@pytest.mark.parametrize("name", ["wirelake.toml", "sources.toml"])
def test_one_file_of_an_earlier_hand_is_enough_to_refuse(wirelake, write, listing, name) -> None:
    write({f"news/{name}": "mine"})
    before = listing()
    assert wirelake("init", "news").code == 2
    assert listing() == before


@pytest.mark.parametrize("place", ["file", "file/news"])
def test_a_file_in_the_way_is_one_sentence(wirelake, write, listing, place) -> None:
    write({"file": "mine"})
    before = listing()
    said = wirelake("init", place)
    assert (said.code, said.out) == (2, "")
    assert "cannot write there" in said.sentence
    assert listing() == before


def test_something_else_at_the_warehouses_place_is_refused_before_the_files(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "mine").touch()
    with pytest.raises(WarehouseError, match="holds no warehouse"):
        scaffold.create(tmp_path)
    assert not list(tmp_path.glob("*.toml"))


def test_a_folder_of_articles_is_kept(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "lamp.txt").write_text(ARTICLE)
    scaffold.create(tmp_path)
    assert (tmp_path / "articles" / "lamp.txt").read_text() == ARTICLE


def test_the_warehouse_and_the_sources_file_may_lie_elsewhere(wirelake, here) -> None:
    said = wirelake("init", "news", "--warehouse", 'big "disk"/lake', "--sources", "mine.toml")
    assert said.code == 0
    settings = load(here / "news" / "wirelake.toml")
    assert (settings.warehouse, settings.sources) == (here / 'big "disk"/lake', here / "mine.toml")
    assert not (here / "news" / "lake").exists()
    with connect(settings.warehouse) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)
    assert (here / "articles").is_dir()


def test_a_sources_file_that_is_there_is_used_as_it_is(wirelake, write, here) -> None:
    write({"mine.toml": '[sources.a]\nkind = "folder"\npath = "."\n'})
    assert wirelake("init", "news", "--sources", "mine.toml").code == 0
    assert list(load_sources(load(here / "news" / "wirelake.toml").sources)) == ["a"]
    assert not (here / "articles").exists()


def test_any_path_is_written_as_toml() -> None:
    odd = 'a"b\\c\n\x7f\tü☃'
    written = scaffold.settings_text({"warehouse": odd})
    assert tomllib.loads(written)["warehouse"] == odd


def test_a_folder_that_cannot_be_made_is_a_mistake_of_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="File name too long"):
        scaffold.create(tmp_path / ("x" * 300))
