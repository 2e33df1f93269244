"""Mail that is piped in while a desk moves to PostgreSQL."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from inboxd.commands import accept as command
from inboxd.commands.init import make_desk
from inboxd.config import load_config
from inboxd.intake.pipe import accept_files
from inboxd.store.engine import SchemaError, open_engine, open_store
from inboxd.store.move import move_store

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def target(postgres_url: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text("create database move_accept"))
    yield postgres_url.replace("/postgres?", "/move_accept?")
    with admin.connect() as connection:
        connection.execute(text("drop database move_accept with (force)"))


def test_who_waited_for_the_copy_is_told_to_come_again(
    target: str, mail: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who opened the old store before it was moved, and could write only afterwards, keeps his mail: it would be lost there."""
    monkeypatch.chdir(tmp_path)
    make_desk(Path("desk"))
    config = load_config(Path("desk/config.toml"))
    open_store(config.store_url).dispose()
    Path("mail.eml").write_bytes(mail())
    opened, said = threading.Event(), []

    def accept_when_told(*arguments: Any) -> Any:
        opened.set()
        return accept_files(*arguments)

    def pipe() -> None:
        try:
            command.accept_mails(config, ["mail.eml"], None, (), NOW, as_json=True)
        except SchemaError as error:
            said.append(str(error))

    monkeypatch.setattr(command, "accept_files", accept_when_told)
    piping = threading.Thread(target=pipe)

    def begin(_table: str) -> None:
        if not opened.is_set():
            piping.start()
            opened.wait(20)

    move_store(config.store_url, target, begin)
    piping.join()

    assert said
    assert "was moved" in said[0]
    old = open_engine(config.store_url)
    with old.connect() as connection:
        assert connection.execute(text("select count(*) from mail")).scalar_one() == 0
    old.dispose()
