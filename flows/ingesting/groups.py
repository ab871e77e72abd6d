"""Which sources a group of the schedules reads."""

from __future__ import annotations

from flows.settings import Settings
from flows.sources import Source, load, pick
from transforms.errors import ConfigError


def sources_of(settings: Settings, group: str) -> list[Source]:
    """Give the sources that a group reads; those that are disabled are in none.

    One that cannot exist as configured, its folder away for a while, is given too: it fails in the
    run alone.

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
    names = load(settings.sources, settings.normalize.mode)
    if unknown := sorted(taken - set(names)):
        raise ConfigError(
            f"a group of the schedules names '{unknown[0]}', which is no source",
            allowed=", ".join(sorted(names)),
        )
    all_of_them = pick(names, (), settings.sources)
    if not group:
        return all_of_them
    mine = set(groups[group].sources) or set(names) - taken
    return [source for source in all_of_them if source.name in mine]
