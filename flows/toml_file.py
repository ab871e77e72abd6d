"""A TOML file a person wrote, and the one sentence that says what is wrong in it, and where."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from transforms.errors import ConfigError

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TWICE = re.compile(r"Cannot declare \((.*?),?\) twice")

_PLAIN = {
    "bool_type": "should be true or false",
    "dict_type": "should be a table",
    "model_type": "should be a table",
    "path_type": "should be a path in quotes",
    "string_type": "should be text in quotes",
}
"""What to say for problems that pydantic puts in Python's words."""

_USERINFO = re.compile(r"//[^/@\s'\"]+@")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The tables of a file, with its text to find lines in."""

    path: Path
    tables: dict[str, Any]
    text: str

    def line_of(self, *keys: str) -> int | None:
        """Say on which line a key or table begins, else the table around it."""
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _TABLE.match(line):
                table = here = _parts(header[1])
            elif key := _KEY.match(line):
                here = table + _parts(key[1])
            else:
                continue
            if here[: len(keys)] == keys:
                return number
        return self.line_of(*keys[:-1]) if keys else None

    def place(self, error: ConfigError, *keys: str) -> ConfigError:
        """Add this file and the line of the key to an error."""
        line = self.line_of(*keys)
        place: dict[str, object] = {"path": self.path} | ({"line": line} if line else {})
        return ConfigError(error.message, **place, **error.facts)

    def error(self, message: str, *keys: str, **facts: object) -> ConfigError:
        """Make the error that names this file and the line of the key."""
        return self.place(ConfigError(message, **facts), *keys)


def read(path: Path, what: str) -> TomlFile:
    """Read a TOML file.

    Args:
        path: of the file.
        what: the file is called in an error, as "sources file".

    Raises:
        ConfigError: it is missing, unreadable, or not TOML.
    """
    try:
        # Editors on Windows write a byte order mark, which tomllib does not take.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"there is no such {what}", path=path) from error
    except OSError as error:
        why = error.strerror or "unknown reason"
        raise ConfigError(f"the {what} cannot be read: {why}", path=path) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"the {what} is not UTF-8", path=path, byte=error.start) from error
    try:
        return TomlFile(path, tomllib.loads(text), text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _bad_toml(error, path, what, text) from error


def complaint(problem: ErrorDetails, model: type[BaseModel], subject: str) -> ConfigError:
    """Put one problem that pydantic found into a sentence, with the key and what is allowed."""
    location = [str(part) for part in problem["loc"]]
    key = ".".join(location)
    if problem["type"] == "extra_forbidden":
        return unknown_key(subject, key, keys_of(model, location[:-1]))
    if problem["type"] == "missing":
        return ConfigError(f"{subject} needs the key '{key}'", key=key)
    why = _PLAIN.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    found = masked(repr(problem["input"]))[:80]
    return ConfigError(f"{subject}: '{key}': {why[:1].lower()}{why[1:]}", key=key, found=found)


def unknown_key(subject: str, key: str, allowed: list[str]) -> ConfigError:
    """Say that there is no such key, which one may be meant, and which there are."""
    near = nearest(key.rpartition(".")[2], allowed)
    return ConfigError(f"{subject} has no key '{key}'{near}", key=key, allowed=", ".join(allowed))


def keys_of(model: type[BaseModel], location: list[str] | None = None) -> list[str]:
    """List the keys a table may have; a field left out of dumps is none."""
    for part in location or []:
        inner = _inner(model, part)
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return sorted(name for name, field in model.model_fields.items() if not field.exclude)


def _inner(model: type[BaseModel], key: str) -> object:
    if field := model.model_fields.get(key):
        return field.annotation
    # A model may hold tables of any name beside its fields, all of one kind.
    return get_args(get_type_hints(model)["__pydantic_extra__"])[-1]


def nearest(word: str, allowed: list[str]) -> str:
    """Ask whether another word was meant, where one is near."""
    near = difflib.get_close_matches(word, allowed, n=1)
    return f": did you mean '{near[0]}'?" if near else ""


def _bad_toml(error: Exception, path: Path, what: str, text: str) -> ConfigError:
    message = str(error)
    place = _PLACE.search(message)
    why = _PLACE.sub("", message)
    if twice := _TWICE.fullmatch(why):
        name = ".".join(_parts(twice[1]))
        why = f"[{name}] is declared twice, and a name can be given once"
    else:
        why = f"{why[:1].lower()}{why[1:]}"
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    return ConfigError(f"the {what} is not TOML: {why}", path=path, line=line)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_NAME, dotted))


def masked(text: str) -> str:
    """Show a text without the user names and passwords of the urls in it."""
    return _USERINFO.sub("//***@", text)
