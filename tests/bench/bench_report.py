"""The table the benchmarks end in, and the sizes they are run at."""

from __future__ import annotations

import io
import os
import platform
from collections.abc import Callable
from dataclasses import astuple, dataclass

from rich.console import Console
from rich.table import Table

WIDTH = 130


@dataclass(frozen=True)
class Row:
    """What was measured, ours beside a reference of the same run."""

    what: str
    reference: str
    ours: str
    ratio: float | None = None
    target: str = ""

    def cells(self) -> list[str]:
        what, reference, ours, ratio, target = astuple(self)
        return [what, reference, ours, "" if ratio is None else f"{ratio:.2f}", target]


Report = Callable[[Row], None]


def size(name: str, default: int) -> int:
    """Give a size: `BENCH_` and the name in the environment, else the default."""
    return int(os.environ.get(f"BENCH_{name}", default))


def render(rows: list[Row]) -> str:
    """Draw the table, and say under it what it was measured on."""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    caption = f"{os.cpu_count()} cores, Python {platform.python_version()}, load at the end {load}"
    table = Table("what", "reference", "ours", "ratio", "target", caption=caption)
    for row in rows:
        table.add_row(*row.cells())
    sink = io.StringIO()
    Console(file=sink, width=WIDTH).print(table)
    return sink.getvalue()
