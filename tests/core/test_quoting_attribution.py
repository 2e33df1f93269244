"""Attribution lines in many languages are found, prose that resembles them is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.quoting import separate_text
from inboxd.core.quoting_attribution import find_attribution, split_shared_lines
from inboxd.core.quoting_lines import read_lines

ATTRIBUTIONS = """
On Mon, Jan 15, 2024 at 3:45 PM John Doe <john@example.com> wrote:
On 15/01/2024 15:45, John Doe wrote:
On Monday, January 15th, 2024 at 3:45 PM, John Doe <john@example.com> wrote:
---- On Mon, 15 Jan 2024 15:45:12 +0530 John Doe <john@example.com> wrote ---
John Doe <john@example.com> schrieb am Mo., 15. Jan. 2024, 15:45:
Am Mo., 15. Jan. 2024 um 15:45 Uhr schrieb John Doe <john@example.com>:
Am 15.01.24 um 15:45 schrieb John Doe:
Le lun. 15 janv. 2024 à 15:45, John Doe <john@example.com> a écrit :
El lun, 15 ene 2024 a las 15:45, John Doe (<john@example.com>) escribió:
Em seg., 15 de jan. de 2024 às 15:45, John Doe <john@example.com> escreveu:
Il giorno lun 15 gen 2024 alle ore 15:45 John Doe <john@example.com> ha scritto:
Op ma 15 jan 2024 om 15:45 schreef John Doe <john@example.com>:
Op 15 jan. 2024 om 15:45 heeft John Doe het volgende geschreven:
Den mån 15 jan. 2024 kl 15:45 skrev John Doe <john@example.com>:
man. 15. jan. 2024 kl. 15:45 skrev John Doe <john@example.com>:
ma 15. tammik. 2024 klo 15.45 John Doe (john@example.com) kirjoitti:
pon., 15 sty 2024 o 15:45 John Doe <john@example.com> napisał(a):
W dniu 15.01.2024 o 15:45, John Doe pisze:
po 15. 1. 2024 v 15:45 odesílatel John Doe <john@example.com> napsal:
po 15. 1. 2024 o 15:45 John Doe <john@example.com> napísal(a):
John Doe <john@example.com> ezt írta (időpont: 2024. jan. 15., H, 15:45):
În lun., 15 ian. 2024 la 15:45, John Doe <john@example.com> a scris:
На пн, 15.01.2024 г. в 15:45 John Doe <john@example.com> написа:
пн, 15 янв. 2024 г. в 15:45, John Doe <john@example.com>:
15.01.2024 15:45, John Doe пишет:
пн, 15 січ. 2024 р. о 15:45 John Doe <john@example.com> пише:
Στις Δευ 15 Ιαν 2024 στις 3:45 μ.μ., ο/η John Doe <john@example.com> έγραψε:
John Doe <john@example.com>, 15 Oca 2024 Pzt, 15:45 tarihinde şunu yazdı:
בתאריך יום ב׳, 15 בינו׳ 2024 ב-15:45 מאת John Doe <john@example.com>:
في الاثنين، 15 يناير 2024 في 3:45 م تمت كتابة ما يلي بواسطة John Doe <john@example.com>:
در تاریخ دوشنبه ۱۵ ژانویهٔ ۲۰۲۴، ۱۵:۴۵ John Doe <john@example.com> نوشت:
John Doe <john@example.com> 于2024年1月15日周一 15:45写道：
在 2024年1月15日，15:45，John Doe 写道：
2024年1月15日(月) 15:45 John Doe <john@example.com>:
2024/01/15 15:45、John Doe <john@example.com>のメール:
2024년 1월 15일 (월) 오후 3:45, John Doe <john@example.com>님이 작성:
Vào Th 2, 15 thg 1, 2024 vào lúc 15:45 John Doe <john@example.com> đã viết:
ในวันที่ จ. 15 ม.ค. 2024 เวลา 15:45 John Doe <john@example.com> เขียนว่า:
Pada tanggal Sen, 15 Jan 2024 pukul 15.45 John Doe <john@example.com> menulis:
सोम, 15 जन॰ 2024 को 3:45 pm बजे को John Doe <john@example.com> ने लिखा:
pon, 15. sij 2024. u 15:45 John Doe <john@example.com> napisao je:
пон, 15. јан 2024. у 15:45 John Doe <john@example.com> је написао/ла:
V pon., 15. jan. 2024 ob 15:45 je oseba John Doe <john@example.com> napisala:
2024-01-15, pr, 15:45 John Doe <john@example.com> rašė:
pirmd., 2024. g. 15. janv., plkst. 15:45 — lietotājs John Doe (<john@example.com>) rakstīja:
Kuupäev E, 15. jaanuar 2024 kell 15:45 kirjutas John Doe <john@example.com>:
Missatge de John Doe <john@example.com> del dia dl., 15 de gen. 2024 a les 15:45:
Þann mán., 15. jan. 2024 kl. 15:45 skrifaði John Doe <john@example.com>:
Op Ma. 15 Jan. 2024 om 15:45 het John Doe <john@example.com> geskryf:
Ned 15 jan 2024, 15:45, in a language of no table John Doe <john@example.com>:
""".strip().splitlines()

PROSE = (
    "On the other hand we should be careful:",
    "On 12 May I shall be away",
    "Here is what I did:",
    "15.01.2024 14:30",
    "Meet bob@example.com on 15.01.2024 at 10:00",
    "Please call John <john@example.com>",
    "See what he wrote",
    "https://example.com/on-date-someone-wrote-about",
)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_attribution_announces_the_earlier_mail_in_many_languages(attribution: str) -> None:
    """All below it is quoted, with marks or without, and so is the line itself."""
    for body in ("An earlier mail.\nOf two lines.", "> An earlier mail.\n> Of two lines."):
        written = separate_text(f"It works.\n\n{attribution}\n\n{body}")
        assert written.new_text == "It works."
        assert "Of two lines." in written.quoted


@pytest.mark.parametrize("attribution", [line for line in ATTRIBUTIONS if "<john" in line])
def test_an_attribution_may_be_broken_before_the_address(attribution: str) -> None:
    """Clients break the long line behind the opening bracket."""
    name, address = attribution.split("<", 1)
    written = separate_text(f"It works.\n\n{name}<\n{address}\n> An earlier mail.")
    assert written.new_text == "It works."


@pytest.mark.parametrize("prose", PROSE)
def test_prose_is_no_attribution(prose: str) -> None:
    """A colon, a date or an address alone says nothing."""
    text = f"Hello,\n{prose}\nand so on."
    assert separate_text(text).new_text == text


def test_a_name_and_a_verb_need_a_quotation_below() -> None:
    """A name and a verb, "John Doe wrote:", is an attribution only above quoted text; "You said:" is the person's own word."""
    assert find_attribution(read_lines("John Doe wrote:"), 0, quote_follows=True) == 0
    assert find_attribution(read_lines("John Doe wrote:"), 0, quote_follows=False) is None
    assert find_attribution(read_lines("As you said:"), 0, quote_follows=True) is None


def test_a_line_of_many_attributions_is_no_attribution() -> None:
    """A flood on one line is text, however it ends."""
    flood = "On 1 Jan 2024 he wrote: " * 1000
    assert separate_text(flood).new_text == flood.strip()


def test_a_line_that_closes_the_bracket_is_no_quotation() -> None:
    """``>:`` on a line of its own ends the address of the line above."""
    lines = read_lines("tir. 18. apr. 2017 kl. 13:09 skrev Test <test@example.com\n>:\n\n> Hi")
    assert find_attribution(lines, 1, quote_follows=True) == 0


def test_an_attribution_glued_to_the_answer_is_split_off() -> None:
    """The answer before it is kept."""
    lines = split_shared_lines(
        read_lines("yes--- On Wed, Apr 4, 2012 at 3:59 PM, me@example.com wrote:\n> ok?")
    )
    assert [line.bare for line in lines] == [
        "yes",
        "--- On Wed, Apr 4, 2012 at 3:59 PM, me@example.com wrote:",
        "ok?",
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="On 12:<>@a.\nwrote>-年月写道：", max_size=400))
def test_no_text_makes_it_raise(text: str) -> None:
    """Whatever the lines are, the answer is an index of one of them or None."""
    lines = read_lines(text)
    for end in range(len(lines)):
        start = find_attribution(lines, end, quote_follows=True)
        assert start is None or 0 <= start <= end
