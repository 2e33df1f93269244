"""Wake-ups between daemons: whoever commits work on PostgreSQL tells the others (LISTEN and NOTIFY), who look at once.

Told inside of the transaction, so that it is heard when the work can be seen, and not at all when it is rolled back.
Nothing depends on it: every loop also looks by itself, after a second (mails) or fifteen (outbox).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from inboxd import maillog
from inboxd.loops import Stop
from inboxd.store.engine import connect_options

if TYPE_CHECKING:
    import psycopg

_CHANNEL = "inboxd"
APPLICATION = "inboxd wake-ups"
_LISTEN_SECONDS = 1.0
_BACK_OFF = (1.0, 2.0, 5.0, 15.0)


class Wake(StrEnum):
    """What there is to do now."""

    MAIL = "mail"
    OUTGOING = "outgoing"


def tell(connection: Connection, wake: Wake) -> None:
    """Wake the daemons that share the store once this transaction is committed; on SQLite there is only one."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("select pg_notify(:channel, current_schema() || ' ' || :wake)"),
            {"channel": _CHANNEL, "wake": wake.value},
        )


class Listener:
    """Hears what other daemons tell; a step is the life of one connection."""

    def __init__(self, engine: Engine, wakes: Mapping[Wake, Callable[[], None]], stop: Stop) -> None:
        self._address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._options = connect_options(engine.url)
        self._wakes = wakes
        self._stop = stop
        self._failures = 0

    def step(self) -> bool:
        """Listen until the connection or the desk ends; after a failure wait, longer each time."""
        import psycopg  # noqa: PLC0415  five megabytes that a desk on SQLite need not have
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415  likewise

        try:
            with psycopg.connect(
                make_conninfo(self._address, application_name=APPLICATION, **self._options),
                autocommit=True,
            ) as connection:
                schema = _listen(connection)
                # Whatever was told while nobody listened was not heard.
                for wake in self._wakes.values():
                    wake()
                self._failures = 0
                while not self._stop.is_set():
                    for notice in connection.notifies(timeout=_LISTEN_SECONDS, stop_after=1):
                        self._heard(schema, notice.payload)
        except psycopg.Error as error:
            maillog.problem(f"listening for other daemons: {error}")
            self._stop.wait(_BACK_OFF[min(self._failures, len(_BACK_OFF) - 1)])
            self._failures += 1
        return True

    def _heard(self, schema: str, payload: str) -> None:
        of, _, said = payload.rpartition(" ")
        if of == schema and said in set(Wake):
            self._wakes[Wake(said)]()


def _listen(connection: "psycopg.Connection[tuple[object, ...]]") -> str:
    connection.execute(f"listen {_CHANNEL}")
    found = connection.execute("select current_schema()").fetchone()
    return str(found[0]) if found else ""
