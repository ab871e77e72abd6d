"""What `wirelake init` writes: a folder to start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from flows.settings import FILE_NAME, Settings
from transforms.errors import ConfigError
from warehouse.catalog import make

SOURCES = """\
# The sources, one table each: [sources.NAME]. Paths are relative to this file.
# `wirelake sources check NAME` shows an article of one before anything is stored.

[sources.my-articles]
kind = "folder"              # .txt .html .md .json .jsonl .csv .parquet, each also .gz; .zip
path = "articles"            # a file, a folder or a pattern like "dumps/**/*.txt"
# timezone = "Europe/Berlin" # of dates printed without a zone; UTC when not given
# language = "de"            # expected where a text is too short to tell
# country = "DE"
# publisher = "Example News"
"""


def create(directory: Path) -> None:
    """Make a folder with settings, a sources file, a folder for articles and an empty warehouse.

    Raises:
        ConfigError: one of the files is there already, or the folder cannot be written.
        WarehouseError: the warehouse cannot be made.
    """
    files = {directory / FILE_NAME: settings_text(), directory / "sources.toml": SOURCES}
    for path in files:
        if path.exists():
            raise ConfigError("this file is there already, and nothing was written", path=path)
    try:
        (directory / "articles").mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write there: {error.strerror}", path=directory) from error
    make(directory / "lake")


def settings_text() -> str:
    """Write every setting with its default and what it is for, as a TOML file."""
    lines = ["# The settings. `wirelake settings` prints those in force and where each came from."]
    return "\n".join([*lines, *_toml(Settings)]) + "\n"


def _toml(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield f"\n[{name}]"
            yield from _toml(type(field.default))
        else:
            default = (
                field.default if isinstance(field.default, int | float) else f'"{field.default}"'
            )
            yield f"# {field.description}\n{name} = {default}"
