"""The command `takedown`: what must go goes, everywhere, and does not come back."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import click

from flows.commands import output
from flows.commands.options import FORMAT, shared
from flows.commands.output import Format
from flows.commands.progress import shown_steps
from flows.settings import Settings
from transforms.errors import ConfigError, WarehouseError
from warehouse import connect
from warehouse.catalog import Lake

if TYPE_CHECKING:
    from warehouse.erasing.takedown import Receipt
    from warehouse.erasing.wanted import Wanted

_MB = 1e6


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
    type=click.FloatRange(min=0),
    default=60.0,
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

    wanted = Wanted(**named) if any(named.values()) else None  # type: ignore[arg-type]
    if wanted:
        wanted.check()
    receipt = _dry_run(settings, wanted) if dry_run else _run(settings, wanted, purge, grace_s)
    if receipt.purged:
        _write_page_anew(settings)
    output.write_rows(_rows(receipt), form, sys.stdout)
    if form == "table":
        click.echo(_sentence(settings, receipt, is_dry=dry_run))
    if receipt.missed:
        places = "; ".join(f"{path}: {why}" for path, why in receipt.missed.items())
        raise WarehouseError(
            f"it is taken down, but not all backups and exports were reached ({places}): mend that "
            "and start `wirelake takedown` again, without naming anything"
        )


def _dry_run(settings: Settings, wanted: Wanted | None) -> Receipt:
    from transforms.urls import address_id
    from warehouse.erasing.takedown import would_take_down

    if wanted is None:
        raise ConfigError("a dry run is of something: name what would go")
    with connect(settings.warehouse) as connection, shown_steps("takedown"):
        return would_take_down(Lake(settings.warehouse, connection), wanted, address_id)


def _run(settings: Settings, wanted: Wanted | None, purges: bool, grace_s: float) -> Receipt:
    from flows.copying import method_of
    from transforms.urls import address_id
    from warehouse.erasing.takedown import Way, take_down
    from warehouse.opening import opened

    with shown_steps("takedown") as tell, opened(settings.warehouse) as lake:
        others = settings.takedown
        way = Way(
            address_id,
            method_of(settings.dedupe),
            tell,
            purges,
            grace_s,
            others.backups,
            others.exports,
        )
        return take_down(lake, wanted, way)


def _write_page_anew(settings: Settings) -> None:
    """Let the health page, which may tell titles and urls, be one of what is there now."""
    from flows.health.file import NAME, write_page

    if (settings.warehouse / NAME).exists():
        write_page(settings.warehouse)


def _rows(receipt: Receipt) -> list[dict[str, object]]:
    """Give the receipt, a row per thing that was counted."""
    found = receipt.erased
    counts: dict[str, object] = {
        "digests left": receipt.digests,
        "of them new": receipt.new_digests,
        "articles erased": found.articles,
        "MB of documents": round(found.payload_bytes / _MB, 3),
        **{f"rows of {table}": rows for table, rows in found.rows.items() if rows},
    }
    if done := receipt.purged:
        counts |= {
            "parts written anew": done.parts,
            "snapshots ended": done.snapshots,
            "files removed": done.files,
            "MB freed": round(done.freed_bytes / _MB, 3),
            "files no commit names": done.unnamed,
        }
    return [{"what": what, "number": number} for what, number in counts.items()]


def _sentence(settings: Settings, receipt: Receipt, *, is_dry: bool) -> str:
    if is_dry:
        return "Nothing was changed."
    if receipt.purged:
        left = receipt.purged.unnamed
        return "Its bytes are gone from the warehouse." + (
            f" {left} files that no commit names may hold some, of a writer at work or one "
            "that was killed: `wirelake maintain` removes them when they are old."
            if left
            else ""
        )
    ages = settings.maintain
    days = ages.snapshot_days + ages.replaced_days
    until = receipt.at + dt.timedelta(days=days + 1)
    return (
        "No query finds it any more, but of older snapshots. Where `wirelake maintain` runs every "
        f"day, its bytes are gone on {until:%Y-%m-%d}; `wirelake takedown --purge` lets go of them "
        "now."
    )
