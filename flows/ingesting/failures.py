"""What is said of an error that ended the reading of a source."""

from __future__ import annotations

from transforms.errors import IngestError


def why(error: BaseException) -> str:
    """Say in one line what went wrong, never nothing: some errors have no words of their own."""
    if isinstance(error, IngestError):
        return str(error)
    words, _, _ = str(error).strip().partition("\n")
    return f"{type(error).__name__}: {words}".removesuffix(": ")
