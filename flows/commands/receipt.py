"""What a takedown did, as rows and in sentences."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.options import resolved
from flows.settings.maintain import Maintain

if TYPE_CHECKING:
    from warehouse.erasing.erasing import Doomed
    from warehouse.erasing.nearby import Pointing
    from warehouse.erasing.purge import Purged
    from warehouse.erasing.takedown import Receipt
    from warehouse.erasing.wanted import Wanted

_MB = 1e6
_SPECIAL = frozenset('"$`\\!')
"""Letters that mean something to a shell between double quotes."""
_FEW = 3
_LETTERS = 8
"""Of a part of a url that tells what is looked for; shorter ones stand in most."""


def rows(done: Receipt) -> list[dict[str, object]]:
    """Give the receipt, a row per thing that was counted."""
    found = done.erased
    counts: dict[str, object] = {
        "digests left": done.digests,
        "of them new": done.new_digests,
        "articles erased": found.articles,
        "MB of documents": round(found.payload_bytes / _MB, 3),
        **{f"rows of {table}": rows for table, rows in found.rows.items() if rows},
    }
    if found.copies:
        counts["copies that stay"] = found.copies
    if done.pointing:
        counts["articles that name it as canonical"] = len(done.pointing.urls)
    if done.listed or done.gone or done.missed:
        counts["backups that list it"] = len(done.listed)
    if purged := done.purged:
        counts |= {
            "parts written anew": purged.parts,
            "snapshots ended": purged.snapshots,
            "files removed": purged.files,
            "MB freed": round(purged.freed_bytes / _MB, 3),
            "files no commit names": purged.unnamed,
        }
    return [{"what": what, "number": number} for what, number in counts.items()]


def sentences(
    done: Receipt, wanted: Wanted | None, ages: Maintain, *, is_dry: bool
) -> Iterator[str]:
    """Say what came of it."""
    if wanted and not done.erased and not done.pointing:
        yield _nothing_found(done, wanted, is_dry=is_dry)
    yield from _staying(done, is_dry=is_dry)
    if is_dry:
        yield "Nothing was changed."
        return
    if done.purged:
        yield _purged(done.purged)
    elif done.erased:
        yield _until(done, ages)
    elif wanted is None:
        yield "Nothing was left to do."
    if done.new_digests:
        yield _backups(done)


def gone(done: Receipt, root: Path) -> str:
    """Say which backups of this warehouse were not reached, and what is to be done."""
    places = "; ".join(f"{path}: {why}" for path, why in done.gone.items())
    return (
        f"backups that this warehouse has made are not in their place ({places}): where one lies "
        "elsewhere, name it in `backups` of [takedown] and start `wirelake takedown` again, or a "
        "restore may bring back what was taken down; where it is gone for good, delete its line "
        f"in {root.resolve() / 'backups.jsonl'}"
    )


def _nothing_found(done: Receipt, wanted: Wanted, *, is_dry: bool) -> str:
    """Say that nothing was there, whether it is kept away all the same, and how to look for it."""
    if wanted.where is not None:
        return (
            "No article that is stored fulfils this condition, so nothing is kept away either; "
            "`wirelake sql` shows what is there: " + _look("FROM raw.articles LIMIT 10")
        )
    kept = "would be kept away" if is_dry else "is kept away from now on"
    if not done.new_digests:
        kept = "was kept away already"
    said = f"Nothing of this name is in the warehouse; it {kept}."
    near = " ".join(_takedown(wanted, name) for name in done.near)
    more = f"What is called nearly so goes by: {near}" if near else _search(wanted)
    return f"{said} {more}"


def _search(wanted: Wanted) -> str:
    """Give a statement that finds what may be meant."""
    if wanted.source is not None:
        return "The sources: " + _look("FROM raw.sources")
    if wanted.article is not None:
        return "The ids: " + _look("FROM all_articles SELECT article_id, url")
    part = _telling(str(wanted.url)).replace("'", "''")
    query = (
        "FROM all_articles SELECT url, article_id "
        f"WHERE contains(concat_ws(' ', url, canonical_url), '{part}')"
    )
    return f"Look for it by: {_look(query)}"


def _telling(url: str) -> str:
    """Give the end of a url, of as many whole parts as tell it from others."""
    parts = url.rstrip("/").split("/")
    ends = ["/".join(parts[at:]) for at in range(len(parts) - 1, -1, -1)]
    return next((end for end in ends if len(end) >= _LETTERS), url)


def _staying(done: Receipt, *, is_dry: bool) -> Iterator[str]:
    if done.pointing:
        yield _pointing(done.pointing)
    if done.erased.copies:
        yield _copies(done.erased, is_dry=is_dry)


def _pointing(pointing: Pointing) -> str:
    """Say what states the url as its canonical one: it stays, as a page may state any."""
    urls, canonical = pointing.urls, pointing.canonical_url.replace("'", "''")
    few = ", ".join(f"`wirelake takedown --url {shlex.quote(url)}`" for url in urls[:_FEW])
    where = _quoted(f"canonical_url = '{canonical}'")
    return (
        f"{_stored(len(urls))} elsewhere with this url as the canonical one: what only names it "
        f"stays, and more of it comes in. {few}, or `wirelake takedown --where {where}`, takes "
        "down what is there."
    )


def _copies(found: Doomed, *, is_dry: bool) -> str:
    """Say that the text stays under other urls; what is erased names its copies no more."""
    few = ", ".join(found.copy_urls) + ", ..." * (found.copies > len(found.copy_urls))
    number = "1 copy" if found.copies == 1 else f"{found.copies} copies"
    if is_dry:
        return (
            f"{number} of it would stay under other urls ({few}): --with-copies erases them, too."
        )
    first = f"`wirelake takedown --url {shlex.quote(found.copy_urls[0])} --with-copies`"
    return f"{number} of it stayed under other urls ({few}): {first} erases the first with its own."


def _stored(number: int) -> str:
    return "1 article is stored" if number == 1 else f"{number} articles are stored"


def _look(query: str) -> str:
    return f"`wirelake sql {_quoted(query)}`"


def _quoted(sql: str) -> str:
    return shlex.quote(sql) if set(sql) & _SPECIAL else f'"{sql}"'


def _takedown(wanted: Wanted, name: str) -> str:
    way = "url" if wanted.url is not None else "source"
    return f"`wirelake takedown --{way} {shlex.quote(name)}`"


def _purged(purged: Purged) -> str:
    left = purged.unnamed
    return "Its bytes are gone from the warehouse." + (
        f" {left} files that no commit names may hold some, of a writer at work or one "
        "that was killed: `wirelake maintain` removes them when they are old."
        if left
        else ""
    )


def _until(done: Receipt, ages: Maintain) -> str:
    days = ages.snapshot_days + ages.replaced_days
    until = done.at + dt.timedelta(days=days + 1)
    return (
        "No query finds it any more, but of older snapshots. Where `wirelake maintain` runs every "
        f"day, its bytes are gone on {until:%Y-%m-%d}; `wirelake takedown --purge` lets go of them "
        "now."
    )


def _backups(done: Receipt) -> str:
    """Say which backups keep it away, and that of others nobody knows."""
    known = ", ".join(str(resolved(path)) for path in done.listed)
    told = (
        f"It is listed beside these backups, and a restore of them erases it: {known}."
        if known
        else "No backup of this warehouse is known."
    )
    return (
        f"{told} One that lies elsewhere, a copy for one, brings it back where this warehouse is "
        "not at hand, unless it is named in `backups` of [takedown]."
    )
