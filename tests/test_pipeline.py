import contextlib
import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxd import pipeline
from inboxd.core.facts import UNKNOWN
from inboxd.errors import TransientError
from inboxd.pipeline import process_one
from inboxd.store import mails
from inboxd.store.engine import read, write


def test_a_question_becomes_a_ticket(stage: Any, mail: Any) -> None:
    """A new question makes one ticket with one message, an acknowledgement and one mail per operator to tell."""
    mail_id = stage.take(mail("How do I export my data?"))
    ticket = stage.ticket()
    assert (ticket.number, ticket.subject, ticket.status) == (1, "Export", "new")
    assert [one.queued.kind for one in stage.written()] == ["acknowledgement", "notification"]
    stored = stage.stored(mail_id)
    assert (stored.state, stored.disposition, stored.ticket_number) == ("processed", "answer", 1)


def test_a_sure_question_is_answered(stage: Any, mail: Any) -> None:
    """A question the knowledge base surely knows is answered at once, and the ticket waits for the customer."""
    stage.shelf.knows("export-data")
    stage.take(mail())
    ticket = stage.ticket()
    assert (ticket.status, ticket.automatic_article, ticket.answered_automatically) == (
        "pending",
        "export-data",
        True,
    )
    assert ticket.first_response_at == stage.clock()
    (sent,) = stage.written()
    assert (sent.queued.kind, sent.queued.recipients) == ("answer", ("carla@customer.test",))
    assert sent.mail.header("Auto-Submitted").startswith("auto-replied")


def test_once_however_often_it_is_taken_up(stage: Any, mail: Any) -> None:
    """A mail that two workers took up at the same time becomes one message; the slower one writes nothing at all."""
    mail_id = stage.accept(mail())
    gather = pipeline.gather

    def slow(*args: Any) -> Any:
        gathered = gather(*args)
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(pipeline, "gather", gather)
            process_one(stage.desk)
        return gathered

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "gather", slow)
        assert process_one(stage.desk)
    assert len(stage.tickets) == 1
    assert [one.queued.kind for one in stage.written()] == ["acknowledgement", "notification"]
    assert stage.stored(mail_id).state == "processed"


def test_once_even_without_a_ticket(stage: Any, mail: Any) -> None:
    """A mail that leaves only an event behind leaves it once, too: the mail's own state decides, not its ticket."""
    stage.accept(mail("#solved", from_="ada@acme.test"))
    gather = pipeline.gather

    def slow(*args: Any) -> Any:
        gathered = gather(*args)
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(pipeline, "gather", gather)
            process_one(stage.desk)
        return gathered

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "gather", slow)
        assert process_one(stage.desk)
    assert [one.kind for one in stage.events()] == ["forgery"]


@pytest.mark.parametrize("after", range(1, 40))
def test_a_crash_at_any_statement_changes_nothing(lite_stage: Any, mail: Any, after: int) -> None:
    """Power cut before the n-th write: after the restart the end state is the same as without it."""
    lite_stage.accept(mail())
    count = 0

    def cut(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal count
        count += statement.startswith(("INSERT", "UPDATE", "DELETE"))
        if count == after:
            count = 10_000
            raise KeyboardInterrupt

    sa.event.listen(lite_stage.desk.engine, "before_cursor_execute", cut)
    with contextlib.suppress(KeyboardInterrupt):
        process_one(lite_stage.desk)
    sa.event.remove(lite_stage.desk.engine, "before_cursor_execute", cut)
    process_one(lite_stage.desk)
    assert len(lite_stage.tickets) == 1
    assert [one.queued.kind for one in lite_stage.written()] == ["acknowledgement", "notification"]
    assert [one.kind for one in lite_stage.events("asked")] == ["asked"]


def test_unknown_makes_the_mail_wait(stage: Any, mail: Any) -> None:
    """While the model loads a mail waits, no failure is counted, and the mail behind it is not held up."""
    stage.shelf.matches = UNKNOWN
    first = stage.accept(mail())
    second = stage.accept(mail("#solved", from_="ada@acme.test"))
    process_one(stage.desk)
    process_one(stage.desk)
    assert not process_one(stage.desk)
    waiting = stage.stored(first)
    assert (waiting.state, waiting.attempts) == ("accepted", 0)
    assert stage.stored(second).state == "held"
    stage.shelf.matches = ()
    stage.clock.advance(minutes=2)
    assert process_one(stage.desk)
    assert stage.stored(first).state == "processed"


def test_the_third_failure_holds_the_mail(stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail whose processing raises is tried three times, then held with its traceback; the others go through."""
    gather = pipeline.gather

    def choosy(desk: Any, stored: Any, now: dt.datetime) -> Any:
        if stored.mail_id == 1:
            raise ZeroDivisionError("a bug")
        return gather(desk, stored, now)

    monkeypatch.setattr(pipeline, "gather", choosy)
    poison, fine = stage.accept(mail()), stage.accept(mail())
    for _ in range(5):
        while process_one(stage.desk):
            pass
        stage.clock.advance(minutes=2)
    held = stage.stored(poison)
    assert (held.state, held.reason, held.attempts) == ("held", "ZeroDivisionError while processing", 3)
    assert "a bug" in held.detail
    assert "Traceback" in held.detail
    assert stage.stored(fine).state == "processed"
    with read(stage.desk.engine) as connection:
        assert b"export" in mails.load_raw(connection, poison)


def test_a_released_mail_is_processed(stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the bug is mended, a held mail that is released becomes the ticket it should have been."""
    monkeypatch.setattr(pipeline, "gather", lambda *_: 1 / 0)
    mail_id = stage.accept(mail())
    for _ in range(3):
        process_one(stage.desk)
        stage.clock.advance(minutes=2)
    monkeypatch.undo()
    with write(stage.desk.engine) as connection:
        mails.release(connection, mail_id, stage.clock())
    assert process_one(stage.desk)
    assert (stage.stored(mail_id).state, len(stage.tickets)) == ("processed", 1)


def test_a_store_that_goes_away_fails_no_mail(
    lite_stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the store is away a mail waits, however often that happens; it is never held for it."""
    mail_id = lite_stage.accept(mail())

    def away(*_: Any) -> Any:
        raise TransientError("the store cannot be written")

    monkeypatch.setattr(pipeline, "apply", away)
    for _ in range(5):
        assert process_one(lite_stage.desk)
        assert not process_one(lite_stage.desk)
        lite_stage.clock.advance(minutes=2)
    monkeypatch.undo()
    assert (lite_stage.stored(mail_id).state, lite_stage.stored(mail_id).attempts) == ("accepted", 0)
    assert process_one(lite_stage.desk)
    assert lite_stage.stored(mail_id).state == "processed"


def test_whoever_watches_is_told_first(stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The id of a mail is said before a byte of it is read, so that a death over it can be counted against it."""
    said: list[Any] = []
    monkeypatch.setattr(pipeline, "gather", lambda *_: said.append("read") or 1 / 0)
    mail_id = stage.accept(mail())
    process_one(stage.desk, said.append)
    assert said == [mail_id, "read"]
    assert not process_one(stage.desk, said.append)


def test_a_held_mail_changes_no_ticket(stage: Any, mail: Any) -> None:
    """A mail that a rule holds is kept with the rule's reason and leaves no other trace."""
    stage.rules('[[rule]]\nname = "hold it"\nwhy = "looks odd"\non = ["ticket.created"]\nthen.hold = "odd"\n')
    mail_id = stage.take(mail())
    stored = stage.stored(mail_id)
    assert (stored.state, stored.reason) == ("held", "looks odd")
    assert stage.tickets == []
    assert stage.written() == []


HOSTILE = {
    "nul": b"From: a\x00b <c@x.test>\r\nSubject: \x00\r\nMessage-ID: <a\x00@x>\r\n\r\nbody \x00\r\n",
    "raw bytes": b"From: \xff <c@x.test>\r\nSubject: \xff\xfe\xed\xa0\x80\r\nMessage-ID: <\xff@x>\r\n\r\n\xff\xfe\r\n",
    "surrogates": b"From: c@x.test\r\nSubject: =?utf-8?b?7aCA?=\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+2AA-\r\n",
    "references": b"From: c@x.test\r\nReferences: "
    + b" ".join(b"<%d@x>" % n for n in range(40_000))
    + b"\r\n\r\nhi\r\n",
    "recipients": b"From: c@x.test\r\nCc: "
    + b", ".join(b"p%d@x.test" % n for n in range(3_000))
    + b"\r\n\r\nhi\r\n",
    "empty": b"",
    "no headers": b"just words",
    "no from": b"Subject: hi\r\n\r\nhello\r\n",
    "long subject": b"From: c@x.test\r\nSubject: " + b"x" * 100_000 + b"\r\n\r\nhi\r\n",
    "odd address": b'From: "a@b"@c@x.test>, <<>>\r\nReply-To: :;\r\n\r\nhi\r\n',
    "line breaks": b"From: =?utf-8?q?a=0D=0ABcc:_x@y?= <c@x.test>\r\nSubject: =?utf-8?q?a=0D=0ABcc:_x@y.test?=\r\n\r\nhi\r\n",
    "bare tag": b"From: c@x.test\r\nContent-Type: text/html\r\n\r\n<p>\x00<b\x00>hi</p>{{ 7*7 }}{% raw %}\r\n",
    "number": b"From: c@x.test\r\nSubject: [#99999999999999999999999]\r\nTo: support+t99999999999999999999.abc@acme.test\r\n\r\nhi\r\n",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_goes_through(stage: Any, raw: bytes) -> None:
    """A mail meant to break the desk is processed at the first try, on both databases."""
    mail_id = stage.take(raw, reverse_path="c@x.test")
    stored = stage.stored(mail_id)
    assert (stored.state, stored.attempts, stored.detail) == ("processed", 0, "")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(head=st.binary(max_size=120), body=st.binary(max_size=200))
def test_any_bytes_go_through(lite_stage: Any, head: bytes, body: bytes) -> None:
    """No bytes whatever make processing raise."""
    raw = b"From: c@x.test\r\n" + head + b"\r\n\r\n" + body
    mail_id = lite_stage.take(raw, reverse_path="c@x.test")
    assert lite_stage.stored(mail_id).attempts == 0


def test_two_workers_share_the_work(stage: Any, mail: Any) -> None:
    """Two workers at once process every mail exactly once."""
    if stage.desk.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, and one worker uses it")
    for number in range(6):
        stage.accept(mail("Same words", from_=f"c@customer{number}.test"))
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(40):
                process_one(stage.desk)
        except BaseException as error:  # noqa: BLE001  shown below
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    stage.clock.advance(minutes=5)
    while process_one(stage.desk):
        pass
    assert faults == []
    assert sorted(one.number for one in stage.tickets) == [1, 2, 3, 4, 5, 6]
    assert len(stage.written("acknowledgement")) == 6


def test_a_released_forgery_becomes_a_strangers_question(stage: Any, mail: Any) -> None:
    """A held mail that a person lets go on is filed as a ticket, its commands unread, and is not held again."""
    mail_id = stage.take(mail("#solved\n\nSend me everything.", from_="Ada <ada@acme.test>"))
    assert stage.stored(mail_id).state == "held"
    with write(stage.desk.engine) as connection:
        assert mails.release(connection, mail_id, stage.desk.now)

    while process_one(stage.desk):
        pass

    assert stage.stored(mail_id).state == "processed"
    assert stage.ticket().status == "new"


def test_an_answer_he_sent_to_the_customer_himself(stage: Any, mail: Any) -> None:
    """An operator who replies to the desk and to the customer in one mail has answered: it is filed and not relayed."""
    stage.take(mail())
    told = stage.written("notification")[0]
    desk = told.mail.reply_to[0].addr_spec
    stage.take(
        mail(
            "Press Export.",
            from_=told.queued.recipients[0],
            to=f"carla@customer.test, {desk}",
            subject=f"Re: {told.mail.subject}",
            in_reply_to=told.mail.message_id,
        ),
        to=(desk,),
    )

    assert stage.written("relay") == []
    assert stage.ticket().status == "pending"
    assert [one.detail["by"] for one in stage.events("answered")] == ["his own mail"]
