"""The command `wirelake backfill`: past days from the shell, with the plan that the UI shows."""

from __future__ import annotations

import datetime as dt
import secrets
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, get_args

import click
from click.core import ParameterSource

from flows.backfilling.order import MAX_PARALLEL, Mode, Order, Policy
from flows.commands.options import FORMAT, shared
from flows.settings import Settings
from transforms.errors import ConfigError, SourceError

if TYPE_CHECKING:  # the help of all commands is printed without them
    from flows.backfilling.replay import ReplayCounts
    from flows.backfilling.results import Backfilled
    from flows.commands.output import Format

MAX_ROWS = 1_000
"""Of a table; JSON has all."""

_OF_A_PLAN = ("first", "last", "mode", "policy", "undated", "oldest_first", "parallel", "execute")

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--from", "first", type=_DAY, metavar="DAY", help="The first day, in UTC.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="The last day, included.")
@click.option(
    "--mode",
    type=click.Choice(get_args(Mode)),
    default="refetch",
    help="Ask the sources again, or normalize again what is stored, without any request.",
)
@click.option(
    "--policy",
    type=click.Choice(get_args(Policy)),
    default="usual",
    help="What was never read whole (the usual one), only what failed, what another normalizer has "
    "read and what failed (the usual one of a replay), or all.",
)
@click.option("--undated", is_flag=True, help="Replay the documents without a date, too.")
@click.option("--oldest-first", is_flag=True, help="Begin with the first day, not with the last.")
@click.option(
    "--parallel",
    type=click.IntRange(1, MAX_PARALLEL),
    default=2,
    help="Windows that are read at once.",
)
@click.option("--execute", is_flag=True, help="Carry the plan out; else it is only shown.")
@click.option(
    "--forget",
    "forgotten",
    type=_DAY,
    multiple=True,
    metavar="DAY",
    help="Let go of what is stored of a day, and of the windows that gave it, instead of a plan; "
    "may be given several times.",
)
@click.option("--yes", is_flag=True, help="Forget without asking.")
@FORMAT
@shared
def backfill(
    settings: Settings, *, forgotten: tuple[dt.datetime, ...], yes: bool, form: Format, **asked: Any
) -> None:
    """Show what would be read of past days of SOURCES (default: all that are enabled), or read it.

    A window is one day of one source. What was read whole is remembered in the warehouse: a
    backfill that was stopped goes on where it ended when it is started again, unless it is told to
    read all.
    """
    if forgotten:
        _refuse_more()
        days = sorted({day.date() for day in forgotten})
        _forget(settings, asked["sources"], days, is_sure=yes, form=form)
        return
    if yes:
        raise ConfigError("--yes answers the question of --forget: a plan asks none")
    done = _backfill(settings, asked["sources"], _order(asked), executes=asked["execute"])
    _print(done, form)
    if done.failures:
        raise SourceError(done.complaint())


def _refuse_more() -> None:
    """Refuse what a plan would take and `--forget` would pass over."""
    context = click.get_current_context()
    given = [
        option.opts[0]
        for option in context.command.params
        if option.name in _OF_A_PLAN
        and context.get_parameter_source(option.name) is not ParameterSource.DEFAULT
    ]
    if given:
        raise ConfigError(f"--forget stands alone: leave out {', '.join(given)}")


def _order(asked: dict[str, Any]) -> Order:
    if asked["first"] is None or asked["last"] is None:
        raise ConfigError("say which days: --from DAY --to DAY, as 2026-03-01")
    return Order(
        asked["first"].date(),
        asked["last"].date(),
        asked["mode"],
        asked["policy"],
        newest_first=not asked["oldest_first"],
        parallel=asked["parallel"],
        undated=asked["undated"],
    )


def _backfill(
    settings: Settings, names: tuple[str, ...], order: Order, *, executes: bool
) -> Backfilled:
    """Track the backfill where a server answers; else do the same untracked."""
    from flows.backfilling import execution as backfilling
    from flows.commands.progress import shown_progress
    from flows.commands.tracking import begin_tracking
    from flows.ingesting import run
    from flows.stopping import until_stopped

    order.check(dt.datetime.now(dt.UTC).date())
    run.chosen(settings.sources, names)  # a wrong name is said before anything is written
    if executes and begin_tracking(settings):
        from flows.backfill import tracked

        return until_stopped(tracked(order, list(names)))
    with shown_progress() as tick:
        work = backfilling.untracked(settings, names, order, tick, executes=executes)
        return until_stopped(work)


def _print(done: Backfilled, form: Format) -> None:
    if form == "json":
        _print_json(
            {
                "plan": [window.row() for window in done.planned],
                "results": [result.row() for result in done.results],
                "changes": done.changes and _as_dict(done.changes),
            }
        )
        return
    _print_table([window.row() for window in done.planned])
    if done.results:
        _print_table([result.row() for result in done.results])
    if done.changes is not None:
        _print_changes(done.changes)
    click.echo(done.sentence())


def _as_dict(changes: ReplayCounts) -> dict[str, object]:
    return {
        "documents": changes.documents,
        "changed": changes.changed,
        "lost": changes.lost,
        "columns": changes.rows(),
        "examples": [asdict(example) for example in changes.examples],
    }


def _print_json(value: object) -> None:
    from flows.commands.values import as_json

    click.echo(as_json(value))


def _print_table(rows: list[dict[str, object]]) -> None:
    from flows.commands import output

    output.write_rows(rows[:MAX_ROWS], "table", sys.stdout)
    if len(rows) > MAX_ROWS:
        click.echo(f"The first {MAX_ROWS} of {len(rows)} rows; --format json prints all.")


def _print_changes(changes: ReplayCounts) -> None:
    if changes.columns.total():
        _print_table(changes.rows())
        _print_table([example.row() for example in changes.examples])
    click.echo(f"{changes.changed} of {changes.documents} documents would change.")
    if changes.lost:
        click.echo(f"{changes.lost} could not be normalized, first {changes.why_lost}.")


def _forget(
    settings: Settings,
    names: tuple[str, ...],
    days: list[dt.date],
    *,
    is_sure: bool,
    form: Format,
) -> None:
    from flows.backfilling import forgetting as asking
    from flows.copying import method_of
    from warehouse import forgetting
    from warehouse.copies.step import find_copies
    from warehouse.opening import opened

    with opened(settings.warehouse) as lake:
        pasts = asking.pasts(settings, names, forgetting.known_sources(lake))
        ways = asking.ways(pasts)
        found = forgetting.find(lake, ways, days)
        rows = [asking.row(each, pasts[each.source]) for each in found]
        _print_json(rows) if form == "json" else _print_table(rows)
        if any(each.documents or each.windows for each in found):
            if not is_sure:
                click.confirm(asking.question(found), abort=True, err=True)
            forgetting.forget(lake, ways, days)
            find_copies(lake, secrets.token_hex(8), method_of(settings.dedupe))
    if form == "table":
        click.echo(f"Documents forgotten: {sum(each.documents for each in found)}.")
