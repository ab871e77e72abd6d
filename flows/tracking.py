"""What the flows share as runs that a Prefect server tracks: their settings, logs and outcome."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectHTTPStatusError
from prefect.logging.handlers import APILogHandler
from prefect.states import Failed

from flows import logs
from flows.settings import Settings, load
from transforms.errors import IngestError

_T = TypeVar("_T")


@contextmanager
def tracked_run() -> Iterator[Settings]:
    """Give a run the settings in force, and its server the logs.

    Raises:
        ConfigError: a setting is wrong.
    """
    settings = load()
    logs.configure(settings.log.level, settings.log.format)
    with _logged_to_server():
        yield settings


def failed(error: IngestError) -> State[Any]:
    """Give the state of a run that failed in a known way.

    It is returned, not raised: Prefect would print a traceback around the sentence.
    """
    return Failed(message=str(error), data=error)


async def taken_by_server(running: Awaitable[State[Any]], wanted: type[_T]) -> _T:
    """Wait for a flow run and give what came of it.

    Args:
        running: started with `return_state=True`.
        wanted: what it comes to; anything else is the error that ended it.

    Raises:
        IngestError: what failed the run, or the server does not take it.
    """
    try:
        state = await running
    except PrefectHTTPStatusError as error:
        answer = f"{error.response.status_code} {error.response.reason_phrase}"
        raise IngestError(
            "the Prefect server does not track the run", url=error.request.url, answer=answer
        ) from error
    outcome: Any = await state.aresult(raise_on_failure=False)
    if isinstance(outcome, wanted):
        return outcome
    raise outcome


@contextmanager
def _logged_to_server() -> Iterator[None]:
    """Send the server what is logged from "info" on, whatever the terminal shows."""
    handler = APILogHandler(logging.INFO)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_columns,
                logs.on_one_line,
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
