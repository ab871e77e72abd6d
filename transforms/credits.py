"""The words around the names in a credit: who it is "by", in what role, and what joins two names.

Collected from bylines in the languages of the gates; extended by what the publishing systems
WordPress, Drupal, TYPO3 and Arc print in their translations.
"""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re

_WORK = r"story|words?|texte?o?|testo|tekst|report|report(?:ing|age)|interview"
_PICTURE = (
    r"photo(?:s|graphs?|graphy)?|pictures?|images?|illustrations?|graphics?|video"
    r"|fotos?|foto's|fotografie|bild(?:er)?|beeld|fotografía|imagens?"
)
_JOINT = r"(?:\s*[&+/,]\s*|\s+(?:and|und|och|og|en|et|y|e|i|ja)\s+)"
BOTH = rf"(?:(?:{_WORK}){_JOINT}(?:{_PICTURE})|(?:{_PICTURE}){_JOINT}(?:{_WORK}))"
"""What somebody made who is an author, too: "Story and photos by", "Text och foto:"."""
REPORTED = r"(?:(?:(?:additional|with)\s+)?(?:reporting|writing)|reported|compiled)\s+by"
"""The same below an article: "Reporting by Ann Poe; Editing by Jon Vale"."""

_BY = (
    r"by|von|vom|par|por|door|przez|av|af|της|του|oprac\.|opracowała?|opr\."
    r"|(?:written|posted|published|story|words|text|articles?|review)\s+by"
    rf"|{REPORTED}|{BOTH}\s+(?:by|von|par|por|av|af|door|di)"
    r"|(?:geschrieben|verfasst|veröffentlicht|erstellt|gepostet)\s+(?:von|am)"
    r"|(?:publié|écrit|rédigé|posté)\s+par|(?:publicado|escrito|postado)\s+por"
    r"|(?:scritto|pubblicato)\s+da|(?:geschreven|gepubliceerd)\s+door|a\s+cura\s+di"
    r"|(?:skrevet|skrivet)\s+a[vf]|ein\s+(?:gastbeitrag|kommentar|interview)\s+von|بقلم"
)
_LABEL = (
    r"words|story|written|authors?|autore?s?a?s?|auteurs?|autor(?:in|en|innen)?|text|texte|texto"
    r"|testo|tekst|interview|redaktion|redaktör|redakteur(?:in)?|verfasser(?:in)?|reporter"
    r"|journalist|skribent|forfatter|írta|szerző|napsal[ai]?|yazar|haber|muhabir|redacción"
    r"|penulis|tác giả|kirjoittaja|συντάκτης|γράφει"
    r"|автор(?:ы)?|текст|كاتب|الكاتب|लेखक|作者|记者|記者|撰文|文|著者"
    rf"|編集|取材・文|기자|글|oleh|{BOTH}"
)
_HAN_LABEL = r"(?:[图圖]\s*[/／]?\s*文\s*[/／:：]?|文\s*[/／](?:\s*[图圖]\b)?)"
LEAD = re.compile(
    rf"^(?:[^\w(]*|\((?={REPORTED}))(?:[Bb][Yy](?-i:(?=[A-Z][a-z]))|(?:{_BY})(?:\s*[:：]\s*|\s+)"
    rf"|(?:{_LABEL})\s*[:：=／●｜・]\s*|{_HAN_LABEL}\s*|©\s*)"
    r"(?:(?:by|von|par|por)\s+)?",
    re.IGNORECASE,
)
"""What comes before the names: "By", "Text:", "Von" and the like."""

GIVEN = re.compile(r"(?:Par|Von|Av|Af|Door)\s+(?P<one>[^\W\d_]+)")
"""The same before one word alone, where it is a given name rather: "Par Westling"."""

_OTHER_WORK = (
    r"(?:editing|edited|translat(?:ion|ed)|produc(?:tion|ed)|fact[- ]check(?:ed|ing)"
    r"|proof-?read(?:ing)?|illustrat(?:ed|ions?)|graphics)\s+by\b"
    r"|(?:[图圖](?:片|源)?|编辑|編輯|责编|責編|校对|翻译|翻譯)\s*[/／:：]"
)
NO_AUTHORS = re.compile(
    rf"(?:^|(?<=[\s;,|(]))(?:with\s+)?(?:{_OTHER_WORK})"
    r"(?:(?!(?:,|\sand)\s+(?:words|story|text|reporting|written)\b)[^;|\n)])*",
    re.IGNORECASE,
)
"""Who edits, translates or draws is no author: up to the next mark of a list or who writes."""

BARE_LEAD = re.compile(
    r"^(?:(?:(?i:interview|fotos?|video|gastbeitrag|kommentar|analyse|reporter|profile)"
    r"(?=\s+[A-ZÄÖÜ])|[Dd]i(?=\s+\w+\s+\w)"
    r"|Theo(?=\s(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương)\s))\s+"
    r"|[(（]?(?:本[报報刊社网])?(?:记者|記者|作者|撰文)\s*[:：／]?\s*)"
)
"""The same without any mark between it and the name."""

_LONG_AND = (
    r"and|und|et|with|avec|och|og|oraz|sowie|mit|и|і|και|και|और|و|اور|és"
    r"|(?:con|com|met|med)(?=\s+(?-i:[A-Z]{2,5}\b|Reuters\b|Europa Press\b))"
    r"|im\s+Gespräch\s+mit|in\s+conversation\s+with"
)
_SHORT_AND = r"y|e|i|en|ja|a|ve|dan|un|ir|și|şi|và|та|й"
_SUFFIX = r"(?:Jr|Sr|II|III|IV)\b"
SPLIT = re.compile(
    rf"\s*(?:[;|•、，\n│]|,(?!\s*{_SUFFIX})(?:\s*(?:and|und|et|avec|mit|with|y|e|&)\s(?=\S))?|\s[/·&+]\s|／"
    rf"|\s(?:{_LONG_AND})\s)\s*",
    re.IGNORECASE,
)
"""What stands between two authors in any list. A middle dot within a word belongs to the name."""

JOINED = re.compile(rf"\s+(?:{_SHORT_AND})\s+|(?<=\w)/(?=\w)|(?<=[가-힣])[·ㆍ・](?=[가-힣])")
"""The same where it may be part of a name, so that both sides must look like whole names."""

PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "delle", "dei", "degli", "di", "da",
    "dal", "das", "do", "dos", "du", "d", "la", "le", "les", "los", "las", "el", "al", "ten",
    "ter", "te", "zu", "zum", "zur", "af", "av", "bin", "ibn", "ben", "bint", "abu", "y", "e",
    "i", "und", "vom", "'t", "op", "het", "mac", "san",
})  # fmt: skip
"""Words of a name that are written in lower case."""

_RANK = (
    r"senior|chief|lead|associate|assistant|contributing|staff|guest|managing|executive|deputy"
    r"|former|national|political|politics|foreign|sports?|business|medical|clinical|expert|fan"
    r"|special|principal|head|general|vice|digital|news|content|marketing|freelance|independent"
    r"|technology|tech|science|health"
)
_OFFICE = (
    r"writer|reporter|editor|correspondent|contributor|columnist|journalist|producer|reviewer"
    r"|photographer|fotografin|founder|co-?founder|ceo|cto|cmo"
    r"|redakteur(?:in)?|korrespondent(?:in)?|reporterin|chefredakteur(?:in)?|volontär(?:in)?"
    r"|journalistin|autorin|journaliste|rédacteur|rédactrice|redactora?|periodista|corresponsal"
    r"|giornalista|jornalista|redacteur|verslaggever|redaktor|dziennikarz"
)
OFFICE = re.compile(
    rf"\b(?:{_OFFICE}|director|manager|president|specialist|strategist|expert|analyst)s?\b"
    rf"|^(?:(?:{_RANK})\s*)+$"
    r"|\b(?:head|professor|chair)\s+of\b",
    re.IGNORECASE,
)
"""A word that makes a part between two commas somebody's office."""

RANKED_TAIL = re.compile(
    rf"(?<=\w)[.]?\s+(?:(?:{_RANK})\s+)*(?:{_OFFICE})\s*$|(?<=\w)\s*(?:記者|记者|기자|특파원|\s[报報]道)$",
    re.IGNORECASE,
)
"""An office right behind a name."""

DEGREE = re.compile(
    r"(?:M\.?D|Ph\.?\s?D|D\.?O|M\.?S\.?c?|B\.?[AS]|M\.?A|MBA|MPH|RDN?|LDN?|R\.?N|DVM|CF[AP]|CPA"
    r"|CPT|DDS|Esq|FAND|CSSD|JD|LVT|VMD|FACLM|FOMA|DABOM|CDCES|LD|MSN|BSN|APRN|PharmD|PsyD|LCSW"
    r"|CSCS|PT|DPT|FAAP|FACP|FACC|FACOG|LMFT|MdB|MdL|MdEP)[.®]?(?:\s+(?:FACLM|FACP|FAAP))?"
)
"""Degrees, licences and seats that follow a name after a comma: no part of it, and nobody else."""

_STAFF = (
    r"staff|team|desk|newsroom|newsdesk|editors?|editorial|redaktion|redaktionsteam|webteam"
    r"|redazione|redacción|redação|rédaction|redactie|redakcja|redakce|redaksi|редакция|редакція"
    r"|編集部|编辑部"
)
GENERIC = re.compile(
    r"(?:(?:the|our|die|der|la|news|web|online|marketing|content|press|media|writers?|wire"
    r"|reporter|services?|bureau|from|and|by|de|central|guest|site|blog|super|wp|wordpress)\s*)*"
    rf"(?:{_STAFF}|admin(?:istrator)?n?|webmaster|moderator|guest|contributors?|writer|reports"
    r"|agencies|wires|agenturen|agences|agencias|agenzie|agencje|агентства"
    r"|autor|user|root)(?:\s+(?:writers?|reporters?|team|staff|reports?|desk|board|member))*",
    re.IGNORECASE,
)
"""An editorial body or an account without a name of its own: "Staff", "Die Redaktion", "admin"."""

HOUSE = re.compile(
    rf"\b(?:{_STAFF}|inc|ltd|llc|gmbh|corp|company|magazine|media|network|verlag|institut"
    r"|foundation|association|university|press|news)\b|編集部|编辑部"
    r"|\.(?:com|de|org|net|at|ch|co|io|ai)$",
    re.IGNORECASE,
)
"""A word that makes a name that of a body: "Coast Courier Staff"."""

OUTLET = re.compile(
    r"(?:^|\s)(?:Herald|Tribune|Gazette|Courier|Times|Chronicle|Observer|Telegraph|Examiner"
    r"|Inquirer|Dispatch|Sentinel|Bugle)$"
)
"""The last word of a paper's name, which behind somebody's is whom they write for."""

STAFF_TAIL = re.compile(
    r"\s+(?:staff|desk|newsroom)(?:\s+(?:writers?|reporters?))?$", re.IGNORECASE
)
"""What makes the people of an agency of its name: "Reuters Staff"."""

TAKEN_FROM = re.compile(
    r"\s*(?:来源|來源|稿源|출처|источник|źródło|quelle)\s*[:：]\s*", re.IGNORECASE
)
"""Whose text it is rather than who wrote it."""

PICTURES = re.compile(
    r"[.;]\s+(?:pictures?|photos?|photography|images?|fotos?|bilder?)\s*:\s*\S.*$"
    r"|[\s、，](?:写真|撮影|摄影|攝影|图片|사진)\s*[:：・／/]\s*\S.*$",
    re.IGNORECASE,
)
"""Whose the pictures are, behind the names."""

REPORTED_FROM = re.compile(
    r"\s*[／/]\s*[\u4e00-\u9fff]{2,8}(?:[报報][道導导]|[電电])[）)]?$"
    r"|\s*(?:기자|특파원)\s+(?:=|(?:기사)?(?:입력|승인|등록|송고|수정)).*$"
)
"""Where they are or when they wrote, as papers print behind a reporter in Chinese and Korean."""

SURNAMES = frozenset({"Press", "Staff"})
"""Of these those that persons are called."""

PLACES = frozenset({
    "Amsterdam", "Ankara", "Argentina", "Athen", "Athens", "Australia", "Austria", "Baghdad",
    "Bangkok", "Barcelona", "Beijing", "Beirut", "Belgium", "Belgrade", "Berlin", "Bern",
    "Bogotá", "Bonn", "Boston", "Brasília", "Bratislava", "Brazil", "Brussels", "Bruxelles",
    "Brüssel", "Bucharest", "Budapest", "Buenos Aires", "Cairo", "Canada", "Canberra",
    "Caracas", "Chicago", "China", "Copenhagen", "Dallas", "Damascus", "Delhi", "Den Haag",
    "Denver", "Detroit", "Deutschland", "Dubai", "Dublin", "Düsseldorf", "Edinburgh", "Egypt",
    "England", "France", "Frankfurt", "Geneva", "Genf", "Germany", "Greece", "Hamburg", "Hanoi",
    "Havana", "Helsinki", "Hong Kong", "Houston", "India", "Iran", "Iraq", "Ireland",
    "Islamabad", "Israel", "Istanbul", "Italy", "Jakarta", "Japan", "Jerusalem", "Johannesburg",
    "Kabul", "Kairo", "Karachi", "Kenya", "Kiew", "Kyiv", "Köln", "Lagos", "Leipzig", "Lima",
    "Lisbon", "Lissabon", "London", "Londres", "Los Angeles", "Luxembourg", "Madrid", "Manila",
    "Melbourne", "Mexico", "Mexico City", "Miami", "Milan", "Milano", "Minsk", "Montreal",
    "Moscow", "Moskau", "Mumbai", "München", "Nairobi", "Netherlands", "New Delhi", "New York",
    "Nigeria", "Norway", "Oslo", "Ottawa", "Pakistan", "Paris", "Peking", "Philadelphia",
    "Poland", "Portugal", "Prag", "Prague", "Reykjavik", "Riga", "Rio de Janeiro", "Rom",
    "Roma", "Rome", "Russia", "San Francisco", "Santiago", "Schweiz", "Scotland", "Seattle",
    "Seoul", "Shanghai", "Singapore", "Sofia", "South Africa", "Spain", "Stockholm",
    "Stuttgart", "Sweden", "Switzerland", "Sydney", "São Paulo", "Taipei", "Tallinn", "Teheran",
    "Tehran", "Tel Aviv", "The Hague", "Tokio", "Tokyo", "Toronto", "Tunis", "Turkey", "UK",
    "USA", "Ukraine", "United Kingdom", "United States", "Vienna", "Vilnius", "Warsaw",
    "Warschau", "Washington", "Washington, D.C", "Wien", "Zagreb", "Zurich", "Zürich",
    "Österreich",
})  # fmt: skip
"""Places that credits set beside a name.

Source: the cities that stand alone in datelines by the AP Stylebook, capitals, and the countries
that credits were seen to name.
"""
