import dataclasses
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import sqlalchemy as sa
from mail_clients import CLIENTS, reply
from typed_lines import Typed

from inboxd.core.parse import parse
from inboxd.core.quoting import separate
from inboxd.core.relay import both_texts
from inboxd.core.survey import read_survey_answer
from inboxd.jobs.digest import send_digest
from inboxd.jobs.survey import send_surveys
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Reply
from inboxd.store import surveys
from inboxd.store.core_tables import metadata
from inboxd.store.engine import read
from inboxd.store.surveys import Survey

ADA, CARLA = "Ada <ada@acme.test>", "Carla <carla@customer.test>"
LANGUAGES = {
    "en": "How do I export all of my data to a file?",
    "de": "Wie kann ich bitte alle meine Daten in eine Datei exportieren?",
    "fr": "Comment puis-je exporter toutes mes données dans un fichier ?",
    "es": "¿Cómo puedo exportar todos mis datos a un archivo, por favor?",
    "zh": "请问怎样把我的全部数据导出到文件里？谢谢。",
}
ANSWERS = {
    "4": (4, ""),
    "⭐⭐⭐⭐": (4, ""),
    "sehr gut": (5, ""),
    "2/5\n\nIt took a week.": (2, "It took a week."),
    "5 - great but slow": (5, "great but slow"),
}


def asked(stage: Any, mail: Any, question: str = LANGUAGES["en"]) -> Any:
    """Let Carla ask, Ada answer and solve; return the survey that Carla gets."""
    stage.take(mail(question))
    stage.reply(stage.written("notification")[-1], "#solved\nHere is how.", from_=ADA)
    stage.clock.advance(days=3)
    send_surveys(stage.desk, stage.clock())
    delivery = Delivery(stage.desk.engine, stage.clock, lambda _parcel: Reply(Outcome.SENT, "250 OK"))
    until_idle((lambda: deliver_one(delivery),))
    return stage.written("survey")[-1]


def answered(stage: Any) -> Survey:
    """Return the survey of the first ticket as it is kept."""
    with read(stage.desk.engine) as connection:
        last = surveys.last_sent(connection, 1)
    assert last is not None
    return last


def urls(sent: Any) -> list[str]:
    """Return every address a scanner finds in a mail, in its text and its mark-up."""
    found = re.findall(r"(?:https?|ftp|mailto):[^\s<>\"']+", f"{sent.mail.plain}\n{sent.mail.html}")
    return [*found, *re.findall(r"(?:href|src|action|background)\s*=\s*[\"']?([^\"'\s>]+)", sent.mail.html)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_read_out_of_every_client(lite_stage: Any, mail: Any, language: str) -> None:
    """Above and below the quoted survey, as text and as HTML, eight mail programs' replies are read; an empty one is none."""
    sent = asked(lite_stage, mail, LANGUAGES[language])
    wrong = []
    for client in CLIENTS:
        for rich in (True, False) if client.write_html else (False,):
            empty = parse(reply(client, Typed(sent.mail), rich=rich))
            if read_survey_answer(separate(empty, both_texts(sent.mail)).new_text, empty.subject):
                wrong.append((client.name, "nothing typed"))
            for said, expected in ANSWERS.items():
                for where in ("above", "below"):
                    typed = dataclasses.replace(
                        Typed(sent.mail, signed=True), **{where: tuple(said.split("\n"))}
                    )
                    raw = parse(reply(client, typed, rich=rich))
                    # Also where nobody knows any more what the survey looked like.
                    for known in (both_texts(sent.mail), (sent.mail.plain,)):
                        found = read_survey_answer(separate(raw, known).new_text, raw.subject)
                        if found is None or (found.score, found.comment) != expected:
                            wrong.append((client.name, where, said))
    assert wrong == []


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_one_tap(lite_stage: Any, mail: Any, score: int) -> None:
    """Tapping a link writes a mail of its own to the signed address; sent as it is, it is that score."""
    sent = asked(lite_stage, mail)
    link = next(one for one in urls(sent) if one.startswith("mailto:") and f"subject={score}%2F5" in one)
    address, fields = unquote(urlsplit(link).path), parse_qs(urlsplit(link).query)
    lite_stage.take(mail(fields["body"][0], subject=fields["subject"][0], to=address), to=(address,))
    assert answered(lite_stage).score == score
    assert lite_stage.ticket().status == ("open" if score <= 2 else "solved")


def test_the_comment_is_kept_and_judged(stage: Any, mail: Any) -> None:
    """Score, comment and how it sounds are kept, stand in the ticket's events and in the operator's mail."""
    sent = asked(stage, mail)
    stage.reply(sent, "2\nNobody read my question.", from_=CARLA)
    kept = answered(stage)
    assert (kept.score, kept.comment, kept.sentiment) == (2, "Nobody read my question.", "negative")
    (event,) = stage.events("survey_answered")
    assert event.detail == {"score": 2, "sentiment": "negative"}
    assert stage.ticket().status == "open"
    told = stage.written("notification")[-1].mail
    assert "Survey answered" in told.plain
    assert "2 of 5" in told.plain
    assert "sounds displeased" in told.plain
    assert "Nobody read my question." in told.plain


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ("5, thank you! How do I cancel my plan?", 5),
        ("5\n另外，可以开发票吗", 5),
        ("Thank you for the great product.\nIs there a fee for exchanging money?", None),
    ],
)
def test_a_question_beside_a_score_is_not_lost(
    lite_stage: Any, mail: Any, said: str, score: int | None
) -> None:
    """The survey promises that what is still open is looked into: a question opens the ticket and reaches a person."""
    sent = asked(lite_stage, mail)
    told = len(lite_stage.written("notification"))
    lite_stage.reply(sent, said, from_=CARLA)
    assert answered(lite_stage).score == score
    assert lite_stage.ticket().status == "open"
    assert len(lite_stage.written("notification")) > told


def test_a_second_answer_takes_the_place_of_the_first(lite_stage: Any, mail: Any) -> None:
    """Who changes his mind is believed; a bare score leaves the comment he wrote before."""
    sent = asked(lite_stage, mail)
    lite_stage.reply(sent, "3\nI am not sure it works.", from_=CARLA)
    lite_stage.clock.advance(days=1)
    lite_stage.reply(sent, "5", from_=CARLA)
    kept = answered(lite_stage)
    assert (kept.score, kept.comment) == (5, "I am not sure it works.")
    with read(lite_stage.desk.engine) as connection:
        assert (
            len(surveys.list_answered(connection, lite_stage.clock() - lite_stage.desk.config.survey.every))
            == 1
        )
    lite_stage.clock.advance(days=40)
    lite_stage.reply(sent, "1", from_=CARLA)
    assert answered(lite_stage).score == 5


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"x_auto_response_suppress": "All", "x_autoreply": "yes", "precedence": "bulk"},
        {"subject": "Out of office: Re: [#1] Export", "x_autorespond": "5"},
    ],
)
def test_an_absence_note_is_no_answer(lite_stage: Any, mail: Any, headers: dict[str, str]) -> None:
    """A machine's reply to the survey, with whatever numbers in it, is no score."""
    sent = asked(lite_stage, mail)
    own = sent.mail.reply_to[0].addr_spec
    raw = mail(
        "5 days of holiday: I am out of office until 4 May.",
        **{"subject": "Re: [#1] Export", "to": own, "in_reply_to": sent.mail.message_id, **headers},
    )
    lite_stage.take(raw, to=(own,))
    assert answered(lite_stage).score is None
    assert lite_stage.ticket().status == "solved"


def test_an_answer_from_another_address_of_his(lite_stage: Any, mail: Any) -> None:
    """His telephone writes from another address: the signed one it answers to says which survey it is."""
    sent = asked(lite_stage, mail)
    lite_stage.reply(sent, "4 stars", from_="Carla <carla@home.test>")
    assert answered(lite_stage).score == 4


def test_a_strangers_number_is_no_score(lite_stage: Any, mail: Any) -> None:
    """Who only knows the subject rates nothing."""
    asked(lite_stage, mail)
    lite_stage.take(mail("1", subject="Re: [#1] Export", from_="Eve <eve@else.test>"))
    assert answered(lite_stage).score is None


def test_thanks_for_another_mail_is_no_score(lite_stage: Any, mail: Any) -> None:
    """A word of praise in reply to the answer itself is thanks for it; a number is the survey's."""
    asked(lite_stage, mail)
    relay = lite_stage.written("relay")[0]
    lite_stage.reply(relay, "Perfect, that was excellent!", from_=CARLA)
    assert answered(lite_stage).score is None
    lite_stage.reply(relay, "5/5", from_=CARLA)
    assert answered(lite_stage).score == 5


def test_rules_see_the_answer(lite_stage: Any, mail: Any) -> None:
    """A rule asks a delighted customer for a testimonial; nothing marks the ticket as answered anew by that."""
    lite_stage.rules(
        '[[rule]]\nname = "a word in public"\non = ["survey.answered"]\nwhen.survey.score = 5\n'
        'when.survey.sentiment = "positive"\nwhen.survey.comment.contains = ["quick"]\nthen.reply = "testimonial"\n'
        '[[rule]]\nname = "new"\non = ["ticket.created"]\nthen.notify = []\n'
    )
    sent = asked(lite_stage, mail)
    lite_stage.reply(sent, "5 - quick and friendly, thank you", from_=CARLA)
    (letter,) = lite_stage.written("answer")
    assert "may we show them to others" in letter.mail.plain.lower()
    assert lite_stage.ticket().status == "solved"
    assert len(lite_stage.events("answered")) == 1


@pytest.mark.parametrize("word", ["stop", "Bitte keine Umfragen mehr", "退订"])
def test_whoever_says_stop_is_never_asked_again(stage: Any, mail: Any, word: str) -> None:
    """A reply that asks for no more surveys is filed quietly, and that customer is asked nothing any more."""
    sent = asked(stage, mail)
    told = len(stage.written("notification"))
    stage.reply(sent, word, from_=CARLA)
    assert (answered(stage).score, stage.ticket().status) == (None, "solved")
    assert len(stage.written("notification")) == told
    assert [event.kind for event in stage.events("opted_out")] == ["opted_out"]
    stage.clock.advance(days=60)
    stage.take(mail(subject="Another thing"))
    stage.reply(stage.written("notification")[-1], "#solved\nHere is how.", from_=ADA)
    stage.clock.advance(days=3)
    send_surveys(stage.desk, stage.clock())
    assert len(stage.written("survey")) == 1


def test_a_scanner_changes_nothing(lite_stage: Any, mail: Any) -> None:
    """Whoever fetches every address of every mail of a whole conversation finds no web address, and nothing happens."""
    stage = lite_stage
    sent = asked(stage, mail)
    stage.reply(sent, "1\nStill broken.", from_=CARLA)
    stage.reply(stage.written("notification")[-1], "#solved\nNow it works.", from_=ADA)
    stage.clock.advance(days=1)
    send_digest(stage.desk, stage.clock())
    written = stage.written()
    assert {"acknowledgement", "notification", "relay", "survey"} <= {one.queued.kind for one in written}
    before = everything(stage)
    schemes = [urlsplit(url).scheme for one in written for url in urls(one)]
    assert schemes.count("mailto") >= 10
    # Nothing to fetch: a mailto: opens a mail that a person would have to send, its server answers no GET.
    assert [scheme for scheme in schemes if scheme not in {"mailto", "cid"}] == []
    assert everything(stage) == before


def everything(stage: Any) -> list[tuple[Any, ...]]:
    """Return all rows of the store."""
    with read(stage.desk.engine) as connection:
        return [
            tuple(row)
            for name in sorted(metadata.tables)
            for row in connection.execute(sa.select(metadata.tables[name]))
        ]
