"""Tickets that an operator puts together or takes apart by mail."""

from typing import Any

import pytest
from operator_mails import ask, command, last, results, yes

from inboxd.core.working_time import add_working_time
from inboxd.store import tickets
from inboxd.store.engine import read


def test_merge_asks_back_and_moves_everything(stage: Any, mail: Any) -> None:
    """After #merge and #yes the mails, the open question and later replies belong to the ticket named."""
    first = ask(stage, mail, "carla")
    second = ask(stage, mail, "carla", "Also this", "And how do I import?")
    command(stage, first, "#solved")
    command(stage, second, f"#merge {first}")
    assert stage.ticket(second).status == "new"
    yes(stage)
    merged, kept = stage.ticket(second), stage.ticket(first)
    assert (merged.status, merged.merged_into, kept.status) == ("merged", first, "open")
    assert kept.waiting_since is not None
    assert kept.chase_at is not None
    with read(stage.desk.engine) as connection:
        texts = [one.text for one in tickets.list_messages(connection, first) if one.direction == "in"]
    assert texts == ["How do I export?", "And how do I import?"]
    receipt = next(one for one in stage.written("notification") if one.queued.ticket_number == second)
    stage.reply(receipt, "Like this.", from_=f"Operator <{receipt.queued.recipients[0]}>")
    assert last(stage, "relay").queued.ticket_number == first


def test_a_merged_question_keeps_its_time(lite_stage: Any, mail: Any) -> None:
    """The answer to a question that is merged is due from when it was asked, not from the merging."""
    stage = lite_stage
    first = ask(stage, mail, "carla")
    command(stage, first, "Press Export.")
    asked_at = stage.clock.advance(hours=1)
    second = ask(stage, mail, "carla", "Also this", "And how do I import?")
    stage.clock.advance(hours=1)
    command(stage, second, f"#merge {first}")
    yes(stage)
    target = stage.desk.config.sla.targets.next_response
    due = add_working_time(stage.desk.sla_terms.hours, asked_at, target)
    assert stage.ticket(first).next_response_due == due
    stage.clock.advance(minutes=1)
    command(stage, first, "#tag later")
    assert stage.ticket(first).next_response_due == due


def test_a_mail_that_leaves_takes_its_clock_along(lite_stage: Any, mail: Any) -> None:
    """What the parted mail asked is no longer due on the old ticket; on the new one it is, from when it was asked."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    command(stage, number, "Press Export.")
    asked_at = stage.clock.advance(hours=1)
    stage.reply(last(stage, "relay"), "Can I import as well?", from_="Carla <carla@customer.test>")
    assert stage.ticket(number).next_response_due is not None
    stage.clock.advance(hours=1)
    told = last(stage, "notification")
    stage.reply(told, "#split", from_=f"Operator <{told.queued.recipients[0]}>")
    due = add_working_time(stage.desk.sla_terms.hours, asked_at, stage.desk.config.sla.targets.first_response)
    assert stage.ticket(number).next_response_due is None
    assert stage.ticket(number + 1).first_response_due == due
    stage.clock.advance(minutes=1)
    command(stage, number, "#tag later")
    assert stage.ticket(number).next_response_due is None


def test_merging_two_customers_keeps_both_informed(lite_stage: Any, mail: Any) -> None:
    """The question back names the other customer; merged, he gets a copy of the answer."""
    stage = lite_stage
    first, second = ask(stage, mail, "carla"), ask(stage, mail, "ben")
    command(stage, second, f"#merge {first}")
    assert "ben@customer.test is somebody else" in results(stage)[-1]
    yes(stage)
    command(stage, first, "Press Export.")
    assert last(stage, "relay").queued.recipients == ("carla@customer.test", "ben@customer.test")


@pytest.mark.parametrize(
    ("target", "sentence"),
    [("1", "is this ticket"), ("99", "there is no ticket #99"), ("x", "number of one")],
)
def test_a_merge_that_cannot_be_is_refused(lite_stage: Any, mail: Any, target: str, sentence: str) -> None:
    """Into itself, into nothing, into what is no number: the result says so and nothing waits."""
    number = ask(lite_stage, mail, "carla")
    command(lite_stage, number, f"#merge {target}")
    assert sentence in results(lite_stage)[-1]
    assert "Waits for your yes" not in results(lite_stage)[-1]


def test_split_makes_a_ticket_of_one_mail(stage: Any, mail: Any) -> None:
    """The customer's later mail becomes a ticket with its own clock; the words under #split answer it."""
    number = ask(stage, mail, "carla")
    receipt = last(stage, "acknowledgement")
    stage.clock.advance(hours=1)
    stage.reply(receipt, "Something else: can I import as well?", from_="Carla <carla@customer.test>")
    told = last(stage, "notification")
    stage.reply(told, "#split Importing\nYes, you can.", from_=f"Op <{told.queued.recipients[0]}>")
    old, new = stage.ticket(number), stage.ticket(number + 1)
    assert (new.subject, new.status, new.linked_to) == ("Importing", "pending", number)
    assert new.first_response_at == stage.clock()
    assert new.created_at == stage.clock()
    assert old.first_response_at is None
    relay, result = last(stage, "relay"), last(stage, "result")
    assert (relay.queued.ticket_number, result.queued.ticket_number) == (new.number, new.number)
    assert f"#{new.number} now" in result.mail.text
    with read(stage.desk.engine) as connection:
        asked = [one for one in tickets.list_messages(connection, number) if one.direction == "in"]
    assert [one.text for one in asked] == ["How do I export?"]


def test_the_only_mail_cannot_be_split_off(lite_stage: Any, mail: Any) -> None:
    """A ticket with one mail stays as it is."""
    number = ask(lite_stage, mail, "carla")
    command(lite_stage, number, "#split")
    assert "no second mail" in results(lite_stage)[-1]
    assert len(lite_stage.tickets) == 1
