"""Which archives a path names: as other local files are found, but by their own extensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.sources._files import Found, _matches, _Walk, _walk, find, locate
from transforms.errors import ConfigError

EXTENSIONS = (".warc", ".warc.gz", ".warc.zst")


def find_archives(home: Path, given: str) -> Iterator[Found]:
    """Find the archives in the order of their names.

    Args:
        home: folder that a relative path starts from.
        given: a file of any name, a folder, or a glob.

    Raises:
        ConfigError: there is no such path, or it cannot be read.
    """
    file = _single_file(home, given)
    if file is not None:
        return find(file, [])
    root, pattern = locate(home, given)
    return _walk(_Archives(root.resolve(), pattern), root, [])


def _single_file(home: Path, given: str) -> Path | None:
    try:
        path = home / Path(given).expanduser()
        if not path.is_file():
            return None
        path.open("rb").close()
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(f"the path cannot be read: {why}", path=home / given) from error
    return path


@dataclass(frozen=True, slots=True)
class _Archives(_Walk):
    def takes(self, parts: list[str]) -> bool:
        is_archive = parts[-1].lower().endswith(EXTENSIONS)
        return is_archive and (not self.pattern or _matches(parts, self.pattern))
