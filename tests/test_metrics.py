"""The figures for Prometheus, and what is said about them in docs/monitoring.md and deploy/alerts.yml."""

import datetime as dt
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
import trustme
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine

from inboxd import metrics
from inboxd.configintake import ImapAccount
from inboxd.configlogin import Submission
from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Alarm
from inboxd.core.folder_walk import Cursor
from inboxd.metrics import DeskFigures, WorkerSigns, make_registry
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.secretsource import SecretSource
from inboxd.store import alarms, cursors, mails
from inboxd.store.engine import write

ROOT = Path(__file__).parents[1]
ACCOUNT = ImapAccount("imap.acme.test", 993, "tls", "support@acme.test", SecretSource(), "INBOX")
WELL = WorkerSigns(lambda: True, lambda: 0)
Figures = dict[tuple[str, str], float]


def scrape(registry: prometheus_client.CollectorRegistry) -> Figures:
    """Return every sample by its name and the value of its only label (of several: joined by a comma)."""
    text = prometheus_client.generate_latest(registry).decode()
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figures(stage: Any, worker: WorkerSigns = WELL) -> DeskFigures:
    return DeskFigures(stage.desk.config, stage.desk.engine, stage.clock, worker)


def everything(stage: Any, folder: Path) -> Figures:
    """Return what a desk serves that uses all there is to be watched."""
    certificate = trustme.CA().issue_cert("desk.acme.test")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    intake = replace(
        stage.desk.config.intake,
        imap=(ACCOUNT, replace(ACCOUNT, folder="Other")),
        submission=Submission(True, "127.0.0.1", 0, folder / "cert.pem", folder / "key.pem"),
    )
    stage.configure(intake=intake)
    now = stage.clock()
    with write(stage.desk.engine) as connection:
        polled = Cursor(
            uidvalidity=1,
            uid=1,
            modseq=0,
            archive_uid=0,
            archive_before=None,
            polled_at=now - dt.timedelta(minutes=3),
        )
        cursors.save(connection, ACCOUNT.mailbox, "INBOX", polled)
        alarm = Alarm("sign-in:a", AlarmKind.SIGN_IN_ENDS, "", now, now)
        alarms.save_all(connection, [alarm, replace(alarm, key="sign-in:b", recovered_at=now)])
    registry, seconds = make_registry(figures(stage, WorkerSigns(lambda: False, lambda: 3)))
    for stage_name in ("parse", "apply", "wait", "juggle"):
        seconds.observe(stage_name, 0.2)
    return scrape(registry)


def test_what_waits_and_what_was_counted(
    stage: Any, mail: Callable[..., bytes], transport: Any, tmp_path: Path
) -> None:
    """Each figure is what the store holds, on both databases; ages are those of the oldest."""
    stage.take(mail("Who are you?"))
    deliver_one(Delivery(stage.desk.engine, stage.clock, transport))
    stage.clock.advance(minutes=10)
    stage.accept(mail("And you?"))
    stage.clock.advance(minutes=5)

    found = everything(stage, tmp_path)

    assert found["inboxd_accepted_mails_total", "smtp"] == 2
    assert found["inboxd_processed_mails_total", "answer"] == 1
    assert (found["inboxd_queue_mails", ""], found["inboxd_queue_lag_seconds", ""]) == (1, 300)
    waiting = len(stage.written()) - 1
    assert (found["inboxd_outbox_mails", ""], found["inboxd_outbox_age_seconds", ""]) == (waiting, 900)
    assert found["inboxd_transmissions_total", "sent"] == 1
    assert found["inboxd_transmissions_total", "failed"] == 0
    assert found["inboxd_suppressed_total", "brake"] == 0


def test_what_is_not_in_the_store(stage: Any, tmp_path: Path) -> None:
    """Folders, disks, the certificate, alarms, the worker and its stages; of a stage nobody knows nothing."""
    found = everything(stage, tmp_path)

    assert found["inboxd_poll_age_seconds", "INBOX,support@acme.test@imap.acme.test"] == 180
    assert found["inboxd_poll_age_seconds", "Other,support@acme.test@imap.acme.test"] == float("inf")
    assert found["inboxd_alarms", "sign_in_ends"] == 1
    (free,) = [value for (name, _), value in found.items() if name == "inboxd_disk_free_ratio"]
    assert 0 <= free <= 1
    ends = found["inboxd_certificate_end_timestamp_seconds", str(tmp_path / "cert.pem")]
    assert ends > time.mktime((2027, 1, 1, 0, 0, 0, 0, 0, 0))
    assert (found["inboxd_worker_up", ""], found["inboxd_worker_deaths_total", ""]) == (0, 3)
    assert found["inboxd_stage_seconds_count", "parse"] == 1
    assert found["inboxd_stage_seconds_sum", "apply"] == pytest.approx(0.2)
    assert found["inboxd_queue_wait_seconds_count", ""] == 1
    assert not [name for name, label in found if "juggle" in label]
    assert not [name for name, _ in found if name.endswith("_created")]


def test_a_new_process_goes_on_counting(lite_stage: Any, mail: Callable[..., bytes]) -> None:
    """Counters are the store's: a restart begins at the number the last process had."""
    lite_stage.take(mail("One"))
    before = scrape(make_registry(figures(lite_stage))[0])
    after = scrape(make_registry(figures(lite_stage))[0])
    key = ("inboxd_accepted_mails_total", "smtp")
    assert before[key] == after[key] == 1


def test_counters_never_fall(
    lite_stage: Any, mail: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was counted and is counted no more (a released mail, an erased customer) is no new beginning."""
    monkeypatch.setattr(metrics, "_REST", 0.0)
    registry, _ = make_registry(figures(lite_stage))
    robot = mail("I am away", auto_submitted="auto-replied")
    mail_id = lite_stage.take(robot)
    key = ("inboxd_processed_mails_total", "hold")
    assert (scrape(registry)[key], scrape(registry)["inboxd_held_mails", ""]) == (1, 1)
    with write(lite_stage.desk.engine) as connection:
        mails.release(connection, mail_id, lite_stage.clock())
    assert (scrape(registry)[key], scrape(registry)["inboxd_held_mails", ""]) == (1, 0)


def test_counting_takes_a_hundredth_of_the_time(lite_stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks all the time gets the last count: a large store is not read through at every scrape."""
    counted: list[float] = []
    real = metrics.count_all

    def slow(connection: Any) -> Any:
        counted.append(time.monotonic())
        while time.monotonic() < counted[-1] + 0.02:
            pass
        return real(connection)

    monkeypatch.setattr(metrics, "count_all", slow)
    registry, _ = make_registry(figures(lite_stage))
    for _ in range(20):
        scrape(registry)
    assert len(counted) == 1


def test_a_store_that_is_away(lite_stage: Any) -> None:
    """Without its database the desk still answers, and says so."""
    gone = create_engine("sqlite:////nowhere/at/all/desk.db")
    registry, _ = make_registry(DeskFigures(lite_stage.desk.config, gone, lite_stage.clock, WELL))
    found = scrape(registry)
    assert found["inboxd_store_up", ""] == 0
    assert found["inboxd_worker_up", ""] == 1
    assert not [name for name, _ in found if name.startswith("inboxd_accepted")]


def test_no_address_of_a_customer_is_served(stage: Any, mail: Callable[..., bytes], tmp_path: Path) -> None:
    """Labels name folders, limits and kinds, never who wrote or what."""
    stage.take(mail("Where is my zeppelin?", subject="Zeppelin"))
    served = str(everything(stage, tmp_path)).lower()
    assert "customer.test" not in served
    assert "zeppelin" not in served


def test_the_alerts_ask_for_what_is_served(stage: Any, mail: Callable[..., bytes], tmp_path: Path) -> None:
    """Every metric and label of deploy/alerts.yml is one the desk really serves."""
    stage.take(mail("Who are you?"))
    found = everything(stage, tmp_path)
    labels = {f'{name}{{"{label}"}}' for name, label in found}
    rules = alert_rules()
    assert len(rules) > 10
    for rule in rules:
        names = set(re.findall(r"\binboxd_\w+", rule["expr"]))
        assert names <= {name for name, _ in found}, rule["alert"]
        for name, value in re.findall(r'(inboxd_\w+)\{\w+="(\w+)"\}', rule["expr"]):
            assert f'{name}{{"{value}"}}' in labels, rule["alert"]
        assert set(rule["annotations"]) == {"summary"}
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_the_issue_s_four_alarms_are_among_them() -> None:
    """Not polled for 15 minutes, an outbox older than 1 h, a disk under 5 %, a certificate or token about to end."""
    asked = " ".join(rule["expr"] for rule in alert_rules())
    for expression in (
        "inboxd_poll_age_seconds > 900",
        "inboxd_outbox_age_seconds > 3600",
        "inboxd_disk_free_ratio < 0.05",
        "inboxd_certificate_end_timestamp_seconds - time() < 14 * 86400",
        'inboxd_alarms{kind="sign_in_ends"} > 0',
    ):
        assert expression in asked


def test_the_document_names_every_metric(stage: Any, mail: Callable[..., bytes], tmp_path: Path) -> None:
    """docs/monitoring.md has a line for each metric of ours, and for none that is not there."""
    stage.take(mail("Who are you?"))
    served = {
        re.sub(r"_(bucket|count|sum)$", "", name)
        for name, _ in everything(stage, tmp_path)
        if name.startswith("inboxd_")
    }
    text = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(inboxd_\w+)", text, re.MULTILINE)) == served


def alert_rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]
