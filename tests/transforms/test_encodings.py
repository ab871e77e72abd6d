"""Bytes become text by what they are, not by what was said of them."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.encoding_names import CODECS, LABELS, name_of
from transforms.encodings import codec_of, decode, to_utf8

FRENCH = "Le maire a déclaré à la presse qu’il n’était « pas question » de céder cet été."
JAPANESE = "市長は月曜日に港の新しい桟橋の計画を説明した。"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec: str) -> None:
    decoded = decode(FRENCH.encode(codec), declared="iso-8859-2")
    assert decoded.text == FRENCH
    assert "declared as iso-8859-2" in decoded.warnings[0]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_shows_by_its_zeros(codec: str) -> None:
    decoded = decode("The pier opens in May.".encode(codec), declared="utf-16")
    assert (decoded.text, decoded.encoding) == ("The pier opens in May.", codec)
    assert decoded.warnings == ()


def test_valid_utf_8_needs_no_declaration() -> None:
    decoded = decode(FRENCH.encode())
    assert (decoded.text, decoded.encoding, decoded.warnings) == (FRENCH, "utf-8", ())


def test_utf_8_declared_as_latin_1_is_utf_8_and_named() -> None:
    decoded = decode(FRENCH.encode(), declared="ISO-8859-1")
    assert decoded.text == FRENCH
    assert decoded.warnings == ("declared as windows-1252, but it is utf-8",)


def test_a_wrong_declaration_of_plain_ascii_harms_nobody() -> None:
    assert decode(b"The pier opens.", declared="big5").warnings == ()


@pytest.mark.parametrize("label", ["latin1", "ISO-8859-1", " us-ascii ", "windows-1252"])
def test_latin_1_means_windows_1252_as_in_browsers(label: str) -> None:
    decoded = decode(FRENCH.encode("cp1252"), declared=label)
    assert (decoded.text, decoded.encoding, decoded.warnings) == (FRENCH, "windows-1252", ())


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("Shift_JIS", "cp932", "髙橋①" + JAPANESE),
        ("euc-jp", "euc_jp", JAPANESE),
        ("gb2312", "gbk", "市長說新的碼頭"),
        ("ks_c_5601-1987", "cp949", "시장은 새 부두를 설명했다"),
        ("big5", "big5", "市長說明新碼頭"),
        ("koi8-r", "koi8_r", "Мэр рассказал о причале"),
    ],
)
def test_a_meta_tag_is_read_where_nothing_was_declared_outside(
    label: str, codec: str, text: str
) -> None:
    page = f'<html><head><META http-equiv=x content="text/html; charset={label}">'.encode()
    decoded = decode(page + text.encode(codec), html=True)
    assert decoded.text is not None
    assert decoded.text.endswith(text)
    assert decoded.encoding == name_of(label)
    assert decoded.warnings == ()


def test_a_meta_tag_in_plain_text_is_not_looked_at() -> None:
    payload = b'<meta charset="koi8-r">' + FRENCH.encode("cp1252")
    assert decode(payload, declared="windows-1252").text == payload.decode("cp1252")
    assert decode(payload, declared="windows-1252").warnings == ()


def test_a_declaration_the_bytes_break_falls_to_the_next() -> None:
    page = b'<meta charset="windows-1252">' + FRENCH.encode("cp1252")
    decoded = decode(page, declared="utf-8", html=True)
    assert decoded.encoding == "windows-1252"
    assert decoded.text is not None
    assert decoded.text.endswith(FRENCH)


def test_windows_1252_declared_as_utf_8_is_detected_and_named() -> None:
    decoded = decode(FRENCH.encode("cp1252"), declared="utf-8")
    assert decoded.text == FRENCH
    assert decoded.warnings[0] == "declared as utf-8, but it is windows-1252"


POLISH = (
    "Na rynku w Łodzi stanął stary młyn, który żywił całą okolicę. Źródło rzeki bije pod "
    "świerkiem, a ścieżka wiedzie przez łąkę."
)
CZECH = (
    "Příliš žluťoučký kůň úpěl ďábelské ódy. Šťastný mlynář žil v údolí řeky, kde hučel splav. "
    "Přišlo jaro, led se hnul a lidé z vesnice běželi k mostu, aby viděli, co udělá voda."
)


@pytest.mark.parametrize("text", [POLISH, CZECH], ids=["polish", "czech"])
@pytest.mark.parametrize("codec", ["iso8859_2", "cp1250"])
def test_two_encodings_that_differ_in_few_letters_are_told_apart(text: str, codec: str) -> None:
    name = {"iso8859_2": "iso-8859-2", "cp1250": "windows-1250"}[codec]
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, name)
    assert decoded.warnings == (f"the encoding {name} was detected, not declared",)


def test_cyrillic_declared_as_latin_1_is_detected_and_named() -> None:
    text = "Мэр заявил, что переговоры начнутся в понедельник, а мост откроют весной."
    decoded = decode(text.encode("cp1251"), declared="iso-8859-1")
    assert (decoded.text, decoded.encoding) == (text, "windows-1251")
    assert decoded.warnings[0] == "declared as windows-1252, but it is windows-1251"


TEASER = "The ferry’s ‘last’ crossing, said the “harbour".encode() + "”".encode()[:2] + b" ..."


@pytest.mark.parametrize("html", [True, False])
def test_a_character_cut_in_two_does_not_change_what_the_page_says_it_is(html: bool) -> None:
    meta = b'<meta charset="utf-8">' if html else b""
    decoded = decode(meta + TEASER, declared=None if html else "utf-8", html=html)
    assert decoded.encoding == "utf-8"
    assert decoded.text is not None
    assert "ferry’s ‘last’ crossing" in decoded.text
    assert any("not valid utf-8" in warning for warning in decoded.warnings)


@pytest.mark.parametrize("declared", [None, "utf-8"])
@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1252", "El niño volvió mañana a la montaña, según el señor Muñoz de La Coruña."),
        ("cp1252", "Die Straße müsse für drei Tage gesperrt bleiben; über Kosten später."),
        ("cp1250", "Prezydent oświadczył, że rozmowy rozpoczną się w poniedziałek o świcie."),
        ("cp1251", "Мэр заявил, что переговоры начнутся в понедельник."),
        ("cp932", JAPANESE),
        ("iso2022_jp", JAPANESE),
        ("gb18030", "市长星期一表示，谈判将于下周开始，但没有透露更多细节。"),
        ("cp949", "시장은 월요일 기자회견에서 새로운 예산안을 설명했다."),
    ],
)
def test_bytes_of_older_encodings_are_detected(codec: str, text: str, declared: str | None) -> None:
    assert decode(text.encode(codec), declared=declared).text == text


@pytest.mark.parametrize(
    ("sample", "codec"),
    [
        (FRENCH.encode(), None),
        (FRENCH.encode()[:-1] + b"\xc3", None),
        (FRENCH.encode("cp1252"), "windows-1252"),
        (f"id,text\n1,{JAPANESE}\n".encode("cp932"), "cp932"),
        (bytes(range(128, 256)), None),
        (FRENCH.encode() + FRENCH.encode("cp1252"), None),
    ],
)
def test_the_encoding_of_a_long_text_is_told_by_a_piece_of_it(
    sample: bytes, codec: str | None
) -> None:
    assert codec_of(sample, is_start=False) == codec


@pytest.mark.parametrize("lines", [b"id,title\n", b"\n", b""])
def test_the_encoding_is_told_by_a_last_line_that_nothing_ends(lines: bytes) -> None:
    assert codec_of(lines + FRENCH.encode("cp1252"), is_start=True) == "windows-1252"


def test_zeros_tell_utf_16_at_the_start_of_a_text_only() -> None:
    sample = "Nr;Titel\n1;Hafen\n".encode("utf-16-le")
    assert codec_of(sample, is_start=True) == "utf-16-le"
    assert codec_of(sample, is_start=False) is None


def test_a_character_cut_at_the_end_does_not_lose_the_rest() -> None:
    decoded = decode(FRENCH.encode()[:-1] + "é".encode()[:1])
    assert decoded.encoding == "utf-8"
    assert decoded.text == FRENCH[:-1] + "\ufffd"
    assert "1 places are not valid utf-8" in decoded.warnings[0]


def test_an_unknown_label_is_named_and_passed_over() -> None:
    decoded = decode(FRENCH.encode(), declared="x-klingon")
    assert decoded.text == FRENCH
    assert "'x-klingon'" in decoded.warnings[0]


@pytest.mark.parametrize(
    "payload",
    [bytes(range(256)), b"%PDF-1.7 text", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04" + b"a" * 99],
)
def test_binary_content_has_no_text(payload: bytes) -> None:
    assert decode(payload, declared="utf-8").text is None


def test_the_text_is_nfc_with_plain_newlines_and_no_controls() -> None:
    decoded = decode("e\u0301 1\r\n2\r3\u20284\x07\x7f\u0085".encode())
    assert decoded.text == "é 1\n2\n3\n4\n"


def test_a_page_in_utf_8_is_handed_on_as_it_is() -> None:
    page = f"<p>{FRENCH}\r\n\x0c</p>".encode()
    assert to_utf8(page).payload is page


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_page_in_another_form_becomes_utf_8(codec: str) -> None:
    page = f'<meta charset="windows-1252"><p>{FRENCH}</p>'
    assert to_utf8(page.encode(codec)).payload == page.encode()


def test_damaged_utf_8_becomes_valid_and_is_named() -> None:
    found = to_utf8((FRENCH * 40).encode() + b"\xc3")
    assert found.payload is not None
    assert found.payload.decode().endswith("\ufffd")
    assert any("not valid utf-8" in warning for warning in found.warnings)


def test_a_page_that_is_no_text_has_no_payload() -> None:
    assert to_utf8(b"\x89PNG\r\n\x1a\n" + bytes(40)).payload is None


def test_zeros_in_a_page_are_left_out_and_make_no_binary_of_it() -> None:
    page = b"<p>" + FRENCH.encode() + b"\0" * 40 + b"</p>"
    assert to_utf8(page).payload == page
    assert decode(page, html=True).text == f"<p>{FRENCH}</p>"
    assert decode(page).text is None
    assert to_utf8(b"<p>" + bytes(4000)).payload is None


def test_nothing_is_an_empty_text() -> None:
    assert decode(b"").text == ""


def test_every_encoding_of_the_table_has_a_codec() -> None:
    for name, labels in LABELS.items():
        assert codecs.lookup(CODECS.get(name, name))
        assert name in labels.split()


@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_unicode_survives(text: str, codec: str) -> None:
    decoded = decode(("Pier " * 50 + text + ".").encode(codec, "ignore"))
    if decoded.text is not None:
        assert unicodedata.is_normalized("NFC", decoded.text)
        assert decoded.text.startswith("Pier ")


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "gbk", "utf-16"]), st.booleans())
def test_no_bytes_raise_and_the_same_bytes_give_the_same(
    payload: bytes, declared: str | None, html: bool
) -> None:
    decoded = decode(payload, declared=declared, html=html)
    assert decoded == decode(payload, declared=declared, html=html)
    assert (decoded.text is None) == (decoded.encoding is None)
