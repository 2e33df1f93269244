"""The journey of one mail: gather, decide, apply. Read it down; each line is a stage.

Three commits make it safe: *accept* (intake), *apply* (here), *book and record* (outgoing). A crash anywhere leaves
the mail accepted and due, and the same end state after the restart.
"""

import contextlib
import datetime as dt
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.apply import Cause, apply
from inboxd.core import retry
from inboxd.core.decide import decide, event_of
from inboxd.core.decision import Course, Decision, Disposition
from inboxd.core.facts import Unknown
from inboxd.core.mail_kind import Kind
from inboxd.core.orders import Orders
from inboxd.core.outcome import Outcome
from inboxd.core.reply_headers import outlook_thread
from inboxd.core.second_address import second_address
from inboxd.core.simhash import body_simhash
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Message, Ticket
from inboxd.core.work_out import Situation, work_out
from inboxd.desk import Desk
from inboxd.errors import Problem, TransientError
from inboxd.explanation import explain_decision
from inboxd.explanation_words import explained_headers
from inboxd.gather import Gathered, begins_ticket, forbidder, gather
from inboxd.gather_orders import read_orders
from inboxd.pinning import pin_facts
from inboxd.stages import Stage, timed, took
from inboxd.store import mail_facts, mails, numbers, twins
from inboxd.store.claims import claimed
from inboxd.store.dossiers import Dossier
from inboxd.store.engine import write
from inboxd.store.mails import StoredMail
from inboxd.store.one_connection import one_connection
from inboxd.store.tickets import ConcurrentChangeError

# How often somebody else may change a ticket while a mail of it is decided, before that mail waits a second.
_MOST_CONFLICTS = 5


class AlreadyProcessedError(TransientError):
    """Somebody else processed this mail meanwhile; nothing of ours may be written."""


def process_one(
    desk: Desk, begin: Callable[[int], None] = lambda _mail_id: None, *, history_only: bool = False
) -> bool:
    """Process the accepted mail whose turn it is; return False when there is none that nobody else has.

    ``begin`` is told the mail's id before anything of it is read, so that whoever watches knows over what we died.
    ``history_only``: mail somebody waits for is left to the daemon.
    """
    now = desk.now
    with one_connection(desk.engine), claimed(desk.engine, now, history_only=history_only) as stored:
        if stored is None:
            return False
        begin(stored.mail_id)
        with maillog.about(stored.mail_id):
            _process_claimed(desk, stored, now)
    return True


def _process_claimed(desk: Desk, stored: StoredMail, now: dt.datetime) -> None:
    for last_try in (False,) * _MOST_CONFLICTS + (True,):
        try:
            _process(desk, stored, now)
        except AlreadyProcessedError:
            return
        except ConcurrentChangeError as error:
            # Decided again at once: a mail that waited would be overtaken by the next one of its ticket.
            if last_try:
                maillog.problem(str(error))
                _postpone(desk, stored, now)
        except TransientError as error:
            # Nothing is wrong with the mail: somebody else was faster, or the store was away for a moment.
            maillog.problem(str(error))
            _postpone(desk, stored, now)
            return
        except Exception as error:  # noqa: BLE001  a bug in reading one mail must neither lose it nor block the others
            _fail(desk, stored, error, now)
            return
        else:
            return


def _process(desk: Desk, stored: StoredMail, now: dt.datetime) -> None:
    if not (stored.attempts or stored.imported or stored.disposition):
        took(Stage.WAIT, (now - stored.accepted_at).total_seconds())
    # What was history when it came is written down as of the day it happened.
    moment = stored.happened_at if stored.imported else now
    gathered = gather(desk, stored, moment)
    if stored.imported and _is_live(gathered.dossier.ticket):
        # The clocks of a ticket somebody works on are not set back by what is filed on it.
        gathered = gather(desk, stored, now)
    with timed(Stage.DECIDE):
        decision = decide(gathered.facts, desk.active.ruleset, desk.config.limits, forbidder(desk, gathered))
    if isinstance(decision, Unknown):
        _postpone(desk, stored, now)
        return
    with _numbered(desk, gathered, decision) as numbered:
        ticket = _write(desk, numbered, decision, now)
    _report_cut_off(desk, decision)
    maillog.processed(
        stored.mail_id, decision.disposition, decision.reason, ticket.number if ticket else None
    )
    if decision.disposition is Disposition.HOLD:
        maillog.held(stored.mail_id, decision.reason)


def _is_live(ticket: Ticket | None) -> bool:
    return ticket is not None and ticket.status != TicketStatus.CLOSED


def _write(desk: Desk, gathered: Gathered, decision: Decision, now: dt.datetime) -> Ticket | None:
    """Write everything a decision means; return the ticket it is about."""
    orders, dossiers = read_orders(desk, gathered, decision)
    outcome = _with_occasion(work_out_mail(desk, gathered, decision, orders), gathered, decision)
    explained = explain_decision(gathered.facts, decision)
    mark = _mark_processed(gathered, decision, explained, now)
    cause = _cause(desk, gathered, explained, mark)
    with timed(Stage.APPLY):
        return apply(desk, outcome, gathered.dossier, cause, gathered.facts.now, dossiers)


def _with_occasion(outcome: Outcome, gathered: Gathered, decision: Decision) -> Outcome:
    """Return the outcome with the event that rules were asked about; history is none."""
    event = event_of(decision.course, gathered.facts)
    if event is None or gathered.facts.imported or decision.disposition is Disposition.HOLD:
        return outcome
    return replace(outcome, occasions=((event.value, f"mail:{gathered.stored.mail_id}"),))


@contextlib.contextmanager
def _numbered(desk: Desk, gathered: Gathered, decision: Decision) -> Iterator[Gathered]:
    """Yield the gathered mail with the number of the ticket it will begin, which no other worker gives meanwhile."""
    kept = decision.disposition in {Disposition.FILE, Disposition.ANSWER}
    if not (kept and begins_ticket(gathered.facts, decision.course)):
        yield gathered
        return
    with numbers.ticket_number(desk.engine, gathered.next_number) as number:
        yield replace(gathered, next_number=number)


def _report_cut_off(desk: Desk, decision: Decision) -> None:
    """Tell the operator of a condition that nobody finished judging: its rule acts on no mail like this one."""
    found = [
        Problem(one.file, one.line, f"rule '{one.name}': {one.note}")
        for one in decision.misses
        if one.cut_off
    ]
    if found:
        desk.report(tuple(found))


def work_out_mail(
    desk: Desk, gathered: Gathered, decision: Decision, orders: Orders | None = None
) -> Outcome:
    """Return what follows from a decision about a gathered mail; of one that is held, only that a forgery is told."""
    if decision.disposition is Disposition.HOLD and decision.course is not Course.FORGERY:
        return Outcome()
    first = next((one.text for one in gathered.dossier.messages if one.direction == "in"), "")
    situation = Situation(
        mail_id=gathered.stored.mail_id,
        next_number=gathered.next_number,
        ticket=gathered.dossier.ticket,
        colleagues=gathered.colleagues,
        own_addresses=desk.config.own_addresses,
        zone=desk.config.desk.timezone,
        returned=gathered.returned,
        first_text=first,
        articles=frozenset(desk.knowledge.articles),
        categories=tuple(one.name for one in desk.active.categories),
        copied=_copied(desk, gathered),
        follows_answer=_follows_answer(gathered.dossier.messages),
        orders=orders or Orders(),
        form_senders=desk.config.intake.form_senders,
    )
    return work_out(gathered.facts, decision, situation)


def _follows_answer(messages: tuple[Message, ...]) -> bool:
    """Return True when the last thing written on a ticket was the answer from the knowledge base."""
    written = [one for one in messages if one.direction != "note"]
    return bool(written) and written[-1].kind == Kind.ANSWER


def _copied(desk: Desk, gathered: Gathered) -> tuple[str, ...]:
    """Return who gets a copy of an answer: never ourselves (a loop), no operator, not the one who is answered."""
    own = desk.config.own_addresses
    left_out = {*desk.operators, gathered.facts.customer.address}
    return tuple(one for one in gathered.dossier.copied if one not in own and one not in left_out)


def _mark_processed(
    gathered: Gathered, decision: Decision, explained: Mapping[str, Any], now: dt.datetime
) -> Callable[[Connection, Ticket | None], None]:
    facts, stored = gathered.facts, gathered.stored
    pinned = pin_facts(gathered, decision)

    def mark(connection: Connection, ticket: Ticket | None) -> None:
        marked = mails.mark_processed(
            connection,
            stored.mail_id,
            disposition=decision.disposition,
            reason=decision.reason,
            ticket_number=ticket.number if ticket else None,
            decision=explained,
            now=now,
            sender=facts.forwarded.by if facts.forwarded else facts.mail.from_.key,
            subject=facts.mail.subject,
            body_simhash=body_simhash(facts.written.new_text),
        )
        if not marked:
            raise AlreadyProcessedError(f"mail {stored.mail_id} was processed by somebody else")
        mail_facts.keep(connection, stored.mail_id, pinned)
        if stored.source == mails.SENT:
            twins.drop_received(connection, stored.mail_id)

    return mark


def _cause(
    desk: Desk,
    gathered: Gathered,
    explained: Mapping[str, Any],
    also: Callable[[Connection, Ticket | None], None],
) -> Cause:
    facts = gathered.facts
    kb = facts.kb if isinstance(facts.kb, tuple) else ()
    return Cause(
        mail_id=gathered.stored.mail_id,
        address=facts.customer.address,
        name=facts.customer.name,
        language=facts.customer.language,
        answering="" if facts.operator_proven and not facts.forwarded else facts.mail.message_id,
        # Without a server whose word counts nothing is proven, and saying so on every mail would only blunt the warning.
        authenticated=facts.sender_auth.result != "fail",
        thread_headers=_outlook_headers(gathered),
        # Whoever asks for a person gets no article, not even as a suggestion in the acknowledgement.
        suggestions=() if facts.guards else desk.knowledge.suggestions(kb),
        promise=gathered.promise,
        away_until=gathered.away_until,
        working_hours=facts.time.working_hours,
        second_address=second_address(facts, _addresses_of(gathered.dossier)),
        explained=explained_headers(explained, gathered.stored.mail_id),
        also=also,
    )


def _addresses_of(dossier: Dossier) -> frozenset[str]:
    """Return everybody who is known on a ticket."""
    his = dossier.customer.addresses if dossier.customer else ()
    return frozenset((*his, *(one.address for one in dossier.participants)))


def _outlook_headers(gathered: Gathered) -> tuple[tuple[str, str], ...]:
    """Return what Outlook needs to see one conversation; of an operator's reply, what the customer's mail had."""
    if not gathered.facts.operator_proven or gathered.facts.forwarded:
        return outlook_thread(gathered.facts.mail)
    ticket = gathered.dossier.ticket
    index = ticket.thread_index if ticket else ""
    return (("Thread-Topic", ticket.subject), ("Thread-Index", index)) if ticket and index else ()


def _postpone(desk: Desk, stored: StoredMail, now: dt.datetime) -> None:
    """Wait for a fact that is not there yet: the mail is asked for again, no failure is counted."""
    with write(desk.engine) as connection:
        mails.postpone(connection, stored.mail_id, retry.postponed_until(1, now))
    maillog.postponed(stored.mail_id, "a fact is not known yet")


def _fail(desk: Desk, stored: StoredMail, error: Exception, now: dt.datetime) -> None:
    """Count the failure; the third one holds the mail with its traceback, where a person sees it (DESIGN 2.3)."""
    again_at = retry.reprocess_at(stored.attempts + 1, now)
    with write(desk.engine) as connection:
        mails.book_failure(connection, stored.mail_id, again_at or now)
        if again_at is None:
            detail = "".join(traceback.format_exception(error))
            mails.hold(connection, stored.mail_id, f"{type(error).__name__} while processing", detail, now)
    maillog.failed(stored.mail_id, error, held=again_at is None)
