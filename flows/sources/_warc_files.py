"""Which archives a path names: as other local files are found, but by their own extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from flows.sources._files import Found, find, locate
from transforms.errors import ConfigError

EXTENSIONS = (".warc", ".warc.gz", ".warc.zst", ".wet", ".wet.gz")

_LISTING = re.compile(r"[^/]+\.paths(?:\.txt)?(?:\.gz)?", re.IGNORECASE)


def is_listing(place: str) -> bool:
    """Say by its ending whether a path or url names a listing of archives."""
    try:
        path = urlsplit(place).path if "://" in place else place
    except ValueError:
        return False
    return _LISTING.fullmatch(path.rpartition("/")[2]) is not None


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


def find_listing(home: Path, given: str, base: str | None) -> tuple[Path, Path] | None:
    """Find the listing that a path names and the folder its lines start from; None: no listing.

    Args:
        home: folder that relative paths start from.
        given: as for `find_archives`.
        base: the folder; None: that of the listing.

    Raises:
        ConfigError: there is no such listing or folder, or it cannot be read.
    """
    if not is_listing(given):
        return None
    listing, _ = locate(home, given, of_any_name=True)
    if listing.is_dir():
        return None
    if base is None:
        return listing, listing.parent
    folder, pattern = locate(home, base, of_any_name=True)
    if pattern or not folder.is_dir():
        raise ConfigError("the base of a listing is a folder", path=folder)
    return listing, folder


def _is_archive(name: str) -> bool:
    return name.lower().endswith(EXTENSIONS)
