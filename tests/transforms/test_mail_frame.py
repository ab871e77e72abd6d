"""What a newsletter prints around its text is no part of it."""

from __future__ import annotations

import pytest

from transforms.mail_frame import without_mail_frame

TEXT = "The horn is silent this winter.\nThe keeper misses it most."


@pytest.mark.parametrize(
    "below",
    [
        "You are receiving this because you signed up. Unsubscribe | Manage preferences",
        "You’re receiving this e-mail as a reader.\nThe Lamp Letter, 1 Quay Street\nUnsubscribe",
        "Sie erhalten diese E-Mail, weil Sie sich angemeldet haben.\nAbmelden: https://u.example/u",
        "Unsubscribe: https://u.example/u",
        "This email was sent to ada@mail.example",
        "If you no longer wish to receive these emails, click here.",
        "To unsubscribe from this list, write to us.",
        "Pour vous désabonner, cliquez ici.",
        "Preferences | Unsubscribe",
        "Vous recevez ce message car vous êtes inscrit. Se désabonner",
        "Вы получили это письмо, потому что подписались.",
        "Otrzymujesz tę wiadomość, bo jesteś w bazie.",
    ],
)
def test_why_it_came_and_how_to_end_it_are_left_out(below: str) -> None:
    assert without_mail_frame(f"{TEXT}\n{below}") == TEXT


@pytest.mark.parametrize(
    "above",
    [
        "View in browser: https://v.example/v",
        "View this email in your browser",
        "See the web version online",
        "Read online",
        "View this in your web browser: the letter looks better there",
        "Im Browser ansehen",
    ],
)
def test_where_to_view_it_is_left_out(above: str) -> None:
    assert without_mail_frame(f"{above}\n{TEXT}") == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "See how police fight scams online: a visit to the harbour station.",
        "Read what the keeper found online",
    ],
)
def test_a_first_line_that_speaks_of_the_web_is_kept(line: str) -> None:
    assert without_mail_frame(f"{line}\n{TEXT}") == f"{line}\n{TEXT}"


def test_only_the_line_that_says_why_it_came_goes_from_above_a_story() -> None:
    why = "You are receiving this email because you signed up."
    assert without_mail_frame(f"Dear reader,\nwelcome back.\n{why}\n{TEXT}") == (
        f"Dear reader,\nwelcome back.\n{TEXT}"
    )


@pytest.mark.parametrize(
    "line",
    [
        "Unsubscribe rates rose to a third of all readers in spring.",
        "Abmelden muss sich, wer fortzieht, sagt das Amt.",
        "To stop the rot, the council voted for a new lamp.",
        "Sie erhalten diese Medaille zum zweiten Mal.",
        "You received a medal, the keeper told her.",
        "To unsubscribe from a gym is hard, says the keeper.",
        "This message was sent to the Moon by a dish on the hill.",
        "If you no longer wait for the ferry, you may swim.",
        "To stop receiving visitors, the keeper locked the gate.",
        "You have received this message in a bottle, the boy read.",
        "Pour vous désaltérer, prenez une limonade au port.",
        "Unsubscribe: how a word became law",
        "Abmelden: So wird der Hafen leer",
    ],
)
def test_a_sentence_that_begins_so_is_kept(line: str) -> None:
    assert without_mail_frame(f"{TEXT}\n{line}") == f"{TEXT}\n{line}"


def test_a_frame_above_a_long_paragraph_is_kept() -> None:
    text = f"{TEXT}\nUnsubscribe\n" + "The fog came in again, and nobody heard it. " * 10
    assert without_mail_frame(text) == text


def test_a_message_of_a_frame_alone_has_no_text() -> None:
    assert without_mail_frame("View in browser\nUnsubscribe") is None
    assert without_mail_frame(None) is None
