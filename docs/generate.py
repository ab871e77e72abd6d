"""Write docs/reference.md from the code: views, tables, commands and settings.

`--check` writes nothing and fails when the page is stale.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import get_args

import click
import pyarrow as pa
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from flows.cli import main as cli
from flows.settings import Settings
from flows.sources import kinds
from transforms.schema import ARTICLE, REJECT_REASONS, doc_of
from warehouse.catalog import attach
from warehouse.making import make
from warehouse.tables import BATCHES, TABLES
from warehouse.tables_of_copies import PAIRS

PAGE = Path(__file__).with_name("reference.md")
HEAD = """\
# Reference

Printed from the code by `make docs`; to change this page, change what it is printed from.
"""

VIEW_NOTES = {
    column.name: doc_of(column) for schema in (PAIRS, BATCHES, ARTICLE) for column in schema
} | {
    "appeared_at": "when it was noted to be shown, or to be shown again",
    "articles": "article rows kept, versions and copies among them; of a cluster, its articles",
    "batches": "commits of the run",
    "chain_containment": "of two texts that lie far apart, which share of the smaller stands "
    "in the other: where it is under 0.55, below which no rule makes copies; else null",
    "chain_links": "pairs from the one to the other; null where the cluster is no chain",
    "chain_texts": "distinct texts of a chain",
    "change": "`appeared`, `changed`, or `gone`: a copy is shown in its place, or nothing of it is "
    "kept; `untold` in a row that says what was not noted",
    "changed_at": "when a copies step noted it; each step has a later time than the one before",
    "cluster_agency": "the agency that the earliest of the cluster that credits one credits, for "
    "those too that do not",
    "cluster_at": "when its cluster was noted to be another, or to have grown or shrunk",
    "cluster_id": "names a cluster as it is now: not a key to keep, it changes as clusters grow",
    "cluster_size": "articles in the cluster, itself included",
    "countries": "distinct countries of the sources of the cluster",
    "country_codes": "these countries",
    "dated_ahead": "true where it says to be published after it was first seen",
    "failures_in_a_row": "requests and files since the last success, none of which succeeded",
    "finished_at": "when its last commit was prepared",
    "first_article": "article_id of the one published first",
    "first_published_at": "when that was published; null where none of the cluster is dated",
    "first_seen": "when a source first gave it",
    "first_source": "source of the one published first",
    "gone": "urls that answer 410",
    "is_current": "true for the version shown in `articles` and `all_articles`",
    "is_shown": "whether it is in `articles`; null where `change` is `untold`",
    "is_representative": "true for the one of its cluster that `articles` shows",
    "kind": "how it is read: the file of flows/sources",
    "lag_is_sure": "false where one of the two stated no zone: the lag may be hours off",
    "lag_s": "seconds after the first; null where one of the two is undated or dated by day. Exact "
    "to a minute where one states no seconds",
    "last_asked": "when anything of it was last asked for or read",
    "last_failure": "what went wrong last, where that was after the last success",
    "last_new_article": "when an article of it was last stored",
    "last_published_at": "when the last one was published",
    "last_seen": "when a source last gave it",
    "last_success": "when something of it was last read",
    "least_text_share": "the smallest `text_share` among its articles",
    "longest_lag_s": "the longest `lag_s` among them",
    "median_bytes": "of its successful requests, as they came over the wire",
    "median_ms": "milliseconds of its successful requests",
    "member": "article_id of the copy",
    "member_source": "its source",
    "member_title": "its title",
    "member_url": "its url",
    "moved": "lists that say they have moved for good, and where to",
    "next_poll": "when the first of its urls is due; null for local files",
    "not_modified_share": "share of its requests that were answered 304",
    "place": "1 for the first published. One dated by its day stands behind the others of it; "
    "then the longest is first, then the smallest id",
    "remark": "where `change` is `untold`: what a copy has to do",
    "representative": "article_id of the one shown in its place",
    "representative_source": "the source of that one",
    "representative_title": "the title of that one",
    "representative_url": "the url of that one",
    "requests": "requests and files; robots.txt, redirects and further tries are not counted",
    "source_names": "these sources",
    "sources": "distinct sources of the cluster",
    "rule": "why they are copies: `same_text`, a rule of `pairs`, or `chain` (only through others)",
    "shared_keys": "how many of the 64 keys of each text the other has too; null where they are "
    "equal or no pair, or a page says so",
    "text_share": "share of the text shown for the cluster that stands in this one: measured where "
    "this one is longer, else the measured share of this one times the lengths. Null where only a "
    "page says that they are copies, or they are so through others only",
    "version_at": "when its title or text was noted to be another",
    "version": "number of the version, by first_seen",
}
"""What the columns of the views hold; one without a note stops the generator."""


def reference() -> str:
    """Print the whole page."""
    parts = [
        HEAD,
        "## Views\n",
        "What to query: `wirelake sql`, or any DuckDB with the lake attached.\n",
        *_view_sections(),
        "## Tables\n",
        "What the views are made of, in the schema `raw`.\n",
        *(_table_section(name, schema) for name, schema in TABLES.items()),
        "## Reject reasons\n",
        "What stands in `reject_reason`.\n",
        _grid(("reason", "what"), ((f"`{name}`", why) for name, why in REJECT_REASONS.items())),
        "## Source kinds\n",
        "Keys of a table `[sources.NAME]` in the sources file.\n",
        *_kind_sections(),
        "## Commands\n",
        *_command_sections(cli, click.Context(cli, info_name="wirelake")),
        "## Settings\n",
        "Keys of `wirelake.toml`; a variable of the environment beats the file.\n",
        _grid(("key", "variable", "type", "default", "what"), _setting_rows(Settings)),
    ]
    return "\n".join(parts)


def _view_sections() -> Iterator[str]:
    source = resources.files("warehouse").joinpath("views.sql").read_text(encoding="utf-8")
    found = re.findall(r"(?m)((?:^-- .*\n)+)CREATE OR REPLACE VIEW lake\.main\.(\w+)", source)
    columns = _view_columns()
    for comment, view in found:
        rows = [(f"`{name}`", kind, VIEW_NOTES[name]) for name, kind in columns[view]]
        about = comment.replace("-- ", "")
        yield f"### {view}\n\n{about}\n" + _grid(("column", "type", "what"), rows)


def _view_columns() -> dict[str, list[tuple[str, str]]]:
    """Ask an empty warehouse: (name, SQL type) of each column of each view."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "lake"
        make(root)
        connection = attach(root, read_only=True)
        rows = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE "
            "database_name = 'lake' AND schema_name = 'main' ORDER BY table_name, column_index"
        ).fetchall()
        connection.close()
    columns: dict[str, list[tuple[str, str]]] = {}
    for view, name, kind in rows:
        columns.setdefault(view, []).append((name, kind))
    return columns


def _table_section(name: str, schema: pa.Schema) -> str:
    head = ["column", "type", "null", "what", "schema.org", "ninjs"]
    rows = [
        (
            f"`{column.name}`",
            str(column.type),
            "yes" if column.nullable else "no",
            doc_of(column),
            doc_of(column, "schema_org"),
            doc_of(column, "ninjs"),
        )
        for column in schema
    ]
    # Only what is published has a place in the public vocabularies.
    width = len(head) if any(row[4] or row[5] for row in rows) else 4
    return f"### {name}\n\n" + _grid(head[:width], (row[:width] for row in rows))


def _kind_sections() -> Iterator[str]:
    for kind in kinds():
        model = importlib.import_module(f"flows.sources.{kind}").Source
        about = inspect.cleandoc(model.__doc__ or "")
        yield f"### {kind}\n\n{about}\n\n" + _grid(("key", "default", "what"), _option_rows(model))


def _option_rows(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        default = "required" if field.is_required() else _option_default(field)
        yield f"`{above}{name}`", default, field.description or ""
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from _option_rows(inner, f"{above}{name}.")


def _option_default(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if isinstance(default, BaseModel):
        return "as its keys"
    return "" if default is None else f"`{json.dumps(default, ensure_ascii=False)}`"


def _command_sections(command: click.Command, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child and not child.hidden:
                inner = click.Context(child, parent=context, info_name=name)
                yield from _command_sections(child, inner)
        return
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    records = [param.get_help_record(context) for param in command.get_params(context)]
    options = [(f"`{option}`", text) for option, text in filter(None, records)]
    about = inspect.cleandoc(command.help or "").replace("\b\n", "")
    yield f"### {context.command_path}\n\n    {usage}\n\n{about}\n"
    yield _grid(("option", "what"), options)


def _setting_rows(
    model: type[BaseModel], keys: tuple[str, ...] = (), given: BaseModel | None = None
) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        path = (*keys, name)
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _setting_rows(kind, path, field.get_default(call_default_factory=True))
            continue
        variable = "WIRELAKE_" + "__".join(path).upper()
        key = ".".join(path)
        yield (
            f"`{key}`",
            f"`{variable}`",
            _kind(field),
            _default(name, field, given),
            field.description or "",
        )


def _kind(field: FieldInfo) -> str:
    kind = field.annotation
    return kind.__name__ if type(kind) is type else str(kind).replace("typing.", "")


def _default(name: str, field: FieldInfo, given: BaseModel | None) -> str:
    """Show the default of a setting; a table may give its keys others than their own."""
    # A computed default (the number of cores, say) would differ between machines.
    if field.default_factory:
        return "computed"
    return f"`{getattr(given, name) if isinstance(given, BaseModel) else field.default}`"


def _grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write the page, or fail with `--check` when it is not what the code says."""
    page = reference()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        raise SystemExit("docs/reference.md is stale: run `make docs` and commit it")


if __name__ == "__main__":
    main()
