"""Status codes, and what prose says of a failure."""

import pytest

from inboxd.core.dsn_status import enhanced_status, is_permanent, refined_status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 user unknown", "5.1.1"),
        ("550-5.7.26 unauthenticated", "5.7.26"),
        ("(#5.1.1)", "5.1.1"),
        ("said: 552 over quota", "5.0.0"),
        ("451 try later", "4.0.0"),
        ("host 192.0.2.5 said no", ""),
        ("call (480) 624-2500", ""),
        ("version 5.5.1.2", ""),
        ("port 587 of 10.5.1.1", ""),
    ],
)
def test_codes_are_told_from_other_numbers(text: str, status: str) -> None:
    """RFC 3463 codes first, the class of an SMTP reply else; telephone numbers and hosts are none."""
    assert enhanced_status(text) == status


def test_only_a_vague_status_is_refined() -> None:
    """A precise one stays."""
    assert refined_status("5.1.1", "550 5.7.1 x") == "5.1.1"
    assert refined_status("5.0.0", "450 4.2.2 x") == "5.0.0"


@pytest.mark.parametrize(
    ("text", "status", "permanent"),
    [
        ("This is a warning message only. You do not need to resend", "", False),
        ("Delivery has been delayed", "", False),
        ("No further delivery attempts will be made.", "", True),
        ("failed permanently: TEMP_FAILURE", "4.4.1", True),
        ("connection refused", "4.4.1", False),
        ("user unknown", "", True),
        ("Zustellung verzögert", "", False),
    ],
)
def test_prose_says_whether_it_is_for_good(text: str, status: str, *, permanent: bool) -> None:
    """Words of delay first, words of an end next, the class of the status last; failed by default."""
    assert is_permanent(text, status) is permanent
