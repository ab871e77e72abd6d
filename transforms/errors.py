"""Every error of wirelake, drawn by what the operator can do about it.

IngestError
  ConfigError        a setting, a sources file or a command line is wrong: mend it, start again
  SourceError        the outside world: a source could not be read
    FetchError       no usable answer came (worth another try)
    ParseError       an answer came, but not in the promised format (no use trying again)
  ContractError      a batch does not keep the article schema or the counts (our bug)
  WarehouseError     a partition could not be written or read
    LockError        another process has held the commit lock without progress (try again later)
    QueryError       an SQL statement failed or is not allowed
  StoppedError       somebody ended the run (start it again when you like)

Two more end threads and never reach an operator: `SessionClosedError` (flows/sources) of those that
ask or wait where a run is stopped, `RunEnded` (flows/ingesting/pool.py) of those that wait for its
processes.

Bad data is none of these: it is a row with a `reject_reason`.
"""

from __future__ import annotations

from typing import ClassVar


class IngestError(Exception):
    """One sentence that names the place and the remedy, and the facts to find it.

    Args:
        message: the sentence, without a trailing full stop or the facts.
        facts: what to look for: `source=`, `url=`, `path=`, `window=` ...
    """

    retryable: ClassVar[bool] = False
    exit_code: int = 1

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.message} ({named})" if named else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # The default protocol calls cls(*args) and loses the facts between processes.
        return _rebuild, (type(self), self.message, self.facts)


def _rebuild(cls: type[IngestError], message: str, facts: dict[str, object]) -> IngestError:
    return cls(message, **facts)


class ConfigError(IngestError):
    """A setting, a sources file or a command line that cannot be used."""

    exit_code = 2


class SourceError(IngestError):
    """A source that could not be read."""


class FetchError(SourceError):
    """No usable answer from a file system or a network."""

    retryable = True


class ParseError(SourceError):
    """An answer that is not in the promised format."""


class ContractError(IngestError):
    """A batch that breaks the schema or the conservation law."""


class WarehouseError(IngestError):
    """A warehouse that could not be written or read."""


class LockError(WarehouseError):
    """A commit lock held by another process that makes no progress."""

    retryable = True


class QueryError(WarehouseError):
    """An SQL statement that failed, or that a reader may not run."""


class StoppedError(IngestError):
    """A run that a person or the system has ended, by Ctrl-C as long as nobody says otherwise."""

    exit_code = 130
