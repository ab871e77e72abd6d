"""Layers of settings, which are tables in tables: nested, laid over each other, flattened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def nested(key: str, value: object) -> dict[str, Any]:
    """Put a value into the tables that a dotted key names."""
    first, _, rest = key.partition(".")
    return {first: nested(rest, value) if rest else value}


def located(values: dict[str, Any], home: Path) -> dict[str, Any]:
    """Let relative paths start from a folder; a wrong type is left for the check to name."""
    paths: dict[str, Any] = {
        name: (home / Path(values[name]).expanduser()).absolute()
        for name in ("warehouse", "sources")
        if isinstance(values.get(name), str | Path) and str(values[name])
    }
    folders = values.get("takedown")
    if isinstance(folders, dict):
        paths["takedown"] = {key: _all_located(given, home) for key, given in folders.items()}
    return values | paths


def _all_located(given: object, home: Path) -> object:
    """Let each of some paths start from a folder; a text has them between commas."""
    each = given.split(",") if isinstance(given, str) else given
    if not isinstance(each, list | tuple) or not all(isinstance(one, str | Path) for one in each):
        return given
    named = [Path(one.strip() if isinstance(one, str) else one) for one in each if str(one).strip()]
    return [str((home / one.expanduser()).absolute()) for one in named]


def laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Give what two layers say together: where both say something, the one above wins."""
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = laid_over(below[key], value) if both else value
    return merged


def leaves(values: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten tables to dotted keys."""
    return dict(_walk(values, ""))


def _walk(values: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _walk(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
