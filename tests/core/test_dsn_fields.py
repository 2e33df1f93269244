"""The fields of delivery status notifications, as mail systems write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.dsn_fields import has_status_fields, read_status_fields


def test_blocks_need_no_empty_line_between_them() -> None:
    """Some systems forget it; a field that comes again opens the next group."""
    text = "Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822;b@x.example\nAction: delayed"
    assert [(dsn.final_recipient, dsn.action) for dsn in read_status_fields(text)] == [
        ("a@x.example", "failed"),
        ("b@x.example", "delayed"),
    ]


def test_the_address_we_wrote_is_preferred() -> None:
    """RFC 3464 2.3.1: Original-Recipient is what the sender had given; an alias ends elsewhere."""
    text = "Original-Recipient: rfc822;alias@x.example\nFinal-Recipient: rfc822;real@y.example\nAction: failed\nStatus: 5.1.1\n"
    assert read_status_fields(text)[0].final_recipient == "alias@x.example"


@pytest.mark.parametrize(
    "value", ["rfc822; <a@x.example>", "RFC822;a@x.example", "<a@x.example>", "a@X.example"]
)
def test_addresses_are_read_in_any_dress(value: str) -> None:
    """Type, brackets and case vary."""
    assert (
        read_status_fields(f"Final-Recipient: {value}\nAction: failed\n")[0].final_recipient == "a@x.example"
    )


@pytest.mark.parametrize(
    ("action", "status", "expected", "permanent"),
    [
        ("failed", "5.1.1", "failed", True),
        ("Failed (bad mailbox)", "5.1.1", "failed", True),
        ("failure", "553 too long", "failed", True),
        ("error", "5.0.0", "failed", True),
        ("failed", "4.4.7", "failed", False),
        ("delayed", "4.0.0", "delayed", False),
        ("", "5.2.2", "failed", True),
        ("", "4.2.2", "delayed", False),
    ],
)
def test_actions_are_put_into_the_words_of_the_standard(
    action: str, status: str, expected: str, *, permanent: bool
) -> None:
    """RFC 3464 2.3.3, with the class of the status deciding whether it is for good."""
    (dsn,) = read_status_fields(f"Final-Recipient: rfc822;a@x.example\nAction: {action}\nStatus: {status}\n")
    assert (dsn.action, dsn.permanent) == (expected, permanent)


def test_a_vague_status_is_refined_by_the_diagnostic() -> None:
    """``5.0.0`` with ``550-5.7.1`` is about our reputation, not about the address."""
    text = "Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.1 blocked\n"
    assert read_status_fields(text)[0].status == "5.7.1"


def test_folded_fields_are_one() -> None:
    """RFC 5322 2.2.3."""
    text = (
        "Final-Recipient:\n rfc822;a@x.example\nAction: failed\nDiagnostic-Code: smtp; 550\n  user unknown\n"
    )
    assert read_status_fields(text)[0].diagnostic_code == "smtp; 550 user unknown"


def test_success_is_seen_and_left_out() -> None:
    """A delivered recipient is no failed one, but the fields are there."""
    text = "Final-Recipient: rfc822;a@x.example\nAction: delivered\nStatus: 2.1.5\n"
    assert has_status_fields(text)
    assert read_status_fields(text) == ()


@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    """Any text yields recipients or none."""
    assert isinstance(read_status_fields(text), tuple)
