"""What a command costs that finds nothing to do."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from bench_report import Report, Row

from warehouse.catalog import attach_statements

pytestmark = pytest.mark.bench

SEEDS = Path(__file__).parents[2] / "seeds" / "sources.toml"
ROUNDS = 3


@dataclass(frozen=True)
class Took:
    """The median of some rounds."""

    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        return f"{self.wall_s:.2f} s, CPU {self.cpu_s:.2f} s"


def run(*command: str) -> None:
    environment = os.environ | {"WIRELAKE_PREFECT__API_URL": "http://127.0.0.1:9/api"}
    subprocess.run([sys.executable, *command], env=environment, check=True, capture_output=True)  # noqa: S603


def timed(*command: str) -> tuple[float, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run(*command)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def took(*command: str) -> Took:
    walls, cpus = zip(*(timed(*command) for _ in range(ROUNDS)), strict=True)
    return Took(median(walls), median(cpus))


@pytest.fixture
def lake(root: Path) -> Path:
    """A warehouse that has read the bundled articles."""
    run(*wirelake("ingest", root))
    return root


def wirelake(command: str, lake: Path, *arguments: str) -> list[str]:
    module = ["-m", "flows.cli", command, *arguments]
    return [*module, "--warehouse", str(lake), "--sources", str(SEEDS)]


def bare(lake: Path, query: str) -> list[str]:
    statements = ["import duckdb", *map("duckdb.execute({!r})".format, attach_statements(lake))]
    return ["-c", "; ".join([*statements, f"duckdb.execute({query!r}).fetchall()"])]


def test_commands_with_nothing_to_do(lake: Path, report: Report) -> None:
    reference = took(*bare(lake, "SELECT 1"))
    commands = {
        '`sql "SELECT 1"`': wirelake("sql", lake, "SELECT 1"),
        "`ingest`, nothing new": wirelake("ingest", lake),
    }
    for what, command in commands.items():
        ours = took(*command)
        ratio = ours.cpu_s / reference.cpu_s
        report(Row(what, f"DuckDB alone, attached: {reference}", str(ours), ratio))
