"""docs/security.md names tests that there are, and every test of this folder."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
HERE = Path(__file__).parent


def names_in(path: Path) -> set[str]:
    """Give the names of the tests of a file."""
    nodes = ast.walk(ast.parse(path.read_text()))
    found = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return {name for name in found if name.startswith("test_")}


def named() -> list[tuple[str, str]]:
    return NAMED.findall(PAGE.read_text())


def test_every_test_that_the_page_names_is_there() -> None:
    missing = [
        f"{file}::{test}"
        for file, test in named()
        if not (ROOT / "tests" / file).is_file() or test not in names_in(ROOT / "tests" / file)
    ]
    assert missing == []
    assert len(named()) > 60


def test_every_test_of_this_folder_is_named_by_the_page() -> None:
    here = {
        (f"security/{path.name}", test)
        for path in HERE.glob("test_*.py")
        if path.name != Path(__file__).name
        for test in names_in(path)
    }
    assert here - set(named()) == set()


def test_no_attack_is_without_a_test() -> None:
    attacks = PAGE.read_text().partition("## Attacks")[2]
    rows = [line for line in attacks.splitlines() if line.startswith("| ")]
    heads = {"| attack | what becomes of it | tried by |", "| --- | --- | --- |"}
    assert [row for row in rows if row not in heads and not NAMED.search(row)] == []
    assert len(rows) > 30
