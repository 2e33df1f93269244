"""The checker of the crash driver finds what it is there to find: each broken promise is planted here once."""

from dataclasses import replace
from typing import Any

import pytest
from crash_checker import Store, check

_STORE = Store(
    mails=[(1, "processed", "smtp", ""), (2, "held", "imap", "it cannot be read")],
    messages={1: 1},
    outbox=[(1, 1, "acknowledgement", "eve@sand.example", "<m1@acme.test>", "sent", True)],
    attempts={(1, "sent"): 1},
    numbers={1: 100, 2: 200},
)
_TOLD = {"message_id": "<m1@acme.test>", "sha256": "a", "verdict": "told"}
_BROKEN = {**_TOLD, "verdict": "broken"}


def broken(store: Store = _STORE, *, acknowledged: Any = (100, 200), left: Any = (_TOLD,)) -> set[str]:
    """Return the names of the promises that are found broken."""
    verdict = check(store, acknowledged, list(left))
    return {name for name, victims in verdict.broken.items() if victims}


def test_a_good_desk_is_found_good() -> None:
    """One mail filed and answered, one held: nothing is broken."""
    assert broken() == set()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("two mails for one", {"numbers": {1: 100, 2: 100}}),
        ("never processed", {"mails": [(1, "processed", "", ""), (2, "accepted", "", "")]}),
        ("not one message", {"messages": {}}),
        ("not one message", {"messages": {1: 2}}),
        ("not one message", {"messages": {1: 1, 2: 1}}),
        (
            "never sent",
            {"outbox": [(1, 1, "acknowledgement", "eve@sand.example", "<m1@acme.test>", "queued", True)]},
        ),
        (
            "written twice",
            {
                "outbox": [
                    *_STORE.outbox,
                    (2, 1, "acknowledgement", "eve@sand.example", "<m2@x>", "sent", True),
                ]
            },
        ),
        (
            "Message-ID used twice",
            {
                "outbox": [
                    *_STORE.outbox,
                    (2, 2, "notification", "ada@acme.test", "<m1@acme.test>", "sent", True),
                ]
            },
        ),
        ("left without being booked", {"attempts": {}}),
    ],
)
def test_a_broken_store_is_found(name: str, changes: dict[str, Any]) -> None:
    """What is lost, doubled or forgotten in the database has its name."""
    assert name in broken(replace(_STORE, **changes))


def test_a_lost_mail_is_found() -> None:
    """A sender was told yes, and the desk has no such mail."""
    assert broken(acknowledged=(100, 200, 300)) == {"lost"}


def test_a_letter_that_left_twice_is_found() -> None:
    """A second transmission after an answer that was written down is what must never be."""
    assert "left twice" in broken(
        replace(_STORE, attempts={(1, "sent"): 1, (1, "later"): 1}), left=(_TOLD, _TOLD)
    )


def test_an_unknown_answer_excuses_the_repeat() -> None:
    """A daemon that died before it wrote the answer down, or a line that broke after DATA: the same mail may come again."""
    assert broken(replace(_STORE, attempts={(1, "sent"): 1, (1, "unknown"): 1}), left=(_TOLD, _TOLD)) == set()
    assert broken(replace(_STORE, attempts={(1, "sent"): 1, (1, "later"): 1}), left=(_BROKEN, _TOLD)) == set()


def test_other_bytes_are_no_repeat() -> None:
    """A repeat is the same mail to the last byte, or nobody could recognise it."""
    store = replace(_STORE, attempts={(1, "sent"): 1, (1, "unknown"): 1})
    assert broken(store, left=(_TOLD, {**_TOLD, "sha256": "b"})) == {"repeated with other bytes"}


def test_a_letter_nobody_queued_is_found() -> None:
    """Nothing leaves that has no row in the outbox, and nothing is called sent that the smarthost never saw."""
    assert broken(left=({**_TOLD, "message_id": "<other@acme.test>"},)) == {
        "left without a row",
        "sent, but never left",
    }
