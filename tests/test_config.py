"""config.toml becomes values: defaults, paths, limits, and what the example shows."""

import dataclasses
import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from written_config import load, problem

from inboxd.config import default_config, load_config
from inboxd.configmodel import ConfigModel, LimitsModel
from inboxd.core.limits import Limits, Window
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.working_time import Interval
from inboxd.newconfig import render_config
from inboxd.resources import resource_path
from inboxd.secretsource import SecretSource
from inboxd.tomlmodel import _model_in

EXAMPLE = resource_path("config.example.toml").read_text(encoding="utf-8")
ASSIGNED = re.compile(r"^#(?: {3})?(\"?[\w.-]+\"?) = ", re.MULTILINE)


def keys(model: type[BaseModel]) -> set[str]:
    """Return every key below a model."""
    found = set(model.model_fields)
    for field in model.model_fields.values():
        if inner := _model_in(field.annotation):
            found |= keys(inner)
    return found


def test_example_shows_the_defaults(tmp_path: Path) -> None:
    """config.example.toml with every default uncommented is the configuration without a file."""
    text = re.sub(r"^#(?=[\[\w])", "", EXAMPLE, flags=re.MULTILINE)

    for shipped in ("rules", "kb"):
        (tmp_path / shipped).mkdir()
    assert load(tmp_path, text) == default_config(tmp_path)


def test_example_shows_every_key(tmp_path: Path) -> None:
    """No key is missing in config.example.toml, and what it shows of tables without a default is valid."""
    text = re.sub(r"^#(?: {3})?(?=[\[\w\"])", "", EXAMPLE, flags=re.MULTILINE)
    for choice in (
        r"password_file = \"/run/secrets/imap\"",
        "client_secret_file = .*",
        r"password_file = \"/run/secrets/alarm\".*",
        r"command = \[\"curl\".*",
        'password_command = "pass show acme/support"',
    ):
        text = re.sub(f"^{choice}", "", text, flags=re.MULTILINE)
    sections = set(re.findall(r"^\[+(?:\w+\.)*(\w+)\]", text, re.MULTILINE))

    config = load(tmp_path, text)

    shown = {part for key in ASSIGNED.findall(EXAMPLE) if '"' not in key for part in key.split(".")}

    assert keys(ConfigModel) == shown | sections
    assert config.intake.imap[0].oauth2 is not None
    assert config.intake.imap[0].oauth2.client_secret == SecretSource(command="pass show acme/oauth2")
    assert config.intake.form_senders == {"forms@acme.test"}
    assert config.sla.policies[0].targets.first_response == dt.timedelta(hours=2)
    assert config.sla.hours.half_days == {dt.date(2026, 12, 24): (Interval(9 * 3600, 12 * 3600),)}


def test_defaults_need_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file the desk of DESIGN 4.1 stands in the working directory, with the shipped rules and articles."""
    monkeypatch.chdir(tmp_path)

    config = load_config(None)

    assert (config.intake.smtp.host, config.intake.smtp.port) == ("127.0.0.1", 8025)
    assert config.store_url == f"sqlite:///{tmp_path}/var/inboxd.db"
    assert config.outgoing.maildir == tmp_path / "var/outgoing"
    assert config.rules == resource_path("rules")
    assert config.kb.path == resource_path("kb")
    assert len(config.operators) == 1
    assert config.limits == Limits()


def test_own_rules_go_before_the_shipped_ones(tmp_path: Path) -> None:
    """A folder with rules of its own is used as it is, without a file too."""
    (tmp_path / "rules").mkdir()

    assert default_config(tmp_path).rules == tmp_path / "rules"


def test_a_file_never_falls_back_to_the_shipped_articles(tmp_path: Path) -> None:
    """A configured desk answers customers from its own articles only, even when the folder is missing."""
    assert load(tmp_path, "").kb.path == tmp_path / "kb"


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """It does not matter from where the program is started."""
    text = """
    [desk]
    secret_file = "keys/secret"
    [store]
    url = "sqlite:////srv/desk.db"
    [kb]
    path = "../articles"
    [outgoing]
    password_file = "keys/smtp"
    """
    config = load(tmp_path, text)

    assert config.desk.secret_file == tmp_path / "keys/secret"
    assert config.store_url == "sqlite:////srv/desk.db"
    assert config.kb.path == tmp_path / "../articles"
    assert config.outgoing.password == SecretSource(file=tmp_path / "keys/smtp")


def test_values_have_their_types_inside(tmp_path: Path) -> None:
    """Sizes, durations, times, hours and limits arrive as numbers, spans and values of the core."""
    text = """
    [desk]
    address = "Support@Acme.test"
    aliases = ["help@acme.test"]
    timezone = "Europe/Berlin"
    [[operators]]
    name = "Ada"
    address = "ada@acme.test"
    aliases = ["Ada@home.test"]
    [intake.smtp]
    listen = "[::1]:0"
    max_size = "512kB"
    timeout = "90s"
    [sla]
    resolution = "1d12h"
    holidays = [2026-12-25]
    hours = { saturday = ["08:00-12:00", "13:00-24:00"] }
    [[sla.policy]]
    name = "urgent"
    priority = ["Urgent"]
    first_response = "1h"
    [digest]
    at = "06:30"
    days = ["Monday"]
    [limits]
    brake = "5 in 1min"
    per_ticket = ["1 in 7d"]
    """
    config = load(tmp_path, text)

    assert config.own_addresses == OwnAddresses(frozenset({"support@acme.test", "help@acme.test"}))
    assert config.desk.domain == "acme.test"
    assert config.operators[0].addresses == {"ada@acme.test", "ada@home.test"}
    assert (config.intake.smtp.host, config.intake.smtp.port) == ("::1", 0)
    assert config.intake.smtp.max_size == 512_000
    assert config.intake.smtp.timeout == dt.timedelta(seconds=90)
    assert config.sla.targets.resolution == dt.timedelta(hours=36)
    assert config.sla.hours.zone == "Europe/Berlin"
    assert config.sla.hours.holidays == {dt.date(2026, 12, 25)}
    assert [len(day) for day in config.sla.hours.weekly] == [0, 0, 0, 0, 0, 2, 0]
    assert config.sla.policies[0].priorities == {"urgent"}
    assert config.sla.policies[0].targets.resolution == dt.timedelta(hours=36)
    assert (config.digest.at, config.digest.days) == (dt.time(6, 30), ("monday",))
    assert config.limits.brake == Window(dt.timedelta(minutes=1), 5)
    assert config.limits.per_ticket == (Window(dt.timedelta(days=7), 1),)
    assert config.limits.per_peer == Limits().per_peer


def test_every_limit_can_be_configured() -> None:
    """A limit of the core that nobody could change would be missing here."""
    assert set(LimitsModel.model_fields) == {field.name for field in dataclasses.fields(Limits)}


def test_new_desk_loads(tmp_path: Path) -> None:
    """What ``init`` writes is the desk of DESIGN 4.7, without a problem."""
    config = load(tmp_path, render_config())

    assert (config.desk.name, config.desk.address) == ("Acme Support", "support@acme.test")
    assert [(one.name, one.address) for one in config.operators] == [("Ada", "ada@acme.test")]


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_name_survives(name: str) -> None:
    """Quotes, control characters and emoji in a name neither break the file nor change."""
    assert tomllib.loads(render_config(desk_name=name))["desk"]["name"] == name


def test_guards_are_shipped_and_the_desks_own(tmp_path: Path) -> None:
    """Shipped guards can be left out or given further words; a desk's own stand behind them; others are unknown."""
    text = """
    [kb]
    without_guards = ["legal"]

    [[kb.guards]]
    name = "anger"
    words = ["grmpf"]

    [[kb.guards]]
    name = "press"
    words = ["journalist"]
    """
    found = {guard.name: guard.words for guard in load(tmp_path, text).kb.guards}
    assert found == {
        "person": (),
        "anger": ("grmpf",),
        "cancellation": (),
        "security": (),
        "press": ("journalist",),
    }
    assert "kb.without_guards" in problem(tmp_path, '[kb]\nwithout_guards = ["angr"]')
