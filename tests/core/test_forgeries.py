"""Two hundred ways to pretend to be the operator: none of them commands, none of them reaches the customer."""

from dataclasses import replace
from typing import Any

from forgeries import ADA, DESK, EVE, GRACE, MALLORY, SERVER, Forgery, Keys, forgeries

from inboxd.core.decide import decide
from inboxd.core.decision import Course, Decision
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome
from inboxd.dryrun import gather_unaccepted
from inboxd.gather import forbidder
from inboxd.pipeline import work_out_mail


def test_no_forgery_succeeds(lite_stage: Any) -> None:
    """Every one is held or taken for a stranger's mail: no command, no relay, no status, no tag."""
    keys = _keys(lite_stage)
    table = list(forgeries(keys))
    succeeded = [one.about for one in table if _succeeds(lite_stage, one)]

    assert len({one.raw for one in table}) >= 200
    assert succeeded == []


def test_what_her_domain_disowns_is_held(lite_stage: Any) -> None:
    """A mail in her name that her domain's DMARC disowns is held even when it orders nothing: nobody is answered."""
    raw = (
        f"Authentication-Results: {SERVER}; dmarc=fail header.from=acme.test\r\nFrom: Ada <{ADA}>\r\nTo: {DESK}\r\n"
        "Subject: A question\r\nMessage-ID: <q@evil.example>\r\n\r\nWhere is the money?\r\n"
    )
    lite_stage.configure(intake=replace(lite_stage.desk.config.intake, trusted_authserv_ids=(SERVER,)))
    mail_id = lite_stage.take(raw.encode(), reverse_path=MALLORY)
    assert lite_stage.stored(mail_id).state == "held"
    assert lite_stage.written() == []
    assert [event.actor for event in lite_stage.events("forgery")] == [ADA]


def test_the_real_operator_succeeds(lite_stage: Any) -> None:
    """The same words with her token, or with her domain's word for it, do all of it: the table proves something."""
    keys = _keys(lite_stage)
    proven = f"Authentication-Results: {SERVER}; dmarc=pass header.from=acme.test"

    assert _succeeds(lite_stage, Forgery("her token", ADA, to=keys.operator))
    assert _succeeds(lite_stage, Forgery("her domain", ADA, fields=(proven, f"In-Reply-To: {keys.answer}")))


def _keys(stage: Any) -> Keys:
    """Return every token of a desk with Eve's ticket 1 and Mallory's ticket 2."""
    intake = replace(stage.desk.config.intake, trusted_authserv_ids=(SERVER,))
    stage.configure(intake=intake)
    for sender in (EVE, MALLORY):
        stage.take(f"From: {sender}\r\nTo: {DESK}\r\nSubject: Zeppelins\r\n\r\nDo they fly?\r\n".encode())
    station = stage.desk.stationery
    notified = [one.mail for one in stage.written("notification") if one.mail.to[0].key == ADA]
    [answer] = [one.mail for one in stage.written("acknowledgement") if one.mail.to[0].key == EVE]
    return Keys(
        customer=station.customer_address(1),
        operator=station.operator_address(1, ADA),
        other_operator=station.operator_address(1, GRACE),
        other_ticket=station.operator_address(2, ADA),
        notification=notified[0].message_id,
        answer=answer.message_id,
    )


def _succeeds(stage: Any, forgery: Forgery) -> bool:
    """Return True when the mail commands ticket 1, relays anything, or counts as an operator's."""
    gathered = gather_unaccepted(stage.desk, forgery.raw)
    decision = decide(
        gathered.facts, stage.desk.active.ruleset, stage.desk.config.limits, forbidder(stage.desk, gathered)
    )
    assert isinstance(decision, Decision), forgery.about
    outcome = work_out_mail(stage.desk, gathered, decision)
    return decision.course is Course.OPERATOR or _obeys(outcome)


def _obeys(outcome: Outcome) -> bool:
    ticket = outcome.ticket
    relayed = any(letter.kind is Kind.RELAY for letter in outcome.letters)
    return relayed or (ticket is not None and ("pwned" in ticket.tags or ticket.status == "solved"))
