"""Adding tables to the sources file without touching a byte of what a person wrote there."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows import toml_file
from flows.sources import NAME, Source, load
from flows.whole_files import followed, replaced
from transforms.errors import ConfigError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.]+")
_MAX_NAME_CHARS = 64
_NEW = """\
# The sources, one table each: [sources.NAME]. Paths are relative to this file.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A source to be written down."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)
    """In the order to write them."""
    comment: str | None = None

    def text(self) -> str:
        """Write it as TOML, ended by a newline."""
        name = self.name if _BARE.fullmatch(self.name) else _value(self.name)
        pairs = (f"{key} = {_value(value)}" for key, value in self.options.items())
        comments = [f"# {_on_one_line(self.comment)}"] if self.comment else []
        return "\n".join([*comments, f"[sources.{name}]", *pairs]) + "\n"


def _value(value: object) -> str:
    """Write a TOML value: its strings escape what JSON's do, and the delete character besides."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value).encode(errors="replace").decode()
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _on_one_line(text: str) -> str:
    return " ".join(
        "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text).split()
    )


def configured(path: Path) -> dict[str, Source]:
    """Read the sources there are; none where the file is not there yet, or holds comments only.

    Raises:
        ConfigError: as `load`.
    """
    if not path.exists() or not toml_file.read(path, "sources file").tables:
        return {}
    return load(path)


def append(path: Path, tables: Sequence[Table]) -> None:
    """Add tables at the end of the sources file; what it holds stays byte for byte.

    The file is there as it was or with all of the tables, whatever happens; it is read as a whole
    before it takes its place. One that is not there yet is made.

    Raises:
        ConfigError: a name is taken, the file would not be right, or it cannot be written.
    """
    before = configured(path)
    for table in tables:
        if table.name in before:
            raise ConfigError(f"there is a source '{table.name}' already", path=path)
    try:
        target = followed(path)
        old = target.read_bytes() if target.exists() else _NEW.encode()
        _replace(target, old, old + _addition(old, tables), [*before, *(t.name for t in tables)])
    except OSError as error:
        raise ConfigError(
            f"the sources file cannot be written: {error.strerror}", path=path
        ) from error


def _addition(old: bytes, tables: Sequence[Table]) -> bytes:
    """Write the tables with the line ends of the file, a blank line before each."""
    text = "".join(f"\n{table.text()}" for table in tables)
    if old and not old.endswith(b"\n"):
        text = f"\n{text}"
    return text.replace("\n", "\r\n" if b"\r\n" in old else "\n").encode()


def _replace(target: Path, old: bytes, new: bytes, names: list[str]) -> None:
    """Write a file beside the target, read it as sources, and put it into the target's place."""
    with replaced(target) as path:
        path.write_bytes(new)
        if _names_in(path, target) != names:
            raise ConfigError("the tables cannot be added at the end of this file", path=target)
        if target.exists() and target.read_bytes() != old:
            raise ConfigError("the sources file was changed meanwhile: try again", path=target)


def _names_in(path: Path, target: Path) -> list[str]:
    try:
        return list(load(path))
    except ConfigError as error:
        facts = {**error.facts, "path": target}
        raise ConfigError(f"nothing was written: {error.message}", **facts) from error


def name_from(*texts: str) -> str:
    """Make a source's name of the first of some texts that has letters for one.

    A text that can be a name stays as it is; others lose their accents, case and punctuation.
    """
    for text in texts:
        if NAME.fullmatch(text):
            return text
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        name = _NOT_IN_NAMES.sub("-", plain)[:_MAX_NAME_CHARS].strip("-.")
        # What is left of a title in another script names nothing.
        if sum(map(str.isalnum, name)) * 2 > sum(map(str.isalnum, text[:_MAX_NAME_CHARS])):
            return name
    return "source"


def distinct(name: str, taken: Collection[str]) -> str:
    """Number a name that is taken: `lamp-2`, `lamp-3` ..."""
    endings = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    numbered = (f"{name[: _MAX_NAME_CHARS - len(ending)]}{ending}" for ending in endings)
    return next(each for each in numbered if each not in taken)
