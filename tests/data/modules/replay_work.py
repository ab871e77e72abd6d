"""Normalizing as it is, but for documents that take their process down."""

from __future__ import annotations

import os
import signal

import pyarrow as pa

from flows.ingesting.normalize import normalize
from transforms.reading import Profile

POISON = b"poison"


def normalize_but_poison(documents: pa.RecordBatch, profile: Profile) -> pa.RecordBatch:
    """End this process by a signal where a document says the word."""
    if any(POISON in payload for payload in documents.column("payload").to_pylist()):
        os.kill(os.getpid(), signal.SIGKILL)
    return normalize(documents, profile)
