"""Which files a path names: one file, all files of a folder, or those that a glob matches.

Hidden files and folders (`.git`, `._story.html`) are passed over, and so are links to folders.
A link to a file is read where the file lies in the same folder.
"""

from __future__ import annotations

import datetime as dt
import errno
import fnmatch
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.sources import Cursor
from flows.sources._names import EXTENSIONS, is_hidden, is_readable
from transforms.errors import ConfigError

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file is known again."""

    size: int
    modified_at: dt.datetime

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take it from what `os.stat` says."""
        since_epoch = dt.timedelta(microseconds=status.st_mtime_ns // 1000)
        return cls(status.st_size, _EPOCH + since_epoch)

    def remembered(self, url: str, config: str) -> Cursor:
        """Say what to remember of the file, once it was read under these options."""
        return Cursor(url, size=self.size, modified_at=self.modified_at, config=config)

    def is_known(self, cursor: Cursor | None, config: str) -> bool:
        """Say whether it is the file that was read before, under the same options."""
        now = (self.size, self.modified_at, config)
        return cursor is not None and (cursor.size, cursor.modified_at, cursor.config) == now


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or a place where one cannot be read."""

    path: Path
    name: str
    """Relative to the folder or to the fixed part of the glob, with `/`; a single file's own."""
    stamp: Stamp | None
    trouble: str = ""
    """Why there is no stamp."""


def locate(home: Path, given: str, *, of_any_name: bool = False) -> tuple[Path, list[str]]:
    """Split what a source names into a file or folder, and the parts of a glob below it.

    Args:
        home: folder that a relative path starts from.
        given: a path, or a glob with `*`, `?`, `[...]` and `**`; an existing path is no glob.
        of_any_name: let one file be of any extension.

    Raises:
        ConfigError: there is no such path, it cannot be read, or it is one file of an extension
            that is not read.
    """
    path = home / given
    try:
        path = home / Path(given).expanduser()
        root, pattern = (path, []) if path.exists() else _split_glob(home, path)
        _look_at(root, pattern)
    except FileNotFoundError as error:
        raise ConfigError("there is no such file or folder", path=path) from error
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(f"the path cannot be read: {why}", path=path) from error
    if not (root.is_dir() or of_any_name or is_readable(root.name)):
        allowed = ", ".join(EXTENSIONS)
        raise ConfigError("a file of this extension is not read", path=path, allowed=allowed)
    return root, pattern


def find(
    root: Path, pattern: list[str], is_read: Callable[[str], bool] = is_readable
) -> Iterator[Found]:
    """Find the files that can be read, in the order of their names, at what `locate` gave.

    Args:
        root: a file, which is given whatever its name, or a folder.
        pattern: parts of a glob below the folder; none: everything.
        is_read: whether files of a name are read.
    """
    if root.is_dir():
        yield from _walk(_Walk(root.resolve(), pattern, is_read), root, [])
    else:
        yield _inspect(root, root.name)


def look_up(root: Path, name: str) -> Found:
    """Look at one file by its name below a folder; what lies outside the folder is not read."""
    path = root / name
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            return Found(path, name, None, "leads out of the folder")
    except (OSError, RuntimeError) as error:  # a loop of links
        return Found(path, name, None, f"cannot be read: {getattr(error, 'strerror', error)}")
    return _inspect(path, name)


def _split_glob(home: Path, path: Path) -> tuple[Path, list[str]]:
    # The folder of the sources file may itself be called "[old]".
    fixed = len(home.parts) if path.is_relative_to(home) else 0
    while fixed < len(path.parts) and not set(path.parts[fixed]) & set("*?["):
        fixed += 1
    return Path(*path.parts[:fixed]), list(path.parts[fixed:])


def _look_at(root: Path, pattern: list[str]) -> None:
    if root.is_dir():
        next(root.iterdir(), None)
    elif pattern or not root.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    elif not os.access(root, os.R_OK):
        # Not opened to see: opening a pipe would wait for whoever writes into it.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@dataclass(frozen=True, slots=True)
class _Walk:
    real_root: Path
    pattern: list[str]
    """Parts of the glob; none: everything."""
    is_read: Callable[[str], bool]

    def enters(self, depth: int) -> bool:
        return not self.pattern or "**" in self.pattern or depth < len(self.pattern)

    def takes(self, parts: list[str]) -> bool:
        return self.is_read(parts[-1]) and (not self.pattern or _matches(parts, self.pattern))


def _walk(walk: _Walk, folder: Path, above: list[str]) -> Iterator[Found]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted((_sort_name(entry), entry.name, entry) for entry in entries)
    except OSError as error:
        why = f"the folder cannot be listed: {error.strerror}"
        yield Found(folder, "/".join([*above, ""]), None, why)
        return
    for sort_name, name, entry in inside:
        path, parts = folder / name, [*above, name]
        if is_hidden(name):
            continue
        if sort_name.endswith("/"):
            if walk.enters(len(parts)) and not _is_warehouse(path):
                yield from _walk(walk, path, parts)
        elif walk.takes(parts) and not (entry.is_symlink() and path.is_dir()):
            real_root = walk.real_root if entry.is_symlink() else None
            yield _inspect(path, "/".join(parts), real_root)


def _is_warehouse(path: Path) -> bool:
    # Whose Parquet parts would else be read as articles, more of them in every run.
    return (path / "catalog.sqlite").is_file() and (path / "data" / "raw").is_dir()


def _sort_name(entry: os.DirEntry[str]) -> str:
    # As part of the paths below it, so that all files come in the order of their whole names.
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _inspect(path: Path, name: str, real_root: Path | None = None) -> Found:
    try:
        status = path.stat()
        if real_root and path.is_symlink() and not path.resolve().is_relative_to(real_root):
            return Found(path, name, None, "a link that leads out of the folder")
    except OSError as error:
        return Found(path, name, None, f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return Found(path, name, None, "not a regular file")
    return Found(path, name, Stamp.of(status))


def _matches(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return _matches(parts, pattern[1:]) or (bool(parts) and _matches(parts[1:], pattern))
    return (
        bool(parts)
        and fnmatch.fnmatchcase(parts[0], pattern[0])
        and _matches(parts[1:], pattern[1:])
    )
