"""Reading the sources file: which sources there are."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from flows import toml_file
from flows.toml_file import TomlFile
from transforms.errors import ConfigError
from transforms.reading import Mode

if TYPE_CHECKING:
    from flows.sources import Source

NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""What a source may be called."""


def kinds() -> list[str]:
    """List the source kinds there are: the public modules of this folder."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in modules if not module.name.startswith("_"))


def load(path: Path, mode: Mode = "accurate") -> dict[str, Source]:
    """Read the sources of a TOML file, in the order of the file, disabled ones among them.

    Relative paths in it start from its own folder. No source is looked at.

    Args:
        path: of the file.
        mode: how their pages are read.

    Raises:
        ConfigError: the file cannot be read, or something in it is wrong; the first thing is named.
    """
    file = toml_file.read(path, "sources file")
    for key in file.tables:
        if key != "sources":
            raise file.error(f"a sources file has no key '{key}'", key, allowed="[sources.NAME]")
    tables = file.tables.get("sources")
    if not isinstance(tables, dict) or not tables:
        raise file.error("the sources file has no [sources.NAME] table", "sources")
    return {name: _source(file, name, table, mode) for name, table in tables.items()}


def pick(sources: Mapping[str, Source], names: Sequence[str], path: Path) -> list[Source]:
    """Give the sources that are named, each once; without names all that are enabled.

    Args:
        sources: as `load` gives them.
        names: of sources.
        path: of the sources file, for the error.

    Raises:
        ConfigError: a name is unknown, or none is given and no source is enabled.
    """
    for name in names:
        if name not in sources:
            known = ", ".join(sources)
            raise ConfigError(f"there is no source '{name}'", path=path, known=known)
    enabled = [name for name, source in sources.items() if source.enabled]
    picked = [sources[name] for name in dict.fromkeys(names or enabled)]
    if not picked:
        raise ConfigError("no source is enabled: name those to read", path=path)
    return picked


def _source(file: TomlFile, name: str, table: object, mode: Mode) -> Source:
    where = ("sources", name)
    if not NAME.fullmatch(name):
        message = f"'{name[:80]}' cannot be the name of a source"
        raise file.error(message, *where, allowed="1 to 64 of A-Z a-z 0-9 _ . -")
    if not isinstance(table, dict):
        raise file.error(f"source '{name}' is not a table", *where, allowed=f"[sources.{name}]")
    _check_kind(file, name, table.get("kind"))
    allowed = toml_file.keys_of(_model(table["kind"]))
    for key in (key for key in table if key not in allowed):
        raise file.place(toml_file.unknown_key(f"source '{name}'", key, allowed), *where, key)
    try:
        return make_source(name, table, file.path.resolve().parent, mode)
    except ConfigError as error:
        raise file.place(error, *where, *str(error.facts["key"]).split(".")) from error


def make_source(
    name: str, options: Mapping[str, Any], home: Path, mode: Mode = "accurate"
) -> Source:
    """Make a source of its options, a kind there is among them.

    Args:
        name: of the source.
        options: as they stand in its table; each is a key of the kind.
        home: folder that relative paths start from.
        mode: how its pages are read.

    Raises:
        ConfigError: an option is wrong.
    """
    model = _model(options["kind"])
    try:
        made: Source = model(name=name, home=home, mode=mode, **options)
    except ValidationError as error:
        raise toml_file.complaint(error.errors()[0], model, f"source '{name}'") from error
    return made


def _model(kind: str) -> Any:
    return importlib.import_module(f"flows.sources.{kind}").Source


def _check_kind(file: TomlFile, name: str, kind: object) -> None:
    known = kinds()
    if kind is None:
        message = f"source '{name}' needs the key 'kind'"
        raise file.error(message, "sources", name, allowed=", ".join(known))
    if kind not in known:
        near = toml_file.nearest(str(kind), known)
        message = f"source '{name}' is of no kind there is{near}"
        allowed = ", ".join(known)
        raise file.error(message, "sources", name, "kind", found=repr(kind), allowed=allowed)
