import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.absence import Absence
from inboxd.core.assign import Colleague
from inboxd.core.commands import read_commands
from inboxd.core.facts import CustomerFacts
from inboxd.core.obey import Obeyed, obey_all
from inboxd.core.order_scene import Scene
from inboxd.core.orders import Orders, RefusedError, TicketCase
from inboxd.core.outcome import Outcome, Withdrawal, require_ticket
from inboxd.core.rule_actions import Surroundings
from inboxd.core.ticket import Ticket
from inboxd.core.undo import COMMANDED, read_commanded, remember, undo

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
CARLA = CustomerFacts(1, "carla@customer.test", "Carla", "en", (), 1, None, undeliverable=False)
ADA, GRACE = Colleague("Ada", "ada@acme.test"), Colleague("Grace", "grace@acme.test")
AROUND = Surroundings(
    NOW,
    "mail:1",
    "operator.replied",
    CARLA.address,
    (ADA, GRACE),
    articles=frozenset({"refund"}),
    actor=ADA.address,
)
TICKET = Ticket(7, "Export", 1, NOW, NOW, status="open", tags=("old", "kept"), assignee=ADA.address)
LINES = [
    "#solved", "#pending", "#spam", "#open", "#note x", "#snooze 3d", "#priority low", "#priority urgent",
    "#tag new", "#tag kept", "#untag old", "#assign grace", "#kb refund", "#wrong", "#tag", "#merge 8", "#undo",
]  # fmt: skip


def _obey(ticket: Ticket, text: str) -> tuple[Outcome, list[bool]]:
    scene = Scene(
        ADA.address,
        "UTC",
        ticket.number,
        AROUND,
        Orders(ADA.address, cases={7: TicketCase(ticket, CARLA, CARLA.address)}),
    )
    obeyed = obey_all(Obeyed({7: Outcome(ticket=ticket)}), read_commands(text).commands, scene)
    return obeyed.outcomes[7], [done for _, done, _ in obeyed.results]


def _remembered(ticket: Ticket, text: str) -> tuple[Outcome, TicketCase]:
    outcome = remember(ticket, _obey(ticket, text)[0], ADA.address, ADA.address, NOW)
    told = [json.loads(json.dumps(dict(one.detail))) for one in outcome.events if one.kind == COMMANDED]
    after = require_ticket(outcome)
    return outcome, TicketCase(
        after, CARLA, CARLA.address, commanded=read_commanded(1, told[0]) if told else None
    )


@settings(max_examples=150)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6))
def test_undo_is_the_inverse_of_any_commands(lines: list[str]) -> None:
    """Whatever single-ticket commands did, taken back at once the ticket is as it was in all that people see."""
    _, case = _remembered(TICKET, "\n".join(lines))
    if case.commanded is None:
        assert case.ticket == TICKET
        return
    undone, _, complete = undo(Outcome(ticket=case.ticket), case, ADA.address)
    assert replace(require_ticket(undone), tags=()) == replace(TICKET, tags=())
    assert set(require_ticket(undone).tags) == set(TICKET.tags)
    assert complete
    assert undone.withdrawals == (Withdrawal(NOW, ADA.address),)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(LINES), max_size=6))
def test_every_command_gets_its_result(lines: list[str]) -> None:
    """One result per command, and a command that fails leaves the ticket as the others make it."""
    outcome, done = _obey(TICKET, "\n".join(lines))
    good = [line for line, one in zip(lines, done, strict=True) if one]
    assert require_ticket(_obey(TICKET, "\n".join(good))[0]) == require_ticket(outcome)


def test_nothing_done_is_nothing_remembered() -> None:
    """A mail that changes nothing leaves nothing to take back."""
    assert _remembered(TICKET, "#who")[1].commanded is None
    with pytest.raises(RefusedError, match="nothing on it"):
        undo(Outcome(ticket=TICKET), TicketCase(TICKET, CARLA, CARLA.address), ADA.address)


def test_the_clocks_learn_of_it() -> None:
    """Taking a snooze or a status back tells the clocks the state the ticket is in again."""
    _, case = _remembered(TICKET, "#snooze 3d")
    undone, *_ = undo(Outcome(ticket=case.ticket), case, ADA.address)
    assert [(one.kind, one.detail.get("to")) for one in undone.events] == [
        ("status", "open"),
        ("undone", None),
    ]
    asleep = replace(TICKET, snoozed_until=NOW + dt.timedelta(days=2))
    _, case = _remembered(asleep, "#solved")
    undone, *_ = undo(Outcome(ticket=case.ticket), case, ADA.address)
    assert [one.kind for one in undone.events] == ["status", "snoozed", "undone"]
    assert undone.withdraw_survey == "undone"


def test_tags_of_others_stay() -> None:
    """Only the tags that mail added go, and only those it took off come back."""
    _, case = _remembered(TICKET, "#tag new\n#untag old")
    later = replace(case.ticket, tags=("kept", "new", "theirs"))
    undone, *_ = undo(Outcome(ticket=later), replace(case, ticket=later), ADA.address)
    assert require_ticket(undone).tags == ("kept", "theirs", "old")


def test_away_is_kept_with_the_mail() -> None:
    """#away leaves the ticket alone and says from when to when; #away off without it is refused."""
    outcome, done = _obey(TICKET, "#away until 2026-12-01")
    assert outcome.absence == Absence(ADA.address, ((NOW, dt.datetime(2026, 12, 1, tzinfo=dt.UTC)),))
    assert (require_ticket(outcome), done) == (TICKET, [True])
    assert _obey(TICKET, "#away off")[1] == [False]
