"""Which article of a cluster is shown: an ORDER BY list in SQL, checked before a view has it.

It stands in a view that every client evaluates, so it may name only what the set of documents
decides, and call only what gives everybody the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from transforms.schema import ARTICLE
from warehouse.statements import column_type

DEFAULT = "published_at ASC NULLS LAST, char_count DESC, article_id"
"""The earliest published, then the longest, then the smallest id."""

_TIMES = {"first_seen": "TIMESTAMPTZ", "last_seen": "TIMESTAMPTZ"}
_STORED = ("batch_id", "added_at", "reject_reason")
"""Columns that say how a row came to be stored, or nothing of a row that is kept."""
COLUMNS = {
    column.name: column_type(column) for column in ARTICLE if column.name not in _STORED
} | _TIMES
"""What a policy may name -> its SQL type."""

_WANTED = "should be an ORDER BY list in SQL"
_STATEMENT = "SELECT 1 FROM articles ORDER BY {policy}\n"
_CLASSES = frozenset(
    {"COLUMN_REF", "CONSTANT", "OPERATOR", "COMPARISON", "CONJUNCTION", "BETWEEN", "CASE"}
)
_NAMES = """
abs least greatest round length len strlen lower upper trim left right substr substring concat
contains starts_with ends_with prefix suffix regexp_matches md5
array_length list_contains list_has array_contains list_position array_position
+ - * / // % || ~~ !~~ ~~* !~~* ~~~
"""
FUNCTIONS = frozenset(_NAMES.split())
"""What a policy may call, for others ask the clock, the session or chance."""


def what_is_wrong(policy: str) -> str | None:
    """Say in one sentence why a policy cannot be used; None where it can.

    Args:
        policy: an SQL ORDER BY list over `COLUMNS`.
    """
    if policy == DEFAULT:
        return None
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
        connection.execute(f"CREATE TABLE articles ({columns})")
        try:
            return _refused(connection, policy)
        except duckdb.Error as error:
            return f"{_WANTED}: {str(error).strip().splitlines()[0]}"


def columns_of(policy: str) -> list[str]:
    """Give the columns of articles that a checked policy names."""
    with duckdb.connect() as connection:
        orders = _modifiers(connection, policy)
    named = [
        ".".join(each["column_names"]).lower()
        for each in _expressions(orders)
        if "column_names" in each
    ]
    return sorted({name for name in named if name not in _TIMES})


def _refused(connection: duckdb.DuckDBPyConnection, policy: str) -> str | None:
    modifiers = _modifiers(connection, policy)
    if [each["type"] for each in modifiers] != ["ORDER_MODIFIER"]:
        return f"{_WANTED}, and nothing behind it"
    wrong = next(filter(None, map(_what_is_wrong_with, _expressions(modifiers[0]))), None)
    if wrong:
        return wrong
    if not all(map(_names_a_column, modifiers[0]["orders"])):
        return "has a part that names no column"
    connection.execute(_STATEMENT.format(policy=policy))  # do the types fit?
    return None


def _modifiers(connection: duckdb.DuckDBPyConnection, policy: str) -> list[dict[str, Any]]:
    """Give what stands behind the FROM of a statement with this policy, as DuckDB parses it.

    Raises:
        duckdb.Error: it is not SQL, or not one SELECT.
    """
    row = connection.execute(
        "SELECT json_serialize_sql(?::VARCHAR)", [_STATEMENT.format(policy=policy)]
    ).fetchone()
    tree = json.loads(str(row and row[0]))
    if tree["error"]:
        raise duckdb.ParserException(tree["error_message"])
    if len(tree["statements"]) > 1:
        raise duckdb.ParserException("a second statement follows it")
    return [each for it in tree["statements"] for each in it["node"]["modifiers"]]


def _names_a_column(order: dict[str, Any]) -> bool:
    return any(each["class"] == "COLUMN_REF" for each in _expressions(order["expression"]))


def _what_is_wrong_with(expression: dict[str, Any]) -> str | None:
    kind = expression["class"]
    if kind == "FUNCTION":
        name = str(expression["function_name"])
        return None if name in FUNCTIONS else f"may not call {name}()"
    if kind == "COLUMN_REF":
        name = ".".join(expression["column_names"])
        return None if name.lower() in COLUMNS else f"may not name {name}"
    if kind in _CLASSES:
        return None
    if kind == "CAST":
        return "may not cast: what comes of it may differ by the time zone of who asks"
    return f"may not hold a {kind.lower().replace('_', ' ')}"


def _expressions(node: object) -> Iterator[dict[str, Any]]:
    """Give every expression of a serialized statement, however deep."""
    if isinstance(node, dict):
        if "class" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _expressions(child)
