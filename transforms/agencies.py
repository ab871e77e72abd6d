"""The wire agencies a credit may name: who they are, and where one is named."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re

NAMES = (
    # North America
    "Associated Press", "United Press International", "Canadian Press", "La Presse canadienne",
    "Bloomberg", "Bloomberg News", "Dow Jones", "Dow Jones Newswires", "Tribune News Service",
    "PR Newswire", "Business Wire", "GlobeNewswire",
    # Britain, Ireland, Australia, New Zealand
    "Reuters", "Thomson Reuters", "Thomson/Reuters", "Press Association", "PA Media",
    "PA News Agency", "Australian Associated Press",
    # German, French, Dutch, Italian, Spanish, Portuguese
    "Deutsche Presse-Agentur", "Deutsche Presse Agentur", "Evangelischer Pressedienst",
    "Katholische Nachrichten-Agentur", "Sport-Informations-Dienst", "Austria Presse Agentur",
    "Keystone-SDA", "Agence France-Presse", "Agence France Presse", "Agence Belga", "Belga",
    "Adnkronos", "LaPresse", "Agenzia ANSA", "Agencia EFE", "Europa Press", "Télam", "Notimex",
    "Prensa Latina", "Agência Lusa", "Lusa", "Agência Brasil", "Agência Estado", "Estadão Conteúdo",
    "Folhapress",
    # Nordic and Baltic
    "Ritzau", "TT Nyhetsbyrån", "Baltic News Service",
    # Central and Eastern Europe
    "Interfax", "Интерфакс", "ТАСС", "ИТАР-ТАСС", "ITAR-TASS", "РИА Новости", "RIA Novosti",
    "Ukrinform", "Укринформ", "Укрінформ", "Interfax-Ukraine", "БЕЛТА", "Agerpres", "Mediafax",
    "Tanjug", "Танјуг", "HINA", "TASR", "ČTK",
    # Middle East, Africa
    "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "Demirören Haber Ajansı", "İhlas Haber Ajansı",
    "News Agency of Nigeria", "Tasnim News Agency", "Fars News Agency",
    # Asia
    "Press Trust of India", "Asian News International", "Indo-Asian News Service",
    "United News of India", "Times News Network", "Xinhua", "Xinhua News Agency", "新华社",
    "新華社", "新华网", "中新社", "中新网", "中国新闻网", "中央社", "Kyodo", "Kyodo News",
    "共同通信", "共同通信社", "Jiji", "Jiji Press", "時事通信", "時事通信社",
    "Yonhap", "Yonhap News Agency", "연합뉴스", "뉴시스", "뉴스1", "Antara", "Bernama", "TTXVN",
)  # fmt: skip
"""Full names, which count in any case.

Source: the members of MINDS International and of the European Alliance of News Agencies
(newsalliance.org), and the agencies of en.wikipedia.org/wiki/List_of_news_agencies that credits
were seen to name.
"""

SHORT = (
    "AP", "A.P.", "AFP", "UPI", "DPA", "dpa", "afp", "EFE", "ANSA", "TASS", "PTI", "ANI", "IANS",
    "TNN", "AAP", "APA", "apa", "PAP", "PA", "NTB", "MTI", "ANP", "STT", "epd", "EPD",
    "KNA", "sid", "SID", "SDA", "sda", "AGI", "AMNA", "DHA", "İHA", "CTK", "BNS",
    "dpa-AFX", "dpa-infocom", "AFX", "dpa/lno", "dpa/lby", "dpa/lsw", "dpa/lnw", "dpa/lhe",
    "dpa/lrs", "dpa/lbn", "dpa/lth", "dpa/lsc", "dpa/lmv", "dpa/lni",
)  # fmt: skip
"""Short names, which count as printed: in lower case most are words of some language.

Source: as above; the services of dpa by state from its credits.
"""


def _pattern() -> str:
    def longest_first(names: tuple[str, ...]) -> str:
        ordered = sorted(names, key=lambda name: (-len(name), name))
        return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in ordered)

    return rf"(?:(?i:the)\s+)?(?:(?i:{longest_first(NAMES)})|{longest_first(SHORT)})"


_NAMED = re.compile(rf"(?<![\w-]){_pattern()}(?![\w-])")
_SEVERAL = re.compile(rf"{_pattern()}(?:\s*[/,&+]\s*(?:{_pattern()}))*")


def is_agency(name: str) -> bool:
    """Tell whether a name is that of a wire agency, or of several as in "AFP/AP"."""
    return _SEVERAL.fullmatch(name.strip()) is not None


def agency_in(line: str) -> str | None:
    """Find a wire agency named in a short line of credit, as printed."""
    found = _NAMED.search(line)
    return found[0] if found else None
