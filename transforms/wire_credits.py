"""What a wire says of itself within a text: its name in the dateline, its people at the end."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re

from transforms.authors import split_authors
from transforms.reading import Reading

_LEAD_CHARS = 120
_LATIN = r"\((?P<ansa>ANSA)\)\s*[-–—]"
_CYRILLIC = (
    r"[^/\n]{0,60}[/(](?P<cyrillic>(?:ИТАР-)?ТАСС|Интерфакс|РИА Новости|БЕЛТА|Укринформ)"
    r"[^/)]{0,20}[/)]"
)
_CHINESE = (
    r"(?:【[^】]{0,12}】)?\s*(?P<chinese>新华社|新華社|中新社|中新网|中央社)[^，。]{0,24}?[电電讯訊]"
    r"(?:\s*[（(]\s*(?:[^）)]{0,8})?[记記]者\s*(?P<chinese_names>[^）)]{2,40})[）)])?"
)
_KOREAN = (
    r"[(（\[][^()（）\[\]]{1,20}=\s*(?P<korean>연합뉴스|뉴시스|뉴스1)[)）\]]"
    r"(?:\s*(?P<korean_names>[가-힣·, ]{2,30}?)\s*(?:인턴)?(?:기자|특파원)\s*=)?"
)
_JAPANESE = r"【[^】]{1,20}(?P<japanese>共同|時事)(?:＝[^】]{1,20})?】"
_DATELINE = re.compile(rf"{_LATIN}|{_CHINESE}|{_KOREAN}|{_JAPANESE}|{_CYRILLIC}")
_MARKS = ("ANSA", "社", "网", "=", "＝", "【", "ТАСС", "Интерфакс", "РИА", "БЕЛТА", "Укринформ")
"""One of which stands in any of these: most texts have none in their first line."""
_FULL_NAMES = {"共同": "共同通信", "時事": "時事通信"}

_END_CHARS = 1000
MAX_LINES = 4
"""At the end of a text, for those who made it and what a wire adds below them."""
_PEOPLE = re.compile(
    r"[(\[](?:(?:additional |writing and )?reporting|writing|editing|compiled) by .{3,600}[)\]]\.?",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"^[(\[]reporting(?: and (?:writing|editing))? by ([^;)\]]+)", re.IGNORECASE
)
_WHERE = re.compile(r"\s+(?:in|at)\s+[^,;]*?(?=,|;|\s+and\s+[A-Z]\S+\s+[A-Z]|$)")
_END = re.compile(r"[（(][完終了끝][）)]$")


def add_wire_credits(reading: Reading) -> None:
    """Fill in agency and authors where a text names them and nothing else does.

    The line "(Reporting by ...; Editing by ...)" and the mark "（完）" are left out of the text.
    """
    if not reading.text:
        return
    _add_dateline(reading, reading.text[:_LEAD_CHARS].partition("\n")[0])
    end = reading.text[-_END_CHARS:]
    if "ing by " in end or "iled by " in end or _END.search(end.rstrip()):
        _cut_people(reading, reading.text)


def _add_dateline(reading: Reading, lead: str) -> None:
    found = _DATELINE.match(lead) if any(map(lead.__contains__, _MARKS)) else None
    if found is None:
        return
    said = found.groupdict()
    names = [said.pop("chinese_names"), said.pop("korean_names")]
    agency = next(filter(None, said.values()))
    reading.agency = reading.agency or _FULL_NAMES.get(agency, agency)
    reading.authors = reading.authors or split_authors(
        re.split(r"[、，,·\s]+", next(filter(None, names), ""))
    )


def _cut_people(reading: Reading, text: str) -> None:
    lines = text.split("\n")
    for at in range(len(lines) - 1, max(0, len(lines) - 1 - MAX_LINES), -1):
        if _PEOPLE.fullmatch(lines[at]):
            reporters = _REPORTING.match(lines[at])
            if reporters and not reading.authors:
                reading.authors = split_authors([_WHERE.sub("", reporters[1])])
            del lines[at]
    lines[-1] = _END.sub("", lines[-1].rstrip()).rstrip()
    reading.text = "\n".join(lines)
