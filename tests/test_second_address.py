"""One person with two addresses: what is proven by itself, and what the operator is asked."""

from dataclasses import replace
from typing import Any

import pytest
from written_rules import ALL

from inboxd.store import customers
from inboxd.store.customers import Customer
from inboxd.store.engine import read

HOME = "carla@home.test"


@pytest.fixture
def desk(stage: Any) -> Any:
    """A desk that believes what its mail server says of senders."""
    intake = replace(stage.desk.config.intake, trusted_authserv_ids=("mx.acme.test",))
    stage.configure(intake=intake)
    stage.rules(ALL)
    return stage


def proven(raw: bytes, address: str) -> bytes:
    """Return a mail as the desk's server hands it on whose sender is proven."""
    domain = address.rpartition("@")[2].encode()
    return b"Authentication-Results: mx.acme.test; dmarc=pass header.from=" + domain + b"\r\n" + raw


def answer(desk: Any, mail: Any, *, from_: str = f"Carla <{HOME}>", is_proven: bool = True) -> Any:
    """Let somebody answer the mail that Carla got; return what the operator is told of it."""
    ours = desk.written("acknowledgement")[0].mail
    address = ours.reply_to[0].addr_spec
    raw = mail(
        "It is me.", subject=f"Re: {ours.subject}", from_=from_, to=address, in_reply_to=ours.message_id
    )
    desk.take(proven(raw, HOME) if is_proven else raw, to=(address,))
    return desk.written("notification")[-1]


def command(desk: Any, told: Any, body: str) -> None:
    """Let the operator answer a notification."""
    desk.reply(told, body, from_=f"Operator <{told.queued.recipients[0]}>")


def customer(desk: Any, address: str) -> Customer | None:
    """Return who has an address."""
    with read(desk.desk.engine) as connection:
        return customers.find_by_address(connection, address)


def test_a_name_of_the_same_mailbox_is_the_same_person(desk: Any, mail: Any) -> None:
    """Where the provider says so and the sender is proven; without proof he is somebody else."""
    desk.take(proven(mail(from_="Carla <carla@gmail.com>"), "carla@gmail.com"))
    shop, forged = "carla+shop@googlemail.com", "carla+forged@gmail.com"
    desk.take(proven(mail(subject="Mine", from_=f"C <{shop}>"), shop))
    desk.take(mail(subject="Not mine", from_=f"C <{forged}>"))
    first, second, third = (customer(desk, one) for one in ("carla@gmail.com", shop, forged))
    assert first is not None
    assert first == second
    assert (first.name, first.tickets) == ("Carla", 2)
    assert third is not None
    assert third.customer_id != first.customer_id


def test_an_answer_from_elsewhere_is_asked_about_once(desk: Any, mail: Any) -> None:
    """The operator gets a button that says they are one person; what he says holds for all tickets, after a yes."""
    desk.take(mail("I wrote before.", subject="Older", from_=f"C. <{HOME}>"))
    desk.take(mail(from_="Carla <carla@customer.test>"))
    ours = desk.written("acknowledgement")[1].mail
    address = ours.reply_to[0].addr_spec
    raw = mail("It is me.", subject=f"Re: {ours.subject}", from_=f"Carla <{HOME}>", to=address)
    desk.take(proven(raw, HOME), to=(address,))
    told = desk.written("notification")[-1]
    assert f"{HOME} answered a mail that only this customer got" in told.mail.text
    assert "%23same%20carla%40home.test" in told.mail.text
    assert customer(desk, HOME) != customer(desk, "carla@customer.test")
    command(desk, told, f"#same {HOME}")
    assert customer(desk, HOME) != customer(desk, "carla@customer.test")
    command(desk, desk.written("result")[-1], "#yes")
    known = customer(desk, HOME)
    assert known is not None
    assert known == customer(desk, "carla@customer.test")
    assert (known.name, known.tickets) == ("Carla", 2)
    desk.take(proven(raw.replace(b"It is me.", b"Again."), HOME).replace(b"<mail", b"<again"), to=(address,))
    assert "only this customer got" not in desk.written("notification")[-1].mail.text


@pytest.mark.parametrize("is_proven", [True, False])
def test_only_a_proven_sender_is_asked_about(desk: Any, mail: Any, *, is_proven: bool) -> None:
    """A sender nobody vouches for is no reason to ask; nothing is put together by itself in either case."""
    desk.take(mail(from_="Carla <carla@customer.test>"))
    told = answer(desk, mail, is_proven=is_proven)
    assert ("only this customer got" in told.mail.text) is is_proven
    assert customer(desk, HOME) is None


def test_somebody_who_does_not_write_here_is_refused(desk: Any, mail: Any) -> None:
    """An address that has no part in the ticket, and the customer's own, are told and change nothing."""
    desk.take(mail(from_="Carla <carla@customer.test>"))
    told = desk.written("notification")[-1]
    command(desk, told, "#same who@else.test\n#same carla@customer.test")
    said = desk.written("result")[-1].mail.text
    assert "nobody writes on this ticket from who@else.test" in said
    assert "carla@customer.test is the customer already" in said
