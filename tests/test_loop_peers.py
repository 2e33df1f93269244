"""Every kind of peer that answers machines: whatever it does, the desk falls silent towards it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from inboxd.core.limits import Limits, Window

DAYS = 14
AUTOMATIC = {"acknowledgement", "answer"}
RULES = """
[[rule]]
name = "everything is answered"
on = ["ticket.created", "customer.replied"]
then.reply = "acknowledgement"
continue = true

[[rule]]
name = "and shown"
on = ["ticket.created", "customer.replied"]
then.notify = true
"""
ROBOT_TEXT = (
    "Thank you for your message. It was registered under number {n}. We will come back to you shortly."
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Something that answers our mails: what it writes as its n-th mail, and how long it takes."""

    name: str
    text: Callable[[int], str] = lambda n: f"This is answer {n} and it is about matter {n * 7} of {n * 31}."
    from_: Callable[[int], str] = lambda _n: "peer@machine.test"
    subject: Callable[[int], str] = lambda n: f"Our matter {n}"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: dt.timedelta = dt.timedelta(minutes=1)
    threads: bool = True
    reverse_path: str | None = None


PEERS = (
    Peer("with headers", headers={"Auto_Submitted": "auto-replied"}),
    Peer("without headers"),
    Peer("without headers or thread", threads=False),
    Peer("the same words", text=lambda n: ROBOT_TEXT.format(n=n)),
    Peer("a new number in the subject", subject=lambda n: f"[Ticket#{4000 + n}] your request", threads=False),
    Peer("a new From each time", from_=lambda n: f"ticket+{4000 + n}@machine.test", threads=False),
    Peer("a new number in From", from_=lambda n: f"case-{4000 + n}@machine.test", threads=False),
    Peer("twelve hours late", delay=dt.timedelta(hours=12)),
    Peer("twelve hours late under new names", from_=lambda n: f"case-{n}@machine.test", delay=dt.timedelta(hours=12)),
    Peer("bounces as a person's mail", text=lambda n: f"Delivery has failed to these recipients: job {n}", subject=lambda _n: "Undeliverable: your mail"),
    Peer("bounces with a null path", reverse_path="", headers={"Auto_Submitted": "auto-replied"}),
    Peer("a list", headers={"List_Id": "<talk.machine.test>", "Precedence": "list"}),
    Peer("a vacation", text=lambda _n: "I am out of office until Monday.", subject=lambda _n: "Automatic reply: away", headers={"X_Autoreply": "yes"}),
)  # fmt: skip


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_is_left_alone(lite_stage: Any, mail: Any, peer: Peer) -> None:
    """At most 3 automatic mails go to a peer within 24 hours and 10 within 30 days, while no person writes to it."""
    lite_stage.rules(RULES)
    times = play(lite_stage, mail, peer)

    assert len(times) <= 10
    for at in times:
        assert sum(1 for other in times if dt.timedelta() <= other - at < dt.timedelta(days=1)) <= 3


def play(stage: Any, mail: Any, peer: Peer) -> list[dt.datetime]:
    """Let the peer write once a day, and answer whatever it gets; return when it got something automatic."""
    times: list[dt.datetime] = []
    number = 0
    for _ in range(DAYS):
        number += 1
        write(stage, mail, peer, number, None)
        while fresh := sent_to_peers(stage)[len(times) :]:
            times.append(fresh[0].queued.created_at)
            stage.clock.now += peer.delay
            number += 1
            write(stage, mail, peer, number, fresh[0].mail)
            assert len(times) < 40, "the desk and the peer write to each other without end"
        stage.clock.advance(hours=23)
    return times


def sent_to_peers(stage: Any) -> list[Any]:
    """Return what was sent to the peer by itself, oldest first."""
    return [
        one
        for kind in sorted(AUTOMATIC)
        for one in stage.written(kind)
        if one.queued.recipients[0].endswith("@machine.test")
    ]


def write(stage: Any, mail: Any, peer: Peer, number: int, answered: Any) -> None:
    """Let the peer write its n-th mail, in answer to one of ours where it keeps threads."""
    threading = {}
    to = "support@acme.test"
    if answered is not None and peer.threads:
        threading = {"in_reply_to": answered.message_id, "references": answered.message_id}
        to = (answered.reply_to or (answered.from_,))[0].addr_spec
    mail_id = stage.take(
        mail(
            peer.text(number),
            subject=peer.subject(number),
            from_=peer.from_(number),
            to=to,
            **threading,
            **peer.headers,
        ),
        reverse_path=peer.reverse_path,
        to=(to,),
    )
    assert stage.stored(mail_id).attempts == 0


def test_a_person_in_between_opens_the_gate_again(lite_stage: Any, mail: Any) -> None:
    """What counts is mail without a person's between: an operator's answer sets the count back."""
    lite_stage.rules(RULES)
    peer = Peer("without thread", threads=False)
    for number in range(1, 8):
        lite_stage.clock.advance(hours=25)
        write(lite_stage, mail, peer, number, None)
    before = len(sent_to_peers(lite_stage))
    lite_stage.clock.advance(hours=25)
    lite_stage.reply(lite_stage.written("notification")[-1], "Hello, a person here.", from_="ada@acme.test")
    lite_stage.configure(limits=Limits(per_peer=(Window(dt.timedelta(days=30), before),)))
    lite_stage.clock.advance(hours=25)
    write(lite_stage, mail, peer, 9, None)
    assert len(sent_to_peers(lite_stage)) == before + 1
