"""Which of the addresses in a report failed."""

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.dsn_prose import Strength, failed_addresses, reason_status


def addresses(report: str, *uninvolved: str) -> list[str]:
    """Return the addresses named most surely."""
    return [named.address for named in failed_addresses(report, frozenset(uninvolved))]


def test_a_listed_address_beats_all_others() -> None:
    """Below an announcement, an address that leads a line is the one."""
    report = (
        "Could not be delivered to:\n\n  a@x.example\n\nSee also b@x.example, or write to help@x.example."
    )
    assert addresses(report) == ["a@x.example"]


def test_contacts_and_senders_are_not_taken() -> None:
    """What stands behind from, contact or please write to is somebody else."""
    report = "Mail from me@desk.example to a@x.example failed.\nPlease contact help@x.example for assistance."
    assert addresses(report) == ["a@x.example"]


def test_sendmails_expanded_address_is_kept() -> None:
    """What we had written stands below what its alias became."""
    report = "The following addresses had permanent fatal errors\nreal@y.example\n    (expanded from: alias@x.example)\n"
    assert addresses(report) == ["real@y.example", "alias@x.example"]


def test_the_reports_own_receiver_is_taken_only_when_alone() -> None:
    """A test mail to oneself has no other address."""
    assert addresses("Undeliverable to: me@x.example", "me@x.example") == ["me@x.example"]
    assert addresses("me@x.example:\nRecipient: a@x.example", "me@x.example") == ["a@x.example"]


def test_each_address_has_its_own_reason() -> None:
    """The status is read from the lines at the address."""
    (first, second) = failed_addresses(
        "failed:\n<a@x.example>: 550 5.1.1 unknown\n\n\n\n\n\n<b@x.example>: 552 5.2.2 full", frozenset()
    )
    assert (reason_status(first), reason_status(second)) == ("5.1.1", "5.2.2")
    assert first.strength == Strength.LISTED


@given(st.text(max_size=400))
def test_never_raises(report: str) -> None:
    """Any text yields addresses or none."""
    assert isinstance(failed_addresses(report, frozenset()), tuple)
