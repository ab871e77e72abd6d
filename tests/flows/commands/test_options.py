"""Places that are named to the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def circle(tmp_path: Path) -> Path:
    """A link that leads to another, which leads back."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    return one


@pytest.mark.parametrize(
    "command",
    [
        ("backup",),
        ("restore",),
        ("export",),
        ("sql", "SELECT 1", "--output"),
        ("report", "--output"),
        ("restore", "kept", "--warehouse"),
        ("sources", "add", "https://quay.example/", "--sources"),
        ("sources", "import", "feeds.opml", "--sources"),
    ],
    ids=" ".join,
)
def test_a_circle_of_links_is_refused(
    wirelake: Any, stored: Path, circle: Path, command: tuple[str, ...]
) -> None:
    said = wirelake(*command, circle, "--settings", stored / "wirelake.toml")
    assert said.code == 2
    assert f"lead in a circle: name another place (path={circle})" in said.sentence
    assert circle.is_symlink()


def test_a_backup_in_the_settings_that_is_a_circle_is_refused_before_anything_goes(
    wirelake: Any, stored: Path, circle: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "wirelake.toml"
    given, named = (stored / "wirelake.toml").read_text(), json.dumps([str(circle)])
    settings.write_text(given.replace("backups = []", f"backups = {named}"))
    at = ("--settings", settings, "--warehouse", stored / "lake")
    before = wirelake("digest", *at).out
    assert before
    said = wirelake("takedown", "--where", "true", *at)
    assert said.code == 2
    assert "lead in a circle" in said.sentence
    assert wirelake("digest", *at).out == before


def test_a_warehouse_that_is_a_circle_is_a_finding(wirelake: Any, circle: Path) -> None:
    said = wirelake("doctor", "--warehouse", circle, "--format", "json")
    assert said.code == 2
    found = {row["what"]: row for row in json.loads(said.out)}
    assert not found["warehouse"]["ok"]
    assert "lead in a circle" in found["warehouse"]["found"]
