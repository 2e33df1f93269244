"""What the tests of the intake share: real IMAP servers, throw-away folders on them, and a meddler in between."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from imap_mailbox import Mailbox
from imap_meddler import Meddler
from imap_servers import DOVECOT, ImapServer, run_dovecot, run_pymap
from office import Office, open_office
from sqlalchemy import Engine


def pytest_report_header() -> str:
    """Name the IMAP servers the tests run on, loudly when one is missing."""
    missing = "DOVECOT IS NOT INSTALLED: its tests are skipped (Debian: dovecot-imapd)"
    return f"imap servers: pymap, {DOVECOT or missing}"


@pytest.fixture(scope="session")
def pymap() -> Iterator[ImapServer]:
    """Run a pymap server for this session."""
    with run_pymap() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot() -> Iterator[ImapServer]:
    """Run a Dovecot server for this session, or say loudly that there is none."""
    if DOVECOT is None:
        pytest.skip("DOVECOT IS NOT INSTALLED (Debian: dovecot-imapd)")
    with run_dovecot(DOVECOT) as server:
        yield server


@pytest.fixture(params=["pymap", "dovecot"])
def server(request: pytest.FixtureRequest) -> ImapServer:
    """Run the test on every real server there is."""
    found: ImapServer = request.getfixturevalue(request.param)
    return found


_numbers = itertools.count(1)


@pytest.fixture
def mailbox(
    server: ImapServer, lite_engine: Engine, clock: Callable[[], dt.datetime], tmp_path: Path
) -> Iterator[Mailbox]:
    """Make an empty folder on each server."""
    password = tmp_path / "password"
    password.write_text(server.password)
    box = Mailbox(server, lite_engine, clock, f"Desk{next(_numbers)}", server.port, password)
    with server.client() as client:
        client.create_folder(box.name)
    yield box
    with server.client() as client:
        if client.folder_exists(box.name):
            client.delete_folder(box.name)


@pytest.fixture
def office(server: ImapServer, lite_stage: Any, tmp_path: Path) -> Iterator[Office]:
    """A desk with a mailbox on each server, in which the operator works."""
    with open_office(server, lite_stage, tmp_path) as opened:
        yield opened


@pytest.fixture
def meddler(mailbox: Mailbox) -> Iterator[Meddler]:
    """Put a meddler between the mailbox and its server."""
    between = Meddler(mailbox.port)
    mailbox.port = between.port
    yield between
    between.close()
