"""Create what readers see: the views of `views.sql`."""

from __future__ import annotations

import re
from importlib import resources

from warehouse.catalog import Lake

_OF_RAW = re.compile(r"CREATE OR REPLACE VIEW lake\.raw\.(\w+) AS\n")
_SOME = re.compile(r"\braw\.(articles|sightings|compared|seen|current)\b")
_OTHERS = re.compile(r"\braw\.")


def create_views(lake: Lake, representative: str) -> None:
    """Create or replace every view.

    Args:
        lake: in a transaction.
        representative: an SQL ORDER BY list over the columns of ARTICLE; its first row is shown.
    """
    lake.connection.execute("USE lake")
    for statement in _statements():
        lake.connection.execute(statement.replace("{representative}", representative))


def create_narrowed(lake: Lake, representative: str) -> None:
    """Create temporary views `some_seen`, `some_current` and `some_placed`.

    They are those of the schema `raw`, over the relations `some_articles`, `some_sightings` and
    `some_compared` of the same columns, as far as these are needed, which must exist before the
    views are asked.

    Args:
        lake: in a transaction.
        representative: the policy of `meta`.
    """
    for statement in _statements():
        if head := _OF_RAW.search(statement):
            body = _SOME.sub(r"some_\1", statement[head.end() :])
            body = _OTHERS.sub("lake.raw.", body).replace("{representative}", representative)
            lake.connection.execute(f"CREATE OR REPLACE TEMP VIEW some_{head[1]} AS {body}")


def _statements() -> list[str]:
    views = resources.files("warehouse").joinpath("views.sql").read_text(encoding="utf-8")
    return [statement for statement in views.split(";\n") if statement.strip()]
