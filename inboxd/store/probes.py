"""Looking for mails the doctor sent to the desk, among those accepted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mail_raw as _raw


@dataclass(frozen=True, slots=True)
class ArrivedProbe:
    """An accepted mail by its Message-ID."""

    message_id: str
    raw: bytes


def find_arrived(connection: Connection, message_ids: Sequence[str]) -> tuple[ArrivedProbe, ...]:
    """Return those of the mails that were accepted."""
    rows = connection.execute(
        select(_mail.c.message_id, _raw.c.raw)
        .join(_raw, _raw.c.mail_id == _mail.c.id)
        .where(_mail.c.message_id.in_(list(message_ids)))
    )
    return tuple(ArrivedProbe(row.message_id, bytes(row.raw)) for row in rows)
