"""The days of the week as the press prints them beside a date."""

from __future__ import annotations

WEEKDAYS = frozenset(
    # ruff: noqa: SIM905 - names are read as words, not as a list of strings
    """
    monday tuesday wednesday thursday friday saturday sunday
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    lundi mardi mercredi jeudi vendredi samedi dimanche
    lunes martes miércoles jueves viernes sábado domingo
    lunedì martedì mercoledì giovedì venerdì sabato domenica
    segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    måndag tisdag onsdag torsdag fredag lördag söndag
    mandag tirsdag onsdag lørdag søndag
    maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
    poniedziałek wtorek środa czwartek piątek sobota niedziela
    pondělí úterý středa čtvrtek pátek neděle pondelok utorok streda štvrtok piatok nedeľa
    понедельник вторник среда четверг пятница суббота воскресенье
    понеділок вівторок середа четвер пʼятниця п'ятниця субота неділя
    понеделник сряда четвъртък петък събота неделя
    δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
    hétfő kedd szerda csütörtök péntek szombat vasárnap
    luni marți miercuri joi vineri sâmbătă duminică
    ponedjeljak utorak srijeda četvrtak petak nedjelja ponedeljek torek četrtek petek nedelja
    pazartesi salı çarşamba perşembe cuma cumartesi pazar
    senin selasa rabu kamis jumat sabtu minggu
    dilluns dimarts dimecres dijous divendres dissabte diumenge
    """.split()
)
"""In lower case, whole words, in 25 languages."""


def is_weekday(word: str) -> bool:
    """Tell whether a word, or a short form with a point, is the name of a day of the week."""
    said = word.strip(" ,.").lower()
    return said in WEEKDAYS or (
        3 <= len(said) <= 5
        and word.rstrip(" ,").endswith(".")
        and any(day.startswith(said) for day in WEEKDAYS)
    )
