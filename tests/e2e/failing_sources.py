"""The command `wirelake` in a world where some folders fail: their names say how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from flows.cli import main
from flows.sources import Cursor, Poll, Reading, Window, folder
from transforms.errors import FetchError, ParseError

TRIED = Path("tried")


class Source(folder.Source, frozen=True):
    """A folder that does as it is called."""

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        if self.name.startswith("garbled"):
            raise ParseError("the answer is no feed", source=self.name)
        if self.name == "odd":
            raise ValueError("nobody foresaw this")
        if self.name == "slow" and not TRIED.exists():
            TRIED.touch()
            raise FetchError("no answer came", source=self.name)
        yield from super().read(window, cursors)


if __name__ == "__main__":
    folder.Source = Source  # type: ignore[misc]  # where the loader looks for the kind
    main()
