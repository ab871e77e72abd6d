"""What the name of a file says, and the url made of it."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import quote

EXTENSIONS = (
    ".txt", ".html", ".htm", ".md", ".eml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv",
    ".parquet", ".zip",
)  # fmt: skip
"""What can be read; all but .zip also with .gz after it."""


@lru_cache(maxsize=16)  # of each file it is asked several times in a row
def suffix_of(name: str) -> tuple[str, bool]:
    """Say which extension a name has below `.gz`, in lower case, and whether `.gz` is there."""
    path = PurePosixPath(name.lower())
    packed = path.suffix == ".gz"
    return (PurePosixPath(path.stem) if packed else path).suffix, packed


def is_readable(name: str) -> bool:
    """Say whether files of this name are read."""
    suffix, packed = suffix_of(name)
    return suffix in EXTENSIONS and not (packed and suffix == ".zip")


def is_hidden(name: str) -> bool:
    """Say whether a name, or a folder in it, is one that tools put there and people do not see."""
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part.strip(".") for part in parts)


def quoted(name: str) -> str:
    """Write a name for a url; "!" is quoted, for it stands between a zip and its member.

    Source: RFC 3986; a name of the disk may hold bytes that are no text.
    """
    return quote(os.fsencode(name), safe="/")
