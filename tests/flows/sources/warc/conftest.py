"""Archives on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from warc_records import PACKED


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """Write records as an archive, packed as its name says, and give its folder."""

    def write(records: Iterable[bytes], name: str = "news.warc") -> Path:
        pack = PACKED[name[name.index(".") :]]
        (tmp_path / name).write_bytes(b"".join(map(pack, records)))
        return tmp_path

    return write


@pytest.fixture(params=["news.warc", "news.warc.gz", "news.warc.zst"])
def name(request: pytest.FixtureRequest) -> str:
    """The name of an archive, in each packing."""
    return str(request.param)
