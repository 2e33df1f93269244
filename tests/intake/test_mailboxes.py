"""The operator lives in the mailbox: what he answers there counts, and what he answers elsewhere lies in Sent, once."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from office import Office

from inboxd.intake.imap_mailbox import MailboxSession
from inboxd.loops import Stop
from inboxd.mailboxes import MailboxWatch, look_once, start_mailboxes

Write = Callable[..., bytes]


def test_an_answer_in_sent_is_the_answer(office: Office, mail: Write) -> None:
    """What he wrote to the customer from the mailbox is filed, stops the clocks, and is not sent again."""
    office.asks(mail)
    waiting = office.stage.ticket()
    assert waiting.first_response_at is None
    relayed = len(office.delivered)

    quoted = "On Mon, 16 Nov 2026 at 10:00, Carla <carla@customer.test> wrote:\n> How do I export my data?"
    office.answers(f"Go to Settings.\n\n{quoted}")

    ticket = office.stage.ticket()
    assert (ticket.status, ticket.first_response_at) == ("pending", office.stage.clock())
    assert ticket.chase_at is None
    assert ticket.waiting_since is None
    assert len(office.delivered) == relayed
    (answered,) = office.events("answered")
    assert (answered["automatic"], answered["by"]) == (False, "mailbox")
    assert answered["message_id"].startswith("<client")
    (line,) = [one for one in office.lines("out") if one.kind == "relay"]
    assert (line.text, line.author, line.author_name) == ("Go to Settings.", "ada@acme.test", "Ada")


def test_a_relayed_answer_lies_in_sent_once(office: Office, mail: Write) -> None:
    """What he answered by mail is put into Sent once it has left, and is known there as our own."""
    office.asks(mail)
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
    (copy,) = [one for one in office.mails() if one.source == "sent"]
    assert (copy.disposition, copy.ticket_number) == ("discard", None)


def test_a_crash_after_append_puts_nothing_twice(
    office: Office, mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the record of an APPEND is lost, the mail is found by its Message-ID and not put there again."""
    office.asks(mail, suggested="export")
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
    office.asks(mail)
    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")
    office.settle()
    office.stage.clock.advance(minutes=1)

    office.look()

    assert office.lying(office.account.sent) == {}


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
    assert [one.source for one in office.mails()] == []
    office.look()

    assert [one.source for one in office.mails()] == ["imap", "sent"]
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
