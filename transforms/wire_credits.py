"""What a wire says of itself within a text: its name in the dateline, its people at the end."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re

from transforms.authors import split_authors
from transforms.bylines import agency_of_dateline
from transforms.reading import Reading

MAX_HEAD_LINES = 3
"""Of a text: where its dateline may stand, for a standfirst may come before it."""
_LEAD_CHARS = 120
_CYRILLIC = (
    r"[^/\n]{0,60}[/(](?P<cyrillic>(?:ИТАР-)?ТАСС|Интерфакс|РИА Новости|БЕЛТА|Укринформ)"
    r"[^/)]{0,20}(?:/|\)\s*[-–—.])"
)
_CHINESE = (
    r"(?:【[^】]{0,12}】)?\s*(?P<chinese>新华社|新華社|中新社|中新网|中央社)[^，。]{0,24}?[电電讯訊]"
    r"(?=[\s：:（(]|$)(?:\s*[（(]\s*(?:[^）)]{0,8})?[记記]者\s*(?P<chinese_names>[^）)]{2,40})[）)])?"
)
_KOREAN = (
    r"[(（\[][^()（）\[\]]{1,20}=\s*(?P<korean>연합뉴스|뉴시스|뉴스1)[)）\]]"
    r"(?:\s*(?P<korean_names>[가-힣·, ]{2,30}?)\s*(?:인턴)?(?:기자|특파원)\s*=)?"
)
_SEAT = (
    r"(?:[台臺][北中南東]|新[北竹]|桃園|高雄|基隆|苗栗|彰化|南投|雲林|嘉義|屏東|宜蘭|花蓮|澎湖|金門|馬祖"
    r"|華盛頓|紐約|洛杉磯|舊金山|多倫多|倫敦|巴黎|柏林|布魯塞爾|日內瓦|維也納|耶路撒冷|安卡拉|新德里"
    r"|東京|首爾|北京|上海|香港|曼谷|河內|馬尼拉|吉隆坡|新加坡|雅加達|雪梨)"
)
"""Where a reporter of Taiwan's agency writes from, right behind the name.

Source: the counties of Taiwan, and the bureaus that the agency's datelines were seen to name.
"""
_TAIWANESE = (
    rf"（(?P<taiwanese>中央社)(?:[记記]者(?P<taiwanese_names>[^\d）]{{2,30}}?)(?={_SEAT}))?"
    r"[^）\d]{2,16}\d{1,2}日(?:綜合外電報導|專?[電电])）"
)
_JAPANESE = (
    r"【[^】]{1,20}(?<!男女)(?<!官民)(?<!産学)(?<!国際)(?<![日中米韓朝][日中米韓朝])(?<![・／])"
    r"(?P<japanese>共同|時事)(?:＝[^】]{1,20})?】"
)
"""A town before the agency's short name, which is also a word: "joint", "current affairs"."""
_DATELINE = re.compile(rf"{_CHINESE}|{_TAIWANESE}|{_KOREAN}|{_JAPANESE}|{_CYRILLIC}")
_MARKS = ("社", "网", "=", "＝", "【", "ТАСС", "Интерфакс", "РИА", "БЕЛТА", "Укринформ")
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


def agency_of(text: str | None) -> str | None:
    """Find the agency that the dateline of a text names."""
    lines = (text or "").split("\n", MAX_HEAD_LINES)[:MAX_HEAD_LINES]
    if found := _dateline(lines[0]):
        agency = next(said for name, said in found.items() if said and not name.endswith("names"))
        return _FULL_NAMES.get(agency, agency)
    return next(filter(None, map(agency_of_dateline, lines)), None)


def add_wire_agency(reading: Reading) -> None:
    """Fill in the agency that a dateline names where nothing else names one."""
    reading.agency = reading.agency or agency_of(reading.text)


def add_wire_people(reading: Reading) -> None:
    """Fill in the authors that a text names where nothing else does.

    The line "(Reporting by ...; Editing by ...)" and the mark "（完）" are left out of the text.
    """
    if not reading.text:
        return
    if not reading.authors and (found := _dateline(reading.text.partition("\n")[0])):
        names = next((said for name, said in found.items() if said and name.endswith("names")), "")
        reading.authors = split_authors(re.split(r"[、，,·\s]+", names))
    end = reading.text[-_END_CHARS:]
    if "ing by " in end or "iled by " in end or _END.search(end.rstrip()):
        _cut_people(reading, reading.text)


def _dateline(line: str) -> dict[str, str | None] | None:
    lead = line[:_LEAD_CHARS]
    found = _DATELINE.match(lead) if any(map(lead.__contains__, _MARKS)) else None
    return found.groupdict() if found else None


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
