"""A mail from the Sent folder: who wrote it, and whether it is an answer at all."""

import datetime as dt
from typing import Any

import pytest

from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.sent_copy import SentCopy, answered_ticket, read_sent_copy

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
OWN = OwnAddresses(frozenset({"support@acme.test"}))
ADA = {"ada@acme.test": ("Ada", "ada@acme.test"), "ada@home.test": ("Ada", "ada@acme.test")}
BOTH = {**ADA, "grace@acme.test": ("Grace", "grace@acme.test")}


def _read(operators: Any = None, *, ours: bool = False, **fields: str) -> SentCopy:
    usual = {"From": "support@acme.test", "To": "carla@customer.test", "Subject": "Re: Export"}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in (usual | fields).items())
    return read_sent_copy(
        parse(f"{head}\r\nText".encode()), NOW, OWN, ADA if operators is None else operators, ours=ours
    )


@pytest.mark.parametrize(
    ("operators", "sender", "author"),
    [
        (ADA, "support@acme.test", "ada@acme.test"),
        (BOTH, "Grace at Acme <support@acme.test>", "grace@acme.test"),
        (BOTH, "Acme <support@acme.test>", "support@acme.test"),
        (BOTH, "Ada and Grace <support+x@acme.test>", "support@acme.test"),
        (BOTH, "ada@home.test", "ada@acme.test"),
        (BOTH, "eve@sand.test", ""),
    ],
)
def test_the_author_is_whoever_it_can_be(operators: Any, sender: str, author: str) -> None:
    """By his address, by the name beside the desk's, or as the only one; else the desk itself."""
    assert _read(operators, From=sender).author == author


def test_our_own_mail_is_known() -> None:
    """By its signed id, or by our mark where the provider wrote another id; a draft he sent bears both marks."""
    assert _read(ours=True).ours
    assert _read(X_Inboxd_Kind="relay").ours
    assert not _read(X_Inboxd_Kind="relay", X_Inboxd_Draft="t1.d1.x").ours
    assert not _read().ours


@pytest.mark.parametrize(
    ("fields", "answers", "starts"),
    [
        ({}, True, True),
        ({"To": "ada@home.test, support+t1.x@acme.test"}, False, True),
        ({"From": "eve@sand.test"}, False, False),
        ({"From": "ada@home.test"}, True, False),
        ({"Auto_Submitted": "auto-replied (vacation)"}, False, True),
        ({"Auto_Submitted": "no"}, True, True),
        ({"List_Id": "<news.acme.test>"}, True, False),
        ({"To": "a@x.test, b@x.test, c@x.test", "Cc": "d@x.test, e@x.test, f@x.test"}, True, False),
    ],
)
def test_what_is_an_answer_and_what_begins_a_ticket(
    fields: dict[str, str], *, answers: bool, starts: bool
) -> None:
    """Mail among ourselves and of machines answers nobody; a circular begins no conversation."""
    copy = _read(**fields)

    assert (copy.answers, copy.starts) == (answers, starts)


def test_a_ticket_is_found_by_what_is_said() -> None:
    """Its subject or its words lead to a ticket; the newest of several counts, and an empty subject is none."""
    texts = ("How do I export all of my data at once, please?",)
    found = {1: ("Export", texts), 2: ("Export", ()), 3: ("Import", ())}

    assert answered_ticket(parse(b"Subject: AW: Export\r\n\r\nYes"), found) == 2
    assert (
        answered_ticket(parse(b"Subject: Hm\r\n\r\n> How do I export all of my data at once, please?"), found)
        == 1
    )
    assert answered_ticket(parse(b"\r\nYes"), found) is None
