import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from inboxd.commands.queues import list_outbox
from inboxd.config import default_config
from inboxd.store import outbox
from inboxd.store.engine import open_store, write
from inboxd.store.outbox import NewOutgoing
from inboxd.store.outbox_claims import IN_FLIGHT, claim_due

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def test_what_is_being_sent_is_not_sent_a_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """While a daemon sends a mail ``outbox retry`` refuses with the reason; once that daemon must be gone it obeys."""
    config = replace(default_config(tmp_path), store_url=f"sqlite:///{tmp_path}/inboxd.db")
    engine = open_store(config.store_url)
    with write(engine) as connection:
        outbox.enqueue(
            connection, NewOutgoing(1, "answer", False, "", ("a@x.test",), "", "<1@x.test>", b"x"), NOW
        )
        claim_due(connection, NOW, lambda _id, _attempts: NOW + IN_FLIGHT)
    assert list_outbox(config, lambda: NOW, "retry", 1, as_json=True) == 1
    assert "being sent right now, since 10:00:00 UTC" in capsys.readouterr().out
    later = NOW + IN_FLIGHT
    assert list_outbox(config, lambda: later, "retry", 1, as_json=True) == 0
    (waiting,) = json.loads(capsys.readouterr().out)
    assert waiting["next_attempt_at"] == "2026-11-16T10:10:00+00:00"
    engine.dispose()
