import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxd import service_notices
from inboxd.service_notices import READY, Watchdog, notify


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A service manager that listens, as systemd does for a ``Type=notify`` service."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


def heard(manager: socket.socket) -> list[str]:
    """Return what was told since the last call."""
    found = []
    while True:
        try:
            found.append(manager.recv(200).decode())
        except BlockingIOError:
            return found


def test_a_manager_that_listens(manager: socket.socket) -> None:
    """What is told arrives as it is."""
    assert notify(READY)
    assert heard(manager) == ["READY=1"]


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a manager, and with one that is gone, telling is nothing and no fault."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify(READY)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not notify(READY)
    monkeypatch.setenv("NOTIFY_SOCKET", "vsock:2:1234")
    assert not notify(READY)


def test_a_manager_that_does_not_read(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once its socket is full notices are lost; the desk does not stand still for them."""
    monkeypatch.setattr(service_notices, "_PATIENCE_SECONDS", 0.001)
    assert not all(notify(READY) for _ in range(600))
    assert set(heard(manager)) == {"READY=1"}


def test_an_abstract_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket in Linux' abstract namespace is reached, too."""
    name = f"inboxd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name)
        listener.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
        notify(READY)
        assert heard(listener) == ["READY=1"]


def test_the_watchdog_is_fed_when_it_is_due(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is called, "alive" is said three times within the time the manager waits."""
    now = [1000.0]
    monkeypatch.setattr(service_notices.time, "monotonic", lambda: now[0])
    monkeypatch.setenv("WATCHDOG_USEC", "120000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    watchdog = Watchdog()
    for _ in range(120):
        watchdog.beat()
        now[0] += 1.0
    assert heard(manager) == ["WATCHDOG=1"] * 3


@pytest.mark.parametrize(
    "variables", [{}, {"WATCHDOG_USEC": "x"}, {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}]
)
def test_a_watchdog_nobody_asked_for(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    """Where the manager wants nothing, or wants it of another process, nothing is said."""
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    Watchdog().beat()
    assert heard(manager) == []
