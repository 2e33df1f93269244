import datetime as dt
from dataclasses import replace

from inboxd.core.actions import Notify, Reply, SetPriority, Tag
from inboxd.core.facts import EventKind
from inboxd.core.outcome import Outcome
from inboxd.core.rules import Rule, RuleMode
from inboxd.core.ticket import Ticket
from inboxd.core.trials import RIPE_AFTER, agrees, tally, with_trial

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
TICKET = Ticket(1, "s", 1, NOW, NOW, priority="high", tags=("billing", "x"))
RULE = Rule(
    "r", "", frozenset(EventKind), (), (Reply("kb_answer"), Tag(("billing",)), SetPriority("high"), Notify()), "g",
    continues=False, mode=RuleMode.SHADOW, file="rules/10.toml", line=7,
)  # fmt: skip


def test_what_it_would_have_done_is_in_the_event() -> None:
    """The event names rule, place, article and every action, so that it can be compared later."""
    (event,) = with_trial(Outcome(), RULE, "export").events
    assert event.kind == "shadow"
    assert event.detail["actions"] == [
        ["reply", "kb_answer"],
        ["tag", ["billing"]],
        ["priority", "high"],
        ["notify", ""],
    ]
    assert (event.detail["file"], event.detail["line"], event.detail["article"]) == (
        "rules/10.toml",
        7,
        "export",
    )


def test_agreement_is_seen_on_the_ticket() -> None:
    """It agrees when its tags, priority and answer are what the operator did; what leaves no trace is not held against it."""
    (event,) = with_trial(Outcome(), RULE, "export").events
    assert agrees(event.detail, TICKET, 0.8)
    assert not agrees(event.detail, TICKET, 0.3)
    assert not agrees(event.detail, replace(TICKET, tags=()), 0.8)
    assert not agrees(event.detail, replace(TICKET, priority="low"), None)


def test_the_record_of_a_rule() -> None:
    """Counted per rule; ripe after enough comparisons of which four in five agree."""
    shadow = {"rule": "r", "file": "rules/10.toml", "line": 7}
    good = {"rule": "r", "similarity": 0.9, "agreed": True}
    bad = {"rule": "r", "similarity": 0.1, "agreed": False}
    (young,) = tally([shadow] * 9, [good] * (RIPE_AFTER - 1))
    assert (young.times, young.compared, young.is_ripe) == (9, RIPE_AFTER - 1, False)
    (ripe,) = tally([shadow] * 9, [*[good] * 4, bad])
    assert (ripe.place, ripe.agreed, ripe.is_ripe) == ("rules/10.toml:7", 4, True)
    assert ripe.similarity is not None
    assert round(ripe.similarity, 2) == 0.74
    (poor,) = tally([shadow], [*[good] * 3, bad, bad])
    assert not poor.is_ripe
    assert tally([], [good]) == ()
