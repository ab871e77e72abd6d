"""Whether anything of a source could be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.sources import Fetch, Reading
from transforms.errors import SourceError


class Witness:
    """Watches the fetches of a source and says at the end where all of them failed."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._is_read = False
        self._failures: list[Fetch] = []

    def watch(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        """Pass readings on, noting which fetches failed."""
        for reading in readings:
            if isinstance(reading, Fetch) and not reading.is_step:
                if reading.is_failure and reading.outcome != "gone":
                    self._failures[1:] = [reading]  # the first and the last are enough to tell
                else:
                    self._is_read = True
            yield reading

    def testify(self) -> None:
        """Say whether nothing could be read.

        Not a FetchError: the session has tried again already, and a second reading would find
        nothing due.

        Raises:
            SourceError: every fetch failed, and there was one.
        """
        if self._failures and not self._is_read:
            first = self._failures[0]
            why = first.error or first.outcome.replace("_", " ")
            raise SourceError(f"nothing could be read: {why}", source=self._source, url=first.url)
