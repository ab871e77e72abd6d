"""Words beside a date are no part of it; a change is told from publication."""

from __future__ import annotations

import pytest

from transforms.dates import parse_moment
from transforms.dates.labels import CHANGED, says, without_remarks


@pytest.mark.parametrize(
    ("language", "raw"),
    [
        ("en", "25 Feb 2024 | Updated 26 Feb 2024"),
        ("en", "25 Feb 2024, 21:14 (last updated 22:30)"),
        ("en", "Last updated 26 Feb 2024. Published 25 Feb 2024"),
        ("de", "25. Februar 2024, aktualisiert am 26. Februar 2024"),
        ("fr", "Publié le 25 février 2024, mis à jour le 26 février 2024"),
        ("es", "25 de febrero de 2024 · Actualizado: 26 de febrero de 2024"),
        ("ru", "25 февраля 2024, обновлено 26 февраля 2024"),
        ("ja", "公開 2024年2月25日 更新 2024年2月26日"),
        ("tr", "İlk yayın: 25.02.2024 Güncelleme: 26.02.2024"),
        ("en", "25 Feb 2024 (updated)"),
        ("en", "Updated 25 Feb 2024. Published in the morning paper"),
    ],
)
def test_of_a_date_of_publication_and_one_of_a_change_the_first_counts(
    language: str, raw: str
) -> None:
    moment = parse_moment(raw, evidence="text", language=language)
    assert moment is not None
    assert moment.day.isoformat() == "2024-02-25"


@pytest.mark.parametrize("raw", ["Feb 25, 2024 - 5 min read", "25.02.2024 | 5 Min. Lesezeit"])
def test_a_reading_time_is_no_part_of_a_date(raw: str) -> None:
    assert parse_moment(raw, evidence="text", language="de") is not None


def test_a_word_of_change_stands_at_the_start_of_a_word() -> None:
    assert says(CHANGED, "last updated on") == len("last ")
    assert says(CHANGED, "an accredited school") is None


def test_an_update_alone_keeps_its_date() -> None:
    assert without_remarks("Last updated: 26 February 2024") == "Last updated: 26 February 2024"
