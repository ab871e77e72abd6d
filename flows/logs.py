"""Structured logs: every line carries the run and the batch it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, Literal

import structlog

from flows.terminal import escaped_json, without_controls


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send logs to standard error, as text for people or one JSON object a line.

    Inside a tracked run Prefect's own handlers carry them to the server as well.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderers: list[structlog.typing.Processor] = (
        [structlog.processors.JSONRenderer(serializer=_json)]
        if form == "json"
        else [
            on_one_line,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0),
        ]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    logger = logging.getLogger("flows")
    logger.handlers = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False


def on_one_line(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leave out of what is told all that a terminal would obey; a traceback keeps its lines."""
    return {
        name: without_controls(value)
        if isinstance(value, str) and name not in ("exception", "stack")
        else value
        for name, value in event.items()
    }


def _json(event: object, **options: Any) -> str:
    return escaped_json(json.dumps(event, ensure_ascii=False, **options))
