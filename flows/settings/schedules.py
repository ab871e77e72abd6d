"""When flows run: the table `schedules` of the settings. Knows no Prefect."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from flows.sources import is_zone, seconds

NEVER = "never"
MIN_S = 10.0
"""A runner looks for work about so often."""
_GROUP = re.compile(r"[\w-]{1,100}")


def _is_time(when: str) -> str:
    if when == NEVER or (span_s := seconds(when)) >= MIN_S:
        return when
    if span_s:
        raise ValueError(f"shorter than {MIN_S:.0f}s, the least")
    if len(when.split()) != 5:
        raise ValueError("not a time: a span as 10m, five fields of cron as 20 3 * * *, or never")
    try:
        CronSim(when, dt.datetime.now(dt.UTC))
    except CronSimError as error:
        raise ValueError(f"not a time of cron: {error}".lower()) from None
    return when


def _split(names: object) -> object:
    """Take names from a variable of the environment, too."""
    if isinstance(names, str):
        return tuple(name.strip() for name in names.split(",") if name.strip())
    return names


class Schedule(BaseModel, extra="forbid", frozen=True):
    """When a flow runs by itself."""

    when: Annotated[str, AfterValidator(_is_time)] = Field(
        default="10m",
        description='A span of time as "10m", five fields of cron as "20 3 * * *", or "never".',
    )
    timezone: Annotated[str, AfterValidator(is_zone)] = Field(
        default="UTC", description="IANA name of the zone that the fields of cron are in."
    )


class Group(Schedule, frozen=True):
    """Sources that are read at the same times."""

    sources: Annotated[tuple[str, ...], BeforeValidator(_split)] = Field(
        default=(), description="Names; none: all that are enabled and in no other group."
    )


class Schedules(BaseModel, extra="allow", frozen=True):
    """When each flow runs. A table of any other name is a further group of sources."""

    __pydantic_extra__: dict[str, Group]

    ingest: Group = Group()
    dedupe: Schedule = Schedule(when="20 3 * * *")
    maintain: Schedule = Schedule(when="40 3 * * *")
    report: Schedule = Schedule(when="0 6 * * *")

    @model_validator(mode="before")
    @classmethod
    def _keep_defaults(cls, given: Any) -> Any:
        """Leave what a table does not say as it is."""
        if not isinstance(given, Mapping):
            return given
        kept = {
            name: field.default.model_dump() | dict(given[name])
            for name, field in cls.model_fields.items()
            if isinstance(given.get(name), Mapping)
        }
        return {**given, **kept}

    @model_validator(mode="after")
    def _does_not_overlap(self) -> Self:
        groups: dict[str, str] = {}
        for name, group in self.groups():
            if not _GROUP.fullmatch(name):
                raise ValueError(
                    f"'{name}' cannot be the name of a group: letters, digits, - and _"
                )
            if name == "backfill":
                raise ValueError("a backfill has no schedule: it is started by hand")
            if name != "ingest" and not group.sources:
                raise ValueError(f"the group '{name}' needs the key 'sources'")
            for source in group.sources:
                if other := groups.get(source):
                    raise ValueError(f"the source '{source}' is in '{other}' and in '{name}'")
                groups[source] = name
        return self

    def groups(self) -> Iterator[tuple[str, Group]]:
        """Give the groups of sources by name, first the one that takes the rest."""
        yield "ingest", self.ingest
        yield from self.__pydantic_extra__.items()
