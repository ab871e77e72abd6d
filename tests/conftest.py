"""What every test needs: an environment that the machine's own settings do not reach."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from warehouse.making import make

GZIP = b"\x1f\x8b\x08"
"""How it begins (RFC 1952 section 2.3.1)."""

TREE = Path(__file__).parent
MEMORY = Path("/dev/shm")  # noqa: S108 - a temporary folder is just what is wanted
"""A file system in memory, where bringing a file to the disk costs nothing: elsewhere a commit and
its copies step wait 60 times for 2 ms. What is run in one process has the disk that others have."""
ROOM_BYTES = 4 * 2**30

SLOWEST = ("e2e", "warehouse", "flows")
"""Folders that come first, so that in the end no process works on while the others wait."""
ONE_SERVER = ("test_prefect.py", "test_upkeep.py", "test_backfill_tracked.py")
"""Files of e2e that share a Prefect server and a tracked run, which take 15 s of CPU to make."""

DUCKDB_THREADS = "SLURM_CPUS_ON_NODE"
"""How many threads DuckDB takes where it is told nothing, in a job of Slurm."""
ANY_ORDER = "test_confluence.py"
"""A file that proves that no order shows: there DuckDB has as many threads as it likes."""

# Shared and virtual machines stall now and then: a slow example is not a wrong one.
hypothesis.settings.register_profile("unhurried", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Isolate the run before anything imports Prefect, which reads its settings once."""
    for name in list(os.environ):
        if name.startswith(("WIRELAKE_", "PREFECT_")):
            del os.environ[name]
    # Behind a shell's `&` it is ignored, and would be by whatever a test starts and then stops.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if find_spec("pandas") is None:
        sys.meta_path.insert(0, _NoPandas())
    if config.getoption("dist", "no") != "no" and _has_room_in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    home = tempfile.TemporaryDirectory(prefix="wirelake-tests-")
    config.add_cleanup(home.cleanup)
    os.environ |= {
        "PREFECT_HOME": home.name,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


class _NoPandas:
    """Says at once that there is no pandas, where there is none.

    DuckDB asks for it at each statement with a table or a parameter, and without an answer the
    interpreter looks into every folder of its path: a twentieth of what a copies step takes.
    """

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("there is no pandas", name=name)


def _has_room_in_memory() -> bool:
    """Say whether temporary folders may lie in memory, programs in them among the rest."""
    if not os.access(MEMORY, os.W_OK):
        return False
    is_for_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return is_for_programs and shutil.disk_usage(MEMORY).free > ROOM_BYTES


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Look for no garbage among what stays to the end: 2 s of 7 in each process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, and leave further cases of tests that take long for later."""
    cases = Counter[tuple[Path, str]]()
    for item in items:
        first = item.get_closest_marker("first")
        if first and not item.get_closest_marker("soak"):
            case = (item.path, item.nodeid.partition("[")[0])
            cases[case] += 1
            if cases[case] > first.args[0]:
                item.add_marker("whole")
    places = {folder: place for place, folder in enumerate(SLOWEST)}
    items.sort(key=lambda item: places.get(item.path.relative_to(TREE).parts[0], len(places)))


class _Files(LoadFileScheduling):  # type: ignore[misc]
    """Gives the tests of a file to one process, and those of a few files to the same."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        shares = "/e2e/" in file and file.endswith(ONE_SERVER)
        return "one server" if shares else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Files | None:
    return _Files(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let DuckDB have one thread where there is a process for each processor.

    Each further one costs a small statement as much again: 5 ms of CPU with one, 9 with two, 16
    with four. Whatever is run in one process has all of them, as for an operator.
    """
    if "PYTEST_XDIST_WORKER" in os.environ and item.path.name != ANY_ORDER:
        os.environ[DUCKDB_THREADS] = "1"
    else:
        os.environ.pop(DUCKDB_THREADS, None)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name gzipped bytes by what they are: the time is in them, and processes must agree."""
    return "gzip" if isinstance(val, bytes) and GZIP in val else None


@pytest.fixture(scope="session")
def empty_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty warehouse to copy: a copy is made sooner than a new one."""
    path = tmp_path_factory.mktemp("empty") / "lake"
    make(path)
    return path
