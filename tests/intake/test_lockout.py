from inboxd.intake import lockout
from inboxd.intake.lockout import MOST_FAILURES, WINDOW_SECONDS, Lockout


def test_a_peer_waits_after_its_failures() -> None:
    """One failure less than the limit is a person who mistyped; the limit is somebody who guesses."""
    table = Lockout()
    for _ in range(MOST_FAILURES - 1):
        table.failed("192.0.2.1", 0.0)
    assert not table.is_out("192.0.2.1", 1.0)
    table.failed("192.0.2.1", 1.0)
    assert table.is_out("192.0.2.1", 2.0)
    assert not table.is_out("192.0.2.2", 2.0)


def test_waiting_ends() -> None:
    """Failures count for a while only."""
    table = Lockout()
    for _ in range(MOST_FAILURES):
        table.failed("192.0.2.1", 0.0)
    assert not table.is_out("192.0.2.1", WINDOW_SECONDS)


def test_success_forgives() -> None:
    """Who signs in starts anew."""
    table = Lockout()
    for _ in range(MOST_FAILURES - 1):
        table.failed("192.0.2.1", 0.0)
    table.succeeded("192.0.2.1")
    table.failed("192.0.2.1", 0.0)
    assert not table.is_out("192.0.2.1", 0.0)


def test_a_whole_ipv6_site_is_one_peer() -> None:
    """An attacker has 2^64 addresses; they count as one. A mapped IPv4 address counts as itself."""
    table = Lockout()
    for number in range(MOST_FAILURES):
        table.failed(f"2001:db8::{number}", 0.0)
        table.failed("::ffff:192.0.2.9", 0.0)
    assert table.is_out("2001:db8::ffff", 0.0)
    assert not table.is_out("2001:db8:0:1::1", 0.0)
    assert table.is_out("192.0.2.9", 0.0)


def test_the_table_stays_small() -> None:
    """Whoever comes from ever new addresses does not fill the memory."""
    table = Lockout()
    for number in range(lockout._MOST_PEERS + 50):
        table.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0)
    assert len(table._failures) == lockout._MOST_PEERS
