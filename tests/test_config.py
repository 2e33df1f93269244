import dataclasses
import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from inboxd.config import Config, default_config, load_config
from inboxd.configmodel import ConfigModel, LimitsModel
from inboxd.core.limits import Limits, Window
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.working_time import WEEKDAYS, Interval
from inboxd.errors import ConfigError, TransientError
from inboxd.newconfig import render_config
from inboxd.resources import resource_path
from inboxd.secretsource import SecretSource, read_secret
from inboxd.tomlmodel import _model_in

EXAMPLE = resource_path("config.example.toml").read_text(encoding="utf-8")
ASSIGNED = re.compile(r"^#(?: {3})?(\"?[\w.-]+\"?) = ", re.MULTILINE)


def load(folder: Path, text: str) -> Config:
    """Return the configuration written in ``text``."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def problems(folder: Path, text: str) -> list[str]:
    """Return the problems of ``text`` as ``line: message``."""
    with pytest.raises(ConfigError) as raised:
        load(folder, text)
    return [f"{problem.line}: {problem.message}" for problem in raised.value.problems]


def problem(folder: Path, text: str) -> str:
    """Return the one problem of ``text``."""
    (found,) = problems(folder, text)
    return found


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


def test_all_problems_at_once(tmp_path: Path) -> None:
    """One run tells every mistake with its line, in the order of the file."""
    text = """\
[desk]
adress = "support@acme.test"
timezone = "Europe/Berln"
[[operators]]
name = "Ada"
address = "support@acme.test"
[[operators]]
name = "ada"
address = "bob at acme"
[outgoing]
transport = "smtp"
[digest]
days = ["mondy"]
[survay]
enabled = true
"""
    found = problems(tmp_path, text)

    assert found == [
        "2: unknown key 'desk.adress'; did you mean 'address'?",
        "3: 'desk.timezone': 'Europe/Berln' is no time zone; did you mean 'Europe/Berlin'?",
        "8: 'ada' belongs to operator 1 already",
        "9: 'operators[2].address': 'bob at acme' is no e-mail address",
        "10: 'outgoing': transport = 'smtp' needs a host",
        f"13: 'digest.days[1]': 'mondy' is none of: {', '.join(WEEKDAYS)}; did you mean 'monday'?",
        "14: unknown key 'survay'; did you mean 'survey'?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[desk]\nname = 3", "2: 'desk.name' must be a text in \"quotes\", not 3"),
        ("[desk]\nname = ''", "2: 'desk.name' must not be empty, not ''"),
        ("desk = 3", "1: 'desk' must be a table, not 3"),
        (
            "[desk]\nlanguage = 'english'",
            "2: 'desk.language': 'english' is no ISO 639-1 code such as 'en' or 'zh'",
        ),
        ("[desk]\nrecipient_delimiter = '++'", "2: 'desk.recipient_delimiter': '++' is no delimiter"),
        ("operators = []", "1: 'operators' must not be empty"),
        ("[[operators]]\nname = 'Ada'", "1: 'operators[1].address' is missing"),
        ("[store]\nurl = 'mysql://x'", "2: 'store.url': a store is 'sqlite:///file' or"),
        ("[store]\nurl = 'sqlite://'", "2: 'store.url': a SQLite store needs a file"),
        ("[store]\nurl = 'sqlite:///:memory:'", "2: 'store.url': a SQLite store needs a file"),
        ("[store]\nurl = 'postgresql+psycopg://a:secret@h/n'", "2: 'store.url': no password here"),
        ("[intake.smtp]\nlisten = '8025'", "2: 'intake.smtp.listen': must be host:port"),
        ("[intake.smtp]\nlisten = 'x:70000'", "2: 'intake.smtp.listen': must be host:port"),
        (
            "[intake.smtp]\nmax_size = true",
            "2: 'intake.smtp.max_size': must be a size such as '35MB', not True",
        ),
        ("[intake.smtp]\nmax_size = 'big'", "2: 'intake.smtp.max_size': 'big' is no size"),
        (
            "[intake.smtp]\nmax_recipients = 0",
            "2: 'intake.smtp.max_recipients' must be greater than or equal to 1",
        ),
        ("[intake.smtp]\ntimeout = '5m'", "2: 'intake.smtp.timeout': '5m' is no duration"),
        ("[intake.smtp]\ntimeout = '0s'", "2: 'intake.smtp.timeout': must be longer than nothing"),
        ("[intake.smtp]\ntimeout = '9999w'", "2: 'intake.smtp.timeout': '9999w' is longer than ten years"),
        (
            "[[intake.imap]]\nhost = 'h'\nuser = 'u'\npassword = 'p'",
            "4: unknown key 'intake.imap[1].password'",
        ),
        (
            "[[intake.imap]]\nhost = 'h'\nuser = 'u'\nafter = 'move'",
            "1: 'intake.imap[1]': after = 'move' needs move_to, the name of another folder",
        ),
        (
            "[[intake.imap]]\nhost = 'h'\nuser = 'u'\nkeyword = 'two words'",
            "4: 'intake.imap[1].keyword': 'two words' is no IMAP keyword",
        ),
        ("[outgoing]\ntls = 'yes'", "2: 'outgoing.tls': 'yes' is none of: none, starttls, tls"),
        ("[outgoing]\npassword_file = 'a'\npassword_command = 'b'", "1: 'outgoing': password_command and"),
        ("[outgoing]\nuser = 'a'", "1: 'outgoing': a user needs a password_command"),
        ("[kb]\nmax_error_rate = 3", "2: 'kb.max_error_rate' must be less than or equal to 0.5, not 3"),
        ("[sla.hours]\nmonday = ['17:00-09:00']", "2: 'sla.hours.monday[1]': an interval opens before"),
        ("[sla.hours]\nmonday = ['9']", "2: 'sla.hours.monday[1]': not an interval such as"),
        ("[sla.hours]\nmonday = [9]", "2: 'sla.hours.monday[1]': must be a time span such as"),
        (
            "[sla.hours]\nmonday = ['12:00-14:00', '10:00-11:00']",
            "2: 'sla.hours.monday': the intervals of a day",
        ),
        ("[sla.hours]\nmonday = []", "1: 'sla.hours': the desk is never open"),
        ("[sla.half_days]\n'24.12.' = []", "2: 'sla.half_days.24.12.': must be a date"),
        ("[sla]\nholidays = ['2026-12-25']", "2: 'sla.holidays[1]' must be a date such as 2026-12-25"),
        ("[[sla.policy]]\nname = 'all'", "1: 'sla.policy[1]': needs priority, tags or customer_tags"),
        ("[digest]\nat = '8'", "2: 'digest.at': must be a time such as '08:00', not '8'"),
        ("[digest]\nweekly = 'mondy'", "2: 'digest.weekly': 'mondy' is none of: monday,"),
        (
            "[report]\ncurrency = 'Euro'",
            "2: 'report.currency': must be three letters such as 'EUR', not 'Euro'",
        ),
        ("[limits]\nbrake = '60'", "2: 'limits.brake': must be a number and a time such as '3 in 10min'"),
        ("[limits]\nper_peer = []", "2: 'limits.per_peer' must not be empty"),
        ("[survey]\nenabled = 'yes'", "2: 'survey.enabled' must be true or false, not 'yes'"),
        ("[survey]\nenabled = true\nenabled = true", "3: Cannot overwrite a value"),
        ("[rules]\npaths = 'x'", "2: unknown key 'rules.paths'; did you mean 'path'?"),
        ("[rules]\nzzz = 'x'", "2: unknown key 'rules.zzz'; known here: path"),
    ],
)
def test_mistakes_are_told_in_words(tmp_path: Path, text: str, message: str) -> None:
    """Each mistake has its line and a sentence that says what would be right."""
    assert problem(tmp_path, text).startswith(message)


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    """A password that was written where none belongs does not reach the terminal or the log."""
    text = "[store]\nurl = 'postgresql+psycopg://a:hunter2@h/n'\n[outgoing]\npassword = 'hunter2'"

    assert "hunter2" not in "".join(problems(tmp_path, text))


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    """A name on the command line that does not exist is told, not silently replaced by defaults."""
    with pytest.raises(ConfigError, match=r"gone\.toml:1: cannot be read: No such file"):
        load_config(tmp_path / "gone.toml")


def test_variables_are_not_expanded(tmp_path: Path) -> None:
    """``${HOME}`` means a folder of that name: what is in the file is what counts."""
    assert load(tmp_path, "[kb]\npath = '${HOME}/kb'").kb.path == tmp_path / "${HOME}/kb"


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


def test_secrets_come_from_a_command_or_a_file(tmp_path: Path) -> None:
    """The first line counts, as with pass(1); no source is no password."""
    (tmp_path / "password").write_text("hunter2\nlogin: ada\n")

    assert read_secret(SecretSource(file=tmp_path / "password")) == "hunter2"
    assert read_secret(SecretSource(command="printf '%s\\n' 'a b'")) == "a b"
    assert read_secret(SecretSource()) == ""


@pytest.mark.parametrize(
    "source",
    [
        SecretSource(command="false"),
        SecretSource(command="no-such-program-here"),
        SecretSource(command="true"),
    ],
)
def test_a_secret_that_cannot_be_had_is_asked_for_again(source: SecretSource) -> None:
    """A locked key ring is no mistake in a file: the caller tries again later."""
    with pytest.raises(TransientError):
        read_secret(source)


def test_a_missing_secret_file_is_asked_for_again(tmp_path: Path) -> None:
    """A secret that is mounted late is found on the next try."""
    with pytest.raises(TransientError, match="FileNotFoundError"):
        read_secret(SecretSource(file=tmp_path / "gone"))


OAUTH2 = """
[[intake.imap]]
host = "imap.acme.test"
user = "support@acme.test"
[intake.imap.oauth2]
provider = "{provider}"
client_id = "desk"
token_file = "var/oauth2.json"
"""


def test_a_provider_brings_its_own_endpoints(tmp_path: Path) -> None:
    """Name and client id are enough for a large provider; what is written goes before it."""
    google = load(tmp_path, OAUTH2.format(provider="google")).intake.imap[0].oauth2
    assert google is not None
    assert (google.scope, google.device_url, google.mechanism) == ("https://mail.google.com/", "", "XOAUTH2")
    assert google.token_file == tmp_path / "var/oauth2.json"

    text = OAUTH2.format(provider="microsoft") + 'tenant = "acme.test"\nmechanism = "oauthbearer"'
    microsoft = load(tmp_path, text).intake.imap[0].oauth2
    assert microsoft is not None
    assert microsoft.device_url.startswith("https://login.microsoftonline.com/acme.test/")
    assert (microsoft.mechanism, microsoft.unused_days) == ("OAUTHBEARER", 90)

    by_browser = load(tmp_path, text + '\nauthorize_url = "https://sign.in/here"').intake.imap[0].oauth2
    assert by_browser is not None
    assert (by_browser.device_url, by_browser.authorize_url) == ("", "https://sign.in/here")


def test_logins_with_one_token_file_share_a_sign_in(tmp_path: Path) -> None:
    """Reading and sending as the same account needs one sign-in only."""
    smarthost = OAUTH2.format(provider="google").partition("[intake.imap.oauth2]")[2]
    text = (
        OAUTH2.format(provider="google")
        + '[outgoing]\ntransport = "smtp"\nhost = "smtp.acme.test"\nuser = "support@acme.test"\n'
        + f"[outgoing.oauth2]{smarthost}"
    )
    config = load(tmp_path, text)
    assert [name for name, _ in config.sign_ins] == ["support@acme.test"]
    assert config.outgoing.oauth2 == config.intake.imap[0].oauth2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OAUTH2.format(provider="custom"), "needs token_url"),
        (OAUTH2.format(provider="gogle"), "did you mean 'google'"),
        (OAUTH2.format(provider="google") + 'token_url = "http://acme.test/token"', "https://"),
        (OAUTH2.format(provider="google") + 'tenant = "a/b"', "no tenant"),
        (
            OAUTH2.format(provider="google") + 'client_secret_file = "a"\nclient_secret_command = "b"',
            "choose one",
        ),
        (
            OAUTH2.format(provider="google").replace("[intake.imap.o", 'password_file = "x"\n[intake.imap.o'),
            "choose one",
        ),
        ("[intake.submission]\nenabled = true", "tls_cert and tls_key"),
        ('[outgoing.oauth2]\nprovider = "google"\nclient_id = "x"\ntoken_file = "y"', "needs a user"),
    ],
)
def test_mistakes_in_logins(tmp_path: Path, text: str, words: str) -> None:
    """Each mistake about OAuth2 and submission is told in words."""
    assert words in problem(tmp_path, text)


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
