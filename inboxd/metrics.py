"""Figures for Prometheus: what the store has counted, what waits now, and how long each stage takes.

Counters come from the store, so that a crash forgets nothing and a restart begins at the same number; only the times of
stages and the deaths of workers are this process's own. Names and meanings: docs/monitoring.md.
"""

import dataclasses
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import prometheus_client
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from inboxd import __version__
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.limits import SuppressionReason
from inboxd.errors import TransientError
from inboxd.jobs.observe import certificate_end, disks
from inboxd.outgoing.transmit import Outcome
from inboxd.stages import Stage
from inboxd.store import alarms, cursors, vital_signs
from inboxd.store.engine import read
from inboxd.store.tallies import Tallies, count_all
from inboxd.store.vital_signs import Waiting

_STAGE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_WAIT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
# Counting may take a hundredth of a core, however large the store has grown.
_REST = 100.0


@dataclass(frozen=True, slots=True)
class WorkerSigns:
    """What the front knows of its worker: whether it runs, and how often one ended against our will; and of itself.

    ``trouble`` says why it takes no mail at this moment, empty while it does.
    """

    lives: Callable[[], bool]
    ended: Callable[[], int]
    trouble: Callable[[], str] = str


class StageSeconds:
    """The histograms of what stages took, in this process's memory."""

    def __init__(self, registry: prometheus_client.CollectorRegistry) -> None:
        stages = prometheus_client.Histogram(
            "inboxd_stage_seconds",
            "How long a stage of a mail's journey took.",
            ["stage"],
            buckets=_STAGE_SECONDS,
            registry=registry,
        )
        wait = prometheus_client.Histogram(
            "inboxd_queue_wait_seconds",
            "From the acceptance of a mail to the first look at it.",
            buckets=_WAIT_SECONDS,
            registry=registry,
        )
        timed = {stage.value: stages.labels(stage.value) for stage in Stage if stage is not Stage.WAIT}
        self._by_name: Mapping[str, prometheus_client.Histogram] = {**timed, Stage.WAIT.value: wait}

    def observe(self, stage: str, seconds: float) -> None:
        """Count one observation; of a stage nobody knows none."""
        if (histogram := self._by_name.get(stage)) is not None:
            histogram.observe(seconds)


class DeskFigures(Collector):
    """Everything else, looked up whenever somebody asks."""

    def __init__(self, config: Config, engine: Engine, clock: Clock, worker: WorkerSigns) -> None:
        self._config = config
        self._engine = engine
        self._clock = clock
        self._worker = worker
        self._counting = _Counting()

    def collect(self) -> Iterable[Metric]:
        """Return the figures; of a store that cannot be reached only that."""
        now = self._clock()
        found = [*_process_figures(self._worker), *_disk_figures(self._config)]
        found += _certificate_figures(self._config)
        try:
            with read(self._engine) as connection:
                found += _counters(self._counting.tallies(connection))
                found += _queues(connection, now)
                found += [_polls(self._config, connection, now), _open_alarms(connection)]
        except (TransientError, SQLAlchemyError):
            return [*found, _store_up(False)]
        return [*found, _store_up(not self._worker.trouble())]


def make_registry(figures: Collector) -> tuple[prometheus_client.CollectorRegistry, StageSeconds]:
    """Return what is served, and where stages are to be told."""
    # Half of all lines, and of no use: when a series began is seen in the series.
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = prometheus_client.CollectorRegistry()
    stages = StageSeconds(registry)
    registry.register(figures)
    prometheus_client.ProcessCollector(registry=registry)
    return registry, stages


class _Counting:
    """Counts anew when the last counting is a hundred times its own length ago; what was counted never falls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0
        self._last: Tallies | None = None

    def tallies(self, connection: Connection) -> Tallies:
        with self._lock:
            began = time.monotonic()
            if self._last is None or began >= self._next:
                self._last = _never_less(count_all(connection), self._last)
                ended = time.monotonic()
                self._next = ended + _REST * (ended - began)
            return self._last


def _never_less(now: Tallies, before: Tallies | None) -> Tallies:
    """Return the tallies with no counter below what was said before: Prometheus would take it for a new beginning."""
    if before is None:
        return now
    raised: dict[str, Any] = {}
    for one in dataclasses.fields(Tallies):
        new, old = getattr(now, one.name), getattr(before, one.name)
        if isinstance(new, Mapping):
            raised[one.name] = {key: max(new.get(key, 0), old.get(key, 0)) for key in {**old, **new}}
        elif one.name == "duplicates":
            raised[one.name] = max(new, old)
    return dataclasses.replace(now, **raised)


def _counters(tallies: Tallies) -> Iterator[Metric]:
    yield _counter("accepted_mails", "Mails kept, by the way they came.", "source", tallies.accepted)
    yield CounterMetricFamily(
        "inboxd_duplicate_mails", "Mails that were there already.", value=tallies.duplicates
    )
    yield _counter(
        "processed_mails", "Mails that were decided, by the outcome.", "disposition", tallies.processed
    )
    yield _counter("answered", "Questions answered, by whom.", "by", tallies.answered)
    suppressed = {**dict.fromkeys(map(str, SuppressionReason), 0), **tallies.suppressed}
    yield _counter("suppressed", "Automatic mails that were not sent, by the limit.", "limit", suppressed)
    # With its zeros: of a series that begins with its first failure nobody sees the increase.
    attempts = {**dict.fromkeys(map(str, Outcome), 0), **tallies.attempts}
    yield _counter("transmissions", "Attempts to deliver, by what came of them.", "outcome", attempts)
    yield _counter("enqueued_mails", "Mails of ours, by their kind.", "kind", tallies.enqueued)
    yield _gauge("held_mails", "Mails that wait for a person.", tallies.held)
    yield _gauge("failed_mails", "Mails of ours that could not be delivered.", tallies.failed)


def _queues(connection: Connection, now: dt.datetime) -> Iterator[Metric]:
    work, outbox = vital_signs.to_process(connection), vital_signs.to_send(connection)
    yield _gauge("queue_mails", "Accepted mails that nobody has processed.", work.number)
    yield _gauge("queue_lag_seconds", "How long the oldest of them has waited.", _age(work, now))
    yield _gauge("outbox_mails", "Mails of ours that wait to leave.", outbox.number)
    yield _gauge("outbox_age_seconds", "How long the oldest of them has waited.", _age(outbox, now))


def _age(waiting: Waiting, now: dt.datetime) -> float:
    return max((now - waiting.oldest).total_seconds(), 0.0) if waiting.oldest else 0.0


def _polls(config: Config, connection: Connection, now: dt.datetime) -> Metric:
    family = GaugeMetricFamily(
        "inboxd_poll_age_seconds",
        "Since when a folder was read last; +Inf: never yet.",
        labels=["mailbox", "folder"],
    )
    for account in config.intake.imap:
        cursor = cursors.load(connection, account.mailbox, account.folder)
        polled_at = cursor.polled_at if cursor else None
        age = max((now - polled_at).total_seconds(), 0.0) if polled_at else float("inf")
        family.add_metric([account.mailbox, account.folder], age)
    return family


def _open_alarms(connection: Connection) -> Metric:
    family = GaugeMetricFamily("inboxd_alarms", "Alarms about the desk that are open.", labels=["kind"])
    kinds = [one.kind.value for one in alarms.load_all(connection) if one.recovered_at is None]
    for kind in sorted(set(kinds)):
        family.add_metric([kind], kinds.count(kind))
    return family


def _process_figures(worker: WorkerSigns) -> Iterator[Metric]:
    build = GaugeMetricFamily("inboxd_build_info", "Which inboxd this is.", labels=["version"])
    build.add_metric([__version__], 1)
    yield build
    yield _gauge("worker_up", "Whether the worker process runs.", float(worker.lives()))
    yield CounterMetricFamily(
        "inboxd_worker_deaths", "Workers that ended against our will.", value=worker.ended()
    )


def _disk_figures(config: Config) -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "inboxd_disk_free_ratio", "How much of a disk the desk writes to is free.", labels=["folder"]
    )
    for disk in disks(config):
        family.add_metric([disk.folder], disk.free / disk.total if disk.total else 1.0)
    yield family


def _certificate_figures(config: Config) -> Iterator[Metric]:
    if not config.intake.certificates:
        return
    family = GaugeMetricFamily(
        "inboxd_certificate_end_timestamp_seconds",
        "When a certificate of ours ends; 0: it cannot be read.",
        labels=["file"],
    )
    for cert, _key in config.intake.certificates:
        end = certificate_end(cert)
        family.add_metric([str(cert)], end.timestamp() if end else 0)
    yield family


def _store_up(up: bool) -> Metric:  # noqa: FBT001  the value of a gauge
    return _gauge("store_up", "Whether the database can be reached and takes mail.", float(up))


def _counter(name: str, meaning: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"inboxd_{name}", meaning, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"inboxd_{name}", meaning, value=value)
