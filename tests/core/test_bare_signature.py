"""A one-tap mail with nothing but a signature below its commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.bare_signature import is_bare_signature, without_bare_signature
from inboxd.core.commands import read_commands
from inboxd.core.mail import Address

ADA = Address("Ada Lovelace", "ada@acme.test")


@pytest.mark.parametrize(
    "text",
    [
        "Ada Lovelace",
        "Ada",
        "Best regards\nAda",
        "Mit freundlichen Grüßen\n\nAda Lovelace\nAcme GmbH, Geschäftsführerin",
        "Ada Lovelace | Founder",
        "--\nAda\nAcme Ltd",
        "_____\nAda",
        "+49 30 555 7342\nada@acme.test",
        "https://acme.test",
        "Sent from my iPhone",
        "此致\n敬礼",
    ],
)
def test_signatures(text: str) -> None:
    """Names, closings, contacts and what phones add are no answer."""
    assert is_bare_signature(text, ADA)


@pytest.mark.parametrize(
    "text",
    [
        "Done.",
        "Done.\nAda",
        "Thanks!\nAda",
        "It is on its way.\n\nBest regards\nAda",
        "Ada will call you tomorrow at nine.",
        "Ada Lovelace\nI have sent the parcel to you this morning.",
        "Best regards\nWould Monday suit you?",
        "https://acme.test/download is where you find it, have fun with it",
        "",
        "42",
    ],
)
def test_answers(text: str) -> None:
    """Whatever says something is an answer, however short and whatever stands below it."""
    assert not is_bare_signature(text, ADA)


def test_only_a_mail_with_commands_loses_its_rest() -> None:
    """A reply of nothing but a name is odd, but it is what he wrote."""
    tapped = without_bare_signature(read_commands("#solved\n\nAda Lovelace"), ADA)
    replied = without_bare_signature(read_commands("Ada Lovelace"), ADA)

    assert (tapped.rest, tapped.may_relay, len(tapped.commands)) == ("", False, 1)
    assert replied.rest == "Ada Lovelace"


@given(st.text(max_size=200), st.text(max_size=30))
def test_no_text_raises(text: str, name: str) -> None:
    """Any text is judged, and a nameless sender signs with nothing."""
    is_bare_signature(text, Address(name, ""))
