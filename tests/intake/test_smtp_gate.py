import datetime as dt

import pytest

from inboxd.configintake import GateLimits
from inboxd.core.limits import Window
from inboxd.intake.smtp_gate import FULL, TOO_MANY_OF_YOURS, TOO_OFTEN, Gate, is_own_machine, network_of

_LIMITS = GateLimits(
    connections=4, connections_per_peer=2, arrivals_per_peer=Window(dt.timedelta(minutes=1), 5), memory=100
)


class Time:
    """A monotonic clock that stands still."""

    now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


@pytest.fixture
def gate() -> Gate:
    """A gate for four connections, two of each peer, five arrivals a minute and a hundred octets."""
    return Gate(_LIMITS, Time())


def test_one_peer_leaves_room_for_others(gate: Gate) -> None:
    """The third connection of one peer hears 421 at once, the first of another does not."""
    assert [gate.enter("a") for _ in range(3)] == ["", "", TOO_MANY_OF_YOURS]
    assert gate.enter("b") == ""


def test_all_together_are_limited(gate: Gate) -> None:
    """Beyond what all may have together, everybody hears 421; who leaves makes room."""
    for peer in "aabb":
        gate.enter(peer)
    assert gate.enter("c") == FULL
    gate.leave("a")
    assert gate.enter("c") == ""


def test_coming_and_going_is_limited() -> None:
    """Who comes back too often hears 421, until the span is over."""
    time = Time()
    gate = Gate(_LIMITS, time)
    said = []
    for _ in range(7):
        said.append(gate.enter("a"))
        gate.leave("a")
    assert said == [*[""] * 5, TOO_OFTEN, TOO_OFTEN]
    time.now = 61.0
    assert gate.enter("a") == ""


def test_a_peer_holds_half_of_the_room(gate: Gate) -> None:
    """One peer never fills what is there for the mails of all; what is let go is room again."""
    assert gate.hold("a", 50)
    assert not gate.hold("a", 1)
    assert gate.hold("b", 50)
    assert not gate.hold("c", 1)
    gate.let_go("a", 50)
    assert gate.hold("c", 50)


def test_who_is_gone_is_forgotten(gate: Gate) -> None:
    """Ten thousand peers that came and went leave nothing behind but this span's arrivals."""
    for number in range(30_000):
        peer = str(number)
        gate.enter(peer)
        gate.hold(peer, 1)
        gate.let_go(peer, 1)
        gate.leave(peer)
    assert not gate._inside
    assert not gate._held
    assert len(gate._arrived) <= 20_000


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_a_peer_is_whom_an_address_belongs_to(address: str, network: str) -> None:
    """An IPv4 address is itself, one of IPv6 is one of the 2^64 its owner has."""
    assert network_of(address) == network


def test_mails_of_one_peer_are_counted() -> None:
    """Who has sent as many as he may sends no more until the span is over; others, and this machine, still do."""
    time = Time()
    gate = Gate(GateLimits(mails_per_peer=Window(dt.timedelta(minutes=10), 2)), time)
    for peer in ("192.0.2.1", "127.0.0.1"):
        for _ in range(2):
            assert gate.may_send(peer)
            gate.sends(peer)
    assert not gate.may_send("192.0.2.1")
    assert gate.may_send("192.0.2.2")
    assert gate.may_send("127.0.0.1")
    time.now = 601.0
    assert gate.may_send("192.0.2.1")


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("::1", True), ("::2", False), ("192.0.2.1", False), ("", False)],
)
def test_this_machine_is_known(address: str, *, own: bool) -> None:
    """A mail system on this machine is told from one on another, in both kinds of addresses."""
    assert is_own_machine(network_of(address)) == own
