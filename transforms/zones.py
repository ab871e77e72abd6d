"""The zones publishers print beside a time: offsets, abbreviations, long names, IANA names."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Hours east of Greenwich. Where an abbreviation means several zones, this is the default,
# and _BY_COUNTRY says who reads it otherwise.
# Source: the names in the IANA time zone database and RFC 5322 section 4.3.
_HOURS = {
    **{"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1},
    **{"CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "MET": 1, "MEST": 2},
    **{"EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "SAST": 2, "CAT": 2, "WAT": 1, "EAT": 3},
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5},
    **{"HNE": -5, "HAE": -4, "BRT": -3, "ART": -3, "CLT": -4, "CLST": -3},
    **{"COT": -5, "PET": -5, "VET": -4},
    **{"BRST": -2, "UYT": -3, "BOT": -4, "PYT": -4, "IDT": 3, "IRDT": 4.5, "AFT": 4.5, "AZT": 4},
    **{"GET": 4, "UZT": 5, "MMT": 6.5, "ULAT": 8, "YEKT": 5, "OMST": 6, "KRAT": 7, "IRKT": 8},
    **{"YAKT": 9, "VLAT": 10, "MAGT": 11, "PETT": 12, "CHST": 10, "FJT": 12},
    **{"KSA": 3},
    **{"GST": 4, "IRST": 3.5, "PKT": 5, "IST": 5.5, "NPT": 5.75, "ICT": 7, "WIB": 7, "WITA": 8},
    **{"WIT": 9, "SGT": 8, "HKT": 8, "MYT": 8, "PHT": 8, "JST": 9, "KST": 9},
    **{"AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13},
}

_BY_COUNTRY = {
    **{("BST", "BD"): 6, ("IST", "IE"): 1, ("IST", "IL"): 2},
    **{("CST", "CN"): 8, ("CST", "TW"): 8, ("CST", "CU"): -5, ("CDT", "CU"): -4},
    **{("AST", country): 3 for country in ("SA", "KW", "QA", "BH", "IQ", "YE")},
    **{("EST", "AU"): 10, ("EDT", "AU"): 11, ("CST", "AU"): 9.5, ("CDT", "AU"): 10.5},
    **{("PST", "PH"): 8, ("MST", "MY"): 8, ("SST", "SG"): 8},
    **{("AMT", "AM"): 4, ("AMT", "BR"): -4, ("ECT", "EC"): -5, ("WST", "AU"): 8},
}

AMBIGUOUS = frozenset({"AST", "BST", "CDT", "CST", "IST"})
"""Abbreviations whose default is a guess where nothing says the country.

Others of `_BY_COUNTRY` are none: RFC 5322 section 4.3 defines EST, EDT, MST and PST, and the press
of Australia prints AEST. It defines CST, too, but Chinese systems print that as their own.
"""

_REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AT": "America/Halifax",
}
"""Names that follow a region's clock changes."""

_LONG = {
    "eastern": "ET",
    "central": "CT",
    "mountain": "MT",
    "pacific": "PT",
    "atlantic": "AT",
    "eastern standard": "EST",
    "eastern daylight": "EDT",
    "central standard": "CST",
    "central daylight": "CDT",
    "mountain standard": "MST",
    "mountain daylight": "MDT",
    "pacific standard": "PST",
    "pacific daylight": "PDT",
    "greenwich mean": "GMT",
    "coordinated universal": "UTC",
    "british summer": "BST",
    "central european": "Europe/Berlin",
    "central european standard": "CET",
    "central european summer": "CEST",
    "eastern european standard": "EET",
    "eastern european summer": "EEST",
    "moscow": "MSK",
    "moscow standard": "MSK",
    "india standard": "Asia/Kolkata",
    "indian standard": "Asia/Kolkata",
    "israel standard": "Asia/Jerusalem",
    "japan standard": "JST",
    "korean standard": "KST",
    "china standard": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "london": "Europe/London",
    "uk": "Europe/London",
    "new york": "ET",
}
"""Long names without their last word, "time"."""

_FOREIGN = {
    "мск": "MSK",
    "по московскому времени": "MSK",
    "по киевскому времени": "Europe/Kyiv",
    "за київським часом": "Europe/Kyiv",
    "heure de paris": "Europe/Paris",
    "heure française": "Europe/Paris",
    "heure de bruxelles": "Europe/Brussels",
    "heure de montréal": "America/Toronto",
    "heure de l'est": "America/Toronto",
    "hora peninsular": "Europe/Madrid",
    "hora de madrid": "Europe/Madrid",
    "hora de brasília": "America/Sao_Paulo",
    "horário de brasília": "America/Sao_Paulo",
    "hora de lisboa": "Europe/Lisbon",
    "mitteleuropäischer zeit": "MEZ",
    "mitteleuropäischer sommerzeit": "MESZ",
    "بتوقيت غرينتش": "GMT",
    "بتوقيت جرينتش": "GMT",
    "بتوقيت مكة": "Asia/Riyadh",
    "بتوقيت السعودية": "Asia/Riyadh",
    "بتوقيت القاهرة": "Africa/Cairo",
}
"""What the press of a language prints of its zone behind a time, in lower case."""

_OFFSET = re.compile(r"(?:UTC|GMT|Z)?\s?([+\u2212-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)

_OFFSETS = (dt.timedelta(hours=-12), dt.timedelta(hours=14))
"""Of all clocks of the world; what is beyond is no zone."""

_ZONE = re.compile(
    r"""\s*[,(\[]?\s*(?P<name>
        (?:UTC|GMT|Z)?[+\u2212-]\d{1,2}(?::?\d{2})?(?![\d.:/-])
      | [A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?
      | (?:(?:[A-Za-z]+\s){1,3}[Tt]ime | Eastern | Central | Mountain | Pacific)\b
      | [A-Z]{1,5}\b | (?i:z|utc|gmt)\b
    )\s*[)\]]?""",
    re.VERBOSE,
)
_FOREIGN_ZONE = re.compile(
    rf"\s*[,(\[]?\s*(?P<name>{'|'.join(_FOREIGN)})\b\s*[)\]]?", re.IGNORECASE
)
_SMALL = re.compile(r"\s*[,(\[]?\s*(?P<name>[a-z]{2,5}\b)\s*[)\]]?")
"""Behind "am" and "pm" only, for else most are words: "10:30 est" is French."""
_REMARK = re.compile(r"\s*\([^()]*\)")
"""What browsers print after an offset: "GMT-0500 (hora de Nueva York)"."""


_DATABASE = files("tzdata")


@cache
def zone_of(name: str) -> ZoneInfo:
    """Give a zone by its IANA name, out of the package `tzdata`, whose version is pinned.

    `ZoneInfo(name)` asks the system first: the same bytes would give other rows on a machine that
    has not heard of a country's new hours.

    Raises:
        ZoneInfoNotFoundError: no zone has that name.
    """
    if name not in _names():
        raise ZoneInfoNotFoundError(f"no time zone is called {name!r}")
    with _DATABASE.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def _names() -> frozenset[str]:
    return frozenset(_DATABASE.joinpath("zones").read_text("ascii").split())


def zone_named(name: str, country: str | None = None) -> dt.tzinfo | None:
    """Find the zone of one printed name; None where it is not known.

    Args:
        name: "+0530", "UTC-5", "EST", "ET", "Eastern Standard Time", "Europe/London" ...
        country: ISO 3166-1 alpha-2, for abbreviations that mean several zones (BST, IST, CST ...);
            without it they are read as in London, India and North America.
    """
    if offset := _OFFSET.fullmatch(name):
        return _offset_zone(*offset.groups(default="0"))
    if "/" in name:
        first = name.partition("/")[0]
        return _iana_zone(name) or (_short_zone(first, country) if first.isupper() else None)
    words = name.lower().split()
    if words[-1] == "time" or len(name) > len("AAAAA"):
        name = _LONG.get(" ".join(word for word in words if word != "time"), "")
    return _short_zone(name, country)


def take_zone(
    rest: str, country: str | None = None, *, in_small: bool = False
) -> tuple[dt.tzinfo | None, str]:
    """Read the zones printed right after a time, and give back what follows them.

    Of several ("EST ET") the first fixed one counts, then the first that is known.

    Args:
        rest: what follows the time.
        country: as of `zone_named`.
        in_small: whether abbreviations count in small letters, too.
    """
    small = _SMALL.match(rest) if in_small else None
    if small and (fixed_zone := _fixed_zone(small["name"].upper(), country)):
        return fixed_zone, rest[small.end() :]
    found: list[dt.tzinfo] = []
    while taken := _take_name(rest, country):
        zone, rest = taken
        found.append(zone)
    if found and (remark := _REMARK.match(rest)):
        rest = rest[remark.end() :]
    fixed = (zone for zone in found if isinstance(zone, dt.timezone))
    return next(fixed, found[0] if found else None), rest


def ambiguous_in(printed: str) -> str | None:
    """Give the abbreviation where a printed zone is nothing but one that means several."""
    name = printed.strip(" ,.()[]").upper()
    return name if name in AMBIGUOUS else None


def _take_name(rest: str, country: str | None) -> tuple[dt.tzinfo, str] | None:
    if foreign := _FOREIGN_ZONE.match(rest):
        zone = zone_named(_FOREIGN.get(foreign["name"].lower(), ""))
        return (zone, rest[foreign.end() :]) if zone else None
    match = _ZONE.match(rest)
    zone = zone_named(match["name"], country) if match else None
    return (zone, rest[match.end() :]) if match and zone else None


def _offset_zone(sign: str, hours: str, minutes: str) -> dt.timezone | None:
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
    east = offset if sign == "+" else -offset
    return dt.timezone(east) if _OFFSETS[0] <= east <= _OFFSETS[1] else None


def _short_zone(name: str, country: str | None) -> dt.tzinfo | None:
    if "/" in name:
        return _iana_zone(name)
    if name in _REGIONS:  # in capitals only: "et" and "at" are words
        return zone_of(_REGIONS[name])
    return _fixed_zone(name.upper(), country)


def _fixed_zone(name: str, country: str | None) -> dt.timezone | None:
    hours = _BY_COUNTRY.get((name, country or ""), _HOURS.get(name))
    return None if hours is None else dt.timezone(dt.timedelta(hours=hours))


def _iana_zone(name: str) -> ZoneInfo | None:
    try:
        return zone_of(name)
    except ZoneInfoNotFoundError:
        return None
