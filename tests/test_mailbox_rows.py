"""What a decision leaves to be done in the mailbox, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from inboxd.configintake import ImapAccount
from inboxd.core.drafts import GRACE, DraftState
from inboxd.core.parse import parse
from inboxd.jobs.drafts import settle_drafts
from inboxd.secretsource import SecretSource
from inboxd.store import core_tables, drafts, tickets
from inboxd.store.drafts import Draft
from inboxd.store.engine import read, write

Write = Callable[..., bytes]
ACCOUNT = ImapAccount("imap.acme.test", 993, "tls", "support@acme.test", SecretSource(), "INBOX")
DRAFT = """
[[rule]]
name = "drafted"
on = ["ticket.created", "customer.replied"]
then.draft = "{template}"
then.notify = []
"""


@pytest.fixture
def office(stage: Any) -> Any:
    """A desk that reads a mailbox, where everything questions are about is likely known."""
    stage.configure(intake=replace(stage.desk.config.intake, imap=(ACCOUNT,)))
    stage.shelf.knows("export", 0.7, sure=False)
    return stage


def _draft(stage: Any, draft_id: int = 1) -> Draft:
    with read(stage.desk.engine) as connection:
        found = drafts.find(connection, draft_id)
    assert found is not None
    return found


def _work(stage: Any) -> list[tuple[str, str]]:
    row = core_tables.mailbox_work
    with read(stage.desk.engine) as connection:
        return [(one.kind, one.state) for one in connection.execute(select(row).order_by(row.c.id))]


def _raw(stage: Any, draft_id: int = 1) -> bytes:
    with read(stage.desk.engine) as connection:
        return drafts.load_raw(connection, draft_id)


def _lies(stage: Any, draft_id: int = 1) -> None:
    with write(stage.desk.engine) as connection:
        drafts.note_laid(connection, draft_id, "Drafts", 1, 7)


def test_a_likely_answer_becomes_a_draft(office: Any, mail: Write) -> None:
    """A question an article probably answers gets a draft beside the notification, in one transaction with it."""
    office.take(mail())

    draft = _draft(office)
    assert (draft.article, draft.state, draft.recipient) == ("export", "wanted", "carla@customer.test")
    assert draft.offered == "Hello Carla,\n\nAll about export."
    assert _work(office) == [("append_draft", "queued")]
    assert [dict(one.detail) for one in office.events("draft.offered")] == [{"draft": 1, "article": "export"}]


@pytest.mark.parametrize(("confidence", "sure"), [(0.3, False), (0.99, True)], ids=["unlikely", "sure"])
def test_nothing_lies_ready_for_the_rest(office: Any, mail: Write, confidence: float, *, sure: bool) -> None:
    """What is not likely is only suggested, and what is sure is sent."""
    office.shelf.knows("export", confidence, sure=sure)
    office.take(mail())

    assert "append_draft" not in dict(_work(office))


def test_without_a_mailbox_nothing_waits_for_one(stage: Any, mail: Write) -> None:
    """A desk that reads no mailbox has no drafts and puts nothing into Sent."""
    stage.shelf.knows("export", 0.7, sure=False)
    stage.rules(DRAFT.format(template="kb_answer"))
    stage.take(mail())

    assert _work(stage) == []
    assert len(stage.events("draft")) == 1


def test_drafts_and_copies_can_be_switched_off(office: Any, mail: Write) -> None:
    """With drafts = "" nothing lies ready, with sent_copies = "never" nothing is put into Sent."""
    quiet = replace(ACCOUNT, drafts="", sent_copies="never")
    office.configure(intake=replace(office.desk.config.intake, imap=(quiet,)))
    office.take(mail())
    office.reply(office.written("notification")[0], "Go to Settings.")

    assert _work(office) == []


def test_a_rule_may_draft_any_template(office: Any, mail: Write) -> None:
    """then.draft puts the template's mail there instead of sending it, without the marks of a machine."""
    office.rules(DRAFT.format(template="acknowledgement"))
    office.take(mail())

    drafted = parse(_raw(office))
    assert "It has arrived safely" in drafted.text
    assert drafted.header("Auto-Submitted") == ""
    assert [one.queued.kind for one in office.written()] == ["notification"]


def test_only_answers_are_copied_to_sent(office: Any, mail: Write) -> None:
    """A relayed answer is put into Sent; receipts and notifications are not."""
    office.take(mail())
    assert "append_sent" not in dict(_work(office))

    office.reply(office.written("notification")[0], "Go to Settings.")

    assert ("append_sent", "queued") in _work(office)


def test_a_new_mail_of_the_customer_takes_the_draft_away(office: Any, mail: Write) -> None:
    """It is withdrawn with the mail that makes it useless; one a rule wants for that mail takes its place."""
    office.take(mail(message_id="<question@customer.test>"))
    _lies(office)
    office.rules(DRAFT.format(template="acknowledgement"))
    again = mail("And PDF?", subject="Re: Export", in_reply_to="<question@customer.test>")
    office.take(again)

    assert (_draft(office).state, _draft(office, 2).state) == ("withdrawn", "wanted")
    assert _work(office) == [
        ("append_draft", "cancelled"),
        ("delete_draft", "queued"),
        ("append_draft", "queued"),
    ]


@pytest.mark.parametrize("ending", ["#solved", "#spam", "Go to Settings.", "#send"])
def test_an_end_takes_the_draft_away(office: Any, mail: Write, ending: str) -> None:
    """Whatever ends the waiting for an answer ends the draft."""
    office.take(mail())
    office.reply(office.written("notification")[0], ending)

    assert _draft(office).state == "withdrawn"
    assert _work(office)[0] == ("append_draft", "cancelled")


def test_history_gets_no_draft(office: Any, mail: Write) -> None:
    """What lay there at first contact is filed, and nothing lies ready for it."""
    office.take(mail(), imported=True)

    assert _work(office) == []


def test_a_reply_to_a_draft_that_was_sent_finds_its_ticket(office: Any, mail: Write) -> None:
    """A client may send the draft under the id it has: an answer to it joins, even before Sent was read."""
    office.take(mail())
    office.take(mail("Thanks, but no", subject="Hm", in_reply_to=parse(_raw(office)).message_id))

    assert len(office.tickets) == 1


def test_a_draft_that_is_gone_is_feedback_after_a_while(office: Any, mail: Write) -> None:
    """Deleted drafts are told to the learning job once, never for one that was withdrawn."""
    office.take(mail())
    _lies(office)
    with write(office.desk.engine) as connection:
        drafts.note_gone(connection, 1, office.clock())
    assert settle_drafts(office.desk, office.clock()) == 0
    office.clock.advance(seconds=GRACE.total_seconds() + 1)

    assert [settle_drafts(office.desk, office.clock()) for _ in range(2)] == [1, 0]

    assert [dict(one.detail) for one in office.events("draft.deleted")] == [{"draft": 1, "article": "export"}]
    assert _draft(office).state == "deleted"


@pytest.mark.parametrize("text", ["Hello Carla,\n\nAll about export.", "Half a thought"])
def test_what_was_kept_becomes_a_note_if_it_is_his(office: Any, mail: Write, text: str) -> None:
    """Of a draft taken away only words of his become a note; ours, saved anew by his client, do not."""
    office.take(mail())
    with write(office.desk.engine) as connection:
        drafts.end(connection, 1, DraftState.WITHDRAWN, "the customer wrote again", office.clock())
        drafts.keep(connection, 1, mail(text))

    assert [settle_drafts(office.desk, office.clock()) for _ in range(2)] == [1, 0]

    with read(office.desk.engine) as connection:
        notes = [one.text for one in tickets.list_messages(connection, 1) if one.direction == "note"]
    assert bool(notes) == (text == "Half a thought")
    assert all(text in note and "the customer wrote again" in note for note in notes)


def test_a_merged_ticket_leaves_no_draft(office: Any, mail: Write) -> None:
    """What lay ready on a ticket that became part of another is taken away."""
    office.take(mail(message_id="<one@customer.test>"))
    office.take(mail("How?", subject="Import", message_id="<two@customer.test>"))
    office.reply(office.written("notification")[-1], "#merge 1")
    office.reply(office.written("result")[-1], "#yes")

    assert office.ticket(2).status == "merged"
    assert (_draft(office, 1).state, _draft(office, 2).state) == ("wanted", "withdrawn")


def test_what_was_done_is_forgotten_in_the_end(office: Any, mail: Write) -> None:
    """Changes that were made are kept for a month; those that wait are kept."""
    office.take(mail())
    office.reply(office.written("notification")[0], "Go to Settings.")
    assert len(_work(office)) == 3
    office.clock.advance(days=31)

    settle_drafts(office.desk, office.clock())

    assert _work(office) == [("delete_draft", "queued"), ("append_sent", "queued")]
