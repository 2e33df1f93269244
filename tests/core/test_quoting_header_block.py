"""Header blocks and separators above an earlier mail, in the languages of the clients."""

import pytest

from inboxd.core.quoting import separate_text
from inboxd.core.quoting_header_block import find_header_block, find_separator, is_reply_delimiter, is_rule
from inboxd.core.quoting_lines import read_line, read_lines

BLOCKS = """
From Sent To Subject
Von Gesendet An Betreff
De Envoyé À Objet
De Enviado Para Asunto
Da Inviato A Oggetto
Van Verzonden Aan Onderwerp
Från Skickat Till Ämne
Fra Sendt Til Emne
Lähettäjä Lähetetty Vastaanottaja Aihe
Od Wysłano Do Temat
Od Odesláno Komu Předmět
Od Odoslané Komu Predmet
Feladó Elküldve Címzett Tárgy
От Отправлено Кому Тема
От Изпратено До Относно
Від Надіслано Кому Тема
Από Στάλθηκε Προς Θέμα
Kimden Gönderildi Kime Konu
מאת נשלח אל נושא
从 发送时间 收件人 主题
发件人 发送时间 收件人 主题
寄件者 寄件日期 收件者 主旨
差出人 送信日時 宛先 件名
보낸사람 보낸날짜 받는사람 제목
Từ Gửi Đến Subject
จาก ส่ง ถึง เรื่อง
Dari Dikirim Kepada Perihal
Šalje Poslano Prima Predmet
Nuo Išsiųsta Kam Tema
No Nosūtīts Kam Tēma
Saatja Saadetud Kellele Teema
""".strip().splitlines()


@pytest.mark.parametrize("labels", BLOCKS)
@pytest.mark.parametrize("form", ["{}: {}", "{} : {}", "*{}:* {}", "{}：{}"])
def test_a_header_block_begins_the_earlier_mail(labels: str, form: str) -> None:
    """The block and all below it are quoted, however the client sets colon and stars."""
    values = ("John Doe", "15.01.2024 15:45", "Support", "Re: Problem")
    block = "\n".join(form.format(label, value) for label, value in zip(labels.split(), values, strict=True))
    written = separate_text(f"It works.\n\n{block}\n\nAn earlier mail.")
    assert written.new_text == "It works."
    assert "Problem" in written.quoted


def test_a_block_in_an_unknown_language_is_known_by_its_form() -> None:
    """Below a drawn line, labels with an address and a time are a header block in any language."""
    block = "Кімнен: Jane <jane@example.com>\nЖіберілді: 15.01.2024 15:45\nКімге: bob@example.com"
    assert separate_text(f"It works.\n\n____________________\n{block}\n\nearlier").new_text == "It works."


@pytest.mark.parametrize(
    "text",
    [
        "From: London\nTo: Paris\nDate: 12 May\nSeats: 2",
        "Date: Wednesday 3, October\nTime: 7:00am\nAddress: 130 Fox St",
        "Name: Bob\nEmail: bob@example.com\nOrdered: 2024-01-15 15:45",
        "The data comes From: our database, not From: others.",
    ],
)
def test_a_form_of_the_person_is_no_header_block(text: str) -> None:
    """Labels alone say nothing."""
    whole = f"Hello,\n\n{text}\n\nThank you"
    assert separate_text(whole).new_text == whole


def test_a_block_may_have_continuation_lines_and_gaps() -> None:
    """Folded values and one empty line between fields belong to the block."""
    lines = read_lines("From: Ann\n <ann@example.com>\nSubject: a long\nsubject\n\nTo: Bob\n\ntext")
    assert find_header_block(lines, 0) == 6


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("-----Original Message-----", "original"),
        ("-------- Ursprüngliche Nachricht --------", "original"),
        ("------------------ 原始邮件 ------------------", "original"),
        ("---------- Forwarded message ---------", "forward"),
        ("Début du message réexpédié :", "forward"),
        ("-------- Välitetty viesti / Fwd.Msg --------", "forward"),
        ("------------- Enter Feedback Below -------------", ""),
        ("The original message was lost:", ""),
        ("----", ""),
    ],
)
def test_separators(line: str, kind: str) -> None:
    """Ruled lines are known by their words, unruled ones only when they are nothing else."""
    assert find_separator(read_lines(line), 0) == kind


def test_a_ruled_line_with_unknown_words_counts_above_header_fields() -> None:
    """What follows says what it is."""
    assert find_separator(read_lines("---- Oorspronklik berjocht ----\nFrom: a@example.com"), 0) == "original"


@pytest.mark.parametrize(
    "line",
    [
        "-- Please reply above this line --",
        "> -- REPLY ABOVE THIS LINE --",
        "##- Please type your reply above this line -##",
        "=== Bitte antworten Sie oberhalb dieser Linie ===",
        "— 请在此行上方回复 —",
    ],
)
def test_reply_delimiters_of_help_desks(line: str) -> None:
    """Our own line and those of others."""
    assert is_reply_delimiter(read_line(line))


def test_a_sentence_about_a_line_is_no_delimiter() -> None:
    """Words in passing do not cut a mail."""
    assert not is_reply_delimiter(read_line("My printer shows a reply directly above line three"))


def test_drawn_lines() -> None:
    """Four characters of a kind are a drawn line, two are not."""
    assert is_rule(read_line("________"))
    assert not is_rule(read_line("--"))
