"""Mistakes in config.toml: all at once, each at its line and in words, without a secret."""

from pathlib import Path

import pytest
from written_config import load, problem, problems

from inboxd.config import load_config
from inboxd.core.working_time import WEEKDAYS
from inboxd.errors import ConfigError


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
