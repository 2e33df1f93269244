import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from inboxd.config import SurveyPlan
from inboxd.jobs.survey import send_surveys
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Reply
from inboxd.store import core_tables, customers, surveys
from inboxd.store.engine import read, write

MONDAY = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
ADA = "Ada <ada@acme.test>"


def solve(stage: Any, mail: Any, body: str = "How do I export my data?", **headers: str) -> None:
    """Let a customer ask and Ada answer and solve."""
    stage.take(mail(body, **headers))
    stage.reply(stage.written("notification")[-1], "#solved\nHere is how.", from_=ADA)


def withdrawn(stage: Any) -> list[str]:
    table = core_tables.survey
    with read(stage.desk.engine) as connection:
        return [why for why in connection.execute(sa.select(table.c.withdrawn_why)).scalars() if why]


def due(stage: Any) -> dt.datetime:
    table = core_tables.survey
    with read(stage.desk.engine) as connection:
        moment: dt.datetime = connection.execute(sa.select(table.c.due_at)).scalars().all()[-1]
    return moment


def run(stage: Any, **wait: float) -> list[str]:
    stage.clock.advance(**wait)
    send_surveys(stage.desk, stage.clock())
    return [one.queued.recipients[0] for one in stage.written("survey")]


def test_asked_once_in_working_time(stage: Any, mail: Any) -> None:
    """Eight working hours after it was solved the customer is asked, and never twice for the same ticket."""
    solve(stage, mail)
    assert run(stage, hours=23) == []
    assert due(stage) == dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
    assert run(stage, hours=2) == ["carla@customer.test"]
    assert run(stage, days=1) == ["carla@customer.test"]
    (sent,) = stage.written("survey")
    assert sent.mail.header("Auto-Submitted") == "auto-generated"
    with read(stage.desk.engine) as connection:
        last = surveys.last_sent(connection, 1)
    assert last is not None
    assert last.outbox_id == sent.queued.outbox_id


def test_reopened_is_withdrawn(stage: Any, mail: Any) -> None:
    """A customer who writes again before he was asked is not asked; when it is solved again he is."""
    solve(stage, mail)
    ack = stage.written("acknowledgement")[0]
    stage.reply(ack, "It does not work, please help me again.", from_="Carla <carla@customer.test>")
    assert stage.ticket().status == "open"
    assert run(stage, days=3) == []
    assert withdrawn(stage) == ["reopened"]
    stage.reply(stage.written("notification")[-1], "#solved\nNow it does.", from_=ADA)
    assert run(stage, days=2) == ["carla@customer.test"]


def test_asked_lately_is_not_asked(stage: Any, mail: Any) -> None:
    """A customer is asked at most once in thirty days, whichever ticket it is about."""
    solve(stage, mail)
    run(stage, days=2)
    solve(stage, mail, subject="Another thing")
    assert run(stage, days=2) == ["carla@customer.test"]
    assert withdrawn(stage) == ["asked lately"]
    stage.clock.advance(days=30)
    solve(stage, mail, subject="A third thing")
    assert run(stage, days=2) == ["carla@customer.test"] * 2


def test_only_working_time_counts(lite_stage: Any, mail: Any) -> None:
    """What is solved on a Friday evening is asked about on Monday evening, when somebody is there to read the answer."""
    lite_stage.clock.advance(days=4, hours=8)
    solve(lite_stage, mail)
    assert due(lite_stage) == dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
    lite_stage.configure(
        survey=SurveyPlan(enabled=True, after=dt.timedelta(hours=3), every=dt.timedelta(days=30))
    )
    solve(lite_stage, mail, subject="Another thing", from_="Dan <dan@customer.test>")
    assert due(lite_stage) == dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


def test_reopened_between_queueing_and_transmission(stage: Any, mail: Any, transport: Any) -> None:
    """A survey that is written but has not left is taken back when the ticket opens; he was not asked, and can be."""
    solve(stage, mail)
    run(stage, days=2)
    ack = stage.written("acknowledgement")[0]
    stage.reply(ack, "It does not work, please help me again.", from_="Carla <carla@customer.test>")
    assert [one.queued.state for one in stage.written("survey")] == ["cancelled"]
    assert withdrawn(stage) == ["reopened"]
    with read(stage.desk.engine) as connection:
        assert surveys.last_sent(connection, 1) is None
        assert surveys.list_sent(connection, MONDAY) == []
        customer = customers.find_by_address(connection, "carla@customer.test")
    assert customer is not None
    assert customer.surveyed_at is None
    until_idle((lambda: deliver_one(Delivery(stage.desk.engine, stage.clock, transport)),))
    assert not [parcel for parcel in transport.parcels if parcel.kind == "survey"]
    stage.reply(stage.written("notification")[-1], "#solved\nNow it does.", from_=ADA)
    assert run(stage, days=2) == ["carla@customer.test"] * 2


@pytest.mark.parametrize("reply", ["450 4.2.0 later", "250 OK"])
def test_what_may_have_left_is_not_taken_back(lite_stage: Any, mail: Any, transport: Any, reply: str) -> None:
    """What was refused for now is taken back, too; what left has left, and its answer counts."""
    stage = lite_stage
    solve(stage, mail)
    run(stage, days=2)
    transport.replies = [Reply(Outcome.LATER if reply[0] == "4" else Outcome.SENT, reply)]
    until_idle((lambda: deliver_one(Delivery(stage.desk.engine, stage.clock, transport)),))
    ack = stage.written("acknowledgement")[0]
    stage.reply(ack, "It does not work, please help me again.", from_="Carla <carla@customer.test>")
    assert [one.queued.state for one in stage.written("survey")] == [
        "cancelled" if reply[0] == "4" else "sent"
    ]


def test_a_list_is_never_asked(lite_stage: Any, mail: Any) -> None:
    """Nor is a mailing list, whoever writes to it."""
    lite_stage.take(mail("Release 2 is out", list_id="<news.customer.test>", precedence="list"))
    if lite_stage.tickets:
        lite_stage.reply(lite_stage.written("notification")[-1], "#solved", from_=ADA)
        assert run(lite_stage, days=3) == []
        assert withdrawn(lite_stage) == ["nothing automatic may be sent to this customer"]


@pytest.mark.parametrize(
    ("language", "question", "says"),
    [
        ("en", "How do I export all of my data to a file?", "How happy are you with the answer?"),
        ("de", "Wie kann ich bitte alle meine Daten in eine Datei exportieren?", "Wie zufrieden sind Sie"),
        (
            "fr",
            "Comment puis-je exporter toutes mes données dans un fichier ?",
            "Notre réponse vous a-t-elle",
        ),
        ("es", "¿Cómo puedo exportar todos mis datos a un archivo, por favor?", "¿Qué le ha parecido"),
        ("zh", "请问怎样把我的全部数据导出到文件里？谢谢。", "您对我们的答复满意吗"),
    ],
)
def test_asked_in_his_language(lite_stage: Any, mail: Any, language: str, question: str, says: str) -> None:
    """The survey is written in the language the customer wrote in."""
    solve(lite_stage, mail, body=question)
    run(lite_stage, days=3)
    (sent,) = lite_stage.written("survey")
    assert says in sent.mail.plain, language
    assert sent.mail.plain.count("mailto:") == 5
    assert "http" not in sent.mail.plain.lower()


def test_a_machine_is_never_asked(stage: Any, mail: Any) -> None:
    """A ticket that began with a machine's mail is solved without asking the machine how it was."""
    stage.take(mail("Disk full on web1", auto_submitted="auto-generated"))
    stage.reply(stage.written("notification")[-1], "#solved", from_=ADA)
    assert stage.ticket().status == "solved"
    assert run(stage, days=2) == []
    assert withdrawn(stage) == ["nothing automatic may be sent to this customer"]


def test_too_late_to_ask(stage: Any, mail: Any) -> None:
    """After a fortnight of downtime nobody is asked about what he has forgotten."""
    solve(stage, mail)
    assert run(stage, days=14) == []
    assert withdrawn(stage) == ["too late to ask"]


@pytest.mark.parametrize("how", ["opted out", "undeliverable", "never"])
def test_who_may_not_be_asked(stage: Any, mail: Any, how: str) -> None:
    """Who opted out, whose address bounced, or whose ticket a rule took out, is not asked."""
    if how == "never":
        stage.rules('[[rule]]\nname = "no"\non = ["ticket.created"]\nthen.survey = false\nthen.notify = []\n')
    solve(stage, mail)
    with write(stage.desk.engine) as connection:
        if how == "opted out":
            connection.execute(sa.update(core_tables.customer).values(opted_out=True))
        elif how == "undeliverable":
            customers.mark_undeliverable(connection, "carla@customer.test", "no such user", stage.clock())
    assert run(stage, days=2) == []


def test_imported_history_asks_nobody(stage: Any, mail: Any) -> None:
    """A ticket that came in by import is never asked about, even if somebody planned to."""
    stage.take(mail(), imported=True)
    ticket = core_tables.ticket
    with write(stage.desk.engine) as connection:
        connection.execute(sa.update(ticket).values(status="solved", solved_at=stage.clock()))
        surveys.plan(connection, 1, stage.ticket().customer_id, stage.clock())
    assert run(stage, days=2) == []
    assert withdrawn(stage) == ["nothing automatic may be sent to this customer"]
