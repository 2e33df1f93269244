"""One mail found twice: in the desk's Sent folder, and as a copy that came to the desk."""

from sqlalchemy import Connection, Select, and_, bindparam, select, update

from inboxd.store.core_tables import mail as _mail
from inboxd.store.mails import SENT
from inboxd.store.prepared import Prepared

_one, _other = _mail.alias("one"), _mail.alias("other")


def lies_in_sent(connection: Connection, mail_id: int) -> bool:
    """Return whether the same mail was found in the desk's Sent folder: somebody of the desk wrote it."""
    return bool(_LIES_IN_SENT.value(connection, one_id=mail_id))


def drop_received(connection: Connection, mail_id: int) -> None:
    """Put aside what was held because it only seemed to be ours, now that the same mail was found in Sent."""
    twins = _twins(in_sent=False).where(_other.c.state == "held")
    query = update(_mail).where(_mail.c.id.in_(twins)).values(state="dropped")
    connection.execute(query, {"one_id": mail_id})


def _twins(*, in_sent: bool) -> Select[tuple[int]]:
    """Select the ids of the mails with the Message-ID and content of the mail ``one_id`` that came the other way."""
    return (
        select(_other.c.id)
        .join(_one, and_(_one.c.message_id == _other.c.message_id, _one.c.id == bindparam("one_id")))
        .where(
            _other.c.content_sha256 == _one.c.content_sha256,
            _other.c.message_id != "",
            _other.c.source == SENT if in_sent else _other.c.source != SENT,
        )
    )


# Asked for every mail: made once.
_LIES_IN_SENT = Prepared(select(_twins(in_sent=True).exists()))
