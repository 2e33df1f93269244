"""What people of the desk wrote in an old mailbox, or in the desk that was there before."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from inboxd.core.archive import as_history
from inboxd.core.decide import settle_course
from inboxd.core.decision import Course, Decision, Disposition
from inboxd.core.facts import Facts, Threading
from inboxd.core.limits import Limits
from inboxd.core.mail import Address
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.rule_actions import Surroundings
from inboxd.core.sent_copy import SentCopy, as_past, as_placed, read_sent_copy
from inboxd.core.sent_outcome import work_out_sent
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2015, 3, 4, 10, 0, tzinfo=dt.UTC)
OWN = OwnAddresses(frozenset({"support@acme.test"}))
ANSWER = b"From: Ada <help@old-name.test>\r\nTo: carla@customer.test\r\nSubject: Re: Export\r\n%s\r\nIn Settings.\r\n"
PLACED = SentCopy("ada@acme.test", NOW, to=(Address("Carla", "carla@customer.test"),), placed=True)
AROUND = Surroundings(NOW, "mail:7", "operator.replied", "carla@customer.test", (), mail_id=7)
DECISION = Decision(Disposition.FILE, Course.SENT, "")
TICKET = Ticket(1, "Export", 1, NOW, NOW, status="closed", closed_at=NOW)


def copy_of(raw: bytes) -> SentCopy:
    return read_sent_copy(parse(raw), NOW, OWN, {}, ours=False)


def test_an_old_address_answered_all_the_same() -> None:
    """Lying in Sent is the proof; what a machine sent there, or what went to nobody, is no answer."""
    mail = parse(ANSWER % b"")
    assert not copy_of(ANSWER % b"").answers
    known = as_past(copy_of(ANSWER % b""), mail)
    assert (known.author, known.answers) == ("help@old-name.test", True)
    assert not as_past(copy_of(ANSWER % b"Auto-Submitted: auto-replied\r\n"), mail).answers
    assert not as_past(replace(known, to=()), mail).answers


def test_another_desk_says_where_it_belongs(facts: Callable[..., Facts]) -> None:
    """What stood on a ticket there begins one here, although it is history and nobody asked first."""
    placed = as_placed(copy_of(ANSWER % b""), parse(ANSWER % b""), note=False)
    told = facts(sent=placed, imported=True, threading=Threading(None, "old_desk"))
    assert settle_course(told, Limits()) is Course.SENT

    outcome = as_history(work_out_sent(told, DECISION, None, 2, AROUND), NOW)

    assert outcome.ticket is not None
    assert (outcome.ticket.status, outcome.ticket.closed_at) == ("closed", NOW)
    assert [one.direction for one in outcome.messages] == ["out"]


def test_a_note_there_is_a_note_here(facts: Callable[..., Facts]) -> None:
    """For colleagues alone: it answers nothing, reaches nobody, and makes nobody a participant."""
    note = replace(PLACED, note=True)
    outcome = work_out_sent(facts(sent=note, imported=True), DECISION, TICKET, 2, AROUND)

    assert [(one.direction, one.kind, one.author) for one in outcome.messages] == [
        ("note", "note", "ada@acme.test")
    ]
    assert (outcome.participants, outcome.references, outcome.ticket) == ((), (), TICKET)


def test_a_receipt_is_no_answer_of_a_person(facts: Callable[..., Facts]) -> None:
    """What a machine of the other desk sent is shown as that, and is never taken for words worth an article."""
    outcome = work_out_sent(
        facts(sent=replace(PLACED, by_machine=True), imported=True), DECISION, TICKET, 2, AROUND
    )
    assert [(one.direction, one.kind) for one in outcome.messages] == [("out", "acknowledgement")]
