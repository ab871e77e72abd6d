"""The commands `backup`, `restore` and `export`: what leaves a warehouse, and comes back."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from flows.commands import output
from flows.commands.options import FORMAT, PATH, shared
from flows.commands.output import Format
from flows.commands.progress import shown_steps
from flows.settings import Settings
from transforms.errors import WarehouseError
from warehouse import connect
from warehouse.digest import digest

_MB = 1e6


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
    from warehouse.safekeeping.backup import backup as write
    from warehouse.safekeeping.taking import named

    with shown_steps("backup") as tell:
        done = write(settings.warehouse, directory, tell, verify=verify)
    row: dict[str, object] = {
        "parts": len(done.manifest.parts),
        "MB": round(done.bytes / _MB, 1),
        "copied": done.copied,
        "MB copied": round(done.copied_bytes / _MB, 1),
        "mended": done.mended,
        "files removed": done.removed,
        "snapshot": done.manifest.snapshot,
        "seconds": round(done.seconds, 1),
    }
    output.write_rows([row], form, sys.stdout)
    if form == "table":
        click.echo(
            f"`wirelake restore {output.printable(directory)} --warehouse NEW` makes it one."
        )
    if done.harmed:
        raise WarehouseError(
            f"the backup was made and is whole, but {named(done.harmed)}: "
            "`wirelake check --deep` tells more",
            path=settings.warehouse,
        )


@click.command()
@click.argument("directory", type=PATH)
@FORMAT
@shared
def restore(settings: Settings, directory: Path, form: Format) -> None:
    """Make the warehouse of the backup in DIRECTORY where --warehouse says; print its digest.

    There must be nothing yet, or an empty folder. Every file is compared with what was written.
    What was taken down since is erased from it.
    """
    from flows.copying import method_of
    from transforms.urls import address_id
    from warehouse.erasing.takedown import Way
    from warehouse.safekeeping.restoring import restore as read

    with shown_steps("restore") as tell:
        way = Way(address_id, method_of(settings.dedupe), tell)
        kept = read(directory, settings.warehouse, tell, way, settings.takedown.backups)
        tell("digest")
        with connect(settings.warehouse) as connection:
            rows = [asdict(line) for line in digest(connection)]
    output.write_rows(rows, form, sys.stdout)
    if form == "table":
        click.echo(
            f"{output.printable(settings.warehouse)} is as it was at {kept.made_at} "
            f"(snapshot {kept.snapshot})."
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

    with shown_steps("export") as tell:
        done = write(settings.warehouse, directory, views, tell)
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
