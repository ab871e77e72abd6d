"""Which deployments the settings want. Knows no Prefect."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.run import chosen
from flows.schedules import NEVER, Schedule
from flows.settings import Settings
from flows.sources import Source, load
from transforms.errors import ConfigError

OTHERS = {
    "dedupe": "flows.dedupe.dedupe",
    "maintain": "flows.maintain.maintain",
    "report": "flows.report.report",
}
"""Name, and the flow; without sources and without parameters of a run."""
_INGEST = "flows.ingest.ingest"
BACKFILLS = 4
"""Runs at once; further ones wait."""


@dataclass(frozen=True)
class Wanted:
    """One deployment as the settings want it."""

    name: str
    entrypoint: str
    """module.function of its flow."""
    schedule: Schedule = field(default_factory=lambda: Schedule(when=NEVER))
    parameters: dict[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    """Of the parameter `sources`; none: the flow has none."""
    groups: tuple[str, ...] = ()
    """Choices of the parameter `group`; none: the form does not show it."""
    reads: tuple[str, ...] = ()
    """Names of the sources of its group; none: there is but one group."""
    at_once: int = 1
    waits: bool = False
    """Whether a run beyond that waits; else it is cancelled, as one that comes late is."""


def wanted(settings: Settings) -> list[Wanted]:
    """Say which deployments there are to be.

    Raises:
        ConfigError: the sources file is wrong, or a group names a source that is not in it.
    """
    names = tuple(sorted(load(settings.sources)))
    backfill = Wanted(
        "backfill", "flows.backfill.backfill_flow", choices=names, at_once=BACKFILLS, waits=True
    )
    return [*_ingests(settings, names), backfill, *_others(settings)]


def _ingests(settings: Settings, names: tuple[str, ...]) -> Iterator[Wanted]:
    groups = dict(settings.schedules.groups())
    if len(groups) == 1:
        usual = {"sources": [], "only_due": True}
        yield Wanted("ingest", _INGEST, groups["ingest"], usual, names)
        return
    for name, group in groups.items():
        if reads := tuple(source.name for source in sources_of(settings, name)):
            # By the name of the group: a run that comes late reads what is in it by then.
            of_group = {"sources": [], "only_due": True, "group": name}
            yield Wanted(name, _INGEST, group, of_group, names, groups=tuple(groups), reads=reads)


def sources_of(settings: Settings, group: str) -> list[Source]:
    """Give the sources that a group reads; those that are disabled are in none.

    Args:
        settings: in force.
        group: its name; empty: all sources.

    Raises:
        ConfigError: there is no such group, or one names a source that does not exist.
    """
    groups = dict(settings.schedules.groups())
    if group and group not in groups:
        raise ConfigError(f"no group '{group}' in the schedules", allowed=", ".join(groups))
    taken = {name for each in groups.values() for name in each.sources}
    names = load(settings.sources)
    if unknown := sorted(taken - set(names)):
        raise ConfigError(
            f"a group of the schedules names '{unknown[0]}', which is no source",
            allowed=", ".join(sorted(names)),
        )
    all_of_them = chosen(settings.sources, ())
    if not group:
        return all_of_them
    mine = set(groups[group].sources) or set(names) - taken
    return [source for source in all_of_them if source.name in mine]


def _others(settings: Settings) -> Iterator[Wanted]:
    for name, entrypoint in OTHERS.items():
        if importlib.util.find_spec(entrypoint.rpartition(".")[0]):
            yield Wanted(name, entrypoint, getattr(settings.schedules, name))
