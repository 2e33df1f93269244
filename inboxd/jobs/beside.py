"""Beside: jobs that take long run on threads of their own, so that mails need not wait for them, but one after the other.

Several are due at the same moment (every ten minutes, every hour): each waits for the ones before it, none is left out.
What takes minutes (``Job.daemon_only``) has a lane of its own, so that no digest waits for a model to be trained.
"""

import logging
import threading

from inboxd.desk import Desk
from inboxd.jobs.calendar import Job, run_job

_log = logging.getLogger(__name__)


class Beside:
    """Runs jobs beside the mails."""

    def __init__(self) -> None:
        self._lanes = {False: threading.Lock(), True: threading.Lock()}
        self._lock = threading.Lock()
        self._taken: set[str] = set()

    def take(self, desk: Desk, job: Job) -> None:
        """Run a job when those before it are done; one that runs or waits already is not run twice."""
        with self._lock:
            if job.name in self._taken:
                return
            self._taken.add(job.name)
        threading.Thread(target=self._run, args=(desk, job), name=job.name, daemon=True).start()

    def _run(self, desk: Desk, job: Job) -> None:
        try:
            with self._lanes[job.daemon_only]:
                run_job(desk, job)
        except Exception:  # noqa: BLE001  whatever a job raises, mail goes on
            _log.exception("a job failed", extra={"action": "job_failed"})
        finally:
            with self._lock:
                self._taken.discard(job.name)
