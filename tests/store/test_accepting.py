"""Many mails in one go are kept as they would be one after the other."""

import contextlib
import datetime as dt

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from inboxd.store import raw_mails
from inboxd.store.accepting import Accepted, NewMail, insert_all, insert_once
from inboxd.store.core_tables import mail as _mail
from inboxd.store.engine import read, write
from inboxd.store.mails import SENT

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def mail(number: int, **parts: object) -> NewMail:
    values: dict[str, object] = {
        "raw": f"mail {number}".encode(),
        "reverse_path": "carla@customer.test",
        "forward_paths": ("support@acme.test",),
        "source": "smtp",
        "message_id": f"<{number}@customer.test>",
        "content_sha256": f"{number:064x}",
    }
    return NewMail(**{**values, **parts})  # type: ignore[arg-type]  # built by name


_mails = st.lists(
    st.builds(
        lambda number, named, source, imported, days, size: mail(
            number,
            raw=b"x" * size,
            source=source,
            imported=imported,
            received_at=None if days is None else NOW - dt.timedelta(days=days),
            **({} if named else {"message_id": ""}),
        ),
        st.integers(1, 4),
        st.booleans(),
        st.sampled_from(["smtp", "imap", SENT]),
        st.booleans(),
        st.none() | st.integers(0, 3),
        st.sampled_from([0, 3, 40]),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_mails, together=_mails)
def test_together_as_one_by_one(lite_engine: Engine, before: list[NewMail], together: list[NewMail]) -> None:
    """Receipts, rows, copies and bytes are the same whether mails come in one batch or each by itself, repeats and all."""
    found: list[object] = []
    for at_once in (True, False):
        with contextlib.suppress(_TakenBackError), write(lite_engine) as connection:
            receipts = [insert_once(connection, one, NOW) for one in before]
            if at_once:
                receipts += insert_all(connection, together, NOW)
            else:
                receipts += [insert_once(connection, one, NOW) for one in together]
            rows = [dict(row) for row in connection.execute(select(_mail).order_by(_mail.c.id)).mappings()]
            raws = [raw_mails.load_raw(connection, row["id"]) for row in rows]
            found.append((receipts, rows, raws))
            raise _TakenBackError
    assert found[0] == found[1]


class _TakenBackError(Exception):
    """Leaves the store as it was."""


def test_ids_follow_the_order_of_arrival(engine: Engine) -> None:
    """Receipts come in the order of the mails, on both databases; the second of two equal ones is a copy of the first."""
    mails = [mail(1), mail(2), mail(1), mail(3, raw=b"y" * (raw_mails.LARGE + 1)), mail(2)]
    with write(engine) as connection:
        receipts = insert_all(connection, mails, NOW)
    assert receipts == (
        Accepted(1, duplicate=False),
        Accepted(2, duplicate=False),
        Accepted(1, duplicate=True),
        Accepted(3, duplicate=False),
        Accepted(2, duplicate=True),
    )
    with read(engine) as connection:
        assert [raw_mails.load_raw(connection, one) for one in (1, 2, 3)] == [
            one.raw for one in mails[:2]
        ] + [mails[3].raw]
        copies = sa.select(_mail.c.copies).order_by(_mail.c.id)
        assert list(connection.execute(copies).scalars()) == [1, 1, 0]


def test_nothing_to_insert(engine: Engine) -> None:
    """No mails are no receipts."""
    with write(engine) as connection:
        assert insert_all(connection, [], NOW) == ()
