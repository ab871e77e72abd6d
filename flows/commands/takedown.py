"""The command `takedown`: what must go goes, everywhere, and does not come back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from flows.commands import output, receipt
from flows.commands.options import FORMAT, resolved, shared
from flows.commands.output import Format
from flows.commands.progress import shown_steps
from flows.settings import Settings
from flows.stopping import told_when_stopped
from transforms.errors import ConfigError, WarehouseError
from warehouse import connect
from warehouse.catalog import Lake

if TYPE_CHECKING:
    from warehouse.erasing.takedown import Receipt, Way
    from warehouse.erasing.wanted import Wanted

_NOTHING_YET = "stopped before anything was erased: start it again"


@click.command()
@click.option("--url", help="The article at this url, and whatever came from it.")
@click.option("--article", help="The article of this id, or of its first digits.")
@click.option("--source", help="All of this source, which is not read any more.")
@click.option("--where", help="The articles of which a row of raw.articles fulfils this SQL now.")
@click.option(
    "--with-copies",
    is_flag=True,
    help="All of their clusters, too; the same texts are kept away under whatever url.",
)
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@click.option(
    "--purge", is_flag=True, help="Let the bytes go now: time travel ends at this moment."
)
@click.option(
    "--grace",
    "grace_s",
    type=click.IntRange(0, 86_400),
    default=60,
    show_default=True,
    help="With --purge: seconds that queries under way have to end.",
)
@FORMAT
@shared
def takedown(
    settings: Settings,
    *,
    dry_run: bool,
    purge: bool,
    grace_s: float,
    form: Format,
    **named: str | bool | None,
) -> None:
    """Erase what is named from every table, and keep it away for good; print a receipt.

    Only digests of it stay, in raw.takedowns: no poll, backfill, replay or restore brings it back.
    Its bytes stay in older snapshots until upkeep lets go of them, or go at once with --purge.
    Where nothing is named, what an interrupted takedown has left is done.
    """
    from warehouse.erasing.wanted import Wanted

    is_named = any(each not in (None, False) for each in named.values())
    wanted = Wanted(**named) if is_named else None  # type: ignore[arg-type]
    if wanted:
        wanted.check()
    done = _dry_run(settings, wanted) if dry_run else _run(settings, wanted, purge, grace_s)
    output.write_rows(receipt.rows(done), form, sys.stdout)
    if form == "table":
        for sentence in receipt.sentences(done, wanted, settings.maintain, is_dry=dry_run):
            click.echo(output.printable(sentence))
    if done.gone:
        sentence = receipt.gone(done, settings.warehouse)
        click.echo(f"wirelake: {output.printable(sentence)}", err=True)
    if done.missed:
        places = "; ".join(f"{path}: {why}" for path, why in done.missed.items())
        raise WarehouseError(
            f"it is taken down, but not all backups and exports were reached ({places}): mend that "
            "and start `wirelake takedown` again, without naming anything"
        )


def _dry_run(settings: Settings, wanted: Wanted | None) -> Receipt:
    from transforms.urls import address_id
    from warehouse.erasing.takedown import would_take_down

    if wanted is None:
        raise ConfigError("a dry run is of something: name what would go")
    stopped = told_when_stopped(lambda: "stopped: nothing was changed")
    with stopped, connect(settings.warehouse) as connection, shown_steps("takedown"):
        return would_take_down(Lake(settings.warehouse, connection), wanted, address_id)


def _run(settings: Settings, wanted: Wanted | None, purges: bool, grace_s: float) -> Receipt:
    from warehouse.erasing.takedown import take_down
    from warehouse.opening import opened

    steps: list[str] = []
    with (
        told_when_stopped(lambda: _left_by(steps)),
        shown_steps("takedown") as show,
        opened(settings.warehouse) as lake,
    ):

        def tell(step: str) -> None:
            steps.append(step)
            show(step)

        done = take_down(lake, wanted, _way(settings, tell, purges, grace_s))
        if done.purged:
            _write_page_anew(settings)
        return done


def _way(settings: Settings, tell: Callable[[str], None], purges: bool, grace_s: float) -> Way:
    from flows.copying import method_of
    from transforms.urls import address_id
    from warehouse.erasing.takedown import Way

    others = settings.takedown
    method = method_of(settings.dedupe)
    backups = tuple(map(resolved, others.backups))
    return Way(address_id, method, tell, purges, grace_s, backups, others.exports)


def _left_by(steps: list[str]) -> str:
    """Say what is done where a takedown was stopped, by the steps it has told."""
    if not steps:
        return _NOTHING_YET
    return (
        f"stopped while it was at this: {steps[-1]}; what was named is kept away from now on, and "
        "`wirelake takedown` does the rest, a purge that was asked for, too"
    )


def _write_page_anew(settings: Settings) -> None:
    """Let the health page, which may tell titles and urls, be one of what is there now."""
    from flows.health.file import NAME, write_page

    if (settings.warehouse / NAME).exists():
        write_page(settings.warehouse)
