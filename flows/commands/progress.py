"""Progress of long work, on a terminal and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int], None]]:
    """Show a line per source while the block runs; quiet where nobody watches."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed} documents"),
        TimeElapsedColumn(),
    )
    lines: dict[str, object] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def tick(source: str, documents: int) -> None:
            if source not in lines:
                lines[source] = progress.add_task(source, total=None)
            progress.advance(lines[source], documents)  # type: ignore[arg-type]

        yield tick


@contextmanager
def shown_steps(work: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, one line that changes; quiet where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(work) as status:
        yield status.update
