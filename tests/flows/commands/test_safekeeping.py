"""What leaves a warehouse by the commands, and comes back."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.commands import safekeeping
from warehouse.digest import ViewDigest, digest


@pytest.fixture
def at(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A warehouse of one's own with one article: it notes its backups."""
    folder = shutil.copytree(stored / "lake", tmp_path_factory.mktemp("kept") / "lake")
    return "--warehouse", Path(folder)


def test_a_warehouse_is_backed_up_and_restored_with_its_digest(
    at: tuple[str, Path], here: Path, wirelake: Any
) -> None:
    first = wirelake("backup", "kept", *at)
    assert (first.code, first.err) == (0, "")
    assert f"`wirelake restore {here / 'kept'} --warehouse NEW`" in first.out
    (row,) = json.loads(wirelake("backup", "kept", "--verify", "--format", "json", *at).out)
    assert (row["copied"], row["mended"]) == (0, 0)
    assert row["parts"] > 0
    said = wirelake("restore", "kept", "--warehouse", "again", "--format", "json")
    assert (said.code, said.err) == (0, "")
    assert said.out == wirelake("digest", "--format", "json", *at).out
    told = wirelake("restore", "kept", "--warehouse", "third").out
    assert f"{here / 'third'} is as it was at " in told
    assert wirelake("backup", "kept", "--warehouse", "again").code == 0


def test_a_restore_says_how_much_of_it_was_taken_down_since(
    at: tuple[str, Path], here: Path, wirelake: Any
) -> None:
    assert wirelake("backup", "kept", *at).code == 0
    whole = wirelake("restore", "kept", "--warehouse", "again").out
    assert whole.rstrip().endswith(").")
    assert wirelake("takedown", "--where", "true", *at).code == 0
    told = wirelake("restore", "kept", "--warehouse", "third").out
    assert told.rstrip().endswith("), but for 1 article taken down since.")


def test_what_cannot_be_is_one_sentence(at: tuple[str, Path], here: Path, wirelake: Any) -> None:
    assert wirelake("backup", "kept", *at).code == 0
    (here / "full").mkdir()
    (here / "full" / "notes.txt").write_text("mine")
    for arguments in (
        ("backup", "full", *at),
        ("backup", "other", "--warehouse", "none"),
        ("restore", "kept", "--warehouse", "full"),
        ("restore", "full", "--warehouse", "new"),
        ("export", "full", *at),
        ("export", "out", "--view", "nothing", *at),
        ("export", "out", "--warehouse", "none"),
    ):
        said = wirelake(*arguments)
        assert (said.code, said.out) == (1, "")
        assert said.sentence
    part = next((here / "kept" / "data" / "raw" / "articles").rglob("*.parquet"))
    part.unlink()
    said = wirelake("restore", "kept", "--warehouse", "new")
    assert "a file is missing" in said.sentence
    assert str(part.relative_to(here)) in said.sentence
    assert sorted(path.name for path in here.iterdir()) == ["full", "kept"]


@pytest.mark.parametrize("words", [("backup",), ("export",), ("restore", "kept", "--warehouse")])
def test_a_place_where_no_folder_can_be_made_is_told_with_what_to_do(
    at: tuple[str, Path], here: Path, wirelake: Any, words: tuple[str, ...]
) -> None:
    assert wirelake("backup", "kept", *at).code == 0
    (here / "notes.txt").write_text("mine")
    said = wirelake(*words, "notes.txt/new", *(at if "restore" not in words else ()))
    assert (said.code, said.out) == (1, "")
    assert "no folder can be made there (" in said.sentence
    assert "name one in a place that you may write in" in said.sentence
    assert f"path={here / 'notes.txt' / 'new'}" in said.sentence
    assert sorted(path.name for path in here.iterdir()) == ["kept", "notes.txt"]


@pytest.mark.parametrize("command", ["backup", "restore", "export"])
def test_links_that_lead_in_a_circle_are_one_sentence(
    at: tuple[str, Path], here: Path, wirelake: Any, command: str
) -> None:
    (here / "loop").symlink_to("loop")
    said = wirelake(command, "loop", *at)
    assert said.code in (1, 2)  # later Pythons take the path for what it is not
    assert said.sentence


def test_a_backup_is_not_restored_into_itself_nor_made_of_a_file(
    at: tuple[str, Path], here: Path, wirelake: Any
) -> None:
    assert wirelake("backup", "kept", *at).code == 0
    before = sorted(here.rglob("*"))
    for place in ("kept", "kept/lake"):
        said = wirelake("restore", "kept", "--warehouse", place)
        assert (said.code, said.out) == (1, "")
        assert "do not lie within each other" in said.sentence
    said = wirelake("restore", "kept/takedowns.jsonl", "--warehouse", "new")
    assert (said.code, said.out) == (1, "")
    assert "there is no backup here" in said.sentence
    assert sorted(here.rglob("*")) == before


def test_a_hint_can_be_pasted_into_a_shell(at: tuple[str, Path], here: Path, wirelake: Any) -> None:
    said = wirelake("backup", "new/../kept here", *at)
    assert f"`wirelake restore '{here / 'kept here'}' --warehouse NEW`" in said.out
    assert [path.name for path in here.iterdir()] == ["kept here"]
    assert "Takedowns of this warehouse are listed there" in said.out


def test_a_backup_that_the_warehouse_cannot_note_is_made_and_not_said_to_be_listed(
    at: tuple[str, Path], wirelake: Any
) -> None:
    in_the_way = at[1] / "backup.places.lock"
    in_the_way.mkdir()
    said = wirelake("backup", "kept", *at)
    assert said.code == 0
    assert "the warehouse does not know of this backup (cannot write" in said.sentence
    assert "are listed there" not in said.out
    in_the_way.rmdir()
    said = wirelake("backup", "kept", *at)
    assert (said.code, said.err) == (0, "")
    assert "are listed there" in said.out


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("name", "point", "code", "told"),
    [
        ("SIGTERM", "parts copied", 143, "no backup was made, and one made before is whole"),
        ("SIGINT", "manifest written", 130, "the backup was made and is whole"),
    ],
)
def test_a_backup_that_is_stopped_says_whether_it_was_made(
    at: tuple[str, Path],
    here: Path,
    wirelake: Any,
    stopped_at: Callable[..., subprocess.CompletedProcess[str]],
    name: str,
    point: str,
    code: int,
    told: str,
) -> None:
    assert wirelake("backup", "kept", *at).code == 0
    before = (here / "kept" / "manifest.json").read_text()
    assert wirelake("takedown", "--url", "https://a.example/gone", *at).code == 0
    ran = stopped_at(f"{name} 1 backup: {point}", "backup", "kept", *at)
    assert ran.returncode == code
    assert ran.stderr.splitlines()[-1].startswith(f"wirelake: stopped: {told}")
    assert ("was made and" in told) is ((here / "kept" / "manifest.json").read_text() != before)
    assert wirelake("restore", "kept", "--warehouse", "again").code == 0


@pytest.mark.first(1)
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_restore_that_is_stopped_at_its_digest_says_that_it_is_restored(
    at: tuple[str, Path],
    here: Path,
    wirelake: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: int,
) -> None:
    def stopped(connection: Any) -> list[ViewDigest]:
        signal.raise_signal(signal.Signals[name])
        return digest(connection)

    assert wirelake("backup", "kept", *at).code == 0
    monkeypatch.setattr(safekeeping, "digest", stopped)
    before = signal.signal(signal.Signals[name], signal.default_int_handler)
    try:
        said = wirelake("restore", "kept", "--warehouse", "again")
    finally:
        signal.signal(signal.Signals[name], before)
    assert (said.code, said.out) == (code, "")
    assert "stopped: it is restored; `wirelake digest` prints" in said.sentence
    same = wirelake("digest", "--format", "json", "--warehouse", "again")
    assert same.out == wirelake("digest", "--format", "json", *at).out


@pytest.mark.first(1)
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("export", "out"), "warehouse.safekeeping.export.export"),
        (("maintain",), "flows.commands.upkeep.attach"),
    ],
)
def test_an_export_and_early_upkeep_that_are_stopped_say_so(
    at: tuple[str, Path],
    wirelake: Any,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    place: str,
    name: str,
    code: int,
) -> None:
    number = signal.Signals[name]
    monkeypatch.setattr(place, lambda *_, **__: signal.raise_signal(number))
    before = signal.signal(number, signal.default_int_handler)
    try:
        said = wirelake(*words, *at)
    finally:
        signal.signal(number, before)
    assert said.code == code
    assert "stopped: " in said.sentence


def test_views_are_exported_for_anybody(at: tuple[str, Path], here: Path, wirelake: Any) -> None:
    said = wirelake(
        "export", "out", "--view", "articles", "--view", "runs", "--format", "json", *at
    )
    assert (said.code, said.err) == (0, "")
    articles, runs = json.loads(said.out)
    assert (articles["view"], articles["rows"], articles["months"], articles["files"]) == (
        "articles",
        1,
        1,
        1,
    )
    assert (runs["view"], runs["months"]) == ("runs", 0)
    (part,) = (here / "out" / "articles" / "month=2024-03-01").iterdir()
    assert pq.ParquetFile(part).read().column("title").to_pylist() == [
        "The Lamp on the Breakwater Burns Again"
    ]
    assert "articles" in wirelake("export", "out", *at).out
