"""What the tests of queue folders share: the server they run on, and a desk around a mailbox there."""

from collections.abc import Iterator
from typing import Any

import pytest
from imap_servers import DOVECOT, ImapServer
from queue_desk import QueueDesk


@pytest.fixture
def server(request: pytest.FixtureRequest) -> ImapServer:
    """Run a test on Dovecot where there is one, else on pymap; one that is marked ``on_both`` on each."""
    wanted = getattr(request, "param", "dovecot" if DOVECOT else "pymap")
    found: ImapServer = request.getfixturevalue(wanted)
    return found


@pytest.fixture
def queues(mailbox: Any, lite_stage: Any) -> Iterator[QueueDesk]:
    """A desk with queue folders on each server, the inbox read once while it was empty."""
    mailbox.first_contact()
    desk = QueueDesk(mailbox, lite_stage, f"Q{mailbox.name}")
    yield desk
    desk.hang_up()
