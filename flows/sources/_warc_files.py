"""Which archives a path names: as other local files are found, but by their own extensions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.sources._files import Found, find, locate

EXTENSIONS = (".warc", ".warc.gz", ".warc.zst")


def find_archives(home: Path, given: str) -> Iterator[Found]:
    """Find the archives in the order of their names.

    Args:
        home: folder that a relative path starts from.
        given: a file of any name, a folder, or a glob.

    Raises:
        ConfigError: there is no such path, or it cannot be read.
    """
    root, pattern = locate(home, given, of_any_name=True)
    return find(root, pattern, _is_archive)


def _is_archive(name: str) -> bool:
    return name.lower().endswith(EXTENSIONS)
