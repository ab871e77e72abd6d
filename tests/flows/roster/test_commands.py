"""What the commands about sources have in common."""

from __future__ import annotations

ONE = "[sources.wire]\nkind = 'folder'\npath = 'articles'\n"


def test_a_name_that_no_source_has_is_refused_alike(wirelake, write) -> None:
    write({"sources.toml": ONE})
    for words in (["ingest"], ["sources", "check"], ["sources", "due"]):
        said = wirelake(*words, "gone")
        assert said.code == 2
        assert "there is no source 'gone'" in said.sentence
