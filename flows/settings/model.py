"""Every setting with its default, and how file and environment are read and told apart."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

from flows import toml_file
from flows.settings.layers import laid_over, leaves, located, nested
from flows.settings.maintain import Maintain
from flows.settings.schedules import Schedules
from flows.settings.takedown import Takedown
from flows.toml_file import TomlFile
from transforms.errors import ConfigError
from transforms.reading import Mode

FILE_NAME = "wirelake.toml"
PREFIX = "WIRELAKE_"
FILE_VARIABLE = "WIRELAKE_SETTINGS"
"""Names the settings file where no argument does."""
FAULT_VARIABLE = "WIRELAKE_FAULT"
"""By which tests let a run fail (`warehouse.faults`, which is not loaded for its name)."""
_NO_SETTINGS = (FILE_VARIABLE, FAULT_VARIABLE)


def _is_path(given: object) -> object:
    if given == "":
        raise ValueError("should be a path, and is empty")
    return given


def _policy(given: str) -> str:
    from warehouse.policy import what_is_wrong  # it loads DuckDB, for what is hardly ever set

    if wrong := what_is_wrong(given):
        raise ValueError(wrong)
    return given


def _without_password(given: str) -> str:
    if "@" in given.partition("//")[2].partition("/")[0]:
        raise ValueError("holds a password, which belongs into PREFECT_API_AUTH_STRING")
    return given


class Normalize(BaseModel, extra="forbid", frozen=True):
    """How documents become articles."""

    workers: Annotated[int, Field(ge=0, le=64)] = Field(
        default=0, description="Processes that read documents; 0: one per core."
    )
    mode: Mode = Field(
        default="accurate",
        description="Of pages: `accurate` asks other extractors where too little was found; `fast` "
        "does not.",
    )
    document_timeout_s: Annotated[float, Field(gt=0)] = Field(
        default=20.0, description="Seconds one document may take before it is given up."
    )


class Batch(BaseModel, extra="forbid", frozen=True):
    """How many documents commit together, at most."""

    max_documents: Annotated[int, Field(ge=1)] = Field(
        default=5_000, description="Documents of a batch, at most."
    )
    max_mb: Annotated[int, Field(ge=1)] = Field(
        default=256, description="Payload of a batch in MiB, at most."
    )


class Web(BaseModel, extra="forbid", frozen=True):
    """How every source is asked over HTTP; what differs by source stands in its table."""

    contact: str = Field(
        default="",
        max_length=200,
        pattern=r"^[\x20-\x7e]*$",
        description="A url or mail address in the User-Agent, for those who run the servers.",
    )
    concurrency: Annotated[int, Field(ge=1, le=256)] = Field(
        default=32,
        description="Requests under way at once, all hosts together; twice as many sources of the "
        "web are read side by side.",
    )
    retries: Annotated[int, Field(ge=0, le=10)] = Field(
        default=2, description="Further tries after 429, 5xx or a network error."
    )
    max_wait_s: Annotated[float, Field(ge=0)] = Field(
        default=60.0,
        description="A Retry-After up to this many seconds is waited for within a run.",
    )


class Dedupe(BaseModel, extra="forbid", frozen=True):
    """Which texts are compared for copies, and which of them is shown."""

    window_days: Annotated[int, Field(ge=0, le=36_500)] = Field(
        default=45,
        description="Days between two articles up to which they may be copies; undated ones are "
        "compared with all. Where it changes, the next step compares everything anew.",
    )
    representative: Annotated[str, AfterValidator(_policy)] = Field(
        default="published_at ASC NULLS LAST, char_count DESC, article_id",
        description="Which article of a cluster `articles` shows: an SQL ORDER BY list over its "
        "columns, whose first is shown; article_id decides ties. Where it changes, the next step "
        "chooses anew.",
    )


class Log(BaseModel, extra="forbid", frozen=True):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="The least serious lines that are shown."
    )
    format: Literal["text", "json"] = Field(
        default="text", description="Lines for people, or one JSON object each."
    )


class Prefect(BaseModel, extra="forbid", frozen=True):
    """Where runs are tracked."""

    api_url: Annotated[
        str, Field(pattern=r"^https?://[^\s/]+"), AfterValidator(_without_password)
    ] = Field(
        default="http://127.0.0.1:4200/api",
        description="The Prefect server; without an answer runs are not tracked.",
    )


class Settings(BaseModel, extra="forbid", frozen=True):
    """Everything that can be set, checked once. `load` makes it."""

    warehouse: Annotated[Path, BeforeValidator(_is_path)] = Field(
        default=Path("lake"), description="The warehouse, from the folder of the settings file."
    )
    sources: Annotated[Path, BeforeValidator(_is_path)] = Field(
        default=Path("sources.toml"),
        description="The sources file, from the folder of the settings file.",
    )
    normalize: Normalize = Normalize()
    batch: Batch = Batch()
    web: Web = Web()
    dedupe: Dedupe = Dedupe()
    maintain: Maintain = Maintain()
    takedown: Takedown = Takedown()
    log: Log = Log()
    prefect: Prefect = Prefect()
    schedules: Schedules = Schedules.model_validate({})

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)


class Setting(NamedTuple):
    """One key, the value in force, and where it was said."""

    key: str
    value: object
    origin: str
    """A file and line, a variable, "argument" or "default"."""


def load(path: Path | None = None, **overrides: object) -> Settings:
    """Read the settings: arguments win over `WIRELAKE_*` variables, these over the file.

    Args:
        path: the file; None: the one that the variable `WIRELAKE_SETTINGS` names, else
            `wirelake.toml` of the working folder where there is one. Relative paths in it start
            from its folder, others from the working folder.
        overrides: settings by name; None: not given.

    Raises:
        ConfigError: the file cannot be read, a key or variable is unknown, or a value is wrong.
    """
    file = _file(path or _handed_on())
    variables = _variables(os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    home, here = (file.path.parent if file else Path()), Path()
    layers = (
        located({"warehouse": "lake", "sources": "sources.toml"}, home),
        located(file.tables if file else {}, home),
        located(variables, here),
        located(given, here),
    )
    values: dict[str, Any] = {}
    for layer in layers:
        values = laid_over(values, layer)
    origins = _file_origins(file) | _variable_origins(variables)
    origins |= dict.fromkeys(leaves(given), "argument")
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise _complaint(error.errors()[0], file, origins) from error
    settings._origins.update(origins)
    return settings


def hand_on(settings: Settings, path: Path | None) -> None:
    """Let this process and those it starts load the same settings without arguments."""
    if path is not None:
        os.environ[FILE_VARIABLE] = str(path.absolute())
    for name in ("warehouse", "sources"):
        os.environ[_variable(name)] = str(getattr(settings, name))


def describe(settings: Settings) -> list[Setting]:
    """List every key with its value and where that was said."""
    return [
        Setting(key, value, settings._origins.get(key, "default"))
        for key, value in leaves(settings.model_dump(mode="json")).items()
    ]


def _handed_on() -> Path | None:
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else None


def _file(path: Path | None) -> TomlFile | None:
    if path is None and not Path(FILE_NAME).exists():
        return None
    return toml_file.read(path or Path(FILE_NAME), "settings file")


def _variables(environment: Mapping[str, str]) -> dict[str, Any]:
    """Nest what the variables say.

    Raises:
        ConfigError: one of them is no setting.
    """
    known = {_variable(key): key for key in _keys(Settings)}
    said: dict[str, Any] = {}
    for name, value in environment.items():
        if not name.upper().startswith(PREFIX) or not value or name in _NO_SETTINGS:
            continue
        if name.upper() not in known:
            near = toml_file.nearest(name.upper(), sorted(known))
            raise ConfigError(
                f"the variable {name} is no setting{near}", allowed=", ".join(sorted(known))
            )
        said = laid_over(said, nested(known[name.upper()], value))
    return said


def _keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _keys(kind, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _variable(key: str) -> str:
    return PREFIX + key.replace(".", "__").upper()


def _file_origins(file: TomlFile | None) -> dict[str, str]:
    if file is None:
        return {}
    return {
        key: f"{file.path.name}, line {file.line_of(*key.split('.'))}"
        for key in leaves(file.tables)
    }


def _variable_origins(variables: dict[str, Any]) -> dict[str, str]:
    return {key: _variable(key) for key in leaves(variables)}


def _complaint(
    problem: ErrorDetails, file: TomlFile | None, origins: Mapping[str, str]
) -> ConfigError:
    keys = [str(part) for part in problem["loc"]]
    origin = origins.get(".".join(keys), "")
    if origin == "argument":
        return toml_file.complaint(problem, Settings, "an argument")
    if origin.startswith(PREFIX):
        error = toml_file.complaint(problem, Settings, "the environment")
        return ConfigError(error.message, variable=origin, **error.facts)
    error = toml_file.complaint(problem, Settings, "the settings file")
    return file.place(error, *keys) if file else error
