"""The watch: looks after the desk itself every minute, and raises alarms over a channel that may outlive the desk's own.

It runs in the front, because a dead worker is one of the things it must tell of, and keeps what it knows in memory
beside the store, because a full disk is another.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core import alarm_signs
from inboxd.core.alarms import Alarm, Observation, due, not_told, replaced, review, told
from inboxd.errors import InboxdError, TransientError
from inboxd.jobs.observe import Sight, first_seen, observe
from inboxd.outgoing.transmit import Outcome
from inboxd.store import alarms
from inboxd.store.engine import read, write

INTERVAL_SECONDS = 60.0
# A machine that slept finds all its mailboxes silent: what it then sees counts from its waking.
_SLEPT = dt.timedelta(minutes=5)
# A damaged file is away as well, and nothing that comes back.
_AWAY = (TransientError, DBAPIError)
_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)

_log = logging.getLogger(__name__)


class Watch:
    """Looks, decides, tells. ``deaths`` gives the times the worker died; ``wake`` is called when mail was queued.

    ``trouble`` says why the store takes no mail at this moment although it can be read; empty: it does.
    ``since`` is when this process began to work; without it whatever waited while nothing ran is late at once.
    """

    def __init__(
        self,
        config: Config,
        engine: Engine,
        clock: Clock,
        *,
        deaths: Callable[[], Sequence[dt.datetime]] = tuple,
        wake: Callable[[], None] = lambda: None,
        trouble: Callable[[], str] = str,
        since: dt.datetime = _EVER,
    ) -> None:
        self._config = config
        self._engine = engine
        self._clock = clock
        self._deaths = deaths
        self._wake = wake
        self._trouble = trouble
        self._since = since
        self._looked_at: dt.datetime | None = None
        self._store_failing_since: dt.datetime | None = None
        self._recalled = False
        self._alarms: tuple[Alarm, ...] = ()

    def step(self) -> bool:
        """Look once, and tell what there is to tell; return False: the next look is a minute away. Never raises."""
        try:
            self._look(self._clock())
        except Exception:  # noqa: BLE001  whatever it was: the watch must not end what it watches over
            _log.exception("the watch failed", extra={"action": "watch_failed"})
        return False

    def _look(self, now: dt.datetime) -> None:
        if self._looked_at is not None and now - self._looked_at > _SLEPT:
            self._since = now
        self._looked_at = now
        self._recall(now)
        sight = observe(self._config, self._engine, now, self._since, self._deaths())
        observations = (*sight.observations, self._store(sight, now))
        before = self._alarms
        self._alarms = review(before, observations, now, complete=sight.complete and self._recalled)
        if self._alarms != before:
            self._keep()
        for alarm in due(self._alarms, now):
            self._tell(alarm, now)

    def _store(self, sight: Sight, now: dt.datetime) -> Observation:
        said = self._trouble() if sight.complete else sight.store_says
        fails = bool(said) or not sight.complete
        self._store_failing_since = (self._store_failing_since or now) if fails else None
        return alarm_signs.store(self._store_failing_since, said, now)

    def _recall(self, now: dt.datetime) -> None:
        """Read what was known before this process began, and begin to watch folders that are new."""
        if self._recalled:
            return
        try:
            with read(self._engine) as connection:
                new = first_seen(self._config, connection)
                known = alarms.load_all(connection)
            if new:
                with write(self._engine) as connection:
                    for folder in new:
                        alarms.note_watched(connection, folder, now)
        except _AWAY as error:
            maillog.problem(str(error))
            return
        self._alarms = tuple({one.key: one for one in (*known, *self._alarms)}.values())
        self._recalled = True

    def _keep(self) -> None:
        if not self._recalled:
            return
        try:
            with write(self._engine) as connection:
                alarms.save_all(connection, self._alarms)
        except _AWAY as error:
            # It is known in memory all the same; with the next change it is written again.
            maillog.problem(str(error))

    def _tell(self, alarm: Alarm, now: dt.datetime) -> None:
        maillog.alarm(alarm.kind.value, alarm.wanted.value, alarm.key)
        trouble = self._send(alarm, now)
        if trouble:
            maillog.problem(f"the alarm {alarm.kind.value} could not be told: {trouble}")
        after = not_told(alarm, now) if trouble else told(alarm, now)
        self._alarms = replaced(self._alarms, {alarm.key: after})
        self._keep()

    def _send(self, alarm: Alarm, now: dt.datetime) -> str:
        """Tell by the second channel; by the usual way without one, and when it fails, once. Return what went wrong."""
        from inboxd.jobs.alarm_letters import tell_by_channel, tell_operators  # noqa: PLC0415  alarms are rare

        plan = self._config.alarm
        try:
            reply = tell_by_channel(self._config, plan, alarm, now) if plan else None
            if reply is None or (reply.outcome is not Outcome.SENT and not alarm.tries):
                tell_operators(self._config, self._engine, alarm, now)
                self._wake()
        except (InboxdError, OSError, DBAPIError) as error:
            return str(error)
        return "" if reply is None or reply.outcome is Outcome.SENT else reply.text
