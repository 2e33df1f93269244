import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.facts import UNKNOWN
from inboxd.core.mail import AutomaticKind
from inboxd.gather import Gathered, forbid, gather
from inboxd.store import customers
from inboxd.store.engine import write


def look(stage: Any, raw: bytes, **arrival: Any) -> Gathered:
    """Accept a mail and gather what is known about it, without processing it."""
    mail_id = stage.accept(raw, **arrival)
    return gather(stage.desk, stage.stored(mail_id), stage.clock())


def test_a_stranger(stage: Any, mail: Any) -> None:
    """Of a first mail everything is known that it says itself, and nothing that it does not."""
    facts = look(stage, mail("Wie exportiere ich meine Daten? Ich finde den Knopf nicht.")).facts
    assert (facts.customer.customer_id, facts.customer.address, facts.customer.name) == (
        None,
        "carla@customer.test",
        "Carla",
    )
    assert (facts.threading.ticket, facts.ticket, facts.language) == (None, None, "de")
    assert (facts.is_operator, facts.operator_proven, facts.commands) == (False, False, None)
    assert facts.automatic.may_answer


def test_a_known_customer(stage: Any, mail: Any) -> None:
    """Somebody who wrote before is known with his history and all his tags, by whatever case his address has."""
    stage.take(mail())
    with write(stage.desk.engine) as connection:
        customers.set_tags(connection, 1, ["vip"])
    facts = look(stage, mail(from_="CARLA@Customer.test", subject="Another thing")).facts
    assert (facts.customer.customer_id, facts.customer.tickets, facts.customer.tags) == (1, 1, ("vip", "new"))


def test_a_reply_finds_its_ticket_and_loses_the_quote(stage: Any, mail: Any) -> None:
    """A reply is read in the light of its ticket: what it quotes of ours is not the customer's."""
    stage.take(mail())
    ack = stage.written("acknowledgement")[0].mail
    quoted = "\n".join(f"> {line}" for line in ack.text.splitlines())
    raw = mail(
        f"Still broken.\n\nOn Mon, 16 Nov 2026 at 10:00, Acme Support wrote:\n{quoted}\n",
        in_reply_to=ack.message_id,
        to=ack.reply_to[0].addr_spec,
    )
    found = look(stage, raw, to=(ack.reply_to[0].addr_spec,))
    assert found.facts.threading.ticket == 1
    assert found.facts.written.new_text.strip() == "Still broken."
    assert found.dossier.ticket is not None
    assert found.facts.ticket is not None
    assert found.facts.ticket.status == "new"


def test_only_proven_operators_command(stage: Any, mail: Any) -> None:
    """An operator's reply to the mail sent to him alone is proven; the same From to the plain address is not."""
    stage.take(mail())
    told = stage.written("notification")[0]
    address = told.mail.reply_to[0].addr_spec
    operator = told.queued.recipients[0]
    proven = look(
        stage, mail("#solved", from_=operator, to=address, in_reply_to=told.mail.message_id), to=(address,)
    ).facts
    assert (proven.is_operator, proven.operator_proven) == (True, True)
    assert proven.customer.address == "carla@customer.test"
    claimed = look(stage, mail("#solved", from_=operator)).facts
    assert (claimed.is_operator, claimed.operator_proven) == (True, False)


def test_a_bounce_is_bound_by_its_return_path(stage: Any, mail: Any) -> None:
    """A bounce to the signed return path is bound to the very mail that came back; an unsigned one to none."""
    stage.take(mail())
    sent = stage.written("acknowledgement")[0].queued
    path = stage.desk.stationery.tokens.return_path("support@acme.test", sent.outbox_id, "+")

    def bounce(to: str) -> Gathered:
        raw = mail(
            "550 5.1.1 <carla@customer.test>: no such user",
            from_="Mail Delivery System <mailer-daemon@customer.test>",
            subject="Undelivered Mail Returned to Sender",
            to=to,
            auto_submitted="auto-replied",
        )
        return look(stage, raw, reverse_path="", to=(to,))

    bound = bounce(path)
    assert bound.returned is not None
    assert (bound.returned.outbox_id, bound.returned.kind) == (sent.outbox_id, "acknowledgement")
    assert bounce(path.replace("+b", "+b9")).returned is None
    assert bounce("support@acme.test").returned is None


def test_machines_are_not_asked_about(stage: Any, mail: Any) -> None:
    """The knowledge base is asked about a person's new question and about nothing else."""
    stage.shelf.knows("export-data")
    assert look(stage, mail()).facts.kb != ()
    machine = look(stage, mail(auto_submitted="auto-generated")).facts
    assert (machine.kb, machine.automatic.kind) == ((), AutomaticKind.AUTO_GENERATED)


def test_unknown_while_the_model_loads(stage: Any, mail: Any) -> None:
    """While the model loads, what it would say is unknown, not nothing."""
    stage.shelf.matches = UNKNOWN
    assert look(stage, mail()).facts.kb is UNKNOWN


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({"headers": {"auto_submitted": "auto-generated"}}, "may_not_answer"),
        ({"headers": {"precedence": "bulk", "list_id": "<l.x.test>"}}, "may_not_answer"),
        ({"imported": True}, "imported"),
        ({"reverse_path": ""}, "may_not_answer"),
        ({"undeliverable": True}, "undeliverable"),
        ({"late": dt.timedelta(hours=49)}, "too_old"),
        ({"acknowledged": True}, "acknowledged"),
    ],
)
def test_what_the_limits_know(stage: Any, mail: Any, change: dict[str, Any], limit: str) -> None:
    """Each limit has the history it needs: no answer to machines, lists, bounces, imports, dead addresses, old mail."""
    if change.get("acknowledged") or change.get("undeliverable"):
        stage.take(mail())
    if change.get("undeliverable"):
        with write(stage.desk.engine) as connection:
            customers.mark_undeliverable(connection, "carla@customer.test", "gone", stage.clock())
    arrival = {key: change[key] for key in ("imported", "reverse_path") if key in change}
    mail_id = stage.accept(mail("Something else", subject="Else", **change.get("headers", {})), **arrival)
    stage.clock.now += change.get("late", dt.timedelta())
    found = gather(stage.desk, stage.stored(mail_id), stage.clock())
    no = forbid(stage.desk.config.limits, found, "acknowledgement")
    assert no is not None
    assert no.limit == limit


def test_nothing_forbids_a_first_receipt(stage: Any, mail: Any) -> None:
    """To a person's first question neither a receipt nor an answer is forbidden."""
    found = look(stage, mail())
    assert forbid(stage.desk.config.limits, found, "acknowledgement") is None
    assert forbid(stage.desk.config.limits, found, "kb_answer") is None


def test_one_automatic_answer_per_ticket(stage: Any, mail: Any) -> None:
    """Who writes back after an automatic answer gets a person, not another article."""
    stage.shelf.knows("export-data")
    stage.take(mail())
    answer = stage.written("answer")[0]
    address = answer.mail.reply_to[0].addr_spec
    again = look(
        stage,
        mail("That did not help at all.", to=address, in_reply_to=answer.mail.message_id),
        to=(address,),
    )
    no = forbid(stage.desk.config.limits, again, "kb_answer")
    assert no is not None
    assert no.limit == "one_answer_per_ticket"


def test_it_only_reads(lite_stage: Any, mail: Any) -> None:
    """Gathering writes nothing, however often it is done."""
    mail_id = lite_stage.accept(mail())
    stored = lite_stage.stored(mail_id)
    first = gather(lite_stage.desk, stored, lite_stage.clock())
    second = gather(lite_stage.desk, stored, lite_stage.clock())
    assert replace(first.facts, mail=second.facts.mail) == second.facts
    assert (lite_stage.events(), lite_stage.tickets) == ([], [])
