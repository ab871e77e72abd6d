"""An SQL condition that somebody names articles by: read in the sandbox, and refused if it is none.

DuckDB takes any value for a condition where it can be cast to one: `1` would name every article.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from transforms.errors import ConfigError, QueryError
from warehouse.catalog import first_line
from warehouse.query import run

_KIND = re.compile(r"^[A-Za-z ]+ Error: ")
_TYPE = "SELECT (\n{where}\n) FROM raw.articles LIMIT 0"
_MATCHING = "SELECT DISTINCT article_id FROM raw.articles WHERE (\n{where}\n)"


def matching(root: Path, where: str) -> set[str]:
    """Give the ids of the articles of which a row fulfils a condition.

    Args:
        root: of the warehouse.
        where: of columns of `raw.articles`.

    Raises:
        ConfigError: it is an expression that is not true or false.
        QueryError: it is no expression, or nothing the sandbox runs.
    """
    try:
        _refuse_other_types(root, where)
        with run(root, _MATCHING.format(where=where)) as result:
            return {str(name) for (name,) in result.fetchall()}
    except (QueryError, duckdb.Error) as error:
        raise QueryError(
            f"--where is no condition on rows of raw.articles, {_why(error)}: "
            '`wirelake sql "FROM raw.articles WHERE ..."` tries one'
        ) from error


def _refuse_other_types(root: Path, where: str) -> None:
    with run(root, _TYPE.format(where=where)) as result:
        types = {str(column[1]) for column in result.description}
    if others := types - {"BOOLEAN"}:
        raise ConfigError(
            f"--where is no condition but a value ({', '.join(sorted(others))}), and would name "
            "every article that has one: say what is true or false of a row of raw.articles, "
            "as \"title = 'x'\""
        )


def _why(error: BaseException) -> str:
    """Say what DuckDB says, but for the place that it draws: the query around it is ours."""
    said = _KIND.sub("", first_line(error.__cause__ or error)).rstrip("!.")
    return "it breaks off or closes what it has not opened" if said.endswith('near ")"') else said
