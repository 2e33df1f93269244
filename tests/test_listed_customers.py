"""What ``customers.csv`` and a customer's doing mean for the mail that comes, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inboxd.core.outcome import SurveyAnswered
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.units import parse_duration
from inboxd.errors import Problem
from inboxd.jobs.chase import chase
from inboxd.listed_customers import take_customer_file
from inboxd.store import customers, surveys
from inboxd.store.engine import read, write

CARLA, HOME = "carla@customer.test", "carla@home.test"
ROW = f'address,name,plan,seats,vip\n"{CARLA} {HOME}",Carla Costa,pro,12,yes\n'
RULES = """
[[rule]]
name = "large"
on = ["ticket.created"]
continue = true
when.customer.plan = "pro"
when.customer.fields.seats.at_least = 10
when.customer.fields.SEATS = 12
when.not.customer.fields.region.exists = true
then.tag = ["large"]

[[rule]]
name = "new"
on = ["ticket.created"]
continue = true
when.customer.tags = ["new"]
then.tag = ["newcomer"]

[[rule]]
name = "back"
on = ["ticket.created"]
continue = true
when.customer.tags = ["left"]
then.tag = ["back"]

[[rule]]
name = "often"
on = ["ticket.created"]
then.notify = true
when.customer.tags = ["frequent"]
then.tag = ["often"]

[[rule]]
name = "all"
on = ["ticket.created", "survey.answered"]
then.notify = true

[[rule]]
name = "sad"
group = "sad"
on = ["customer.replied", "survey.answered"]
when.customer.tags = ["unhappy"]
then.tag = ["sad"]
"""


def prepare(stage: Any, text: str = ROW) -> Sequence[Problem]:
    """Give the desk the rules above and a file; return what is wrong with it."""
    stage.rules(RULES)
    return save(stage, text)


def save(stage: Any, text: str) -> Sequence[Problem]:
    """Save the file; return what is wrong with it."""
    desk = stage.desk
    desk.config.customers.file.write_text(text, encoding="utf-8")
    return take_customer_file(desk.config, desk.engine, desk.tokens.secret, desk.now)


def test_the_file_is_a_fact_from_the_first_mail_on(stage: Any, mail: Any) -> None:
    """Rules see plan and fields of somebody who never wrote before, and the notification tells them in one line."""
    assert prepare(stage) == ()
    stage.take(mail())
    assert stage.ticket().tags == ("large", "newcomer")
    text = stage.written("notification")[0].mail.text
    assert "Carla Costa" in text
    assert "customer.test · plan pro · vip, new · first ticket" in text


def test_the_second_address_is_the_same_person(stage: Any, mail: Any) -> None:
    """Whichever of his addresses he writes from, it is one customer, and the address is his from then on."""
    prepare(stage)
    stage.take(mail())
    stage.take(mail(from_=f"Carla <{HOME}>", subject="Another question", message_id="<2@x.test>"))
    save(stage, "address\nnobody@else.test\n")
    with read(stage.desk.engine) as connection:
        known = customers.find_by_address(connection, HOME)
        assert known is not None
        assert (known.name, known.tickets, set(known.addresses)) == ("Carla", 2, {CARLA, HOME})


def test_two_customers_become_one_by_the_file(stage: Any, mail: Any) -> None:
    """One row with both addresses puts them together, as the operator would."""
    stage.take(mail())
    stage.take(mail(from_=f"C. <{HOME}>", subject="Another question", message_id="<2@x.test>"))
    assert save(stage, ROW) == ()
    with read(stage.desk.engine) as connection:
        known = customers.find_by_address(connection, HOME)
        assert known is not None
        assert (known.tickets, set(known.addresses)) == (2, {CARLA, HOME})


def test_a_policy_for_a_tag_of_the_file_moves_due_times(stage: Any, mail: Any) -> None:
    """A target for VIPs holds for his open ticket as soon as the file says that he is one."""
    targets = SlaTargets(first_response=parse_duration("2h"))
    vip = SlaPolicy("vip", targets, customer_tags=frozenset({"vip"}))
    stage.configure(sla=replace(stage.desk.config.sla, policies=(vip,)))
    stage.take(mail())
    save(stage, ROW)
    chase(stage.desk, stage.clock())
    assert stage.ticket().first_response_due == stage.clock() + parse_duration("2h")


def test_a_mail_after_a_year_finds_who_had_left(stage: Any, mail: Any) -> None:
    """The mail that ends the silence still meets the tag; afterwards it is gone."""
    prepare(stage, "address\nnobody@else.test\n")
    stage.take(mail())
    stage.clock.advance(days=400)
    stage.take(mail(subject="Hello again", message_id="<2@x.test>"))
    assert stage.ticket(2).tags == ("back",)
    stage.take(mail(subject="And another", message_id="<3@x.test>"))
    assert stage.ticket(3).tags == ()


def test_the_last_contact_is_the_last_mail(stage: Any, mail: Any) -> None:
    """A reply on a ticket counts, not only a new question."""
    stage.take(mail())
    later = stage.clock.advance(days=2)
    stage.take(mail("More.", subject="Re: Where is it?", in_reply_to="<1@x.test>", message_id="<2@x.test>"))
    with read(stage.desk.engine) as connection:
        known = customers.find_by_address(connection, CARLA)
    assert known is not None
    assert (known.last_contact_at, known.tickets) == (later, len(known.ticket_times))


def test_a_low_score_is_a_tag_at_once(stage: Any, mail: Any) -> None:
    """Who gave a score of two is unhappy in every rule from then on."""
    prepare(stage)
    stage.take(mail())
    with write(stage.desk.engine) as connection:
        surveys.plan(connection, 1, 1, stage.clock())
        surveys.record_answer(connection, SurveyAnswered(1, 2, ""), stage.clock())
    with read(stage.desk.engine) as connection:
        known = customers.find_by_address(connection, CARLA)
    assert known is not None
    assert "unhappy" in known.tags_at(stage.desk.config.customers.terms, stage.clock())


def test_who_tells_what_is_known(stage: Any, mail: Any) -> None:
    """``#who`` names tags, organisation, every column of the file, and the note about the person."""
    prepare(stage)
    stage.take(mail())
    with write(stage.desk.engine) as connection:
        customers.set_note(connection, 1, "met in Lisbon")
    told = stage.written("notification")[0]
    stage.reply(told, "#who", from_=f"Operator <{told.queued.recipients[0]}>")
    said = stage.written("result")[-1].mail.text
    assert "Carla Costa <carla@customer.test>, 1 ticket, no survey yet, vip, new, customer.test" in said
    assert "plan: pro, seats: 12, met in Lisbon" in said
