"""What a run tells the Prefect server besides its states."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prefect.logging.handlers import APILogHandler


@contextmanager
def logged_to_server() -> Iterator[None]:
    """Send the server what is logged from "info" on, whatever the terminal shows."""
    handler = APILogHandler(logging.INFO)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_columns,
                structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
            ]
        )
    )
    logger = logging.getLogger("flows")
    shown = logger.level
    for terminal in logger.handlers:
        terminal.setLevel(shown)
    logger.addHandler(handler)
    logger.setLevel(min(shown, logging.INFO))
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(shown)


def _without_columns(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leave out what the server shows beside each line."""
    return {name: value for name, value in event.items() if name not in {"timestamp", "level"}}
