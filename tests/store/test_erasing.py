"""Erasing a person, on both databases: no row says who he was, and every figure and balance stays."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from inboxd.core.parse import parse
from inboxd.errors import PermanentError
from inboxd.store import core_tables, customers, reconciliation, surveys
from inboxd.store.compacting import compact
from inboxd.store.core_tables import metadata
from inboxd.store.engine import read, write
from inboxd.store.erasing import erase_person, would_erase

OWN = frozenset({"support@acme.test", "ada@acme.test", "grace@acme.test"})
HIS, NAME, WORDS, SUBJECT = "carla@cliente.test", "Carla Clienté", "zebrafish", "Unicorn invoice"
NOTIFY = """
[[rule]]
name = "all"
on = ["ticket.created", "customer.replied"]
then.reply = "acknowledgement"
then.notify = ["ada"]
"""


def everything(engine: Engine) -> str:
    """Return every text, JSON and mail in the store, decoded."""
    said = []
    with read(engine) as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).all():
                said += [_text(value, table.name) for value in row]
    return "\n".join(said).lower()


def _text(value: object, where: str) -> str:
    if not isinstance(value, bytes):
        return f"{where}: {value!r}"
    mail = parse(value)
    return "\n".join(
        (where, value.decode("utf-8", "replace"), mail.subject, mail.text, repr(mail.from_), repr(mail.to))
    )


@pytest.fixture
def case(stage: Any, mail: Any) -> Any:
    """A desk where Carla asked, was answered, joined Dora's ticket, filled in a survey, and taught it something."""
    stage.rules(NOTIFY)
    his = {"from_": f"{NAME} <{HIS}>", "subject": SUBJECT}
    stage.take(mail(f"My {WORDS}\nis gone.", **his))
    told = stage.written("notification")[0]
    stage.reply(told, "#tag zoo\n\nWe look for your zebrafish.", from_="Ada <ada@acme.test>")
    stage.take(
        mail("Mine is fine", from_="Dora <dora@other.test>", subject="Dora's own", cc=f"{NAME} <{HIS}>")
    )
    stage.accept(mail(f"not yet read: {WORDS}", **his))
    now = stage.clock()
    with write(stage.desk.engine) as connection:
        known = customers.find_by_address(connection, HIS)
        assert known is not None
        surveys.plan(connection, 1, known.customer_id, now)
        survey = core_tables.survey
        connection.execute(survey.update().values(comment=f"my {WORDS} is back", score=5, answered_at=now))
        learnt = {"at": now, "article": None, "right": True, "text": f"{WORDS} gone", "source": "sent"}
        connection.execute(insert(core_tables.learnt).values(ticket_number=1, **learnt))
        connection.execute(insert(core_tables.learnt).values(ticket_number=2, **{**learnt, "text": "dora's"}))
        vector = {"content_hash": "h", "model": "m", "vector": b"\0"}
        connection.execute(insert(core_tables.passage_vector).values(**vector))
        note = {"key": "told", "value": {"who": [f"{NAME} wrote", {"of": HIS.upper()}]}, "at": now}
        connection.execute(insert(core_tables.setting).values(**note))
        connection.execute(insert(core_tables.setting).values(key=f"last:{HIS}", value={}, at=now))
        draft = {"account": "a@imap.test", "ticket_number": 1, "message_id": "<t1.d1.x@acme.test>"}
        draft |= {"recipient": HIS, "offered": f"Your {WORDS}", "state": "lying", "folder": "Drafts"}
        words = {"article": "", "in_reply_to": "", "ended_by": "", "edited": False, "unnoted": False}
        connection.execute(
            insert(core_tables.draft).values(id=1, created_at=now, uid=7, uidvalidity=1, **draft, **words)
        )
        connection.execute(insert(core_tables.draft_raw).values(draft_id=1, raw=b"To: x\r\n\r\nzebrafish"))
    return stage


def test_no_row_says_who_it_was(case: Any) -> None:
    """Address, name, subject and words are gone from every table; what would be removed was said before."""
    engine = case.desk.engine
    for trace in (HIS, NAME, WORDS, SUBJECT):
        assert trace.lower() in everything(engine)
    assert would_erase(engine, HIS, OWN) == {"tickets": 1, "mails": 3, "outgoing": 3}
    removed = erase_person(engine, " Carla@Cliente.test", OWN, case.clock())
    left = everything(engine)
    for trace in (HIS, NAME, "clienté", r"client\u00e9", WORDS, SUBJECT):
        assert trace.lower() not in left, left[max(0, left.index(trace.lower()) - 200) :][:400]
    assert removed.counts["mails"] == 3
    assert (removed.counts["learnt"], removed.counts["surveys"], removed.counts["drafts"]) == (1, 1, 1)
    assert compact(engine)


def test_what_is_others_stays(case: Any) -> None:
    """Dora's ticket, mail and evidence are there; figures, scores and states of his ticket, too."""
    engine = case.desk.engine
    with read(engine) as connection:
        events = connection.execute(
            select(core_tables.event.c.kind, core_tables.event.c.at).order_by(core_tables.event.c.id)
        ).all()
    erase_person(engine, HIS, OWN, case.clock())
    first, second = case.tickets
    assert (first.status, first.subject, "zoo" in first.tags) == ("closed", "", True)
    assert (second.subject, second.status) == ("Dora's own", "new")
    left = everything(engine)
    assert "mine is fine" in left
    assert "dora@other.test" in left
    with read(engine) as connection:
        kept = connection.execute(
            select(core_tables.event.c.kind, core_tables.event.c.at).order_by(core_tables.event.c.id)
        ).all()
        assert kept == events
        assert connection.execute(select(core_tables.survey.c.score)).scalars().all() == [5]
        assert connection.execute(select(core_tables.learnt.c.text)).scalars().all() == ["dora's"]
        assert connection.execute(
            select(core_tables.customer.c.name).order_by(core_tables.customer.c.id)
        ).scalars().all() == [
            "",
            "Dora",
        ]
        assert reconciliation.reconcile(connection, case.clock()).gaps == ()


def test_nothing_more_is_sent_and_drafts_are_taken_away(case: Any) -> None:
    """What waited to be sent to him is cancelled, and the draft that lies in the mailbox is to be removed."""
    engine = case.desk.engine
    removed = erase_person(engine, HIS, OWN, case.clock())
    with read(engine) as connection:
        queued = connection.execute(
            select(core_tables.outbox.c.ticket_number).where(core_tables.outbox.c.state == "queued")
        ).scalars()
        assert set(queued) == {2}
        work = connection.execute(
            select(core_tables.mailbox_work.c.kind, core_tables.mailbox_work.c.detail).where(
                core_tables.mailbox_work.c.state == "queued"
            )
        ).all()
    assert [(kind, detail["uid"]) for kind, detail in work] == [("erase_copy", 7)]
    assert removed.counts["mailbox_copies"] == 1


def test_a_second_time_finds_nothing(case: Any) -> None:
    """Erasing again removes nothing more; he may come back as a new customer."""
    engine = case.desk.engine
    erase_person(engine, HIS, OWN, case.clock())
    again = erase_person(engine, HIS, OWN, case.clock() + dt.timedelta(days=1))
    assert not any(again.counts.values())
    assert again.sent == ()


@pytest.mark.parametrize("address", ["ada@acme.test", "SUPPORT@acme.test", "", "@", "carla", "a@b@c"])
def test_who_cannot_be_erased(lite_engine: Engine, address: str) -> None:
    """The desk's own people cannot be erased, nor can what is no address."""
    with pytest.raises(PermanentError):
        erase_person(lite_engine, address, OWN, dt.datetime.now(dt.UTC))  # noqa: TID251  refused before it is used
