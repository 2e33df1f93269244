"""Signatures and disclaimers are set apart where they are sure, and kept."""

import pytest

from inboxd.core.quoting import separate_text
from inboxd.core.signature import learn_signature
from inboxd.core.signature_words import is_mobile_signature

DISCLAIMER = (
    "This e-mail is confidential and intended only for the addressee. If you have received it in error, "
    "please notify the sender and delete it. Any unauthorised copying is prohibited."
)


def test_the_delimiter_begins_the_signature() -> None:
    """RFC 3676 4.3: dash, dash, space."""
    written = separate_text("Hello.\n\n-- \nBob\nAcme")
    assert (written.new_text, written.signature) == ("Hello.", "--\nBob\nAcme")


@pytest.mark.parametrize(
    "text",
    [
        "One\n--\nTwo\n--\nThree?",
        "Key points\n----\n1. One\n\n----\nThat is all.",
        "-- first point\n-- second point\nThanks!",
        "Here is a fix -- this is no signature.\n\nbye",
        "Regards,\nBob",
        "```\n--\ncode\n```\nmore",
        "Hello\n--\n" + "\n".join(f"line {n}" for n in range(40)),
    ],
)
def test_dashes_of_the_person_are_no_delimiter(text: str) -> None:
    """Lists, headings, code, sign-offs and long passages stay."""
    assert separate_text(text).new_text == text


@pytest.mark.parametrize(
    "line",
    """Sent from my iPhone
Sent from my Verizon Wireless BlackBerry
Sent from Yahoo Mail on Android
(sent from my mobile device)
Get Outlook for iOS<https://aka.ms/o0ukef>
Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>
Von meinem iPhone gesendet
Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.
Envoyé de mon iPhone
Télécharger Outlook pour iOS
Enviado desde mi iPhone
Enviado do meu iPhone
Inviato da iPhone
Verstuurd vanaf mijn iPhone
Sendt fra min iPhone
Skickat från min iPhone
Lähetetty iPhonesta
Wysłane z iPhone'a
Odesláno z iPhonu
Trimis de pe iPhone-ul meu
Отправлено с iPhone
Надіслано з iPhone
Στάλθηκε από το iPhone μου
iPhone'umdan gönderildi
נשלח מה-iPhone שלי
أرسلت من الـ iPhone
发自我的iPhone
從我的 iPhone 傳送
iPhoneから送信
나의 iPhone에서 보냄
ส่งจาก iPhone ของฉัน
Dikirim dari iPhone saya""".splitlines(),
)
def test_lines_that_programs_add(line: str) -> None:
    """Set apart in many languages; text below such a line is not lost."""
    assert is_mobile_signature(line)
    written = separate_text(f"Hello.\n\n{line}\n\nPS: hurry")
    assert (written.new_text, written.signature) == ("Hello.\n\nPS: hurry", line)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, is much easier then my mobile phone.",
        "The notification was sent from my iPhone app to all users.",
        "Sent from our warehouse yesterday",
        "Sent with the last order",
        "",
    ],
)
def test_sentences_of_the_person_are_no_program_lines(line: str) -> None:
    """A sentence that only begins alike stays."""
    assert not is_mobile_signature(line)


def test_disclaimers_are_set_apart() -> None:
    """Legal paragraphs at the end, also below the signature."""
    written = separate_text(f"Hello.\n\n-- \nBob\n\n{DISCLAIMER}")
    assert (written.new_text, written.signature, written.disclaimer) == ("Hello.", "--\nBob", DISCLAIMER)


def test_a_person_may_write_about_confidential_mail() -> None:
    """Few legal words make no disclaimer."""
    text = "I got a confidential mail of yours that was meant for somebody else, what shall I do with it now?"
    assert separate_text(f"Hello,\n\n{text}").disclaimer == ""


def test_mailing_list_footers_are_signature() -> None:
    """What a list adds below a drawn line is not the person's."""
    written = separate_text(
        "Hello.\n\n_______________\nusers mailing list\nhttps://lists.example.com/mailman/listinfo/users"
    )
    assert written.new_text == "Hello."


def test_the_usual_closing_lines_are_learnt_from_earlier_mails() -> None:
    """Two closing lines in common with earlier mails are a signature, the text above them is not."""
    closing = "Bob Example\nHead of Everything\n+49 30 1234"
    earlier = (
        f"My first question.\n\n{closing}",
        f"Another one, please?\n\n{closing}\n\nOn 1 Jan 2024, A <a@b.test> wrote:\n> x",
    )
    written = separate_text(f"It works.\n\n{closing}", earlier_texts=earlier)
    assert (written.new_text, written.signature) == ("It works.", closing)


def test_sentences_are_never_learnt() -> None:
    """A mail sent twice is not taken for a signature."""
    text = "It still does not work at all.\nCould you please help me soon?"
    assert learn_signature((text, text)) == ()
    assert separate_text(text, earlier_texts=(text,)).new_text == text


def test_a_mail_of_nothing_but_a_signature_is_kept() -> None:
    """Only what a program added is empty of words."""
    assert separate_text("--\nBob").new_text == "--\nBob"
    assert separate_text("Sent from my iPhone").new_text == ""
