"""What the commands of `wirelake` share: the options that each of them takes."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from flows import logs
from flows.settings import load
from flows.whole_files import followed
from transforms.errors import ConfigError

PATH = click.Path(path_type=Path)
_SHARED = (
    click.option("--warehouse", type=PATH, help="Folder of the warehouse."),
    click.option("--sources", "sources_file", type=PATH, help="The sources file."),
    click.option(
        "--settings", "settings_file", type=PATH, help="The settings file; else ./wirelake.toml."
    ),
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print."
)


def resolved(path: Path) -> Path:
    """Name a place as one can from everywhere.

    Raises:
        ConfigError: its links lead in a circle.
        OSError: the folder in which one works is gone.
    """
    try:
        return followed(path)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise ConfigError(
            "the links of this path lead in a circle: name another place", path=path
        ) from error


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that every command has, and load the settings from them."""

    def with_settings(
        warehouse: Path | None,
        sources_file: Path | None,
        settings_file: Path | None,
        **arguments: Any,
    ) -> Any:
        settings = load(settings_file, warehouse=warehouse, sources=sources_file)
        logs.configure(settings.log.level, settings.log.format)
        return command(settings, **arguments)

    with_settings.__name__, with_settings.__doc__ = command.__name__, command.__doc__
    with_settings.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in reversed(_SHARED):
        option(with_settings)
    return with_settings
