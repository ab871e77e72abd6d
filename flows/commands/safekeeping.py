"""The commands `backup`, `restore` and `export`: what leaves a warehouse, and comes back."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands import output
from flows.commands.options import FORMAT, PATH, resolved, shared
from flows.commands.output import Format
from flows.commands.progress import shown_steps
from flows.settings import Settings
from flows.stopping import told_when_stopped
from transforms.errors import WarehouseError
from warehouse import connect
from warehouse.digest import digest

if TYPE_CHECKING:
    from warehouse.erasing.lists import Told
    from warehouse.safekeeping.backup import Backup
    from warehouse.safekeeping.restoring import Restored

_MB = 1e6
_LISTED = (
    "Takedowns of this warehouse are listed there as long as it stays in this place; a copy of it "
    "elsewhere is to be named in `backups` of [takedown]."
)


@click.command()
@click.argument("directory", type=PATH)
@click.option(
    "--verify", is_flag=True, help="Read all that is there already; copy anew what is damaged."
)
@FORMAT
@shared
def backup(settings: Settings, directory: Path, *, verify: bool, form: Format) -> None:
    """Bring the backup in DIRECTORY to the state of the warehouse; made if new.

    Others may read, write and do upkeep meanwhile. Only what is new is copied. The backup
    before is replaced when the new one is whole, and stays where that fails.
    """
    from warehouse.safekeeping import manifest
    from warehouse.safekeeping.backup import backup as write
    from warehouse.safekeeping.backup import left
    from warehouse.safekeeping.taking import named

    directory = resolved(directory)
    before = manifest.mark(directory)
    stopped = told_when_stopped(lambda: f"stopped: {left(directory, before)}")
    with stopped, shown_steps("backup") as tell:
        done = write(settings.warehouse, directory, tell, verify=verify)
    output.write_rows([_row(done)], form, sys.stdout)
    if form == "table":
        click.echo(f"`wirelake restore {_quoted(directory)} --warehouse NEW` makes it one.")
        if not done.unknown:
            click.echo(_LISTED)
    if done.unknown:
        click.echo(
            f"wirelake: the warehouse does not know of this backup "
            f"({output.printable(done.unknown)}): what is taken down is listed there only if it is "
            "named in `backups` of [takedown]",
            err=True,
        )
    if done.harmed:
        raise WarehouseError(
            f"the backup was made and is whole, but {named(done.harmed)}: "
            "`wirelake check --deep` tells more, and with --repair takes back what a backup has",
            path=settings.warehouse,
        )


@click.command()
@click.argument("directory", type=PATH)
@FORMAT
@shared
def restore(settings: Settings, directory: Path, form: Format) -> None:
    """Make the warehouse of the backup in DIRECTORY where --warehouse says; print its digest.

    There must be nothing yet, or an empty folder. Every file is compared with what was written.
    What was taken down since is erased from it, as far as the list beside the backup, those of the
    settings and the warehouse it was made of tell.
    """
    from flows.copying import method_of
    from transforms.urls import address_id
    from warehouse.erasing.takedown import Way
    from warehouse.safekeeping.restoring import restore as read

    directory, warehouse = resolved(directory), resolved(settings.warehouse)
    stopped = told_when_stopped(lambda: "stopped: nothing was restored")
    with shown_steps("restore") as tell:
        way = Way(address_id, method_of(settings.dedupe), tell)
        with stopped:
            done = read(directory, settings.warehouse, tell, way, settings.takedown.backups)
        tell("digest")
        restored = "stopped: it is restored; `wirelake digest` prints what it holds"
        with told_when_stopped(lambda: restored), connect(settings.warehouse) as connection:
            rows = [asdict(line) for line in digest(connection)]
    output.write_rows(rows, form, sys.stdout)
    if form == "table":
        click.echo(f"{output.printable(warehouse)} {_state(done)}.")
    if not done.told.warehouses:
        click.echo(f"wirelake: {output.printable(_unsure(done.told))}", err=True)


def _state(done: Restored) -> str:
    """Say which state is restored, and what of it is not, as it was taken down."""
    was = f"is as it was at {done.kept.made_at} (snapshot {done.kept.snapshot})"
    if not done.erased:
        return was
    missing = f"{done.erased} article" + "s" * (done.erased > 1)
    return f"{was}, but for {missing} taken down since"


def _row(done: Backup) -> dict[str, object]:
    return {
        "parts": len(done.manifest.parts),
        "MB": round(done.bytes / _MB, 1),
        "copied": done.copied,
        "MB copied": round(done.copied_bytes / _MB, 1),
        "mended": done.mended,
        "files removed": done.removed,
        "snapshot": done.manifest.snapshot,
        "seconds": round(done.seconds, 1),
    }


def _quoted(path: Path) -> str:
    return output.printable(shlex.quote(str(path)))


def _unsure(told: Told) -> str:
    """Say that articles may be back that were taken down, for only lists were there to tell."""
    places = "; ".join(f"{path}: {why}" for path, why in told.silent.items())
    why = f"was not there to tell ({places})" if places else "is noted nowhere in it"
    return (
        f"the warehouse of this backup {why}, so what was taken down since is known by lists "
        "alone: where the backup is a copy, or was moved, take down again what must not be back"
    )


@click.command()
@click.argument("directory", type=PATH)
@click.option(
    "--view", "views", multiple=True, default=("articles",), help="Which view; several times."
)
@FORMAT
@shared
def export(settings: Settings, directory: Path, views: tuple[str, ...], form: Format) -> None:
    """Write views as plain Parquet files into DIRECTORY, a folder per month.

    Anybody reads them without a catalog, as a data set with Hive partitions. All are of one
    moment. DIRECTORY is new, empty or a former export, which is replaced when the new one is
    whole.
    """
    from warehouse.safekeeping.export import export as write

    stopped = told_when_stopped(
        lambda: "stopped: where the folder holds an export, it is a whole one, of before or new"
    )
    with stopped, shown_steps("export") as tell:
        done = write(settings.warehouse, resolved(directory), views, tell)
    rows: list[dict[str, object]] = [
        {
            "view": each.view,
            "months": each.months,
            "files": len(each.files),
            "rows": each.rows,
            "bytes": each.bytes,
            "seconds": round(each.seconds, 1),
        }
        for each in done
    ]
    output.write_rows(rows, form, sys.stdout)
