"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

import flows
import transforms
import warehouse

ROOT = Path(__file__).parents[1]
FOLDERS = (".ci", "docs", "flows", "seeds", "tests", "transforms", "warehouse")

# Written in pieces, so that this file does not speak of what it forbids.
REGISTRY_HOSTS = re.compile(
    "|".join(["pypi" + r"\.org", "python" + r"hosted\.", "npm" + r"js\.(org|com)", "conda" + r"\."])
)
MACHINE_PATHS = re.compile(r"(?<![\w./~-])/(work|root|home|Users|opt)/[\w.]")


def project_files() -> list[Path]:
    """Every file that travels with the project; without git, for it may be a plain copy."""
    found = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".coverage"]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]


def python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a fresh interpreter of this environment."""
    return subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, *arguments], check=False, cwd=cwd, capture_output=True, text=True
    )


def modules_after(statements: str) -> set[str]:
    """First-level names in `sys.modules` of a fresh interpreter that ran the statements."""
    script = f"{statements}\nimport json, sys\nsys.stdout.write(json.dumps(list(sys.modules)))"
    ran = python("-c", script)
    assert ran.returncode == 0, ran.stderr
    return {name.partition(".")[0] for name in json.loads(ran.stdout)}


def test_transforms_pull_in_no_network_database_or_scheduler() -> None:
    every_module = (
        "import importlib, pkgutil, transforms\n"
        "for module in pkgutil.walk_packages(transforms.__path__, 'transforms.'):\n"
        "    importlib.import_module(module.name)"
    )
    loaded = modules_after(every_module)
    assert "pyarrow" in loaded
    assert not loaded & {"prefect", "duckdb", "requests", "flows", "warehouse"}


def test_the_command_starts_without_the_scheduler_and_the_parsers() -> None:
    loaded = modules_after("import flows.cli")
    assert "click" in loaded
    parsers = {"fastfeedparser", "fastwarc", "feedparser", "lxml", "trafilatura"}
    assert not loaded & {"prefect", "scipy", *parsers}


@pytest.mark.parametrize("package", [flows, transforms, warehouse], ids=lambda it: it.__name__)
def test_a_package_is_this_projects_own(package: ModuleType) -> None:
    assert Path(package.__file__ or "").parents[1] == ROOT


@pytest.mark.parametrize("folder", ["seeds", "tests", "docs"])
def test_a_folder_that_is_no_package_cannot_be_imported_from_elsewhere(
    folder: str, tmp_path: Path
) -> None:
    assert "ModuleNotFoundError" in python("-c", f"import {folder}", cwd=tmp_path).stderr


def test_no_folder_of_tests_is_a_package() -> None:
    # One `tests/transforms/__init__.py` would shadow the real `transforms`.
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    offenders = []
    for path in project_files():
        text = path.read_bytes().decode(errors="replace")
        for found in [*REGISTRY_HOSTS.finditer(text), *MACHINE_PATHS.finditer(text)]:
            offenders.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert offenders == []


@pytest.mark.parametrize(
    "line",
    ["see " + "/ho" + "me/ada/x", "--index-url https://py" + "pi.org/simple", "'/ro" + "ot/.x'"],
)
def test_the_search_for_hosts_and_paths_finds_them(line: str) -> None:
    assert REGISTRY_HOSTS.search(line) or MACHINE_PATHS.search(line)


def test_every_verb_the_readme_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"(?m)^([a-z0-9]+):", (ROOT / "Makefile").read_text()))
    named = set(re.findall(r"(?m)(?:^|`|\$ )make ([a-z0-9]+)", (ROOT / "README.md").read_text()))
    assert {"run", "test"} <= named <= targets


def test_every_verb_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    verbs = re.findall(r"(?m)^\.PHONY: (.+)$", makefile)
    explained = re.findall(r"(?m)^([a-z0-9]+):.*  ## \w", makefile)
    assert sorted(" ".join(verbs).split()) == sorted(explained)


def test_every_pinned_package_carries_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.split(r"(?m)^(?=\S)", lock)[1:]
    assert len(pins) > 100
    assert [pin for pin in pins if not re.match(r"[\w.-]+==\S+ .*\n +--hash=sha256:", pin)] == []


def asked_for(*groups: str) -> set[str]:
    """Normalized names of what pyproject.toml asks for to run, and in the groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = list(project["project"]["dependencies"])
    for group in groups:
        wanted += project["dependency-groups"][group]
    return {normalized(re.split(r"[^\w.-]", line)[0]) for line in wanted}


def normalized(distribution: str) -> str:
    # Source: PyPA specifications, names and normalization.
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported_by(path: Path) -> set[str]:
    """First-level names of the absolute imports of one file, those inside functions too."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return {name.partition(".")[0] for name in names}


def test_the_lock_knows_every_package_the_project_asks_for() -> None:
    pinned = re.findall(r"(?m)^([\w.-]+)==", (ROOT / "requirements.lock").read_text())
    assert asked_for("dev", "build") - {normalized(name) for name in pinned} == set()


def test_what_the_packages_import_is_what_the_project_asks_for() -> None:
    carriers = metadata.packages_distributions()
    own = {"flows", "transforms", "warehouse"}
    imported = {
        name
        for package in own
        for path in (ROOT / package).rglob("*.py")
        for name in imported_by(path)
    }
    foreign = imported - own - sys.stdlib_module_names
    borrowed = {
        name
        for name in foreign
        if not asked_for() & {normalized(found) for found in carriers.get(name, [])}
    }
    assert borrowed == set()


def test_the_reference_page_says_what_the_code_says() -> None:
    ran = python("docs/generate.py", "--check")
    assert (ran.returncode, ran.stderr) == (0, "")
