"""What `wirelake init` writes: a folder to start from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from flows.settings import FILE_NAME, Settings
from transforms.errors import ConfigError
from warehouse.making import make

SOURCES = """\
# The sources, one table each: [sources.NAME]. Paths are relative to this file.
# `wirelake sources check NAME` shows an article of one before anything is stored.

[sources.my-articles]
kind = "folder"              # .txt .html .md .json .jsonl .csv .tsv .parquet, each also .gz; .zip
path = "articles"            # a file, a folder or a pattern like "dumps/**/*.txt"
# timezone = "Europe/Berlin" # of dates printed without a zone; UTC when not given
# language = "de"            # expected where a text is too short to tell
# country = "DE"
# publisher = "Example News"
"""


def create(
    directory: Path, warehouse: Path | None = None, sources: Path | None = None
) -> Path | None:
    """Make a folder with settings, a sources file, a folder for articles and an empty warehouse.

    Args:
        directory: to make, or to put them into.
        warehouse: its place, when not `lake` in the folder.
        sources: the sources file, when not `sources.toml` in the folder; one that is there is used.

    Returns:
        The folder for articles, where a sources file was made that names it.

    Raises:
        ConfigError: one of the files is there already, or the folder cannot be written.
        WarehouseError: the warehouse cannot be made.
    """
    elsewhere = {"warehouse": warehouse, "sources": sources}
    named = {key: str(path.absolute()) for key, path in elsewhere.items() if path}
    files, articles = {directory / FILE_NAME: settings_text(named)}, None
    if sources is None or not sources.exists():
        sources = sources or directory / "sources.toml"
        files[sources], articles = SOURCES, sources.parent / "articles"
    try:
        for path in files:
            if path.exists():
                raise ConfigError("this file is there already, and nothing was written", path=path)
        for folder in (directory, articles or directory):
            folder.mkdir(parents=True, exist_ok=True)
        make(warehouse or directory / "lake")
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write there: {error.strerror}", path=directory) from error
    return articles


def settings_text(named: Mapping[str, str] | None = None) -> str:
    """Write every setting with its default and what it is for, as a TOML file.

    Args:
        named: values to write in place of defaults, by name.
    """
    lines = ["# The settings. `wirelake settings` prints those in force and where each came from."]
    return "\n".join([*lines, *_toml(Settings(), named or {})]) + "\n"


def _toml(model: BaseModel, named: Mapping[str, str], above: str = "") -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield f"\n[{above}{name}]"
            yield from _toml(value, {}, f"{above}{name}.")
        else:
            yield f"# {field.description}\n{name} = {_value(named.get(name, value))}"


def _value(value: object) -> str:
    """Write a TOML value: its strings escape what JSON's do, and the delete character besides."""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")
