"""The operator lives in the mailbox: his Sent counts, his Drafts are filled, and nothing of his is lost."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from imap_servers import ImapServer
from office import Office, open_office
from sqlalchemy import select

from inboxd.core.drafts import GRACE
from inboxd.core.ticket import Message
from inboxd.intake.imap_mailbox import MailboxSession
from inboxd.loops import Stop
from inboxd.mailboxes import MailboxWatch, look_once, start_mailboxes
from inboxd.store import core_tables, mails, tickets
from inboxd.store.engine import read

Write = Callable[..., bytes]
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def office(server: ImapServer, lite_stage: Any, tmp_path: Path) -> Iterator[Office]:
    """A desk with a mailbox on each server."""
    with open_office(server, lite_stage, tmp_path) as opened:
        yield opened


def _asks(office: Office, mail: Write, *, suggested: str = "") -> None:
    """Let Carla ask; with ``suggested`` that article is likely and not sure."""
    if suggested:
        office.stage.shelf.knows(suggested, 0.7, sure=False)
    office.arrives(mail(message_id="<question@customer.test>"))
    office.look()


def _answer(office: Office, body: str, **headers: str) -> None:
    office.stage.clock.advance(minutes=30)
    office.sends(office.writes(body, In_Reply_To="<question@customer.test>", **headers))
    office.look()


def test_an_answer_in_sent_is_the_answer(office: Office, mail: Write) -> None:
    """What he wrote to the customer from the mailbox is filed, stops the clocks, and is not sent again."""
    _asks(office, mail)
    waiting = office.stage.ticket()
    assert waiting.first_response_at is None
    relayed = len(office.delivered)

    quoted = "On Mon, 16 Nov 2026 at 10:00, Carla <carla@customer.test> wrote:\n> How do I export my data?"
    _answer(office, f"Go to Settings.\n\n{quoted}")

    ticket = office.stage.ticket()
    assert (ticket.status, ticket.first_response_at) == ("pending", office.stage.clock())
    assert ticket.chase_at is None
    assert ticket.waiting_since is None
    assert len(office.delivered) == relayed
    (answered,) = office.events("answered")
    assert (answered["automatic"], answered["by"]) == (False, "mailbox")
    assert answered["message_id"].startswith("<client")
    (line,) = [one for one in _lines(office, "out") if one.kind == "relay"]
    assert (line.text, line.author, line.author_name) == ("Go to Settings.", "ada@acme.test", "Ada")


def test_a_relayed_answer_lies_in_sent_once(office: Office, mail: Write) -> None:
    """What he answered by mail is put into Sent once it has left, and is known there as our own."""
    _asks(office, mail)
    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")
    office.round_trip()
    assert office.lying(office.account.sent) == {}, "it was not sent yet"
    office.settle()
    office.stage.clock.advance(minutes=1)

    for _ in range(3):
        office.look()

    ((uid, lying),) = office.lying(office.account.sent).items()
    (relay,) = office.stage.written("relay")
    assert lying.message_id == relay.queued.message_id
    assert rb"\seen" in office.flags(office.account.sent, uid)
    (copy,) = [one for one in _mails(office) if one.source == "sent"]
    assert (copy.disposition, copy.ticket_number) == ("discard", None)


def test_a_crash_after_append_puts_nothing_twice(
    office: Office, mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the record of an APPEND is lost, the mail is found by its Message-ID and not put there again."""
    _asks(office, mail, suggested="export")
    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")
    office.settle()
    office.stage.clock.advance(minutes=1)

    def lose(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("inboxd.store.mailbox_work.finish", lose)
        with pytest.raises(KeyboardInterrupt):
            office.round_trip()
    office.hang_up()
    office.stage.clock.advance(minutes=10)
    office.look()

    assert len(office.lying(office.account.sent)) == 1


def test_gmail_keeps_sent_mail_itself(office: Office, mail: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the provider puts what it sends into Sent, the desk does not."""
    monkeypatch.setattr(MailboxSession, "keeps_sent", True)
    _asks(office, mail)
    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")
    office.settle()
    office.stage.clock.advance(minutes=1)

    office.look()

    assert office.lying(office.account.sent) == {}


def test_a_likely_answer_lies_ready(office: Office, mail: Write) -> None:
    r"""A likely answer that is not sure lies in Drafts as he would write it, marked \Draft, in answer to the mail."""
    office.stage.configure(operators=office.stage.desk.config.operators[:1])
    _asks(office, mail, suggested="export")

    ((uid, draft),) = office.lying(office.account.drafts).items()
    assert rb"\draft" in office.flags(office.account.drafts, uid)
    assert draft.in_reply_to == ("<question@customer.test>",)
    assert draft.references == ("<question@customer.test>",)
    assert (draft.from_.display_name, draft.from_.addr_spec) == ("Ada (Acme Support)", "support@acme.test")
    assert [one.addr_spec for one in draft.to] == ["carla@customer.test"]
    assert "All about export." in draft.text
    assert draft.subject == "Re: [#1] Export"
    assert draft.header("Auto-Submitted") == ""
    assert (office.draft().state, office.draft().uid) == ("lying", uid)


def test_a_draft_sent_unchanged_is_matched(office: Office, mail: Write) -> None:
    """A draft that is sent as it lay there has the distance 0, and lies in Drafts no more."""
    _asks(office, mail, suggested="export")
    ((uid, draft),) = office.lying(office.account.drafts).items()

    office.removes_draft(uid)
    _answer(office, draft.text)

    assert [(one["article"], one["distance"]) for one in office.events("draft.sent")] == [("export", 0.0)]
    assert (office.draft().state, office.events("draft.deleted")) == ("sent", [])
    assert office.stage.ticket().status == "pending"


def test_an_edited_draft_keeps_its_distance(office: Office, mail: Write) -> None:
    """A draft saved under a new UID is not lost of sight; what was sent of it has a distance between 0 and 1."""
    _asks(office, mail, suggested="export")
    ((uid, draft),) = office.lying(office.account.drafts).items()
    edited = office.writes(f"Hello Carla,\n\n{draft.text}", In_Reply_To="<question@customer.test>")
    office.saves_draft(uid, edited.as_bytes())
    office.look()
    (saved,) = office.lying(office.account.drafts)
    assert (office.draft().uid, office.draft().edited) == (saved, True)

    office.removes_draft(saved)
    _answer(office, f"Hello Carla,\n\n{draft.text}\nBest, Ada")

    (feedback,) = office.events("draft.sent")
    assert 0 < feedback["distance"] < 0.8
    assert office.lying(office.account.drafts) == {}


def test_a_draft_that_still_lies_there_is_taken_away_when_he_answers(office: Office, mail: Write) -> None:
    """Whoever answers in words of his own finds the draft gone."""
    _asks(office, mail, suggested="export")

    _answer(office, "Please call me.")

    assert office.lying(office.account.drafts) == {}
    assert office.draft().state == "sent"


def test_a_deleted_draft_is_feedback(office: Office, mail: Write) -> None:
    """A draft that is gone with nothing sent was deleted; that is only said once a copy in Sent had its time."""
    _asks(office, mail, suggested="export")
    ((uid, _),) = office.lying(office.account.drafts).items()
    office.removes_draft(uid)
    office.look()
    assert (office.draft().state, office.events("draft.deleted")) == ("gone", [])

    office.stage.clock.advance(seconds=(GRACE + SECOND).total_seconds())
    office.look()

    assert [one["article"] for one in office.events("draft.deleted")] == ["export"]
    assert office.stage.ticket().first_response_at is None


def test_a_draft_disappears_when_the_customer_writes_again(office: Office, mail: Write) -> None:
    """A draft about what the customer wrote before is taken away; nothing he did not write becomes a note."""
    _asks(office, mail, suggested="export")
    office.stage.clock.advance(minutes=5)

    office.arrives(mail("And as PDF?", subject="Re: Export", in_reply_to="<question@customer.test>"))
    office.look()

    assert office.lying(office.account.drafts) == {}
    assert office.draft().state == "withdrawn"
    assert _lines(office, "note") == []


def test_what_he_wrote_in_a_draft_is_never_lost(office: Office, mail: Write) -> None:
    """A draft he has edited is taken away only after its text was kept, as a note on the ticket."""
    _asks(office, mail, suggested="export")
    ((uid, _),) = office.lying(office.account.drafts).items()
    edited = office.writes("Dear Carla, half a thought", In_Reply_To="<question@customer.test>")
    office.saves_draft(uid, edited.as_bytes())
    office.stage.clock.advance(minutes=5)

    office.arrives(mail("And as PDF?", subject="Re: Export", in_reply_to="<question@customer.test>"))
    office.look()

    assert office.lying(office.account.drafts) == {}
    (note,) = _lines(office, "note")
    assert "half a thought" in note.text
    assert "the customer wrote again" in note.text


def test_a_draft_disappears_when_somebody_answers_by_mail(office: Office, mail: Write) -> None:
    """An answer to the notification makes the draft useless."""
    _asks(office, mail, suggested="export")

    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")
    office.look()

    assert office.lying(office.account.drafts) == {}


def test_a_draft_withdrawn_before_it_lay_there_never_does(office: Office, mail: Write) -> None:
    """A draft that is useless before the mailbox could be reached is not put there."""
    office.stage.shelf.knows("export", 0.7, sure=False)
    office.arrives(mail(message_id="<question@customer.test>"))
    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")

    office.look()

    assert office.lying(office.account.drafts) == {}


def test_a_crash_after_laying_a_draft_lays_no_second(
    office: Office, mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the place of a draft is lost it is found by its mark, not put there again."""
    office.stage.shelf.knows("export", 0.7, sure=False)
    office.arrives(mail())

    def lose(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("inboxd.store.drafts.note_laid", lose)
        with pytest.raises(KeyboardInterrupt):
            office.round_trip()
    office.hang_up()
    office.stage.clock.advance(minutes=10)
    office.look()

    assert list(office.lying(office.account.drafts)) == [office.draft().uid]


def test_other_drafts_are_left_alone(office: Office, mail: Write) -> None:
    """A draft of his own in the folder is never touched, whatever becomes of ours."""
    own = office.writes("Dear tax office")
    office.puts(office.account.drafts, own.as_bytes(), (r"\Draft",))
    _asks(office, mail, suggested="export")
    office.arrives(mail("And as PDF?", subject="Re: Export", in_reply_to="<question@customer.test>"))
    office.look()

    assert [one.text.strip() for one in office.lying(office.account.drafts).values()] == ["Dear tax office"]


def test_a_removed_drafts_folder_is_made_again(office: Office, mail: Write) -> None:
    """Without the folder the drafts in it are gone; the next one makes it anew."""
    _asks(office, mail, suggested="export")
    with office.server.client() as client:
        client.select_folder("INBOX", readonly=True)
        client.delete_folder(office.account.drafts)
    office.look()
    assert office.draft().state == "gone"

    office.arrives(mail("Another one", subject="Import", from_="Dan <dan@customer.test>"))
    office.look()

    assert [one.to[0].addr_spec for one in office.lying(office.account.drafts).values()] == [
        "dan@customer.test"
    ]


def _mails(office: Office) -> list[Any]:
    with read(office.stage.desk.engine) as connection:
        ids = connection.execute(select(core_tables.mail.c.id).order_by(core_tables.mail.c.id)).scalars()
        return [one for mail_id in ids if (one := mails.find(connection, mail_id)) is not None]


def _lines(office: Office, direction: str) -> list[Message]:
    with read(office.stage.desk.engine) as connection:
        return [one for one in tickets.list_messages(connection, 1) if one.direction == direction]


def test_a_woken_mailbox_has_its_draft_at_once(office: Office, mail: Write) -> None:
    """The thread of a mailbox makes changes when it is woken, not a minute later, and ends when the desk does."""
    stop, desk = Stop(), office.stage.desk
    threads, (wake,) = start_mailboxes(desk.config, desk.engine, office.stage.clock, lambda: None, stop)
    try:
        office.stage.shelf.knows("export", 0.7, sure=False)
        office.arrives(mail())
        wake.set()
        until = time.monotonic() + 20
        while office.draft().state != "lying":
            assert time.monotonic() < until
            time.sleep(0.02)
            wake.set()
    finally:
        began = time.monotonic()
        stop.set()
        for thread in threads:
            thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert time.monotonic() - began < 4
    assert stop.because is None
    assert len(office.lying(office.account.drafts)) == 1


def test_an_answer_waits_for_its_question(office: Office, mail: Write) -> None:
    """After a pause Sent is read only when the folder of questions was: the answer must not come first."""
    office.hang_up()
    office.stage.clock.advance(hours=30)
    office.puts(office.account.folder, mail(message_id="<question@customer.test>"))
    office.stage.clock.advance(minutes=5)
    office.sends(office.writes("Go to Settings.", In_Reply_To="<question@customer.test>"))

    office.round_trip()
    assert [one.source for one in _mails(office)] == []
    office.look()

    assert [one.source for one in _mails(office)] == ["imap", "sent"]
    assert office.stage.ticket().status == "pending"


def test_a_mailbox_out_of_reach_stops_nobody(
    office: Office, lite_stage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that is not there is a problem in the log; a thread that meets it waits and tries again."""
    nowhere = replace(office.account, port=1)
    lite_stage.configure(intake=replace(lite_stage.desk.config.intake, imap=(nowhere,)))
    desk, stop = lite_stage.desk, Stop()

    assert look_once(desk.config, desk.engine, lite_stage.clock) == 0
    stop.set()
    watch = MailboxWatch(
        desk.config, nowhere, desk.engine, lite_stage.clock, lambda: None, threading.Event(), stop
    )
    assert watch.step()

    assert "mailbox" in caplog.text
